/// SipHash-1-3 (Aumasson and Bernstein) of a path or a host name, under a key that strangers don't know: nobody can
/// choose names that meet in one place of a table.
public enum PathHash {
  /// The most bytes that are hashed.
  public static var capacity: UInt32 { 2048 }

  /// The hash of `count` bytes, 0 to `capacity`; those beyond are left out.
  ///
  /// - Parameter bytes: natively `count` of them are read. In eBPF they are read by words, up to 7 bytes beyond
  ///   `count`, and must lie in memory that is `capacity + 8` bytes long.
  @inline(__always)
  public static func hash(_ bytes: UnsafeRawPointer, _ count: UInt32, key0: UInt64, key1: UInt64) -> UInt64 {
    var state = SipState(key0: key0, key1: key1)
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
    return state.finish(last)
  }
}
