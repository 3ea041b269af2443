// What is due at a time, and not because something has arrived, is sent by the pump: a frame that circles through a pair
// of interfaces, slowed down by tbf, and brings this tc program a packet of its own in each round. What the timers ask
// for is built in it, one after the other, and copies of it leave by the served interface.

/// How many sessions and segments a round deals with, at most.
private let stepsPerRound: UInt32 = 512
/// Rounds that follow each other faster than this, nanoseconds,
private let hurry: UInt64 = 20_000
/// so many times show that the brake is gone. The frame ends then, and is made anew when that is noticed.
private let hurriedRounds: UInt32 = 256
/// Below this many nanoseconds to the next entry the frame circles at its fastest.
private let nearby: UInt64 = 24_000_000

@_cdecl("pump_round_program") @inline(__always)
public func pumpRound(_ skb: UnsafeMutablePointer<__sk_buff>) -> Int32 {
  let action = beginRound(skb)
  if action != 0 { return action }
  var zero: UInt32 = 0
  guard let scratch = scratch_lookup(&zero) else { return TCAction.shot }
  takeSteps(skb, scratch)
  return endRound(skb)
}

/// - Returns: 0 if the packet is the pump's frame, else what becomes of it.
@inline(never)
private func beginRound(_ skb: UnsafeMutablePointer<__sk_buff>) -> Int32 {
  var zero: UInt32 = 0
  guard let scratch = scratch_lookup(&zero), let configuration = configuration_lookup(&zero),
    let pump = pump_lookup(&zero)
  else { return TCAction.shot }
  let token = PumpFrame.token(of: skb, scratch)
  if token == 0 { return TCAction.unspecified }
  // One that was taken for lost, and another circles.
  guard token == pump.pointee.started else { return TCAction.shot }
  let now = bpf_ktime_get_ns()
  // tbf lets a few rounds that it has saved up go at once, but no more.
  pump.pointee.hurried_rounds = now &- pump.pointee.last_round < hurry ? pump.pointee.hurried_rounds &+ 1 : 0
  guard pump.pointee.hurried_rounds < hurriedRounds else { return TCAction.shot }
  pump.pointee.last_round = now
  pump.pointee.rounds &+= 1
  scratch.pointee.now = now
  scratch.pointee.target = configuration.pointee.interface
  scratch.pointee.timer_queue = 0
  scratch.pointee.is_transmitting = 0
  scratch.plan.begin()
  return 0
}

@inline(never)
private func takeSteps(_ skb: UnsafeMutablePointer<__sk_buff>, _ scratch: Scratch) {
  var loop = pump_context(skb: skb, scratch: scratch)
  _ = pump_steps_loop(stepsPerRound, &loop)
}

/// Sends the frame into its next round, or lets it rest.
@inline(never)
private func endRound(_ skb: UnsafeMutablePointer<__sk_buff>) -> Int32 {
  var zero: UInt32 = 0
  guard let scratch = scratch_lookup(&zero), let configuration = configuration_lookup(&zero),
    let pump = pump_lookup(&zero)
  else { return TCAction.shot }
  let length = nextLength(pump, configuration, scratch.pointee.now)
  guard length > 0, PumpFrame.turn(skb, scratch, token: pump.pointee.started, length: length) else {
    return TCAction.shot
  }
  return Int32(truncatingIfNeeded: bpf_redirect(configuration.pointee.pump_interface, 0))
}

/// How long the frame is in its next round; 0 if it is to rest, since no session has anything to wait for.
@inline(never)
private func nextLength(
  _ pump: UnsafeMutablePointer<pump>, _ configuration: Configuration, _ now: UInt64
) -> UInt32 {
  var entry = expiry()
  var wait = timeToNextEntry(&entry, now)
  if wait == UInt64.max {
    pump_stop(pump)
    // A session that queued its entry in between found the pump running.
    wait = timeToNextEntry(&entry, now)
    if wait == UInt64.max || pump_try_start(pump) == 0 { return 0 }
  }
  return wait < nearby ? configuration.pointee.pump_awake_length : configuration.pointee.pump_asleep_length
}

/// Sends the next segment of the plan at hand, or looks at the next session whose time has come.
@_cdecl("pump_steps_step") @inline(__always)
public func pumpStepsStep(_ index: UInt32, _ loop: UnsafeMutablePointer<pump_context>) -> Int {
  let scratch = loop.pointee.scratch
  let plan = scratch.plan
  if scratch.pointee.is_transmitting != 0 {
    transmitFromPump(scratch)
    return 0
  }
  let number = plan.pointee.seen
  if number < plan.pointee.segments {
    plan.pointee.seen = number &+ 1
    sendFromPump(loop, number)
    return 0
  }
  return lookAtNext(scratch) != 0 ? 0 : 1
}

/// Looks at the next session whose entry is due.
///
/// - Returns: 0 if there is none in any queue.
@inline(never)
private func lookAtNext(_ scratch: Scratch) -> UInt32 {
  scratch.plan.begin()
  scratch.plan.pointee.seen = 0
  var entry = expiry()
  guard takeEntry(scratch.pointee.timer_queue, &entry, scratch.pointee.now) else {
    scratch.pointee.timer_queue &+= 1
    return scratch.pointee.timer_queue > 3 ? 0 : 1
  }
  if !isOver(&entry) { lookAt(&entry, scratch) }
  return 1
}

@inline(never)
private func sendFromPump(_ loop: UnsafeMutablePointer<pump_context>, _ number: UInt32) {
  let scratch = loop.pointee.scratch
  var zero: UInt32 = 0
  guard let pump = pump_lookup(&zero), let statistics = statistics_lookup(&zero) else { return }
  guard emit_segment_skb(loop.pointee.skb, scratch, scratch.plan, number) == Emission.done else {
    count(.droppedInternal, in: statistics)
    return
  }
  _ = bpf_clone_redirect(loop.pointee.skb, scratch.pointee.target, 0)
  pump.pointee.segments &+= 1
  count(.segmentsSent, in: statistics)
}

/// A session's entry has come up: its timer may have expired, or have moved, or be off.
@inline(__always)
private func lookAt(_ entry: UnsafeMutablePointer<expiry>, _ scratch: Scratch) {
  guard let session = sessions_lookup(&entry.pointee.flow) else { return }
  guard session_try_claim(session) != 0 else {
    // Somebody is at work on it at this very moment; the next round is soon enough.
    _ = timers_2_push(entry, 0)
    return
  }
  // An entry that an earlier one has replaced, or of a connection that has ended.
  guard session.pointee.identity != 0, session.pointee.created == entry.pointee.created,
    session.pointee.timer_entry == entry.pointee.due
  else {
    session_release(session)
    return
  }
  session.pointee.timer_entry = 0
  let deadline = session.tcp.pointee.timerDeadline
  if deadline != 0, deadline <= scratch.pointee.now {
    setPath(scratch, session, &entry.pointee.flow)
    scratch.reaction.pointee.acknowledgment_due = 0
    let what = Expiry(rawValue: UInt8(truncatingIfNeeded: expire_segment(session, scratch))) ?? .none
    if what == .abort {
      remove(session, scratch.flow)
      return
    }
    if what == .transmit {
      // The next steps go on; the claim is kept for them.
      scratch.pointee.is_transmitting = 1
      return
    }
  }
  if session.needsEntry(scratch.pointee.now) { _ = arm(session, &entry.pointee.flow, scratch.pointee.now) }
  session_release(session)
}

/// Asks the core for the next run to send, after `expire`, until there is none.
@inline(__always)
private func transmitFromPump(_ scratch: Scratch) {
  guard let session = sessions_lookup(scratch.flow) else {
    scratch.pointee.is_transmitting = 0
    return
  }
  let plan = scratch.plan
  let left = UInt32(BURST_LIMIT) &- min(plan.pointee.segments, UInt32(BURST_LIMIT))
  var segments: UInt32 = 0
  if left > 0, plan.pointee.run_count < UInt32(PLAN_RUNS) { segments = transmit_segment(session, scratch, left) }
  if segments == 0 { finish(session, scratch) }
}

/// Lets go of a session that has been dealt with.
@inline(never)
private func finish(_ session: Session, _ scratch: Scratch) {
  plan_copy_queue(scratch.plan, session)
  if session.needsEntry(scratch.pointee.now) { _ = arm(session, scratch.flow, scratch.pointee.now) }
  scratch.pointee.is_transmitting = 0
  session_release(session)
}

/// Fills the path of the plan from a session, for want of a received frame.
@inline(__always)
private func setPath(_ scratch: Scratch, _ session: Session, _ flow: UnsafeMutablePointer<flow>) {
  let path = scratch.path
  path.flow.pointee = flow.pointee
  // The kept bytes end where the link header has to end, two bytes behind where they begin.
  let kept = session_link_header(session).assumingMemoryBound(to: UInt16.self)
  let link = path.link.assumingMemoryBound(to: UInt16.self)
  for place in 0..<11 { link[1 &+ place] = kept[place] }
  path.pointee.network_offset = UInt32(session.pointee.link_length)
  let etherType = kept[10]
  path.pointee.is_ipv6 = etherType == UInt16(0x86dd).bigEndian ? 1 : 0
  let words = UnsafeRawPointer(path.flow)
  let remote = InternetChecksum.sum(words.load(fromByteOffset: 16, as: UInt64.self))
    &+ InternetChecksum.sum(words.load(fromByteOffset: 24, as: UInt64.self))
  let local = InternetChecksum.sum(words.load(fromByteOffset: 0, as: UInt64.self))
    &+ InternetChecksum.sum(words.load(fromByteOffset: 8, as: UInt64.self))
  // IPv4 addresses are kept behind ::ffff:, which is on no wire, and nothing to a ones' complement sum.
  path.pointee.address_sum = UInt32(InternetChecksum.fold(remote &+ local))
}

/// What the global function `expire_segment` does: the session's timer has expired. What is to be sent is in the plan
/// then, but for what the core is asked for by `transmit`. The caller holds the claim.
///
/// - Returns: an `Expiry`.
@_cdecl("session_expire") @inline(__always)
public func expire(_ session: UnsafeMutablePointer<session>, _ scratch: UnsafeMutablePointer<scratch>) -> UInt32 {
  var zero: UInt32 = 0
  guard let configuration = configuration_lookup(&zero), let statistics = statistics_lookup(&zero) else { return 0 }
  let now = Instant(nanoseconds: scratch.pointee.now)
  let tcp = session.tcp
  let plan = scratch.plan
  plan.describe(session, now)
  let timer = tcp.pointee.timer
  let expiry = tcp.pointee.expire(parameters: Parameters(configuration), now: now)
  switch expiry {
  case .none: break
  case .transmit:
    switch timer {
    case .retransmission: count(.retransmissionTimeouts, in: statistics)
    case .tailProbe: count(.tailLossProbes, in: statistics)
    case .windowProbe: count(.windowProbes, in: statistics)
    default: break
    }
  case .synchronize:
    describeSynchronize(plan, session, ownSegmentSize(scratch, configuration), now)
    plan.add(tcp.pointee.send.initial, tcp.pointee.synchronizeFlags)
    count(.synAcknowledgmentsSent, in: statistics)
  case .keepAlive:
    plan.add(SequenceNumber(tcp.pointee.send.next.value &- 1), .acknowledge)
    count(.keepAliveProbes, in: statistics)
  case .abort:
    plan.add(tcp.pointee.send.next, ControlBits.reset.union(.acknowledge))
    count(.sessionsGivenUp, in: statistics)
  }
  return UInt32(expiry.rawValue)
}
