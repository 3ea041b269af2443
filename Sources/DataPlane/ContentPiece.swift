/// The sum of a range of a chunk's bytes, folded, as if its first byte were at an even place. No loop: any range costs
/// the same. A sum of zero is 0xffff, see `InternetChecksum.difference`.
///
/// - Parameters:
///   - start: of the range in the chunk, bytes, below `CONTENT_CHUNK_SIZE`.
///   - length: of the range, 1 to `CONTENT_CHUNK_OVERLAP`, so that its end lies in this chunk too.
@inline(__always)
func contentSum(_ chunk: UnsafePointer<content_chunk>, from start: UInt32, length: UInt32) -> UInt16 {
  let first = bpf_opaque(UInt64(start)) & UInt64(CONTENT_CHUNK_SIZE - 1)
  let end = first &+ UInt64(bounded(length, limit: UInt64(CONTENT_CHUNK_OVERLAP)))
  return InternetChecksum.difference(sum(of: chunk, before: end), sum(of: chunk, before: first), startingAt: first)
}

/// The sum of a chunk's bytes before a place, not folded.
@inline(__always)
private func sum(of chunk: UnsafePointer<content_chunk>, before place: UInt64) -> UInt64 {
  // Behind the barrier LLVM can't make one shift of this and the multiplication by an entry's size: the verifier would
  // take what it masks off for part of the index, and the last entry for one byte beyond the value.
  let index = Int(truncatingIfNeeded: bpf_opaque(place >> 4))
  let bytes = UnsafeRawPointer(chunk)
  let sums = bytes + Int(CONTENT_CHUNK_SIZE + CONTENT_CHUNK_OVERLAP)
  return InternetChecksum.sum(
    before: sums.load(fromByteOffset: index &* 2, as: UInt16.self),
    low: bytes.load(fromByteOffset: index &* 16, as: UInt64.self),
    high: bytes.load(fromByteOffset: index &* 16 &+ 8, as: UInt64.self), count: place & 15)
}
