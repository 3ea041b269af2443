/// Reads the element of a field that has been kept, from its start to the zero behind it.
struct ElementReader {
  let base: UnsafeRawPointer
  var position: UInt

  @inline(__always) init(_ base: UnsafeRawPointer, from position: UInt = 0) {
    self.base = base
    self.position = position
  }

  /// The byte at hand; 0 behind the end.
  @inline(__always) var byte: UInt8 { at(0) }

  @inline(__always) func at(_ offset: UInt) -> UInt8 {
    // The area of an element is 128 bytes long.
    let index = barrier(position &+ offset) & 127
    return base.load(fromByteOffset: Int(bitPattern: index), as: UInt8.self)
  }

  /// Goes over optional white space (RFC 9110 5.6.3), of which there is rarely more than one.
  @inline(__always) mutating func skipSpace() {
    var count: UInt = 0
    while count < 16 {
      if byte != 0x20 && byte != 0x09 { break }
      position = barrier(position &+ 1)
      count &+= 1
    }
  }

  /// Goes over a byte if it is this one.
  @inline(__always) mutating func take(_ expected: UInt8) -> Bool {
    guard byte == expected else { return false }
    position = barrier(position &+ 1)
    return true
  }

  /// Whether nothing but white space is left.
  @inline(__always) mutating func isAtEnd() -> Bool {
    skipSpace()
    return byte == 0
  }

  /// A decimal number, which stays at the largest that there is if it is larger; nil if there is no digit.
  @inline(__always) mutating func number() -> UInt32? {
    guard byte &- 0x30 < 10 else { return nil }
    var value: UInt64 = 0
    var count: UInt = 0
    while count < 64 {
      let digit = byte &- 0x30
      if digit > 9 { break }
      value = value &* 10 &+ UInt64(digit)
      if value > UInt64(UInt32.max) { value = UInt64(UInt32.max) }
      position = barrier(position &+ 1)
      count &+= 1
    }
    return UInt32(truncatingIfNeeded: value)
  }
}
