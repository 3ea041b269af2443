/// SipHash-2-4 (Aumasson and Bernstein), a keyed hash for short inputs whose values a stranger can't predict. HTTPCore
/// has the rounds once more, for SipHash-1-3: neither core imports the other, each being a library of its own.
public struct SipHash {
  private var v0: UInt64
  private var v1: UInt64
  private var v2: UInt64
  private var v3: UInt64
  private var length: UInt64 = 0

  @inline(__always)
  public init(key0: UInt64, key1: UInt64) {
    v0 = key0 ^ 0x736f_6d65_7073_6575
    v1 = key1 ^ 0x646f_7261_6e64_6f6d
    v2 = key0 ^ 0x6c79_6765_6e65_7261
    v3 = key1 ^ 0x7465_6462_7974_6573
  }

  /// Takes eight bytes of input, as a little-endian number.
  @inline(__always)
  public mutating func combine(_ word: UInt64) {
    v3 ^= word
    round()
    round()
    v0 ^= word
    length &+= 8
  }

  /// The hash of all that was combined.
  @inline(__always)
  public consuming func finalize() -> UInt64 {
    let last = length << 56
    v3 ^= last
    round()
    round()
    v0 ^= last
    v2 ^= 0xff
    round()
    round()
    round()
    round()
    return v0 ^ v1 ^ v2 ^ v3
  }

  @inline(__always)
  private mutating func round() {
    v0 &+= v1
    v2 &+= v3
    v1 = SipHash.rotate(v1, 13) ^ v0
    v3 = SipHash.rotate(v3, 16) ^ v2
    v0 = SipHash.rotate(v0, 32)
    v2 &+= v1
    v0 &+= v3
    v1 = SipHash.rotate(v1, 17) ^ v2
    v3 = SipHash.rotate(v3, 21) ^ v0
    v2 = SipHash.rotate(v2, 32)
  }

  @inline(__always)
  private static func rotate(_ x: UInt64, _ bits: UInt64) -> UInt64 { (x << bits) | (x >> (64 &- bits)) }
}
