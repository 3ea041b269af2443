/// What a received segment's header says, in host byte order, and how much payload it has.
public struct Segment {
  /// SEG.SEQ
  public var sequence: SequenceNumber
  /// SEG.ACK; meaningful with the ACK bit.
  public var acknowledgment: SequenceNumber
  /// SEG.WND, bytes.
  public var window: UInt32
  public var flags: ControlBits
  /// Bytes of payload, without the sequence numbers that SYN and FIN take.
  public var payloadLength: UInt32

  @inline(__always)
  public init(
    sequence: SequenceNumber, acknowledgment: SequenceNumber, window: UInt32, flags: ControlBits,
    payloadLength: UInt32
  ) {
    self.sequence = sequence
    self.acknowledgment = acknowledgment
    self.window = window
    self.flags = flags
    self.payloadLength = payloadLength
  }

  /// SEG.LEN: the sequence numbers that the segment occupies, SYN and FIN included (RFC 9293 3.4).
  @inline(__always)
  public var length: UInt32 {
    payloadLength
      &+ (flags.contains(.synchronize) ? 1 : 0)
      &+ (flags.contains(.finish) ? 1 : 0)
  }
}
