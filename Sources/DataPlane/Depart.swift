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
  let segments = plan.pointee.segments
  let makesCopies = configuration.pointee.exit != UInt8(BURST_EXIT_NONE.rawValue)
  if segments == 0, plan.pointee.wakes_pump == 0 { return XDPAction.drop }
  if segments == 1, plan.pointee.wakes_pump == 0 || !makesCopies {
    let emission = emit_segment(context, scratch, plan, 0)
    if emission == Emission.done {
      // What this frame can't do another one will.
      if plan.pointee.wakes_pump != 0 { forgetWake() }
      count(.segmentsSent, in: statistics)
      return XDPAction.transmit
    }
    guard emission == Emission.noRoom else {
      count(.droppedInternal, in: statistics)
      return XDPAction.drop
    }
  }
  // The pump's own interface takes a frame whatever the served one does.
  if !makesCopies, segments > 0 {
    if plan.pointee.wakes_pump != 0 { forgetWake() }
    count(.droppedNoRoom, in: statistics)
    return XDPAction.drop
  }
  guard let slot = keep(scratch) else {
    count(.droppedInternal, in: statistics)
    return XDPAction.drop
  }
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
  // CLONES_SIZES: each number up to 16, then every fourth.
  let made = segments <= 16 ? segments : (segments &+ 3) & ~3
  slot.pointee.surplus = made &- segments
  return clones_redirect(made)
}
