/// ISN = M + F(localip, localport, remoteip, remoteport, secretkey) (RFC 6528 3, RFC 9293 3.4.1).
///
/// - Parameters:
///   - hash: F, a keyed hash of the connection's addresses and ports.
///   - now: gives M, a timer that ticks every four microseconds.
@inline(__always)
public func initialSequenceNumber(hash: UInt64, now: Instant) -> SequenceNumber {
  SequenceNumber(UInt32(truncatingIfNeeded: hash &+ now.nanoseconds / 4000))
}

extension SequenceNumber {
  /// The number for a connection that takes over one in TIME-WAIT must lie beyond all that the old one used
  /// (RFC 9293 3.10.7.4 and 3.6.1). RFC 6528's clock sees to that unless the old one sent faster than it ticks.
  @inline(__always)
  public func following(_ old: SequenceNumber) -> SequenceNumber {
    precedesOrEquals(old.advanced(by: 0x1_0000)) ? old.advanced(by: 0x1_0002) : self
  }
}
