/// The hash by which paths and host names are found.
struct PathHash {
  static func hash(_ bytes: UnsafeRawPointer, _ count: UInt32, key0: UInt64, key1: UInt64) -> UInt64 {
    var hash = SipHash(key0: key0, key1: key1)
    hash.add(UnsafeRawBufferPointer(start: bytes, count: Int(count)))
    return hash.value
  }
}
