import BPF
import DataPlaneABI

/// The server's counters, totals over all CPUs, at one moment.
public struct Statistics: Sendable {
  /// Nanoseconds of CLOCK_MONOTONIC when they were read.
  public let moment: UInt64
  /// In the order of `Counter.all`.
  public let values: [UInt64]

  /// Adds up what every CPU has counted.
  init(perCPU: [statistics], moment: UInt64) {
    self.moment = moment
    values = Counter.all.map { counter in perCPU.reduce(0) { $0 &+ $1[keyPath: counter.field] } }
  }

  /// A counter by the name of its field; nil if there is none of that name.
  public subscript(name: String) -> UInt64? {
    Counter.all.firstIndex { $0.name == name }.map { values[$0] }
  }

  /// What each counter has risen by in a second since `earlier`.
  public func rates(since earlier: Statistics) -> [Double] {
    let seconds = Double(moment &- earlier.moment) / 1e9
    return zip(values, earlier.values).map { seconds > 0 ? Double($0 &- $1) / seconds : 0 }
  }
}

extension Statistics {
  /// Reads the map `statistics`.
  init(reading map: borrowing Map) throws(ControlError) {
    let moment = Host.monotonicNanoseconds()
    do {
      self.init(perCPU: try map.lookupPerCPU(UInt32(0), as: statistics.self) ?? [], moment: moment)
    } catch {
      throw ControlError(.layout, error)
    }
  }
}

extension RunningServer {
  /// Reads the counters.
  public func readStatistics() throws(ControlError) -> Statistics { try Statistics(reading: statistics) }
}

extension AttachedServer {
  /// Reads the counters.
  public func readStatistics() throws(ControlError) -> Statistics { try Statistics(reading: try map("statistics")) }

  /// How many connections there are, by state; states without any are left out.
  public func sessionCounts() throws(ControlError) -> [String: Int] { try Session.counts(in: try map("sessions")) }
}
