/// The MSS option of the SYN in `scratch.frame`, or 0.
@inline(never)
func peerMaximumSegmentSize(_ context: UnsafeMutablePointer<xdp_md>, _ scratch: Scratch) -> UInt32 {
  let options = scratch.options
  options.pointee = loop_state(sum: 0, offset: 0, end: scratch.packet.pointee.options_length, failed: 0)
  var loop = loop_context(context: context, scratch: scratch, session: nil, grammar: nil)
  _ = walk_options_loop(OptionWalk.longest, &loop)
  return UInt32(truncatingIfNeeded: options.pointee.sum)
}

/// One option. A loop in the program itself would have the verifier follow every sequence of options there is.
@_cdecl("walk_options_step") @inline(__always)
public func walkOptionsStep(_ index: UInt32, _ loop: UnsafeMutablePointer<loop_context>) -> Int {
  let scratch = loop.pointee.scratch
  let options = scratch.options
  let list = scratch.packet.pointee.transport_offset &+ 20
  var walk = OptionWalk()
  walk.offset = options.pointee.offset
  walk.maximumSegmentSize = UInt16(truncatingIfNeeded: options.pointee.sum)
  let continues = walk.step(length: options.pointee.end, byte: { Frame(scratch, from: list &+ $0).byte(0) })
  options.pointee.offset = walk.offset
  options.pointee.sum = UInt64(walk.maximumSegmentSize)
  return continues ? 0 : 1
}
