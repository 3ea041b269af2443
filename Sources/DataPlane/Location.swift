// A Location that is made of the request (RFC 9110 10.2.2).

/// Makes the last lines of a redirection's head in `scratch.kept`, one piece of the resource's location after the
/// other: what the global function `append_location` does.
///
/// - Parameters:
///   - index: of the piece; one behind the last of them: what ends the head.
///   - persistence: a `Persistence`.
/// - Returns: 1 if more has to follow.
@_cdecl("location_of") @inline(__always)
public func appendLocation(
  _ scratch: UnsafeMutablePointer<scratch>, _ index: UInt32, _ persistence: UInt32
) -> UInt32 {
  let responding = scratch.responding
  guard let content = Content(responding.pointee.generation),
    let resource = content.at(responding.pointee.resource, as: resource.self)
  else { return 0 }
  if index == 0 {
    responding.pointee.text_length = 0
    responding.pointee.is_too_long = 0
    responding.pointee.is_malformed = 0
    scratch.put(0x6E6F_6974_6163_6F4C, 8)  // Location
    scratch.put(0x203A, 2)
  }
  let hasPiece = index < UInt32(resource.pointee.location_count)
  var text = site_tail(content.site, persistence)
  var kind = UInt32(LOCATION_TEXT.rawValue)
  if hasPiece {
    guard let pieces = content.at(resource.pointee.location_offset, as: location_piece.self) else { return 0 }
    let piece = UnsafePointer(pieces) + Int(bpf_opaque(UInt64(index)) & 7)
    kind = piece.pointee.kind
    text = location_piece_text(piece)
  } else {
    scratch.put(0x0A0D, 2)
  }
  append(content, kind, text, scratch)
  return hasPiece ? 1 : 0
}

/// Appends a piece of a Location: an `enum location_kind`, and where its text lies in the content.
@inline(__always)
private func append(_ content: Content, _ kind: UInt32, _ text: UnsafePointer<site_text>, _ scratch: Scratch) {
  let request = scratch.request
  let target = UInt32(request.pointee.targetLength)
  var chunk = content.first
  var area = scratch_target_offset()
  var skipped: UInt32 = 0
  var length = target
  switch kind {
  case UInt32(LOCATION_TEXT.rawValue):
    area = 0
    length = text.pointee.length
    let index = text.pointee.offset >> UInt32(CONTENT_CHUNK_SHIFT)
    if index != 0 {
      guard let other = content_chunk_lookup(content.generation, index) else { return }
      chunk = UnsafePointer(other)
    }
  case UInt32(LOCATION_HOST.rawValue):
    area = scratch_host_offset()
    length = UInt32(request.pointee.hostLength)
    // Without a name there is nowhere to go to.
    if length == 0 { scratch.responding.pointee.is_malformed = 1 }
  case UInt32(LOCATION_TARGET.rawValue): break
  case UInt32(LOCATION_QUERY.rawValue):
    skipped = min(UInt32(request.pointee.pathPosition), target)
    // A question mark alone is left out, as by nginx.
    if target &- skipped == 1 { skipped = target }
  default:
    // The prefix matched the path. Where the target has it in other letters, escaped, what follows is not known.
    skipped = min(scratch.responding.pointee.prefix_length, target)
    if has_prefix(scratch, skipped) == 0 { scratch.responding.pointee.is_malformed = 1 }
  }
  var loop = append_context(
    scratch: scratch, chunk: chunk, area: area == 0 ? 0 : area &+ UInt64(skipped),
    place: UInt64(text.pointee.offset) & contentChunkMask)
  appendWords(&loop, length &- skipped)
}

/// Appends `length` bytes, some more being written behind them.
@inline(__always)
private func appendWords(_ loop: UnsafeMutablePointer<append_context>, _ length: UInt32) {
  let responding = loop.pointee.scratch.responding
  let end = responding.pointee.text_length &+ length
  guard length > 0 else { return }
  guard end <= UInt32(KEPT_TEXT) - 64 else {
    responding.pointee.is_too_long = 1
    return
  }
  _ = append_text_loop((length &+ 7) / 8, loop)
  responding.pointee.text_length = end
}

@_cdecl("append_text_step") @inline(__always)
public func appendTextStep(_ index: UInt32, _ loop: UnsafeMutablePointer<append_context>) -> Int {
  let scratch = loop.pointee.scratch
  let step = UInt64(index) &* 8
  let word: UInt64
  if loop.pointee.area == 0 {
    // A text goes on into the bytes of the next chunk that this one repeats.
    let place = (bpf_opaque(loop.pointee.place) & contentChunkMask) &+ (bpf_opaque(step) & UInt64(KEPT_TEXT - 1))
    word = loadWord(UnsafeRawPointer(loop.pointee.chunk), UInt(place))
  } else {
    word = scratch_area_word(scratch, loop.pointee.area &+ step)
  }
  let place = bpf_opaque(UInt64(scratch.responding.pointee.text_length) &+ step) & UInt64(KEPT_TEXT - 1)
  storeWord(word, kept_text_bytes(scratch.kept), UInt(place))
  return 0
}
