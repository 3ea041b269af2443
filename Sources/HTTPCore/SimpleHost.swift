extension RequestParser {
  /// The most bytes that `readSimpleHost` looks at.
  public static var simpleHostReach: UInt32 { 41 }

  /// Takes the value of a Host field that is one space, letters, digits, dots and hyphens, perhaps a port, and the end
  /// of the line: what the tables would make of it at a step a byte. Everything else is left to them.
  ///
  /// - Parameters:
  ///   - buffer: readable up to `simpleHostReach`; what follows the field's colon.
  ///   - count: how many of its bytes are input.
  ///   - request: where the name is kept.
  /// - Returns: bytes taken; 0 if the parser is not before such a value.
  @inline(__always)
  public mutating func readSimpleHost(
    _ buffer: UnsafeRawPointer, _ count: UInt32, _ request: UnsafeMutablePointer<Request>
  ) -> UInt32 {
    guard state == ParserState.hostValue, UInt32(length) <= RequestParser.commonBeginningReach,
      at(buffer, 0) == 0x20
    else { return 0 }
    var index: UInt = 1
    while index < 32 {
      guard isOfSimpleHost(at(buffer, index)) else { break }
      index &+= 1
    }
    guard index > 1 else { return 0 }
    let hostLength = index &- 1
    if at(buffer, index) == 0x3A {
      var digits: UInt = 1
      while digits < 7 {
        guard at(buffer, index &+ digits) &- 0x30 < 10 else { break }
        digits &+= 1
      }
      guard digits > 1 else { return 0 }
      index &+= digits
    }
    guard UInt32(truncatingIfNeeded: index) &+ 2 <= count, at(buffer, index) == 0x0D, at(buffer, index &+ 1) == 0x0A
    else { return 0 }
    // The bit is set in all of these characters but capital letters, which it makes small.
    let small: UInt64 = 0x2020_2020_2020_2020
    let host = request.host
    storeWord(loadWord(buffer, 1) | small, host, 0)
    storeWord(loadWord(buffer, 9) | small, host, 8)
    storeWord(loadWord(buffer, 17) | small, host, 16)
    storeWord(loadWord(buffer, 25) | small, host, 24)
    request.pointee.hostLength = UInt16(truncatingIfNeeded: hostLength)
    state = ParserState.fieldStart
    byte = 0
    length &+= UInt16(truncatingIfNeeded: index) &+ 2
    return UInt32(truncatingIfNeeded: index) &+ 2
  }

  @inline(__always)
  private func at(_ buffer: UnsafeRawPointer, _ offset: UInt) -> UInt8 {
    buffer.load(fromByteOffset: Int(bitPattern: offset), as: UInt8.self)
  }

  /// A letter, a digit, a dot or a hyphen. One bit for each character, so that there is one way through.
  @inline(__always)
  private func isOfSimpleHost(_ byte: UInt8) -> Bool {
    let low: UInt64 = 0x03FF_6000_0000_0000  // - . 0 to 9
    let high: UInt64 = 0x07FF_FFFE_07FF_FFFE  // A to Z, a to z
    let map = byte & 0x40 == 0 ? low : high
    return byte < 0x80 && map >> UInt64(byte & 63) & 1 == 1
  }
}
