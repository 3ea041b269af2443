/// A ones' complement sum of bytes that come piece by piece (RFC 1071).
struct ByteSum {
  private var sum: UInt64 = 0
  private var isOdd = false

  /// Adds the bytes that follow those added before.
  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress else { return }
    var piece: UInt64 = 0
    let whole = bytes.count & ~7
    // No sum of fewer than 2^31 words overflows.
    for place in stride(from: 0, to: whole, by: 8) {
      piece &+= ByteSum.words(base.loadUnaligned(fromByteOffset: place, as: UInt64.self))
    }
    for place in whole..<bytes.count { piece &+= UInt64(bytes[place]) << UInt64((place & 1) * 8) }
    let folded = ByteSum.fold(piece)
    sum &+= UInt64(isOdd ? folded.byteSwapped : folded)
    isOdd = isOdd != (bytes.count & 1 == 1)
  }

  /// Not inverted. In memory its bytes are in network order, as those summed are (RFC 1071 2(B): the sum is
  /// independent of byte order).
  var folded: UInt16 { ByteSum.fold(sum) }

  /// The sum of the four 16-bit words of eight bytes of memory, as two of 32 bits.
  @inline(__always)
  static func words(_ word: UInt64) -> UInt64 { (word & 0xFFFF_FFFF) &+ (word >> 32) }

  @inline(__always)
  static func fold(_ sum: UInt64) -> UInt16 {
    var s = (sum & 0xFFFF_FFFF) &+ (sum >> 32)
    s = (s & 0xFFFF) &+ (s >> 16)
    s = (s & 0xFFFF) &+ (s >> 16)
    s = (s & 0xFFFF) &+ (s >> 16)
    return UInt16(truncatingIfNeeded: s)
  }
}

/// The 16-bit ones' complement sum of `bytes`, not inverted (RFC 1071), an odd last byte filled up with zero. In
/// memory its bytes are in network order.
public func onesComplementSum(_ bytes: some Sequence<UInt8>) -> UInt16 {
  var sum = ByteSum()
  Array(bytes).withUnsafeBytes { sum.add($0) }
  return sum.folded
}
