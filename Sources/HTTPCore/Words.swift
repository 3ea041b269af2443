// Text by words of eight bytes, the first one lowest.

/// Eight bytes at any offset.
@inline(__always)
func loadWord(_ bytes: UnsafeRawPointer, _ offset: UInt) -> UInt64 {
  #if SWIFT_BPF_PROGRAM
    // The machines that eBPF runs on load words from any address; LLVM would load byte by byte if it were told.
    return bytes.load(fromByteOffset: Int(bitPattern: offset), as: UInt64.self)
  #else
    return bytes.loadUnaligned(fromByteOffset: Int(bitPattern: offset), as: UInt64.self)
  #endif
}

@inline(__always)
func storeWord(_ word: UInt64, _ bytes: UnsafeMutableRawPointer, _ offset: UInt) {
  #if SWIFT_BPF_PROGRAM
    (bytes + Int(bitPattern: offset)).assumingMemoryBound(to: UInt64.self).pointee = word
  #else
    bytes.storeBytes(of: word, toByteOffset: Int(bitPattern: offset), as: UInt64.self)
  #endif
}

/// The `count` bytes, 1 to 7, at an offset; zeros behind them. eBPF reads eight.
@inline(__always)
func loadBytes(_ bytes: UnsafeRawPointer, _ offset: UInt, _ count: UInt) -> UInt64 {
  #if SWIFT_BPF_PROGRAM
    return loadWord(bytes, offset) & ((1 << (UInt64(count) &* 8)) &- 1)
  #else
    var word: UInt64 = 0
    for index in 0..<count {
      word |= UInt64(bytes.load(fromByteOffset: Int(offset &+ index), as: UInt8.self)) << (UInt64(index) &* 8)
    }
    return word
  #endif
}

/// The top bit of each byte of `word` that equals `byte`.
@inline(__always)
func matches(_ word: UInt64, _ byte: UInt8) -> UInt64 {
  let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
  let difference = word ^ (UInt64(byte) &* 0x0101_0101_0101_0101)
  return ~(((difference & low) &+ low) | difference | low)
}
