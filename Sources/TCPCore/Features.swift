/// What both ends of a connection have agreed on, and the state of explicit congestion notification. The lower four
/// bits are those of `enum tcp_feature`.
public struct Features: Equatable {
  public var rawValue: UInt8

  @inline(__always)
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// RFC 7323 2
  public static var windowScale: Features { @inline(__always) get { Features(rawValue: 1) } }
  /// RFC 7323 3
  public static var timestamps: Features { @inline(__always) get { Features(rawValue: 2) } }
  /// RFC 2018
  public static var selectiveAcknowledgment: Features { @inline(__always) get { Features(rawValue: 4) } }
  /// RFC 3168
  public static var congestionNotification: Features { @inline(__always) get { Features(rawValue: 8) } }
  /// A congestion mark has arrived, and no CWR since: every segment carries ECE (RFC 3168 6.1.3).
  public static var echoing: Features { @inline(__always) get { Features(rawValue: 16) } }
  /// The next new data carries CWR (RFC 3168 6.1.2).
  public static var reductionDue: Features { @inline(__always) get { Features(rawValue: 32) } }

  @inline(__always)
  public func contains(_ other: Features) -> Bool { rawValue & other.rawValue == other.rawValue }

  @inline(__always)
  public mutating func insert(_ other: Features) { rawValue |= other.rawValue }

  @inline(__always)
  public mutating func remove(_ other: Features) { rawValue &= ~other.rawValue }
}
