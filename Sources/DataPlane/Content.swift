// The content store, read: structures of site_abi.h lie anywhere in a generation's content, and whole in the chunk in
// which they begin, since a chunk repeats the first bytes of the next one.

/// A generation of the content store.
struct Content {
  let generation: UInt32
  /// Its first chunk, in which most of what a request needs lies.
  let first: UnsafePointer<content_chunk>

  @inline(__always)
  init?(_ generation: UInt32) {
    guard let chunk = content_chunk_lookup(generation, 0) else { return nil }
    self.generation = generation
    first = UnsafePointer(chunk)
  }

  /// What lies at `offset` and up to CONTENT_CHUNK_OVERLAP bytes behind it; nil where no content is.
  @inline(__always)
  func bytes(at offset: UInt32) -> UnsafeRawPointer? {
    var chunk = first
    let index = offset >> UInt32(CONTENT_CHUNK_SHIFT)
    if index != 0 {
      guard let other = content_chunk_lookup(generation, index) else { return nil }
      chunk = UnsafePointer(other)
    }
    return UnsafeRawPointer(chunk) + Int(bpf_opaque(UInt64(offset)) & contentChunkMask)
  }

  @inline(__always)
  func at<T>(_ offset: UInt32, as type: T.Type) -> UnsafePointer<T>? {
    bytes(at: offset)?.assumingMemoryBound(to: type)
  }

  /// What begins a generation.
  @inline(__always)
  var site: UnsafePointer<site> { UnsafeRawPointer(first).assumingMemoryBound(to: DataPlaneSite.self) }
}

typealias DataPlaneSite = site

/// The place in its chunk of what lies at an offset of a content.
let contentChunkMask = UInt64(CONTENT_CHUNK_SIZE - 1)
