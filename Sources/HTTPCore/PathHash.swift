/// SipHash-1-3 (Aumasson and Bernstein) of a path or a host name, under a key that strangers don't know: nobody can
/// choose names that meet in one place of a table.
public struct PathHash {
  private var v0: UInt64
  private var v1: UInt64
  private var v2: UInt64
  private var v3: UInt64

  /// The most bytes that are hashed.
  public static var capacity: UInt32 { 2048 }

  @inline(__always)
  private init(key0: UInt64, key1: UInt64) {
    v0 = key0 ^ 0x736f_6d65_7073_6575
    v1 = key1 ^ 0x646f_7261_6e64_6f6d
    v2 = key0 ^ 0x6c79_6765_6e65_7261
    v3 = key1 ^ 0x7465_6462_7974_6573
  }

  /// The hash of `count` bytes, 0 to `capacity`; those beyond are left out.
  ///
  /// - Parameter bytes: natively `count` of them are read. In eBPF they are read by words, up to 7 bytes beyond
  ///   `count`, and must lie in memory that is `capacity + 8` bytes long.
  @inline(__always)
  public static func hash(_ bytes: UnsafeRawPointer, _ count: UInt32, key0: UInt64, key1: UInt64) -> UInt64 {
    var state = PathHash(key0: key0, key1: key1)
    let count = UInt(count > capacity ? capacity : count)
    // What the loop's end says of the count need not be known behind it: the verifier goes on from one end alone then.
    var end = barrier(count) & ~7
    if end > UInt(capacity) { end = UInt(capacity) }
    let rest = barrier(count) & 7
    var last = UInt64(barrier(count)) << 56
    var index: UInt = 0
    while index &+ 8 <= count && barrier(index) < UInt(capacity) {
      state.combine(loadWord(bytes, index))
      index &+= 8
    }
    if rest > 0 { last |= loadBytes(bytes, end, rest) }
    state.combine(last)
    state.v2 ^= 0xff
    state.round()
    state.round()
    state.round()
    return state.v0 ^ state.v1 ^ state.v2 ^ state.v3
  }

  @inline(__always)
  private mutating func combine(_ word: UInt64) {
    v3 ^= word
    round()
    v0 ^= word
  }

  @inline(__always)
  private mutating func round() {
    v0 &+= v1
    v2 &+= v3
    v1 = PathHash.rotate(v1, 13) ^ v0
    v3 = PathHash.rotate(v3, 16) ^ v2
    v0 = PathHash.rotate(v0, 32)
    v2 &+= v1
    v0 &+= v3
    v1 = PathHash.rotate(v1, 17) ^ v2
    v3 = PathHash.rotate(v3, 21) ^ v0
    v2 = PathHash.rotate(v2, 32)
  }

  @inline(__always)
  private static func rotate(_ x: UInt64, _ bits: UInt64) -> UInt64 { (x << bits) | (x >> (64 &- bits)) }
}
