/// SipHash-1-3 (Aumasson and Bernstein, https://www.aumasson.jp/siphash/siphash.pdf) of bytes that come piece by piece.
struct SipHash {
  private var v0: UInt64
  private var v1: UInt64
  private var v2: UInt64
  private var v3: UInt64
  /// The bytes that fill no word yet, the first one lowest.
  private var rest: UInt64 = 0
  private var count: UInt64 = 0

  init(key0: UInt64, key1: UInt64) {
    v0 = key0 ^ 0x736F_6D65_7073_6575
    v1 = key1 ^ 0x646F_7261_6E64_6F6D
    v2 = key0 ^ 0x6C79_6765_6E65_7261
    v3 = key1 ^ 0x7465_6462_7974_6573
  }

  /// Adds the bytes that follow those added before.
  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress else { return }
    var place = 0
    while place < bytes.count, count & 7 != 0 {
      addByte(bytes[place])
      place += 1
    }
    let whole = bytes.count - (bytes.count - place) % 8
    count &+= UInt64(whole - place)
    while place < whole {
      addWord(UInt64(littleEndian: base.loadUnaligned(fromByteOffset: place, as: UInt64.self)))
      place &+= 8
    }
    while place < bytes.count {
      addByte(bytes[place])
      place += 1
    }
  }

  /// The hash of all bytes added.
  var value: UInt64 {
    var last = self
    last.addWord(rest | count << 56)
    last.v2 ^= 0xFF
    for _ in 0..<3 { last.round() }
    return last.v0 ^ last.v1 ^ last.v2 ^ last.v3
  }

  private mutating func addByte(_ byte: UInt8) {
    rest |= UInt64(byte) << ((count & 7) * 8)
    count &+= 1
    guard count & 7 == 0 else { return }
    addWord(rest)
    rest = 0
  }

  @inline(__always)
  private mutating func addWord(_ word: UInt64) {
    v3 ^= word
    round()
    v0 ^= word
  }

  @inline(__always)
  private mutating func round() {
    v0 &+= v1
    v1 = (v1 << 13 | v1 >> 51) ^ v0
    v0 = v0 << 32 | v0 >> 32
    v2 &+= v3
    v3 = (v3 << 16 | v3 >> 48) ^ v2
    v0 &+= v3
    v3 = (v3 << 21 | v3 >> 43) ^ v0
    v2 &+= v1
    v1 = (v1 << 17 | v1 >> 47) ^ v2
    v2 = v2 << 32 | v2 >> 32
  }
}
