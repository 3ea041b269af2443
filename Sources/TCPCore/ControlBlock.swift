/// Send Sequence Space (RFC 9293 3.3.1 and figure 3).
public struct SendSequence {
  /// SND.UNA: the oldest number that is not yet acknowledged.
  public var unacknowledged = SequenceNumber(0)
  /// SND.NXT: the next number to be sent.
  public var next = SequenceNumber(0)
  /// One past the last byte that the application has queued; a FIN takes this number.
  public var queued = SequenceNumber(0)
  /// SND.WND: bytes, counted from `unacknowledged`.
  public var window: UInt32 = 0
  /// MAX.SND.WND: the largest window the peer has offered (RFC 5961 5.2).
  public var maximumWindow: UInt32 = 0
  /// SND.WL1: SEG.SEQ of the last window update.
  public var updateSequence = SequenceNumber(0)
  /// SND.WL2: SEG.ACK of the last window update.
  public var updateAcknowledgment = SequenceNumber(0)
  /// ISS
  public var initial = SequenceNumber(0)

  @inline(__always)
  public init() {}
}

/// Receive Sequence Space (RFC 9293 3.3.1 and figure 4).
public struct ReceiveSequence {
  /// RCV.NXT: the next number expected.
  public var next = SequenceNumber(0)
  /// RCV.WND: bytes. Input is consumed as it comes, so the window never fills.
  public var window: UInt32 = 0
  /// IRS
  public var initial = SequenceNumber(0)

  @inline(__always)
  public init() {}
}

/// The transmission control block (TCB, RFC 9293 3.3.1). Every transition is a method that does no I/O, calls
/// nothing that is not inlined, and has no unbounded loop: in the kernel it runs while the session is claimed.
///
/// Its layout is that of `struct control_block` in data_plane_abi.h.
public struct ControlBlock {
  public var send = SendSequence()
  public var receive = ReceiveSequence()
  /// When the present count of challenge ACKs began, milliseconds of the monotonic clock, modulo 2^32.
  public var challengeStart: UInt32 = 0
  /// Challenge ACKs sent since then.
  public var challengeCount: UInt16 = 0
  /// Bytes of payload that we may send in one segment (RFC 9293 3.7.1).
  public var maximumSegmentSize: UInt16 = 0
  public var state = State.closed
  public var flags = Flags(rawValue: 0)
  public var reserved: UInt16 = 0

  @inline(__always)
  public init() {}

  public struct Flags: Equatable {
    public var rawValue: UInt8

    @inline(__always)
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The application has closed: a FIN follows the last queued byte.
    public static var finishQueued: Flags { @inline(__always) get { Flags(rawValue: 1) } }
    /// That FIN has been sent at least once.
    public static var finishSent: Flags { @inline(__always) get { Flags(rawValue: 2) } }

    @inline(__always)
    public func contains(_ other: Flags) -> Bool { rawValue & other.rawValue == other.rawValue }

    @inline(__always)
    public mutating func insert(_ other: Flags) { rawValue |= other.rawValue }
  }
}
