/// What came of a scenario.
public struct Outcome {
  public var seed: UInt64
  /// The first rule that was broken, in words; nil if all held.
  public var failure: String?
  public var ending: Ending
  /// From the client's SYN to the last byte of the last answer, and to the end.
  public var duration: Nanoseconds
  public var whole: Nanoseconds
  /// Bytes that the client got in order.
  public var received: Int
  public var newSegments: Int
  public var repeatedSegments: Int
  public var timeouts: Int
  public var probes: Int
  public var client: ClientCounters
  public var server: ServerCounters
  public var toServer: LinkCounters
  public var toClient: LinkCounters
  public var events: Int

  public enum Ending: String {
    case completed, abandoned, reset, timeLimit, eventLimit, broken
  }

  /// Megabits of answers a second.
  public var goodput: Double { duration > 0 ? Double(received) * 8000 / Double(duration) : 0 }
}
