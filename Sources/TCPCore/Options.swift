/// TCP options (RFC 9293 3.1 and 3.2).
public enum OptionKind {
  public static var endOfList: UInt8 { @inline(__always) get { 0 } }
  public static var noOperation: UInt8 { @inline(__always) get { 1 } }
  public static var maximumSegmentSize: UInt8 { @inline(__always) get { 2 } }
}

/// A walk over a header's options, an option a step: unknown ones are skipped by their length (MUST-6), and a list
/// whose lengths make no sense ends there (MUST-7: without crashing).
public struct OptionWalk {
  /// Offset of the next option in the option list, bytes.
  public var offset: UInt32 = 0
  /// The peer's MSS, 0 if it named none.
  public var maximumSegmentSize: UInt16 = 0

  @inline(__always)
  public init() {}

  /// The greatest number of steps that a list can take: 40 bytes of single-byte options.
  public static var longest: UInt32 { @inline(__always) get { 40 } }

  /// Takes one option. `byte` reads the option list at an offset below 44; what lies beyond `length` may be anything.
  ///
  /// - Returns: whether there may be another.
  @inline(__always)
  public mutating func step(length: UInt32, byte: (UInt32) -> UInt8) -> Bool {
    guard offset < length else { return false }
    let kind = byte(offset)
    if kind == OptionKind.endOfList { return false }
    if kind == OptionKind.noOperation {
      offset &+= 1
      return true
    }
    let size = UInt32(byte(offset &+ 1))
    guard offset &+ 1 < length, size >= 2, size <= length &- offset else { return false }
    if kind == OptionKind.maximumSegmentSize, size == 4 {
      maximumSegmentSize = UInt16(byte(offset &+ 2)) << 8 | UInt16(byte(offset &+ 3))
    }
    offset &+= size
    return true
  }
}
