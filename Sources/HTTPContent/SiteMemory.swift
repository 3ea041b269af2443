import DataPlaneABI

/// The chunks of a generation in memory, as one run of bytes.
struct SiteMemory: @unchecked Sendable {
  private let base: UnsafeMutableRawPointer
  private let stride: Int

  /// - Parameter stride: bytes from one chunk to the next, a multiple of 8.
  init(_ base: UnsafeMutableRawPointer, stride: Int) {
    self.base = base
    self.stride = stride
  }

  /// The longest run of a range's bytes from its start on that lie one behind the other in the chunk that they are the
  /// property of.
  func piece(_ range: Range<Int>) -> UnsafeMutableRawBufferPointer {
    let place = range.lowerBound % ContentChunk.size
    let start = base + range.lowerBound / ContentChunk.size * stride + place
    return UnsafeMutableRawBufferPointer(start: start, count: min(range.count, ContentChunk.size - place))
  }

  func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
    var done = 0
    while done < bytes.count {
      let target = piece(offset + done..<offset + bytes.count)
      target.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[done..<done + target.count]))
      done += target.count
    }
  }

  func write(_ bytes: [UInt8], at offset: Int) { bytes.withUnsafeBytes { write($0, at: offset) } }

  /// Writes a structure of C.
  func write<Value: BitwiseCopyable>(_ value: Value, at offset: Int) {
    withUnsafeBytes(of: value) { write($0, at: offset) }
  }

  /// Gives chunk `index` of `count` the beginning of the next one, and its sums, when all bytes of both are there.
  func finish(_ index: Int, of count: Int) {
    let chunk = base + index * stride
    if index + 1 < count {
      let repeated = ContentChunk.held - ContentChunk.size
      (chunk + ContentChunk.size).copyMemory(from: chunk + stride, byteCount: repeated)
    }
    ContentChunk.writeSums(chunk)
  }
}

/// Places in a content that is being laid out, one behind the other.
struct SiteLayout {
  private(set) var length = 0

  /// Room for a structure, or for text: its offset is a multiple of 8, and what is behind it up to the next multiple is
  /// zero.
  mutating func place(_ count: Int) -> Int {
    let offset = (length + 7) & ~7
    length = offset + count
    return offset
  }

  /// Room for an answer that is sent as one range: it lies in one chunk, if it is not longer than a chunk's overlap.
  mutating func placeAnswer(_ count: Int) -> Int {
    let offset = (length + 7) & ~7
    let isSplit = offset % ContentChunk.size + count > ContentChunk.size
    if isSplit, count <= SiteLayout.shortAnswer {
      length = (offset / ContentChunk.size + 1) * ContentChunk.size
    }
    return place(count)
  }

  /// The longest answer whose body follows its head, bytes.
  static let shortAnswer = ContentChunk.held - ContentChunk.size
  /// The longest that lies there once more as it ends a connection: the programs' quickest way takes no more.
  static let closingAnswer = 248
}
