/// TCP options (RFC 9293 3.1 and 3.2).
public enum OptionKind {
  public static var endOfList: UInt8 { @inline(__always) get { 0 } }
  public static var noOperation: UInt8 { @inline(__always) get { 1 } }
  public static var maximumSegmentSize: UInt8 { @inline(__always) get { 2 } }
  /// RFC 7323 2.2
  public static var windowScale: UInt8 { @inline(__always) get { 3 } }
  /// RFC 2018 2
  public static var sackPermitted: UInt8 { @inline(__always) get { 4 } }
  /// RFC 2018 3
  public static var selectiveAcknowledgment: UInt8 { @inline(__always) get { 5 } }
  /// RFC 7323 3.2
  public static var timestamps: UInt8 { @inline(__always) get { 8 } }
}

/// A walk over a header's options, an option a step: unknown ones are skipped by their length (MUST-6), and a list
/// whose lengths make no sense ends there (MUST-7: without crashing). What was found stays.
public struct OptionWalk {
  /// Offset of the next option in the option list, bytes.
  public var offset: UInt32 = 0

  @inline(__always)
  public init() {}

  /// The greatest number of steps that a list can take: 40 bytes of single-byte options.
  public static var longest: UInt32 { @inline(__always) get { 40 } }

  /// Takes one option into `options`, which is blank at the start. `byte` reads the option list at an offset below 44;
  /// what lies beyond `length` may be anything.
  ///
  /// - Returns: whether there may be another.
  @inline(__always)
  public mutating func step(
    length: UInt32, into options: UnsafeMutablePointer<SegmentOptions>, byte: (UInt32) -> UInt8
  ) -> Bool {
    guard offset < length else { return false }
    let kind = byte(offset)
    if kind == OptionKind.endOfList { return false }
    if kind == OptionKind.noOperation {
      offset &+= 1
      return true
    }
    let size = UInt32(byte(offset &+ 1))
    guard offset &+ 1 < length, size >= 2, size <= length &- offset else { return false }
    take(kind, size, at: offset &+ 2, into: options, byte)
    offset &+= size
    return true
  }

  /// An option whose length is not that of its kind is none.
  @inline(__always)
  private func take(
    _ kind: UInt8, _ size: UInt32, at start: UInt32, into options: UnsafeMutablePointer<SegmentOptions>,
    _ byte: (UInt32) -> UInt8
  ) {
    if kind == OptionKind.maximumSegmentSize, size == 4 {
      options.pointee.maximumSegmentSize = UInt16(byte(start)) << 8 | UInt16(byte(start &+ 1))
      options.pointee.present |= SegmentOptions.maximumSegmentSize
    } else if kind == OptionKind.windowScale, size == 3 {
      options.pointee.windowScale = byte(start)
      options.pointee.present |= SegmentOptions.windowScale
    } else if kind == OptionKind.sackPermitted, size == 2 {
      options.pointee.present |= SegmentOptions.sackPermitted
    } else if kind == OptionKind.timestamps, size == 10 {
      options.pointee.timestamp = word(start, byte)
      options.pointee.timestampEcho = word(start &+ 4, byte)
      options.pointee.present |= SegmentOptions.timestamps
    } else if kind == OptionKind.selectiveAcknowledgment, size >= 10, size & 7 == 2 {
      options.pointee.blockCount = UInt8(truncatingIfNeeded: size >> 3)
      options.pointee.firstBlock = block(start, byte)
      if size >= 18 { options.pointee.secondBlock = block(start &+ 8, byte) }
      if size >= 26 { options.pointee.thirdBlock = block(start &+ 16, byte) }
      if size >= 34 { options.pointee.fourthBlock = block(start &+ 24, byte) }
    }
  }

  @inline(__always)
  private func block(_ start: UInt32, _ byte: (UInt32) -> UInt8) -> SelectiveBlock {
    SelectiveBlock(SequenceNumber(word(start, byte)), SequenceNumber(word(start &+ 4, byte)))
  }

  @inline(__always)
  private func word(_ start: UInt32, _ byte: (UInt32) -> UInt8) -> UInt32 {
    let high = UInt32(byte(start)) << 24 | UInt32(byte(start &+ 1)) << 16
    return high | UInt32(byte(start &+ 2)) << 8 | UInt32(byte(start &+ 3))
  }
}
