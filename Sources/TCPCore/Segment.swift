/// What a received segment's header says, in host byte order, and how much payload it has.
public struct Segment {
  /// SEG.SEQ
  public var sequence: SequenceNumber
  /// SEG.ACK; meaningful with the ACK bit.
  public var acknowledgment: SequenceNumber
  /// SEG.WND as the header has it: 16 bits that window scaling has yet to be applied to (RFC 7323 2.2).
  public var window: UInt32
  public var flags: ControlBits
  /// Bytes of payload, without the sequence numbers that SYN and FIN take.
  public var payloadLength: UInt32
  /// The IP header says CE: a router on the way was congested (RFC 3168 5).
  public var isCongestionMarked: Bool

  @inline(__always)
  public init(
    sequence: SequenceNumber, acknowledgment: SequenceNumber, window: UInt32, flags: ControlBits,
    payloadLength: UInt32, isCongestionMarked: Bool = false
  ) {
    self.sequence = sequence
    self.acknowledgment = acknowledgment
    self.window = window
    self.flags = flags
    self.payloadLength = payloadLength
    self.isCongestionMarked = isCongestionMarked
  }

  /// SEG.LEN: the sequence numbers that the segment occupies, SYN and FIN included (RFC 9293 3.4).
  @inline(__always)
  public var length: UInt32 {
    payloadLength
      &+ (flags.contains(.synchronize) ? 1 : 0)
      &+ (flags.contains(.finish) ? 1 : 0)
  }
}
