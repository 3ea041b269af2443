extension RequestParser {
  /// Takes the empty line behind the first field lines of a head, which ends it: what the tables would make of it. It
  /// is followed by `settle`, as `read` is.
  ///
  /// - Parameters:
  ///   - buffer: readable for two bytes.
  ///   - count: how many of its bytes are input.
  /// - Returns: bytes taken; 0 if no field line could begin here, or one does.
  @inline(__always)
  public mutating func readSimpleEnd(_ buffer: UnsafeRawPointer, _ count: UInt32) -> UInt32 {
    // The limits of a head are far.
    guard state == ParserState.fieldStart, count >= 2,
      UInt32(length) <= RequestParser.commonBeginningReach &+ RequestParser.simpleHostReach,
      buffer.load(as: UInt8.self) == 0x0D, buffer.load(fromByteOffset: 1, as: UInt8.self) == 0x0A
    else { return 0 }
    state = ParserState.headComplete
    byte = 0x0A
    length &+= 2
    return 2
  }
}
