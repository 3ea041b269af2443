/// Reads the options of the usual segment, which has none, or timestamps in the form that RFC 7323 appendix A recommends
/// and everybody sends. Others are left to `readOptions`.
@inline(__always)
func readUsualOptions(_ scratch: Scratch) {
  let packet = scratch.packet
  let found = scratch.found
  found.pointee.present = 0
  found.pointee.blockCount = 0
  packet.pointee.has_unread_options = packet.pointee.options_length == 0 ? 0 : 1
  guard packet.pointee.options_length == 12 else { return }
  let list = Frame(scratch, from: packet.pointee.transport_offset &+ 20)
  guard list.raw(0, UInt32.self) == 0x0a08_0101 else { return }
  found.pointee.present = SegmentOptions.timestamps
  found.pointee.timestamp = list.word(4)
  found.pointee.timestampEcho = list.word(8)
  packet.pointee.has_unread_options = 0
}

/// Reads the options of a SYN: at once if they are what Linux sends (MSS, SACK permitted, timestamps, NOP, window
/// scale, in this order), else one after the other.
@inline(__always)
func readSynchronizeOptions(_ scratch: Scratch) {
  let packet = scratch.packet
  let found = scratch.found
  let list = Frame(scratch, from: packet.pointee.transport_offset &+ 20)
  guard packet.pointee.options_length == 20, list.raw(0, UInt16.self) == 0x0402,
    list.raw(4, UInt32.self) == 0x0a08_0204,
    list.raw(16, UInt32.self) & 0xff_ffff == 0x03_0301
  else { return readOptions(scratch) }
  found.pointee.present = SegmentOptions.maximumSegmentSize | SegmentOptions.sackPermitted | SegmentOptions.timestamps
    | SegmentOptions.windowScale
  found.pointee.maximumSegmentSize = list.short(2)
  found.pointee.timestamp = list.word(8)
  found.pointee.timestampEcho = list.word(12)
  found.pointee.windowScale = list.byte(19)
  found.pointee.blockCount = 0
}

/// Reads the options of the received segment, whatever they are.
@inline(never)
func readOptions(_ scratch: Scratch) {
  let options = scratch.options
  scratch.found.pointee = SegmentOptions()
  options.pointee = loop_state(sum: 0, offset: 0, end: scratch.packet.pointee.options_length, failed: 0)
  var loop = recycle_context(scratch: scratch)
  _ = walk_options_loop(OptionWalk.longest, &loop)
}

/// One option. A loop in the program itself would have the verifier follow every sequence of options there is.
@_cdecl("walk_options_step") @inline(__always)
public func walkOptionsStep(_ index: UInt32, _ loop: UnsafeMutablePointer<recycle_context>) -> Int {
  let scratch = loop.pointee.scratch
  let options = scratch.options
  let list = scratch.packet.pointee.transport_offset &+ 20
  var walk = OptionWalk()
  walk.offset = options.pointee.offset
  let continues = walk.step(
    length: options.pointee.end, into: scratch.found, byte: { Frame(scratch, from: list &+ $0).byte(0) })
  options.pointee.offset = walk.offset
  return continues ? 0 : 1
}
