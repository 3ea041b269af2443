/// What is to be done with a segment to a served port that belongs to no session.
public enum Admission: UInt8 {
  case discard
  /// `Reset(answering:)` is sent.
  case reset
  /// A SYN: `ControlBlock.open`.
  case open
}

extension Segment {
  /// SEGMENT ARRIVES in LISTEN (RFC 9293 3.10.7.2), in the order of its steps.
  @inline(__always)
  public var admission: Admission {
    if flags.contains(.reset) { return .discard }
    if flags.contains(.acknowledge) { return .reset }
    // A SYN that also ends the connection asks for nothing; only port scanners send it.
    guard flags.contains(.synchronize), !flags.contains(.finish) else { return .discard }
    return .open
  }
}

/// The reset that answers a segment which fits no connection (RFC 9293 3.5.2, groups 1 and 2; 3.10.7.1). A segment
/// that is a reset itself must not be answered.
public struct Reset {
  public var sequence: SequenceNumber
  /// Meaningful with the ACK bit.
  public var acknowledgment: SequenceNumber
  public var flags: ControlBits

  @inline(__always)
  public init(answering segment: Segment) {
    if segment.flags.contains(.acknowledge) {
      sequence = segment.acknowledgment
      acknowledgment = SequenceNumber(0)
      flags = .reset
    } else {
      sequence = SequenceNumber(0)
      acknowledgment = segment.sequence.advanced(by: segment.length)
      flags = ControlBits.reset.union(.acknowledge)
    }
  }
}
