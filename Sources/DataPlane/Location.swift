// A Location that is made of the request (RFC 9110 10.2.2).

/// Makes the last lines of a redirection's head in `scratch.kept`, from the pieces of the resource that the request is
/// for: what the global function `keep_location` does.
///
/// - Parameter persistence: a `Persistence`.
/// - Returns: how many bytes they have; 0 if they do not fit, or the request names no host.
@_cdecl("make_location") @inline(__always)
public func makeLocation(_ scratch: UnsafeMutablePointer<scratch>, _ persistence: UInt32) -> UInt32 {
  let responding = scratch.responding
  responding.pointee.text_length = 0
  responding.pointee.is_too_long = 0
  guard let content = Content(responding.pointee.generation),
    let resource = content.at(responding.pointee.resource, as: resource.self),
    let pieces = content.at(resource.pointee.location_offset, as: location_piece.self)
  else { return 0 }
  scratch.put(0x6E6F_6974_6163_6F4C, 8)  // Location
  scratch.put(0x203A, 2)
  let count = UInt32(resource.pointee.location_count)
  var index: UInt32 = 0
  while index < UInt32(LOCATION_PIECES) {
    if index >= count { break }
    append(content, pieces[Int(bpf_opaque(UInt64(index)) & 7)], scratch)
    index &+= 1
  }
  scratch.put(0x0A0D, 2)
  let tail = persistence == 1 ? content.site.pointee.tails.1
    : persistence == 2 ? content.site.pointee.tails.2 : content.site.pointee.tails.0
  appendText(content, tail, scratch)
  return responding.pointee.is_too_long == 0 ? responding.pointee.text_length : 0
}

/// Appends a piece of a Location.
@inline(__always)
private func append(_ content: Content, _ piece: location_piece, _ scratch: Scratch) {
  let request = scratch.request
  let target = UInt32(request.pointee.targetLength)
  switch piece.kind {
  case UInt32(LOCATION_TEXT.rawValue): appendText(content, piece.text, scratch)
  case UInt32(LOCATION_HOST.rawValue):
    let length = UInt32(request.pointee.hostLength)
    // Without a name there is nowhere to go to.
    if length == 0 { scratch.responding.pointee.is_too_long = 1 }
    appendArea(content, scratch, scratch_host_offset(), length)
  case UInt32(LOCATION_TARGET.rawValue): appendArea(content, scratch, scratch_target_offset(), target)
  default:
    // The prefix matched the path; the target has it in the same letters, unless some are escaped.
    let skipped = min(scratch.responding.pointee.prefix_length, target)
    appendArea(content, scratch, scratch_target_offset() &+ UInt64(skipped), target &- skipped)
  }
}

@inline(__always)
private func appendText(_ content: Content, _ text: site_text, _ scratch: Scratch) {
  var chunk = content.first
  let index = text.offset >> UInt32(CONTENT_CHUNK_SHIFT)
  if index != 0 {
    guard let other = content_chunk_lookup(content.generation, index) else { return }
    chunk = UnsafePointer(other)
  }
  var loop = append_context(
    scratch: scratch, chunk: chunk, area: 0, place: UInt64(text.offset) & contentChunkMask)
  appendWords(&loop, text.length)
}

@inline(__always)
private func appendArea(_ content: Content, _ scratch: Scratch, _ area: UInt64, _ length: UInt32) {
  var loop = append_context(scratch: scratch, chunk: content.first, area: area, place: 0)
  appendWords(&loop, length)
}

/// Appends `length` bytes, some more being written behind them.
@inline(never)
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
    let place = bpf_opaque(loop.pointee.place &+ step) & contentChunkMask
    word = loadWord(UnsafeRawPointer(loop.pointee.chunk), UInt(place))
  } else {
    word = scratch_area_word(scratch, loop.pointee.area &+ step)
  }
  let place = bpf_opaque(UInt64(scratch.responding.pointee.text_length) &+ step) & UInt64(KEPT_TEXT - 1)
  storeWord(word, kept_text_bytes(scratch.kept), UInt(place))
  return 0
}
