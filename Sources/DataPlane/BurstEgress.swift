/// The device map's program for the served interface, which every copy of a frame comes to, in order: it becomes the next
/// segment of its plan.
@_cdecl("burst_egress_program") @inline(__always)
public func burstEgress(_ context: UnsafeMutablePointer<xdp_md>) -> Int32 {
  var zero: UInt32 = 0
  guard let scratch = scratch_lookup(&zero), let statistics = statistics_lookup(&zero) else { return XDPAction.drop }
  guard let plan = BurstMark(context)?.plan() else {
    count(.droppedPlan, in: statistics)
    return XDPAction.drop
  }
  let number = plan.pointee.seen
  plan.pointee.seen = number &+ 1
  guard number >= plan.pointee.surplus else { return XDPAction.drop }
  guard number &- plan.pointee.surplus < plan.pointee.segments else { return XDPAction.drop }
  if emit_segment(context, scratch, plan, number &- plan.pointee.surplus) == Emission.done { return XDPAction.pass }
  count(.droppedInternal, in: statistics)
  return XDPAction.drop
}

/// The device map's program for the pump's interface, which the frame itself comes to, after its copies. It ends here,
/// unless the pump has to be set going: then it becomes the frame that circles.
@_cdecl("wake_egress_program") @inline(__always)
public func wakeEgress(_ context: UnsafeMutablePointer<xdp_md>) -> Int32 {
  var zero: UInt32 = 0
  guard let plan = BurstMark(context)?.plan(), plan.pointee.wakes_pump != 0, let scratch = scratch_lookup(&zero),
    let pump = pump_lookup(&zero), let statistics = statistics_lookup(&zero)
  else { return XDPAction.drop }
  let frame = XDPFrame(context: context, length: FrameBounds(context).length)
  guard frame.resize(to: PumpFrame.awakeLength) else { return XDPAction.drop }
  PumpFrame.write(to: scratch.header, token: pump.pointee.started)
  guard frame.store(scratch.header, length: PumpFrame.headerLength, limit: 64, at: 0) else {
    return XDPAction.drop
  }
  pump.pointee.wakes &+= 1
  count(.pumpWakes, in: statistics)
  return XDPAction.pass
}
