/// One conversation: who talks, over what, and what has to come of it.
public struct Scenario {
  public var seed: UInt64 = 0
  public var client = ClientSettings()
  public var server = ServerSettings()
  public var toServer = LinkSettings()
  public var toClient = LinkSettings()
  /// Bytes of each answer, one for each request.
  public var answers: [Int] = [100_000]
  /// When the client opens the connection.
  public var start = Nanoseconds.seconds(3600)
  /// How long it may take, from the start.
  public var limit = Nanoseconds.seconds(3600)
  public var expectation = Expectation.completion
  /// Times when the pump comes although nothing is due: once in so many events; 0: never.
  public var idleRounds = 0

  public enum Expectation {
    /// Both ends have sent and received all and have closed.
    case completion
    /// That, or the server has given up after its time, or it still gets forward when the simulation's time is over.
    case completionOrAbandonment
    /// The server has given up.
    case abandonment
    /// The client's reset has ended it.
    case reset
    /// The server waits; it has probed, or given up.
    case probing
  }

  public init() {}

  public var total: Int { answers.reduce(0, +) }
}
