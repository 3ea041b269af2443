/// How long a session may stay as it is without hearing from its peer, nanoseconds each. RFC 9293 3.8.3 and 3.6.1
/// leave the times to the implementation, but for TIME-WAIT's two maximum segment lifetimes.
public struct Timeouts {
  /// SYN-RECEIVED
  public var halfOpen: UInt64
  /// ESTABLISHED and CLOSE-WAIT
  public var idle: UInt64
  /// FIN-WAIT-1, FIN-WAIT-2, CLOSING and LAST-ACK
  public var closing: UInt64
  /// TIME-WAIT
  public var timeWait: UInt64

  @inline(__always)
  public init(halfOpen: UInt64, idle: UInt64, closing: UInt64, timeWait: UInt64) {
    self.halfOpen = halfOpen
    self.idle = idle
    self.closing = closing
    self.timeWait = timeWait
  }

  @inline(__always)
  public func duration(in state: State) -> UInt64 {
    switch state {
    case .closed, .listen, .synReceived: return halfOpen
    case .established, .closeWait: return idle
    case .finWait1, .finWait2, .closing, .lastAck: return closing
    case .timeWait: return timeWait
    }
  }
}
