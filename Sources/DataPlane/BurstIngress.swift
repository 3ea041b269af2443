/// The tc program on the served interface's ingress in SKB mode. The XDP program has run just before, on this CPU, and
/// passes what takes more than the received frame: copies of it are made here.
@_cdecl("burst_ingress_program") @inline(__always)
public func burstIngress(_ skb: UnsafeMutablePointer<__sk_buff>) -> Int32 {
  guard let mark = BurstMark(skb) else { return TCAction.unspecified }
  var zero: UInt32 = 0
  guard let scratch = scratch_lookup(&zero), let statistics = statistics_lookup(&zero),
    let configuration = configuration_lookup(&zero)
  else { return TCAction.shot }
  guard let plan = mark.plan() else {
    count(.droppedPlan, in: statistics)
    return TCAction.shot
  }
  popTags(skb)
  scratch.pointee.target = configuration.pointee.interface
  var loop = emit_context(skb: skb, scratch: scratch, plan: plan, statistics: statistics)
  _ = emit_segments_loop(UInt32(BURST_LIMIT), &loop)
  guard plan.pointee.wakes_pump != 0, let pump = pump_lookup(&zero) else { return TCAction.shot }
  pump.pointee.wakes &+= 1
  count(.pumpWakes, in: statistics)
  guard PumpFrame.turn(skb, scratch, token: pump.pointee.started, length: PumpFrame.awakeLength) else {
    return TCAction.shot
  }
  return Int32(truncatingIfNeeded: bpf_redirect(configuration.pointee.pump_interface, 0))
}

/// Has the packet forget the VLAN tags that the kernel has taken off the frame since the XDP program saw it: it would put
/// the first one in front of the tags that each segment is written with, and of all that the pump sends later.
@inline(__always)
private func popTags(_ skb: UnsafeMutablePointer<__sk_buff>) {
  if skb.pointee.vlan_present != 0 { _ = bpf_skb_vlan_pop(skb) }
  // A second one has taken its place.
  if skb.pointee.vlan_present != 0 { _ = bpf_skb_vlan_pop(skb) }
}

/// Builds the next segment of a plan in the packet and sends a copy of it.
@_cdecl("emit_segments_step") @inline(__always)
public func emitSegmentsStep(_ index: UInt32, _ loop: UnsafeMutablePointer<emit_context>) -> Int {
  let plan = loop.pointee.plan
  let scratch = loop.pointee.scratch
  let number = plan.pointee.seen
  guard number < plan.pointee.segments else { return 1 }
  plan.pointee.seen = number &+ 1
  if emit_segment_skb(loop.pointee.skb, scratch, plan, number) == Emission.done {
    _ = bpf_clone_redirect(loop.pointee.skb, scratch.pointee.target, 0)
  } else {
    count(.droppedInternal, in: loop.pointee.statistics)
  }
  return number &+ 1 < plan.pointee.segments ? 0 : 1
}
