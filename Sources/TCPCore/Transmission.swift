/// One contiguous run of the stream to be sent now, or an acknowledgment. The caller cuts it into segments of
/// `segmentSize` bytes, the last of which may be shorter. Acknowledgment and window are those of the control block.
public struct Transmission {
  public var sequence: SequenceNumber
  /// Payload, bytes.
  public var length: UInt32
  /// On every segment: ACK, and ECE where congestion is to be echoed.
  public var flags: ControlBits
  /// On the first in addition: CWR.
  public var firstFlags: ControlBits
  /// On the last in addition: PSH, FIN.
  public var lastFlags: ControlBits
  /// False if there is nothing to say.
  public var isDue: Bool
  /// Some of it was sent before.
  public var isRepetition: Bool
  /// Bytes of payload that were not, behind those.
  public var newLength: UInt32
  /// The IP header says ECT(0) (RFC 3168 6.1).
  public var isCapable: Bool
  /// How many segments it makes; at least 1 if it is due.
  public var segments: UInt32

  @inline(__always)
  public init(
    sequence: SequenceNumber, length: UInt32, flags: ControlBits, firstFlags: ControlBits = .none,
    lastFlags: ControlBits = .none, isDue: Bool = true, isRepetition: Bool = false, newLength: UInt32 = 0,
    isCapable: Bool = false, segments: UInt32 = 1
  ) {
    self.sequence = sequence
    self.length = length
    self.flags = flags
    self.firstFlags = firstFlags
    self.lastFlags = lastFlags
    self.isDue = isDue
    self.isRepetition = isRepetition
    self.newLength = newLength
    self.isCapable = isCapable
    self.segments = segments
  }
}
