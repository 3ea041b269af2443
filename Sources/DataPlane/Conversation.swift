/// The stage `conversation`: a segment for a session, which the stage before has looked up, verified and found unusual.
/// The core judges it, its requests are read, and what may be sent now is sent.
@_cdecl("conversation_program") @inline(__always)
public func conversation(_ context: UnsafeMutablePointer<xdp_md>) -> Int32 {
  var zero: UInt32 = 0
  guard let scratch = scratch_lookup(&zero), let statistics = statistics_lookup(&zero),
    let configuration = configuration_lookup(&zero)
  else { return XDPAction.drop }
  guard let session = sessions_lookup(scratch.flow) else {
    // It has ended since the first stage.
    count(.droppedRace, in: statistics)
    return XDPAction.drop
  }
  let verdict = converse(context, scratch, session, statistics, configuration)
  guard verdict == Conversation.goesOn else { return verdict }
  _ = stages_tail_call(context, UInt32(STAGE_NEWCOMER))
  count(.droppedInternal, in: statistics)
  return XDPAction.drop
}

@inline(never)
private func converse(
  _ context: UnsafeMutablePointer<xdp_md>, _ scratch: Scratch, _ session: Session, _ statistics: Statistics,
  _ configuration: Configuration
) -> Int32 {
  let packet = scratch.packet
  let now = Instant(nanoseconds: scratch.pointee.now)
  if packet.pointee.has_unread_options != 0 { readOptions(scratch) }
  guard claim(session, packet.pointee.identity) else {
    count(.droppedRace, in: statistics)
    return XDPAction.drop
  }
  let stateBefore = session.tcp.pointee.state
  let verdict = Verdict(rawValue: UInt8(truncatingIfNeeded: receive_segment(session, scratch))) ?? .discard
  countRefusal(scratch.reaction.pointee.refusal, in: statistics)
  switch verdict {
  case .proceed: break
  case .establish: count(.sessionsEstablished, in: statistics)
  case .acknowledge: count(.duplicateAcknowledgmentsSent, in: statistics)
  case .discard:
    session_release(session)
    return XDPAction.drop
  case .challenge, .synchronize, .reset, .abort, .close, .reopen:
    return leave(context, scratch, session, statistics, UInt32(verdict.rawValue))
  }
  if scratch.reaction.pointee.deliverable_length > 0 { _ = read_segment(context, session, scratch) }
  conclude(session, scratch)
  let plan = scratch.plan
  plan.begin()
  plan.describe(session, now)
  transmitRuns(session, scratch, burstBudget(configuration))
  plan.queue.pointee = session.queue.pointee
  let state = session.tcp.pointee.state
  if staysAlive(verdict, stateBefore, state, packet) { session.postpone(now, configuration) }
  if session.needsEntry(now.nanoseconds) { plan.pointee.wakes_pump = arm(session, scratch.flow, now.nanoseconds) }
  session_release(session)

  if state == .timeWait, stateBefore != .timeWait {
    count(.sessionsClosed, in: statistics)
    _ = time_wait_push(scratch.flow, 2 /* BPF_EXIST: the oldest makes way */)
  }
  return depart(context, scratch, statistics, configuration)
}

/// Whether what has arrived gives the session a full time-out again. Once we have closed, each state has its time and
/// no more, whatever the peer sends: it could hold FIN-WAIT-2 for ever. In TIME-WAIT nothing but a retransmitted FIN
/// restarts the time-out (RFC 9293 3.10.7.4).
@inline(__always)
private func staysAlive(_ verdict: Verdict, _ before: State, _ after: State, _ packet: Packet) -> Bool {
  switch verdict {
  case .proceed, .establish: return before == .established || before == .closeWait || after != before
  case .acknowledge:
    return before == .timeWait
      && ControlBits(rawValue: UInt8(truncatingIfNeeded: packet.pointee.flags)).contains(.finish)
  default: return false
  }
}

/// The segments after which there is nothing to read, and mostly no session. `verdict` is a `Verdict`.
@inline(never)
private func leave(
  _ context: UnsafeMutablePointer<xdp_md>, _ scratch: Scratch, _ session: Session, _ statistics: Statistics,
  _ verdict: UInt32
) -> Int32 {
  var zero: UInt32 = 0
  let plan = scratch.plan
  let flow = scratch.flow
  let now = Instant(nanoseconds: scratch.pointee.now)
  let lastSent = session.tcp.pointee.send.next
  guard let configuration = configuration_lookup(&zero),
    let verdict = Verdict(rawValue: UInt8(truncatingIfNeeded: verdict))
  else {
    session_release(session)
    return XDPAction.drop
  }
  plan.begin()
  switch verdict {
  case .abort:
    remove(session, flow)
    count(.sessionsReset, in: statistics)
    return XDPAction.drop
  case .close:
    remove(session, flow)
    count(.sessionsClosed, in: statistics)
    return XDPAction.drop
  case .reopen:
    remove(session, flow)
    count(.sessionsReopened, in: statistics)
    scratch.pointee.last_sent = lastSent.value
    return Conversation.goesOn
  case .synchronize:
    describeSynchronize(plan, session, ownSegmentSize(scratch, configuration), now)
    plan.add(session.tcp.pointee.send.initial, session.tcp.pointee.synchronizeFlags)
    count(.synAcknowledgmentsSent, in: statistics)
  case .challenge:
    plan.describe(session, now)
    plan.add(lastSent, .acknowledge)
    count(.challengeAcknowledgmentsSent, in: statistics)
  default:
    planReset(scratch)
    count(.resetsSent, in: statistics)
  }
  session_release(session)
  return depart(context, scratch, statistics, configuration)
}

/// Counts why a segment, or what it claimed, was not taken: a `Refusal`.
@inline(__always)
private func countRefusal(_ refusal: UInt32, in statistics: Statistics) {
  guard refusal != 0, let refusal = Refusal(rawValue: UInt8(truncatingIfNeeded: refusal)) else { return }
  switch refusal {
  case .none: break
  case .outOfWindow: count(.droppedOutOfWindow, in: statistics)
  case .outOfOrder: count(.droppedOutOfOrder, in: statistics)
  case .acknowledgment: count(.droppedAcknowledgment, in: statistics)
  case .noAcknowledgment: count(.droppedNoAcknowledgment, in: statistics)
  case .reset: count(.droppedReset, in: statistics)
  case .synchronize: count(.droppedFlags, in: statistics)
  case .challengeLimited: count(.challengeAcknowledgmentsLimited, in: statistics)
  }
}
