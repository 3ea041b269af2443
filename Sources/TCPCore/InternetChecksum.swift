/// The Internet checksum (RFC 1071): a ones' complement sum of 16-bit words. Sums are kept in 64 bits and over words
/// as they lie in memory, in network byte order, which RFC 1071 2(B) allows.
public enum InternetChecksum {
  /// Folds a sum into 16 bits, without inverting it.
  @inline(__always)
  public static func fold(_ sum: UInt64) -> UInt16 {
    var s = (sum & 0xffff_ffff) &+ (sum >> 32)
    s = (s & 0xffff) &+ (s >> 16)
    s = (s & 0xffff) &+ (s >> 16)
    s = (s & 0xffff) &+ (s >> 16)
    return UInt16(truncatingIfNeeded: s)
  }

  /// The sum of two words of four bytes each, from eight bytes of memory.
  @inline(__always)
  public static func sum(_ word: UInt64) -> UInt64 { (word & 0xffff_ffff) &+ (word >> 32) }

  /// The sum of bytes that start at an odd place within the whole (RFC 1071 2(B)).
  @inline(__always)
  public static func swapped(_ sum: UInt16) -> UInt16 { sum.byteSwapped }
}
