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
  /// RCV.WND: bytes, see `offerWindow`.
  public var window: UInt32 = 0
  /// IRS
  public var initial = SequenceNumber(0)

  @inline(__always)
  public init() {}
}

/// What one stage of a method hands to the next. In the kernel each stage is a subprogram, and what the verifier knows
/// of numbers in registers and on the stack it would carry from one to the next, and walk each for every combination.
/// Of what lies here it knows nothing. Between calls from outside it means nothing.
public struct Work {
  public var first: UInt32 = 0
  public var second: UInt32 = 0
  public var third: UInt32 = 0

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
  public var timestamps = Timestamps()
  public var roundTrip = RoundTrip()
  public var recovery = LossRecovery()
  /// When something new was last acknowledged, or sent after nothing had been outstanding: `Instant.ticks`.
  public var progress: UInt32 = 0
  /// When the present count of challenge ACKs began, milliseconds of the monotonic clock, modulo 2^32.
  public var challengeStart: UInt32 = 0
  /// When `expire` is to be called, nanoseconds of the monotonic clock; 0: no timer is wanted. There is one for all
  /// that takes time; `timer` says what for. It moves without notice, so a caller may come early.
  public var timerDeadline: UInt64 = 0
  /// Challenge ACKs sent since then.
  public var challengeCount: UInt16 = 0
  /// Bytes that we may send in one segment behind the fixed header, options included (RFC 9293 3.7.1, RFC 6691).
  public var maximumSegmentSize: UInt16 = 0
  public var state = State.closed
  public var flags = Flags(rawValue: 0)
  /// What both ends have agreed on, and where explicit congestion notification stands.
  public var features = Features(rawValue: 0)
  /// What the timer is for.
  public var timer = TimerKind.none
  /// How often the timeout has been doubled since the last round trip was measured (RFC 6298 5.5).
  public var backoff: UInt8 = 0
  /// Keep-alive probes that were not answered, or SYN-ACKs that were repeated.
  public var probes: UInt8 = 0
  /// Snd.Wind.Shift (RFC 7323 2.3)
  public var sendScale: UInt8 = 0
  /// Rcv.Wind.Shift
  public var receiveScale: UInt8 = 0
  public var congestion = Congestion()
  public var scoreboard = Scoreboard()
  public var work = Work()
  /// For whoever keeps the block: nothing here reads it or changes it.
  public var label: UInt32 = 0

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
