/// Where the repair of losses stands (RFC 6675, RFC 6582, RFC 6298 5, RFC 8985 7).
public struct LossRecovery {
  /// RecoveryPoint: SND.NXT when the repair began. It is over when all before this is acknowledged.
  public var point = SequenceNumber(0)
  /// One past HighRxt: how far the present pass of retransmissions has come.
  public var retransmitted = SequenceNumber(0)
  /// SND.NXT at a time when all that is missing below `passLimit` had been sent again. Once what was first sent
  /// from here on arrives, what is still missing there was lost again.
  public var passMark = SequenceNumber(0)
  public var passLimit = SequenceNumber(0)
  /// How far retransmissions had come when that was found out: they go on here after the second attempt.
  public var resume = SequenceNumber(0)
  /// TLP.end_seq: SND.NXT after the last tail loss probe.
  public var probeEnd = SequenceNumber(0)
  /// Bytes that duplicate ACKs stand for, a segment each.
  public var duplicates: UInt32 = 0
  /// TSval of the first retransmission: an ACK of an older segment shows that there was no loss (RFC 3522).
  public var undoTimestamp: UInt32 = 0
  public var mode = RecoveryMode.open
  public var flags = Flags(rawValue: 0)
  /// Retransmission timeouts since something new was last acknowledged.
  public var timeouts: UInt8 = 0
  /// What the acknowledgment at hand is; between calls from outside it means nothing.
  public var arrival: UInt8 = 0

  @inline(__always)
  public init() {}

  public struct Flags: Equatable {
    public var rawValue: UInt8

    @inline(__always)
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// One segment is due whatever the congestion window says: a fast retransmission or a tail loss probe.
    public static var forced: Flags { @inline(__always) get { Flags(rawValue: 1) } }
    /// One segment is due whatever the peer's window says (RFC 9293 3.8.6.1).
    public static var windowProbe: Flags { @inline(__always) get { Flags(rawValue: 2) } }
    /// The tail of what is outstanding is to be probed (RFC 8985 7.3).
    public static var tailProbe: Flags { @inline(__always) get { Flags(rawValue: 4) } }
    /// Such a probe has been sent and nothing new acknowledged since.
    public static var probed: Flags { @inline(__always) get { Flags(rawValue: 8) } }
    /// It repeated old data (TLP.is_retrans), and `probeEnd` has not been passed yet.
    public static var probeRepeated: Flags { @inline(__always) get { Flags(rawValue: 16) } }
    /// This repair has had its rescue retransmission (RFC 6675 4, NextSeg (4)).
    public static var rescued: Flags { @inline(__always) get { Flags(rawValue: 32) } }
    /// The next acknowledgment of new data tells whether the repair was called for (RFC 3522).
    public static var undoable: Flags { @inline(__always) get { Flags(rawValue: 64) } }
    /// More would have been sent, had the congestion window allowed it.
    public static var limited: Flags { @inline(__always) get { Flags(rawValue: 128) } }

    /// `forced`, `windowProbe` or `tailProbe`
    @inline(__always)
    var isOneSegmentDue: Bool { rawValue & 7 != 0 }

    @inline(__always)
    public func contains(_ other: Flags) -> Bool { rawValue & other.rawValue == other.rawValue }

    @inline(__always)
    public mutating func insert(_ other: Flags) { rawValue |= other.rawValue }

    @inline(__always)
    public mutating func remove(_ other: Flags) { rawValue &= ~other.rawValue }
  }
}

public enum RecoveryMode: UInt8 {
  /// Nothing is being repaired.
  case open
  /// The congestion window is being reduced because of ECE (RFC 3168 6.1.2).
  case reducing
  /// Fast recovery.
  case fast
  /// After a retransmission timeout: all that was outstanding is sent again.
  case timeout

  /// Whether anything is being sent again.
  @inline(__always)
  public var isRepairing: Bool { rawValue >= RecoveryMode.fast.rawValue }
}
