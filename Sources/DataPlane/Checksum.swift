/// Whether a segment's checksum is right (RFC 9293 3.1), or was left to a device that this frame never crossed: a
/// local sender then leaves the pseudo-header's sum in the field. That is taken only where the configuration says
/// that frames come from local senders; on a wire it would let one bad frame in 65,536 pass.
@inline(__always)
func hasValidChecksum(
  _ context: UnsafeMutablePointer<xdp_md>, _ scratch: Scratch, _ configuration: Configuration
) -> Bool {
  let packet = scratch.packet
  let transport = packet.pointee.transport_offset
  let end = packet.pointee.payload_offset &+ packet.pointee.payload_length
  if configuration.pointee.accept_partial_checksums != 0 {
    let field = Frame(scratch, from: transport).raw(16, UInt16.self)
    if field == InternetChecksum.fold(scratch.path.pseudoHeaderSum(end &- transport)) { return true }
  }
  return hasRightSum(context, scratch) != 0
}

/// Whether the segment and its pseudo-header sum up to all ones.
@inline(never)
private func hasRightSum(_ context: UnsafeMutablePointer<xdp_md>, _ scratch: Scratch) -> UInt32 {
  let packet = scratch.packet
  let transport = packet.pointee.transport_offset
  let end = packet.pointee.payload_offset &+ packet.pointee.payload_length
  let sum = sumFrame(context, scratch, transport, end)
  guard sum >= 0 else { return 0 }
  return InternetChecksum.fold(scratch.path.pseudoHeaderSum(end &- transport) &+ UInt64(sum)) == 0xffff ? 1 : 0
}

/// The folded ones' complement sum of the frame's bytes in [offset, end), with the first one at an even place; -1 if
/// they could not be read.
@inline(__always)
func sumFrame(_ context: UnsafeMutablePointer<xdp_md>, _ scratch: Scratch, _ offset: UInt32, _ end: UInt32) -> Int64 {
  let sums = scratch.sums
  sums.pointee = loop_state(sum: 0, offset: offset, end: end, failed: 0)
  var loop = loop_context(context: context, scratch: scratch, session: nil, grammar: nil)
  // Each step takes 512 bytes; a frame has at most 64 KiB.
  _ = sum_frame_loop(129, &loop)
  return sums.pointee.failed == 0 && sums.pointee.offset >= end ? Int64(InternetChecksum.fold(sums.pointee.sum)) : -1
}

@_cdecl("sum_frame_step") @inline(__always)
public func sumFrameStep(_ index: UInt32, _ loop: UnsafeMutablePointer<loop_context>) -> Int {
  let sums = loop.pointee.scratch.sums
  let offset = sums.pointee.offset
  let end = sums.pointee.end
  guard offset < end else { return 1 }
  let length = bounded(min(end &- offset, 512), limit: 512)
  let chunk = loop.pointee.scratch.chunk
  guard bpf_xdp_load_bytes(loop.pointee.context, offset, chunk, length) == 0 else {
    sums.pointee.failed = 1
    return 1
  }
  var sum = sums.pointee.sum
  var word: UInt32 = 0
  while word < 512 {
    if word &+ 8 > length { break }
    sum &+= InternetChecksum.sum(chunk.load(fromByteOffset: Int(word), as: UInt64.self))
    word &+= 8
  }
  let rest = length & 7
  if rest > 0 {
    // The bytes behind the last are left over from before.
    let tail = chunk.load(fromByteOffset: Int(length & 0x3f8), as: UInt64.self)
    sum &+= InternetChecksum.sum(tail & ((1 << (UInt64(rest) &* 8)) &- 1))
  }
  sums.pointee.sum = sum
  sums.pointee.offset = offset &+ length
  return 0
}
