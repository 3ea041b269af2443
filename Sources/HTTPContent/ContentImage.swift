import DataPlaneABI
import Glibc
import HTTPCore

/// One generation of the content store: what goes into the memory of the map that holds it.
///
/// ```swift
/// let image = try ContentImage(.file(path: "big.bin"))
/// // chunks: an array map of image.answers.chunkCount values of struct content_chunk, in this process's memory
/// let templates = try image.write(to: chunks.bytes, stride: chunks.stride, generation: 3)
/// ```
public struct ContentImage: ~Copyable {
  public let answers: AnswerSet
  private let body: Body

  /// Opens what is to be served.
  /// - Throws: `ContentError` if there is no such file, or it cannot be served.
  public init(_ source: ContentSource = .hello) throws(ContentError) {
    try source.validate()
    let body = try Body(source)
    answers = AnswerSet(type: source.type, bodyLength: body.length)
    self.body = body
  }

  /// Writes all chunks. The body goes from its file right to its place, once.
  /// - Parameters:
  ///   - memory: `answers.chunkCount` values of struct `content_chunk` one after the other, zero so far.
  ///   - stride: bytes from one chunk to the next, a multiple of 8.
  ///   - generation: the place in the map `content` that the chunks will have.
  /// - Returns: the values of `answers`, by `Response.templateIndex`.
  public func write(
    to memory: UnsafeMutableRawBufferPointer, stride: Int, generation: UInt8
  ) throws(ContentError) -> [answer_template] {
    precondition(memory.count >= answers.chunkCount * stride && stride >= MemoryLayout<content_chunk>.size)
    // Of a short body there are several copies.
    let summed = answers.parts.first { $0.bytes == nil }?.range ?? 0..<0
    var bodySum = ByteSum()
    for index in 0..<answers.chunkCount {
      let chunk = memory.baseAddress! + index * stride
      if index > 0 {
        let repeated = ContentChunk.held - ContentChunk.size
        chunk.copyMemory(from: chunk - stride + ContentChunk.size, byteCount: repeated)
      }
      let range = ContentChunk.newBytes(index, of: answers.length)
      let start = chunk + (range.lowerBound - index * ContentChunk.size)
      try read(range, to: start)
      let part = summed.clamped(to: range)
      bodySum.add(UnsafeRawBufferPointer(start: start + (part.lowerBound - range.lowerBound), count: part.count))
      ContentChunk.writeSums(chunk)
    }
    try body.checkUnchanged()
    return answers.templates(bodySum: bodySum.folded, generation: generation)
  }

  /// Whether chunks in memory, of a generation of this layout, hold these very bytes.
  public func isEqual(to memory: UnsafeRawBufferPointer, stride: Int) throws(ContentError) -> Bool {
    guard memory.count >= answers.chunkCount * stride else { return false }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: ContentChunk.held, alignment: 8)
    defer { buffer.deallocate() }
    for index in 0..<answers.chunkCount {
      let range = ContentChunk.newBytes(index, of: answers.length)
      guard !range.isEmpty else { continue }
      memset(buffer.baseAddress!, 0, range.count)
      try read(range, to: buffer.baseAddress!)
      let present = memory.baseAddress! + index * stride + (range.lowerBound - index * ContentChunk.size)
      guard memcmp(present, buffer.baseAddress!, range.count) == 0 else { return false }
    }
    try body.checkUnchanged()
    return true
  }

  /// What a client gets that is given this response.
  public func answer(to response: Response) throws(ContentError) -> [UInt8] {
    let template = answers.templates(bodySum: 0, generation: 0)[Int(response.templateIndex)]
    let head = try bytes(at: Int(template.head_offset), count: Int(template.head_length))
    return response.headOnly
      ? head : head + (try bytes(at: Int(template.body_offset), count: Int(template.body_length)))
  }

  private func bytes(at offset: Int, count: Int) throws(ContentError) -> [UInt8] {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(count, 1), alignment: 1)
    defer { buffer.deallocate() }
    try read(offset..<offset + count, to: buffer.baseAddress!)
    return Array(buffer.prefix(count))
  }

  /// Writes what lies in a range of the content to `start` on; the bytes between parts are left as they are.
  private func read(_ range: Range<Int>, to start: UnsafeMutableRawPointer) throws(ContentError) {
    for part in answers.parts {
      let found = part.range.clamped(to: range)
      guard !found.isEmpty else { continue }
      let target = UnsafeMutableRawBufferPointer(
        start: start + (found.lowerBound - range.lowerBound), count: found.count)
      let offset = found.lowerBound - part.range.lowerBound
      if let bytes = part.bytes {
        target.copyBytes(from: bytes[offset..<offset + found.count])
      } else {
        try body.read(at: offset, into: target)
      }
    }
  }
}
