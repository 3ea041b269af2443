/// Runs scenarios by their seeds, and says what came of them all.
public struct Runner {
  public var runs = 0
  public var failures: [Outcome] = []
  public var endings: [String: Int] = [:]
  public var bytes = 0
  public var newSegments = 0
  public var repeatedSegments = 0
  public var timeouts = 0
  public var probes = 0
  public var events = 0

  public init() {}

  public mutating func run(seed: UInt64, count: Int, stopsAfter limit: Int = 10) {
    for index in 0..<count {
      take(Simulation(Scenario(seed: seed &+ UInt64(index))).run())
      if failures.count >= limit { return }
    }
  }

  public mutating func take(_ outcome: Outcome) {
    runs += 1
    if outcome.failure != nil { failures.append(outcome) }
    endings[outcome.ending.rawValue, default: 0] += 1
    bytes += outcome.received
    newSegments += outcome.newSegments
    repeatedSegments += outcome.repeatedSegments
    timeouts += outcome.timeouts
    probes += outcome.probes
    events += outcome.events
  }

  public var summary: String {
    let ways = endings.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    return "\(runs) conversations (\(ways)): \(bytes) bytes in \(newSegments) segments, \(repeatedSegments) sent "
      + "again, \(timeouts) time-outs, \(probes) probes, \(events) events"
  }
}
