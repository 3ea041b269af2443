// Segments that say something without a session's queue.

/// The options of a SYN-ACK (RFC 9293 3.7.1, RFC 7323 2 and 3, RFC 2018 2).
@inline(__always)
func describeSynchronize(_ plan: Plan, _ session: Session, _ maximumSegmentSize: UInt16, _ now: Instant) {
  let tcp = session.tcp
  let offered = tcp.pointee.synchronizeOptions
  plan.pointee.acknowledgment = tcp.pointee.receive.initial.value &+ 1
  plan.pointee.window = tcp.pointee.windowToAdvertise
  plan.pointee.segment_size = 0
  let options = plan.options
  options[0] = UInt32(OptionKind.maximumSegmentSize) | 4 << 8 | UInt32(maximumSegmentSize.bigEndian) << 16
  options[1] = 0
  options[2] = 0
  options[3] = 0
  options[4] = 0
  let permitted: UInt32 = 0x0204  // kind 4, length 2
  let noOperations: UInt32 = 0x0101
  var length: UInt32 = 4
  if offered.timestamps {
    options[1] = (offered.sackPermitted ? permitted : noOperations) | 0x0a08_0000
    options[2] = tcp.pointee.timestampToSend(now).bigEndian
    options[3] = tcp.pointee.timestampToEcho.bigEndian
    length = 16
  } else if offered.sackPermitted {
    options[1] = noOperations | permitted << 16
    length = 8
  }
  if offered.windowScale != noScale {
    // NOP, kind 3, length 3, shift count.
    let word: UInt32 = 0x0003_0301 | UInt32(offered.windowScale) << 24
    if length == 4 { options[1] = word }
    if length == 8 { options[2] = word }
    if length == 16 { options[4] = word }
    length &+= 4
  }
  plan.pointee.options_length = length
}

/// SynchronizeOptions.windowScale where the option is left out.
private let noScale: UInt8 = 255

extension ControlBlock {
  /// The control bits of the SYN-ACK (RFC 9293 3.5; RFC 3168 6.1.1).
  @inline(__always)
  var synchronizeFlags: ControlBits {
    let echo = ControlBits(rawValue: synchronizeOptions.congestionEcho ? 0x40 : 0)
    return ControlBits.synchronize.union(.acknowledge).union(echo)
  }
}

/// Fills the plan with the reset that answers the received segment.
@inline(__always)
func planReset(_ scratch: Scratch) {
  let reset = Reset(answering: Segment(scratch))
  let plan = scratch.plan
  plan.begin()
  plan.add(reset.sequence, reset.flags)
  plan.pointee.acknowledgment = reset.acknowledgment.value
  plan.pointee.window = 0
  plan.pointee.segment_size = 0
  plan.queue.pointee.first_sequence = reset.sequence.value
}
