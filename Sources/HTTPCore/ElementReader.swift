/// Reads the element of a field that has been kept, from its start to the zero behind it.
struct ElementReader {
  private let base: UnsafeRawPointer
  /// Of the byte at hand, 0 to 127: the area of an element is 128 bytes long.
  private(set) var position: UInt
  private let unknown: UInt

  @inline(__always) init(_ request: UnsafeMutablePointer<Request>, from position: UInt = 0) {
    base = UnsafeRawPointer(request.element)
    unknown = UInt(request.pointee.elementLength)
    self.position = 0
    advance(by: position)
  }

  /// Goes on. In eBPF the new position is made a number of which the verifier knows no more than its bounds, so that
  /// what comes is not verified once for each.
  @inline(__always) mutating func advance(by count: UInt = 1) {
    position = (barrier(position &+ count &+ unknown) &- unknown) & 127
  }

  /// The byte at hand; 0 behind the end.
  @inline(__always) var byte: UInt8 { at(0) }

  @inline(__always) func at(_ offset: UInt) -> UInt8 {
    base.load(fromByteOffset: Int(bitPattern: barrier(position &+ offset) & 127), as: UInt8.self)
  }

  /// Goes over optional white space (RFC 9110 5.6.3), of which there is rarely more than one.
  @inline(__always) mutating func skipSpace() {
    var count: UInt = 0
    while count < 64 {
      // One bit for each character, so that there is one way through.
      let byte = UInt64(byte)
      if (0x0000_0001_0000_0200 as UInt64 >> (byte & 63)) & (((byte >> 6) &- 1) >> 63) == 0 { break }
      advance()
      count &+= 1
    }
  }

  /// Goes over a byte if it is this one.
  @inline(__always) mutating func take(_ expected: UInt8) -> Bool {
    guard byte == expected else { return false }
    advance()
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
      // One way through: what is beyond 32 bits stays beyond.
      let excess = value >> 32
      value |= 0 &- ((excess | (0 &- excess)) >> 63)
      value &= 0xFFFF_FFFF
      advance()
      count &+= 1
    }
    return UInt32(truncatingIfNeeded: value)
  }
}
