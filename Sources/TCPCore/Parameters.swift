/// What a server's owner decides about all of its connections: the part of `struct configuration` that the core needs.
public struct Parameters {
  /// The shortest retransmission timeout, microseconds (RFC 6298 2.4).
  public var minimumTimeout: UInt32
  /// The longest, microseconds (RFC 6298 2.5).
  public var maximumTimeout: UInt32
  /// How long nothing of what is outstanding may be acknowledged, milliseconds (RFC 9293 3.8.3, R2).
  public var giveUpTime: UInt32
  /// How long a connection is idle before it is probed, milliseconds; 0: never (RFC 9293 3.8.4).
  public var keepAliveIdle: UInt32
  /// From one such probe to the next, milliseconds.
  public var keepAliveInterval: UInt32
  /// How many of them go unanswered before the connection ends.
  public var keepAliveProbes: UInt32
  /// 0: CUBIC, 1: NewReno.
  public var congestionControl: UInt8
  /// Segments (RFC 6928: 10).
  public var initialWindow: UInt8
  /// What connections may use if the client offers it: `Features`' lower four bits, `enum tcp_feature`.
  public var features: UInt32

  @inline(__always)
  public init(
    minimumTimeout: UInt32 = 200_000, maximumTimeout: UInt32 = 120_000_000, giveUpTime: UInt32 = 924_600,
    keepAliveIdle: UInt32 = 0, keepAliveInterval: UInt32 = 75_000, keepAliveProbes: UInt32 = 9,
    congestionControl: UInt8 = 0, initialWindow: UInt8 = 10, features: UInt32 = 15
  ) {
    self.minimumTimeout = minimumTimeout
    self.maximumTimeout = maximumTimeout
    self.giveUpTime = giveUpTime
    self.keepAliveIdle = keepAliveIdle
    self.keepAliveInterval = keepAliveInterval
    self.keepAliveProbes = keepAliveProbes
    self.congestionControl = congestionControl
    self.initialWindow = initialWindow
    self.features = features
  }
}
