/// What the options of a received header say. Its layout is that of `struct segment_options` in data_plane_abi.h.
public struct SegmentOptions {
  /// Which of them are there: `has`.
  public var present: UInt8 = 0
  /// The peer's shift count, as it is in the option (RFC 7323 2.2).
  public var windowScale: UInt8 = 0
  /// How many of the blocks are filled, 0 to 4.
  public var blockCount: UInt8 = 0
  public var reserved: UInt8 = 0
  /// Bytes (RFC 9293 3.7.1).
  public var maximumSegmentSize: UInt16 = 0
  public var reserved2: UInt16 = 0
  /// TSval (RFC 7323 3.2).
  public var timestamp: UInt32 = 0
  /// TSecr
  public var timestampEcho: UInt32 = 0
  public var firstBlock = SelectiveBlock()
  public var secondBlock = SelectiveBlock()
  public var thirdBlock = SelectiveBlock()
  public var fourthBlock = SelectiveBlock()

  @inline(__always)
  public init() {}

  public static var maximumSegmentSize: UInt8 { @inline(__always) get { 1 } }
  public static var windowScale: UInt8 { @inline(__always) get { 2 } }
  public static var sackPermitted: UInt8 { @inline(__always) get { 4 } }
  public static var timestamps: UInt8 { @inline(__always) get { 8 } }

  @inline(__always)
  public func has(_ option: UInt8) -> Bool { present & option != 0 }
}
