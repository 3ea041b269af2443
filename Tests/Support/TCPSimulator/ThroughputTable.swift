/// Goodput for each loss and round trip, over a link of 1 Gbit/s.
public struct ThroughputTable {
  public static let losses = [0.0, 0.001, 0.01, 0.05, 0.2]
  /// Milliseconds.
  public static let roundTrips = [0.2, 1.0, 10.0, 50.0, 200.0]

  /// Bytes of each transfer.
  public var bytes: Int
  public var usesNewReno = false
  public private(set) var outcomes: [[Outcome]] = []

  public init(bytes: Int) { self.bytes = bytes }

  public mutating func run(seed: UInt64) {
    outcomes = Self.losses.map { loss in
      Self.roundTrips.map { roundTrip in
        let scenario = Scenario.download(
          bytes: bytes, loss: loss, roundTrip: roundTrip, usesNewReno: usesNewReno, seed: seed)
        return Simulation(scenario).run()
      }
    }
  }

  public var text: String {
    func padded(_ words: String, _ width: Int = 11) -> String {
      String(repeating: " ", count: max(width - words.count, 1)) + words
    }
    var text = "Mbit/s" + Self.roundTrips.map { padded("\($0) ms") }.joined() + "\n"
    for (loss, row) in zip(Self.losses, outcomes) {
      text += padded("\((loss * 1000).rounded() / 10) %", 6)
      for outcome in row {
        let tenths = (outcome.goodput * 10).rounded() / 10
        text += padded(outcome.failure == nil ? "\(tenths)" : "failed")
      }
      text += "\n"
    }
    return text
  }
}

extension Scenario {
  /// One answer over a link of 1 Gbit/s with a queue of 256 KB, to a client with all options and a window of 4 MB.
  ///
  /// - Parameter roundTrip: milliseconds.
  public static func download(
    bytes: Int, loss: Double, roundTrip: Double, usesNewReno: Bool = false, seed: UInt64
  ) -> Scenario {
    var scenario = Scenario()
    scenario.seed = seed
    scenario.answers = [bytes]
    scenario.client.capacity = 4_000_000
    scenario.server.usesNewReno = usesNewReno
    scenario.toClient.rate = 125_000_000
    scenario.toClient.queueLimit = 256_000
    scenario.toClient.loss = loss
    scenario.toClient.delay = Nanoseconds(roundTrip * 500_000)
    scenario.toServer.delay = Nanoseconds(roundTrip * 500_000)
    if loss > 0.1 { scenario.expectation = .completionOrAbandonment }
    return scenario
  }
}
