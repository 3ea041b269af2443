import DataPlaneABI

/// The layout of struct `content_chunk` in memory, and which bytes of the content lie in which chunk.
enum ContentChunk {
  /// Bytes of the content from the start of one chunk to that of the next.
  static let size = Int(CONTENT_CHUNK_SIZE)
  /// Bytes that a chunk holds: the first ones of the next chunk too.
  static let held = Int(CONTENT_CHUNK_SIZE + CONTENT_CHUNK_OVERLAP)

  /// The bytes of a content of `length` bytes that chunk `index` holds and those before it do not.
  static func newBytes(_ index: Int, of length: Int) -> Range<Int> {
    let end = min(index * size + held, length)
    return min(index == 0 ? 0 : (index - 1) * size + held, end)..<end
  }

  /// Writes the sums before every `CONTENT_SUM_STEP` bytes of a chunk, whose bytes are there.
  static func writeSums(_ chunk: UnsafeMutableRawPointer) {
    let words = UnsafeRawPointer(chunk).assumingMemoryBound(to: UInt64.self)
    let sums = (chunk + held).assumingMemoryBound(to: UInt16.self)
    // A chunk's sum of words is far from overflowing; to fold it only for the table keeps that out of the chain of
    // additions, each of which waits for the one before.
    var sum: UInt64 = 0
    for step in 0..<held / Int(CONTENT_SUM_STEP) {
      sums[step] = ByteSum.fold(sum)
      sum &+= ByteSum.words(words[2 * step]) &+ ByteSum.words(words[2 * step + 1])
    }
  }
}
