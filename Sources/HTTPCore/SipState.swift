/// The state of SipHash-1-3 (Aumasson and Bernstein, https://www.aumasson.jp/siphash/siphash.pdf), one round for each
/// word. How bytes become words is its users' affair: paths are hashed in one go, files piece by piece.
///
/// TCPCore has the rounds once more, for SipHash-2-4: neither core imports the other, each being a library of its own.
public struct SipState: Sendable {
  @usableFromInline var v0: UInt64
  @usableFromInline var v1: UInt64
  @usableFromInline var v2: UInt64
  @usableFromInline var v3: UInt64

  @inlinable @inline(__always)
  public init(key0: UInt64, key1: UInt64) {
    v0 = key0 ^ 0x736f_6d65_7073_6575
    v1 = key1 ^ 0x646f_7261_6e64_6f6d
    v2 = key0 ^ 0x6c79_6765_6e65_7261
    v3 = key1 ^ 0x7465_6462_7974_6573
  }

  /// Takes eight bytes, as a little-endian number.
  @inlinable @inline(__always)
  public mutating func combine(_ word: UInt64) {
    v3 ^= word
    round()
    v0 ^= word
  }

  /// The hash of all that was combined and `last`: the bytes that fill no word, the first one lowest, and the length in
  /// the highest byte.
  @inlinable @inline(__always)
  public mutating func finish(_ last: UInt64) -> UInt64 {
    combine(last)
    v2 ^= 0xff
    round()
    round()
    round()
    return v0 ^ v1 ^ v2 ^ v3
  }

  @inlinable @inline(__always)
  mutating func round() {
    v0 &+= v1
    v2 &+= v3
    v1 = SipState.rotate(v1, 13) ^ v0
    v3 = SipState.rotate(v3, 16) ^ v2
    v0 = SipState.rotate(v0, 32)
    v2 &+= v1
    v0 &+= v3
    v1 = SipState.rotate(v1, 17) ^ v2
    v3 = SipState.rotate(v3, 21) ^ v0
    v2 = SipState.rotate(v2, 32)
  }

  @inlinable @inline(__always)
  static func rotate(_ x: UInt64, _ bits: UInt64) -> UInt64 { (x &<< bits) | (x &>> (64 &- bits)) }
}
