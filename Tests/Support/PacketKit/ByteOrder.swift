// Network byte order, written out plainly: this code checks other code, so it shares none with it.

extension Array where Element == UInt8 {
  mutating func append(big value: UInt16) { append(contentsOf: [UInt8(value >> 8), UInt8(value & 0xff)]) }
  mutating func append(big value: UInt32) {
    append(big: UInt16(value >> 16))
    append(big: UInt16(value & 0xffff))
  }
}

/// Reads a frame from front to back and refuses to read past its end.
struct Reader {
  private let bytes: ArraySlice<UInt8>
  private(set) var position: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  var remaining: Int { bytes.endIndex - position }

  mutating func take(_ count: Int, _ what: String) throws(DecodingError) -> ArraySlice<UInt8> {
    guard count >= 0, remaining >= count else {
      throw DecodingError("\(what) needs \(count) bytes, the frame has \(remaining) left")
    }
    defer { position += count }
    return bytes[position..<position + count]
  }

  mutating func byte(_ what: String) throws(DecodingError) -> UInt8 { try take(1, what).first! }

  mutating func word(_ what: String) throws(DecodingError) -> UInt16 {
    try take(2, what).reduce(0) { $0 << 8 | UInt16($1) }
  }

  mutating func long(_ what: String) throws(DecodingError) -> UInt32 {
    try take(4, what).reduce(0) { $0 << 8 | UInt32($1) }
  }
}

/// Why a frame could not be decoded: one sentence that names the field, what it says and what it should say.
public struct DecodingError: Error, Equatable, CustomStringConvertible {
  public let description: String
  public init(_ description: String) { self.description = description }
}
