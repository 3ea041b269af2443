/// The control bits of a TCP header (RFC 9293 3.1, RFC 3168 6.1).
public struct ControlBits: Equatable {
  public var rawValue: UInt8

  @inline(__always)
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// FIN: no more data from the sender.
  public static var finish: ControlBits { @inline(__always) get { ControlBits(rawValue: 0x01) } }
  /// SYN: synchronise sequence numbers.
  public static var synchronize: ControlBits { @inline(__always) get { ControlBits(rawValue: 0x02) } }
  /// RST: reset the connection.
  public static var reset: ControlBits { @inline(__always) get { ControlBits(rawValue: 0x04) } }
  /// PSH: push function.
  public static var push: ControlBits { @inline(__always) get { ControlBits(rawValue: 0x08) } }
  /// ACK: the acknowledgment field is significant.
  public static var acknowledge: ControlBits { @inline(__always) get { ControlBits(rawValue: 0x10) } }
  /// URG: the urgent pointer is significant.
  public static var urgent: ControlBits { @inline(__always) get { ControlBits(rawValue: 0x20) } }
  /// ECE: the sender has seen a congestion mark (RFC 3168 6.1).
  public static var congestionEcho: ControlBits { @inline(__always) get { ControlBits(rawValue: 0x40) } }
  /// CWR: the sender has reduced its congestion window.
  public static var congestionWindowReduced: ControlBits { @inline(__always) get { ControlBits(rawValue: 0x80) } }
  /// No bit at all.
  public static var none: ControlBits { @inline(__always) get { ControlBits(rawValue: 0) } }

  @inline(__always)
  public func contains(_ other: ControlBits) -> Bool { rawValue & other.rawValue == other.rawValue }

  @inline(__always)
  public func union(_ other: ControlBits) -> ControlBits { ControlBits(rawValue: rawValue | other.rawValue) }
}
