extension RequestParser {
  /// The most bytes that `readCommonBeginning` looks at.
  public static var commonBeginningReach: UInt32 { 56 }

  /// Takes the beginning that nearly every request has, `GET` with a short target, `HTTP/1.1` and the name of the Host
  /// field, by a few comparisons: what the tables would make of it at a step a byte, and at a row of the table in the
  /// processor's cache for each.
  ///
  /// - Parameters:
  ///   - buffer: readable up to `commonBeginningReach`.
  ///   - count: how many of its bytes are input.
  ///   - request: where the target is kept.
  /// - Returns: bytes taken; 0 if the parser is not before a request, or the input begins otherwise.
  @inline(__always)
  public mutating func readCommonBeginning(
    _ buffer: UnsafeRawPointer, _ count: UInt32, _ request: UnsafeMutablePointer<Request>
  ) -> UInt32 {
    guard isBetweenRequests, count >= 24 else { return 0 }
    guard buffer.load(as: UInt32.self) == 0x2054_4547 else { return 0 }  // "GET "
    guard buffer.load(fromByteOffset: 4, as: UInt8.self) == 0x2F else { return 0 }
    // The target: a path of visible characters, as for the tables (RFC 9112 3.2.1).
    var index: UInt = 5
    while index < 40 {
      let byte = buffer.load(fromByteOffset: Int(bitPattern: index), as: UInt8.self)
      if byte &- 0x21 > 0x7E &- 0x21 || byte == 0x23 { break }
      index &+= 1
    }
    let end = UInt32(truncatingIfNeeded: index) &+ 16
    guard end <= count, end <= RequestParser.commonBeginningReach else { return 0 }
    guard loadWord(buffer, index) == 0x2E31_2F50_5454_4820,  // " HTTP/1."
      loadWord(buffer, index &+ 8) == 0x3A74_736F_480A_0D31  // "1" CR LF "Host:"
    else { return 0 }
    let target = request.target
    storeWord(loadWord(buffer, 4), target, 0)
    storeWord(loadWord(buffer, 12), target, 8)
    storeWord(loadWord(buffer, 20), target, 16)
    storeWord(loadWord(buffer, 28), target, 24)
    storeWord(loadWord(buffer, 36), target, 32)
    request.pointee.targetLength = UInt16(truncatingIfNeeded: index &- 4)
    state = ParserState.hostValue
    byte = 0
    flags = RequestFlags.method(RequestMethod.get).union(.targetEnded).union(.host)
    length = UInt16(truncatingIfNeeded: end)
    return end
  }
}
