import TCPCore

/// How the core is driven: what the loader configures, and how the data plane around it behaves.
public struct ServerSettings {
  /// What the interface carries in a segment: MTU - 40.
  public var maximumSegmentSize = 1460
  /// RCV.WND
  public var window = 65535
  /// Microseconds (RFC 6298 2.4).
  public var minimumTimeout = 200_000
  public var maximumTimeout = 60_000_000
  public var giveUpTime = Nanoseconds.seconds(100)
  public var keepAliveIdle = Nanoseconds(0)
  public var keepAliveInterval = Nanoseconds.seconds(1)
  public var keepAliveProbes = 5
  public var usesNewReno = false
  /// Segments.
  public var initialWindow = 10
  /// `enum tcp_feature`: window scale, timestamps, SACK, ECN.
  public var features = 15
  /// Segments that one event may release.
  public var budget = 64
  /// The pump comes up to so much after a deadline.
  public var lateness = Nanoseconds.milliseconds(2)
  /// Answers that are queued at once; what asks for more is not taken.
  public var answersQueued = 4

  /// Tries the short cut of header prediction first, as the data plane does.
  public var predicts = true

  public init() {}

  var parameters: Parameters {
    Parameters(
      minimumTimeout: UInt32(minimumTimeout), maximumTimeout: UInt32(maximumTimeout),
      giveUpTime: UInt32(giveUpTime / .milliseconds(1)), keepAliveIdle: UInt32(keepAliveIdle / .milliseconds(1)),
      keepAliveInterval: UInt32(keepAliveInterval / .milliseconds(1)), keepAliveProbes: UInt32(keepAliveProbes),
      congestionControl: usesNewReno ? 1 : 0, initialWindow: UInt8(initialWindow), features: UInt32(features))
  }
}
