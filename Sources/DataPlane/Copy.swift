/// Copies the reply's payload from the content store into the frame and sums it. The session's queue, as it was when
/// the segment was decided on, says which bytes of which answers lie at its place in the stream.
///
/// - Returns: 1, or 0 if something is missing that must not be.
@inline(__always)
func copyAnswers(_ context: UnsafeMutablePointer<xdp_md>, _ scratch: Scratch) -> UInt32 {
  let reply = scratch.reply
  if copyWholeAnswer(context, scratch) { return 1 }
  reply.pointee.copied = 0
  scratch.copies.pointee = loop_state(sum: 0, offset: 0, end: 0, failed: 0)
  var loop = loop_context(context: context, scratch: scratch, session: nil, grammar: nil)
  // No answer is shorter than 70 bytes, and no segment longer than 9000.
  _ = copy_answers_loop(130, &loop)
  guard scratch.copies.pointee.failed == 0, reply.pointee.copied == reply.pointee.payload_length else { return 0 }
  reply.pointee.payload_sum = UInt32(InternetChecksum.fold(scratch.copies.pointee.sum))
  return 1
}

/// The case of nearly every segment: its payload is one answer, the oldest one of the queue, whole.
@inline(__always)
private func copyWholeAnswer(_ context: UnsafeMutablePointer<xdp_md>, _ scratch: Scratch) -> Bool {
  let reply = scratch.reply
  let run = scratch.queue.run(0)
  let length = run.pointee.length
  guard reply.pointee.stream_offset == 0, reply.pointee.payload_length == length, length <= 2048 else { return false }
  let offset = run.pointee.offset
  if length < 256, reply.pointee.payload_offset == HeaderLayout.common {
    var chunk = offset >> 16
    guard let content = content_lookup(&chunk) else { return false }
    let place = bpf_opaque(UInt64(offset)) & 0xffff
    let source = UnsafeRawPointer(content) + Int(place)
    let stored = FrameBounds(context).store(
      source, length: UInt(length), limit: 256, at: UInt(HeaderLayout.common))
    guard stored else { return false }
  } else {
    guard copyContent(context, offset, reply.pointee.payload_offset, length) else { return false }
  }
  reply.pointee.payload_sum = UInt32(run.pointee.checksum)
  return true
}

/// Copies one piece: the rest of one answer, as far as it belongs to the segment.
@_cdecl("copy_answers_step") @inline(__always)
public func copyAnswersStep(_ index: UInt32, _ loop: UnsafeMutablePointer<loop_context>) -> Int {
  let scratch = loop.pointee.scratch
  let copies = scratch.copies
  let reply = scratch.reply
  let queue = scratch.queue
  let copied = reply.pointee.copied
  let remaining = reply.pointee.payload_length &- copied
  guard remaining > 0 else { return 1 }

  var offset = reply.pointee.stream_offset &+ copied
  var place: UInt32 = 0
  while place < 3 {
    let span = queue.run(place).pointee.span
    if offset < span { break }
    offset &-= span
    place &+= 1
  }
  let run = queue.run(place)
  let length = run.pointee.length
  guard length > 0 else {
    copies.pointee.failed = 1
    return 1
  }
  let within = offset % length
  let piece = min(min(length &- within, remaining), 2048)
  let from = run.pointee.offset &+ within
  let target = reply.pointee.payload_offset &+ copied
  guard copyContent(loop.pointee.context, from, target, piece) else {
    copies.pointee.failed = 1
    return 1
  }
  var sum = run.pointee.checksum
  if piece < length {
    let partial = sumFrame(loop.pointee.context, scratch, target, target &+ piece)
    guard partial >= 0 else {
      copies.pointee.failed = 1
      return 1
    }
    sum = UInt16(truncatingIfNeeded: partial)
  }
  if copied & 1 == 1 { sum = InternetChecksum.swapped(sum) }
  copies.pointee.sum &+= UInt64(sum)
  reply.pointee.copied = copied &+ piece
  return 0
}

/// Copies `length` bytes, at most 2048, from the content store to a place in the frame.
@inline(__always)
private func copyContent(
  _ context: UnsafeMutablePointer<xdp_md>, _ from: UInt32, _ to: UInt32, _ length: UInt32
) -> Bool {
  var chunk = from >> 16
  guard let content = content_lookup(&chunk) else { return false }
  let offset = bpf_opaque(UInt64(from)) & 0xffff
  return bpf_xdp_store_bytes(
    context, to, UnsafeRawPointer(content) + Int(offset), bounded(length, limit: 2048)) == 0
}
