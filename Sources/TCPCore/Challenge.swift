/// The rate of challenge ACKs, for each session by itself: a counter that all connections share is a side channel
/// that lets a stranger find out about a connection (RFC 5961 7, CVE-2016-5696).
public enum ChallengeLimit {
  /// Challenge ACKs a period.
  public static var count: UInt16 { @inline(__always) get { 10 } }
  /// Milliseconds.
  public static var period: UInt32 { @inline(__always) get { 5000 } }
}

extension ControlBlock {
  /// Takes one challenge ACK out of the session's allowance.
  @inline(__always)
  mutating func challenge(_ refusal: Refusal, _ now: Instant) -> Reaction {
    let milliseconds = now.milliseconds
    if milliseconds &- challengeStart >= ChallengeLimit.period || challengeCount == 0 {
      challengeStart = milliseconds
      challengeCount = 0
    }
    guard challengeCount < ChallengeLimit.count else { return Reaction(.discard, .challengeLimited) }
    challengeCount &+= 1
    return Reaction(.challenge, refusal)
  }
}
