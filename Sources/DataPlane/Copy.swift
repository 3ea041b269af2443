// The payload of a segment that is being built, from the content store. The session's queue, as it was when the segment
// was decided on, says which bytes of which answers lie at its place in the stream.

/// A range of the content store that a part of the stream comes from.
struct Piece {
  let generation: UInt32
  /// In the generation's content.
  let offset: UInt32
  /// How far it goes on from there, bytes.
  let length: UInt32
}

extension UnsafeMutablePointer<answer_queue> {
  /// Where the stream's byte at `offset`, counted from the queue's first sequence number, lies.
  @inline(__always)
  func piece(at offset: UInt32) -> Piece {
    var within = offset
    var place: UInt32 = 0
    while place < 3 {
      let span = run(place).pointee.span
      if within < span { break }
      within &-= span
      place &+= 1
    }
    let found = run(place)
    let head = UInt32(found.pointee.head_length)
    let body = found.pointee.body_length
    if within >= head &+ body { within = within % max(head &+ body, 1) }
    let isHead = within < head
    return Piece(
      generation: UInt32(found.pointee.generation),
      offset: isHead ? found.pointee.head_offset &+ within : found.pointee.body_offset &+ (within &- head),
      length: isHead ? head &- within : head &+ body &- within)
  }
}

/// Copies the payload of `scratch.outgoing` behind its headers, and sums it.
///
/// - Returns: false if something is missing that must not be.
@inline(__always)
func copyPayload<F: OutgoingFrame>(_ frame: F, _ scratch: Scratch, _ plan: Plan) -> Bool {
  let outgoing = scratch.outgoing
  if copyWholeAnswer(frame, scratch, plan) { return true }
  // Nearly every segment of a long answer lies in one piece.
  let piece = plan.queue.piece(at: outgoing.pointee.stream_offset)
  if piece.length >= outgoing.pointee.length, outgoing.pointee.length <= UInt32(copyLimit) {
    let sum = copy(frame, piece, outgoing.pointee.length, to: outgoing.pointee.header_length)
    outgoing.pointee.payload_sum = UInt32(truncatingIfNeeded: sum)
    return sum >= 0
  }
  scratch.copies.pointee = loop_state(sum: 0, offset: 0, end: 0, failed: 0)
  frame.copyPieces(scratch, plan)
  guard scratch.copies.pointee.failed == 0, outgoing.pointee.copied == outgoing.pointee.length else { return false }
  outgoing.pointee.payload_sum = UInt32(InternetChecksum.fold(scratch.copies.pointee.sum))
  return true
}

/// The case of nearly every short segment: its payload is one answer, the oldest one of the queue, whole, and its body
/// follows its head.
@inline(__always)
private func copyWholeAnswer<F: OutgoingFrame>(_ frame: F, _ scratch: Scratch, _ plan: Plan) -> Bool {
  let outgoing = scratch.outgoing
  let first = plan.queue.run(0)
  let head = UInt32(first.pointee.head_length)
  let length = head &+ first.pointee.body_length
  guard outgoing.pointee.stream_offset == 0, outgoing.pointee.length == length, length <= 248,
    first.pointee.head_offset &+ head == first.pointee.body_offset || first.pointee.body_length == 0,
    let chunk = content_chunk_lookup(
      UInt32(first.pointee.generation), first.pointee.head_offset >> UInt32(CONTENT_CHUNK_SHIFT))
  else { return false }
  let place = bpf_opaque(UInt64(first.pointee.head_offset)) & contentChunkMask
  guard
    frame.storeShort(
      UnsafeRawPointer(chunk) + Int(place), length: length, limit: 256, at: outgoing.pointee.header_length)
  else { return false }
  outgoing.pointee.payload_sum = UInt32(first.pointee.checksum)
  return true
}

private let contentChunkMask: UInt64 = 0x3_ffff

/// The most bytes that are copied at once: a chunk repeats as many of the next one.
private let copyLimit: UInt64 = 16384

/// Copies the first `length` bytes of a piece, 1 to `copyLimit`, to an offset of the frame.
///
/// - Returns: their sum, folded, as if they began at an even place; -1 if that failed.
@inline(__always)
private func copy<F: OutgoingFrame>(_ frame: F, _ piece: Piece, _ length: UInt32, to offset: UInt32) -> Int64 {
  let place = UInt32(truncatingIfNeeded: bpf_opaque(UInt64(piece.offset)) & contentChunkMask)
  guard let chunk = content_chunk_lookup(piece.generation, piece.offset >> UInt32(CONTENT_CHUNK_SHIFT)),
    frame.store(UnsafeRawPointer(chunk) + Int(place), length: length, limit: copyLimit, at: offset)
  else { return -1 }
  return Int64(contentSum(chunk, from: place, length: length))
}

/// Copies one piece, as far as it belongs to the segment. A step of bpf_loop.
@inline(__always)
private func copyPiece<F: OutgoingFrame>(_ frame: F, _ scratch: Scratch, _ plan: Plan) -> Int {
  let copies = scratch.copies
  let outgoing = scratch.outgoing
  let copied = outgoing.pointee.copied
  let remaining = outgoing.pointee.length &- copied
  guard remaining > 0 else { return 1 }
  let piece = plan.queue.piece(at: outgoing.pointee.stream_offset &+ copied)
  let length = min(min(piece.length, remaining), UInt32(copyLimit))
  let partial = length > 0 ? copy(frame, piece, length, to: outgoing.pointee.header_length &+ copied) : -1
  guard partial >= 0 else {
    copies.pointee.failed = 1
    return 1
  }
  var sum = UInt16(truncatingIfNeeded: partial)
  if copied & 1 == 1 { sum = InternetChecksum.swapped(sum) }
  copies.pointee.sum &+= UInt64(sum)
  outgoing.pointee.copied = copied &+ length
  return copied &+ length < outgoing.pointee.length ? 0 : 1
}

@_cdecl("copy_pieces_step") @inline(__always)
public func copyPiecesStep(_ index: UInt32, _ loop: UnsafeMutablePointer<copy_context>) -> Int {
  copyPiece(XDPFrame(context: loop.pointee.context, length: 0), loop.pointee.scratch, loop.pointee.plan)
}

@_cdecl("copy_pieces_skb_step") @inline(__always)
public func copyPiecesSKBStep(_ index: UInt32, _ loop: UnsafeMutablePointer<copy_skb_context>) -> Int {
  copyPiece(SKBFrame(skb: loop.pointee.skb), loop.pointee.scratch, loop.pointee.plan)
}
