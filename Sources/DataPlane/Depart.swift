// How what has been decided on leaves. One segment leaves in place of the received frame, if that has room for it; all
// else leaves as copies of the frame: in native mode through a device map, each copy rewritten by `burst_egress`, in SKB
// mode by the tc program `burst_ingress`, to which the frame is passed.

/// Sends `scratch.plan`.
///
/// - Returns: the program's verdict.
@inline(never)
func depart(
  _ context: UnsafeMutablePointer<xdp_md>, _ scratch: Scratch, _ statistics: Statistics, _ configuration: Configuration
) -> Int32 {
  let plan = scratch.plan
  if plan.pointee.segments == 1, plan.pointee.wakes_pump == 0 {
    let emission = emit_segment(context, scratch, plan, 0)
    if emission == Emission.done {
      count(.segmentsSent, in: statistics)
      return XDPAction.transmit
    }
    guard emission == Emission.noRoom else {
      count(.droppedInternal, in: statistics)
      return XDPAction.drop
    }
  }
  if plan.pointee.segments == 0, plan.pointee.wakes_pump == 0 { return XDPAction.drop }
  if configuration.pointee.exit == UInt8(BURST_EXIT_NONE.rawValue) {
    count(.droppedNoRoom, in: statistics)
    return XDPAction.drop
  }
  guard let slot = keep(scratch) else {
    count(.droppedInternal, in: statistics)
    return XDPAction.drop
  }
  let segments = slot.pointee.segments
  count(.segmentsSent, UInt64(segments), in: statistics)
  if segments > 1 { count(.bursts, in: statistics) }
  if configuration.pointee.exit == UInt8(BURST_EXIT_SKB.rawValue) {
    guard BurstMark(slot.pointee.serial).putBefore(context) else {
      count(.droppedInternal, in: statistics)
      return XDPAction.drop
    }
    return XDPAction.pass
  }
  guard BurstMark(slot.pointee.serial).put(context) else {
    count(.droppedInternal, in: statistics)
    return XDPAction.drop
  }
  return copies(slot, segments)
}

/// Puts the plan where the programs that come behind find it: frames wait for the driver's flush, and others are
/// received meanwhile.
@inline(__always)
private func keep(_ scratch: Scratch) -> Plan? {
  let serial = scratch.pointee.next_serial &+ 1
  scratch.pointee.next_serial = serial
  var place = serial & UInt32(PLAN_SLOTS - 1)
  guard let slot = plans_lookup(&place) else { return nil }
  plan_copy(slot, scratch.plan)
  slot.pointee.serial = serial
  slot.pointee.seen = 0
  return slot
}

/// Has the driver's redirection make at least `segments` copies. The first ones of those that are too many are dropped:
/// some drivers ring the doorbell only with the last batch of copies, and only if it has any. The frame itself goes to
/// the map's last device, the pump's.
@inline(__always)
private func copies(_ slot: Plan, _ segments: UInt32) -> Int32 {
  let flags = UInt64(BPF_F_BROADCAST)
  if segments <= 8 {
    switch segments {
    case 0: return clones_0_redirect(0, flags)
    case 1: return clones_1_redirect(0, flags)
    case 2: return clones_2_redirect(0, flags)
    case 3: return clones_3_redirect(0, flags)
    case 4: return clones_4_redirect(0, flags)
    case 5, 6:
      slot.pointee.surplus = 6 &- segments
      return clones_6_redirect(0, flags)
    default:
      slot.pointee.surplus = 8 &- segments
      return clones_8_redirect(0, flags)
    }
  }
  if segments <= 12 {
    slot.pointee.surplus = 12 &- segments
    return clones_12_redirect(0, flags)
  }
  if segments <= 16 {
    slot.pointee.surplus = 16 &- segments
    return clones_16_redirect(0, flags)
  }
  if segments <= 24 {
    slot.pointee.surplus = 24 &- segments
    return clones_24_redirect(0, flags)
  }
  if segments <= 32 {
    slot.pointee.surplus = 32 &- segments
    return clones_32_redirect(0, flags)
  }
  if segments <= 48 {
    slot.pointee.surplus = 48 &- segments
    return clones_48_redirect(0, flags)
  }
  slot.pointee.surplus = 64 &- segments
  return clones_64_redirect(0, flags)
}
