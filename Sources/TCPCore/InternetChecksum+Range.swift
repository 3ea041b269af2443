// The sum of a range of bytes that are never changed, from a table of running sums: what a segment's payload adds to
// its checksum then costs two look-ups and the odd bytes at the range's ends, however long it is.
extension InternetChecksum {
  /// Bytes from one running sum to the next. Entry i of a table is the folded sum of the bytes before i * `step`.
  public static var step: UInt32 { @inline(__always) get { 16 } }

  /// The sum of all bytes before a place, not folded.
  ///
  /// - Parameters:
  ///   - running: the table's entry at or before the place.
  ///   - low: the first eight of the bytes that follow that entry, as they lie in memory.
  ///   - high: the eight after them.
  ///   - count: how many of the sixteen lie before the place: its lowest four bits.
  /// - Returns: less than 2^35.
  @inline(__always)
  public static func sum(before running: UInt16, low: UInt64, high: UInt64, count: UInt64) -> UInt64 {
    let isBeyondLow = (count >> 3) & 1
    let highCount = count & (7 &* isBeyondLow)
    let lowCount = (count & 15) &- highCount
    return UInt64(running) &+ sum(low & firstBytes(lowCount)) &+ sum(high & firstBytes(highCount))
  }

  /// A mask of the first bytes of a word in memory.
  ///
  /// Shifted twice by half: a shift by all 64 bits would be one by none.
  ///
  /// - Parameter count: 0 to 8.
  @inline(__always)
  private static func firstBytes(_ count: UInt64) -> UInt64 {
    ((1 &<< (count &* 4)) &<< (count &* 4)) &- 1
  }

  /// The sum of the bytes of a range, as if its first byte were at an even place.
  ///
  /// Ones' complement numbers have two zeros (RFC 1071 1): where the sum is zero, this is 0xffff, of zero bytes only
  /// too, for which the sum by definition is 0. In a segment's checksum both come to the same, since its
  /// pseudo-header's sum is never zero.
  ///
  /// - Parameters:
  ///   - end: of the bytes before the range's end, less than 2^35.
  ///   - start: of the bytes before its start, likewise.
  ///   - place: of its first byte, of which only the lowest bit matters.
  @inline(__always)
  public static func difference(_ end: UInt64, _ start: UInt64, startingAt place: UInt64) -> UInt16 {
    // A multiple of 0xffff, which is zero, that keeps the difference positive.
    let zero: UInt64 = 0xffff &<< 20
    // RFC 1071 2(B): from an odd place on all bytes are in the other half of their words. Eight bits further up, which
    // are a factor of 256, they change halves, since 65536 is 1.
    return fold((end &+ (zero &- start)) &<< ((place & 1) &* 8))
  }
}
