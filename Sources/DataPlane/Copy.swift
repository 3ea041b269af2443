// The payload of a segment that is being built, from the content store. The session's queue, as it was when the segment
// was decided on, says which bytes of which answers lie at its place in the stream.

/// Copies the payload of `scratch.outgoing` behind its headers, and sums it.
///
/// - Returns: false if something is missing that must not be.
@inline(__always)
func copyPayload<F: OutgoingFrame>(_ frame: F, _ scratch: Scratch, _ plan: Plan) -> Bool {
  let outgoing = scratch.outgoing
  if copyShortAnswer(frame, scratch, plan) { return true }
  // Nearly every segment of a long answer lies in one piece.
  let length = outgoing.pointee.length
  if find_piece(scratch, plan, outgoing.pointee.stream_offset, length) == length {
    let sum = copy(frame, scratch, plan, length, to: outgoing.pointee.header_length)
    outgoing.pointee.payload_sum = UInt32(truncatingIfNeeded: sum)
    return sum >= 0
  }
  scratch.copies.pointee = loop_state(sum: 0, offset: 0, end: 0, failed: 0)
  frame.copyPieces(scratch, plan)
  guard scratch.copies.pointee.failed == 0, outgoing.pointee.copied == outgoing.pointee.length else { return false }
  outgoing.pointee.payload_sum = UInt32(InternetChecksum.fold(scratch.copies.pointee.sum))
  return true
}

/// The case of nearly every short segment: its payload is one answer, the oldest one of the queue, whole, and in one
/// piece.
@inline(__always)
private func copyShortAnswer<F: OutgoingFrame>(_ frame: F, _ scratch: Scratch, _ plan: Plan) -> Bool {
  let outgoing = scratch.outgoing
  let first = plan.queue.run(0)
  let length = outgoing.pointee.length
  guard outgoing.pointee.stream_offset == 0, length >= 32, length <= 248, first.pointee.isInOnePiece,
    first.pointee.length == length,
    let chunk = content_chunk_lookup(
      UInt32(first.pointee.generation), first.pointee.start >> UInt32(CONTENT_CHUNK_SHIFT))
  else { return false }
  let place = bpf_opaque(UInt64(first.pointee.start)) & contentChunkMask
  guard
    frame.storeShort(
      UnsafeRawPointer(chunk) + Int(place), length: length, limit: 256, at: outgoing.pointee.header_length)
  else { return false }
  var sum = UInt32(first.pointee.checksum)
  let datePlace = first.pointee.datePlace
  if datePlace < length {
    let text = scratch.dateText(first.pointee.date)
    guard frame.storeDate(text, at: outgoing.pointee.header_length &+ datePlace) else { return false }
    sum &+= scratch.dateSum(at: datePlace)
  }
  outgoing.pointee.payload_sum = sum
  return true
}

/// Copies `length` bytes, all that are wanted of `scratch.piece`, to an offset of the frame.
///
/// - Returns: their sum, folded, as if they began at an even place; -1 if that failed.
@inline(__always)
private func copy<F: OutgoingFrame>(
  _ frame: F, _ scratch: Scratch, _ plan: Plan, _ length: UInt32, to offset: UInt32
) -> Int64 {
  let piece = scratch.piece
  if piece.pointee.is_text != 0 {
    let sum = make_text(scratch, plan, length)
    guard sum != noText,
      frame.store(UnsafeRawPointer(scratch_text(scratch)), length: length, limit: textLimit, at: offset)
    else { return -1 }
    return Int64(sum)
  }
  let place = UInt32(truncatingIfNeeded: bpf_opaque(UInt64(piece.pointee.offset)) & contentChunkMask)
  guard
    let chunk = content_chunk_lookup(piece.pointee.generation, piece.pointee.offset >> UInt32(CONTENT_CHUNK_SHIFT)),
    frame.store(UnsafeRawPointer(chunk) + Int(place), length: length, limit: copyLimit, at: offset)
  else { return -1 }
  let sum = contentSum(chunk, from: place, length: length)
  guard piece.pointee.has_date != 0 else { return Int64(sum) }
  guard
    frame.store(
      UnsafeRawPointer(scratch_date_text(scratch)), length: IMFFixdate.length, limit: 32,
      at: offset &+ piece.pointee.date_place)
  else { return -1 }
  return Int64(InternetChecksum.fold(UInt64(sum) &+ UInt64(scratch.dateSum(at: piece.pointee.date_place))))
}

/// Copies one piece, as far as it belongs to the segment. A step of bpf_loop.
@inline(__always)
private func copyPiece<F: OutgoingFrame>(_ frame: F, _ scratch: Scratch, _ plan: Plan) -> Int {
  let copies = scratch.copies
  let outgoing = scratch.outgoing
  let copied = outgoing.pointee.copied
  let remaining = outgoing.pointee.length &- copied
  guard remaining > 0 else { return 1 }
  let length = find_piece(scratch, plan, outgoing.pointee.stream_offset &+ copied, remaining)
  let partial = length > 0 ? copy(frame, scratch, plan, length, to: outgoing.pointee.header_length &+ copied) : -1
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
