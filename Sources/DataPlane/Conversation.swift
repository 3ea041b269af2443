/// The stage `conversation`: a segment for a session, which the stage before has looked up, verified and found unusual.
/// The core judges it.
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
  if scratch.packet.pointee.has_unread_options != 0 { readOptions(scratch) }
  guard claim(session, scratch.packet.pointee.identity) else {
    count(.droppedRace, in: statistics)
    return XDPAction.drop
  }
  let verdict = judge(context, scratch, session, statistics, configuration)
  if verdict == Conversation.reopens {
    _ = stages_tail_call(context, UInt32(STAGE_NEWCOMER))
  } else {
    guard verdict == Conversation.transmits else { return verdict }
    if settles(scratch, session, configuration) {
      return finish(context, scratch, session, statistics, configuration)
    }
    let isRead = scratch.reaction.pointee.deliverable_length > 0 || session.readsOn
    _ = stages_tail_call(context, UInt32(isRead ? STAGE_READ : STAGE_TRANSMIT))
    session_release(session)
  }
  // The next stage is missing.
  count(.droppedInternal, in: statistics)
  return XDPAction.drop
}

/// Has the core judge the segment. The caller holds the claim; it is released unless the conversation goes on.
@inline(never)
private func judge(
  _ context: UnsafeMutablePointer<xdp_md>, _ scratch: Scratch, _ session: Session, _ statistics: Statistics,
  _ configuration: Configuration
) -> Int32 {
  let before = session.tcp.pointee.state
  let mode = session.tcp.pointee.recovery.mode
  let point = session.tcp.pointee.recovery.point
  let verdict = Verdict(rawValue: UInt8(truncatingIfNeeded: receive_segment(session, scratch))) ?? .discard
  scratch.reaction.pointee.verdict = UInt32(verdict.rawValue)
  scratch.reaction.pointee.state_before = UInt32(before.rawValue)
  countRefusal(scratch.reaction.pointee.refusal, in: statistics)
  countRecovery(session.tcp, mode, point, in: statistics)
  switch verdict {
  case .proceed: return Conversation.transmits
  case .establish:
    count(.sessionsEstablished, in: statistics)
    return Conversation.transmits
  case .acknowledge:
    count(.duplicateAcknowledgmentsSent, in: statistics)
    return Conversation.transmits
  case .discard:
    session_release(session)
    return XDPAction.drop
  case .challenge, .synchronize, .reset, .abort, .close, .reopen:
    return leave(context, scratch, session, statistics, UInt32(verdict.rawValue))
  }
}

/// Whether the segment was a bare ACK after which nothing is to be sent, as the last of a handshake is, and that of our
/// FIN. Then the stage `transmit` has nothing to do. The caller holds the claim.
@inline(__always)
private func settles(_ scratch: Scratch, _ session: Session, _ configuration: Configuration) -> Bool {
  guard scratch.reaction.pointee.acknowledgment_due == 0, !session.readsOn,
    session.tcp.pointee.transmitNothing(
      parameters: Parameters(configuration), now: Instant(nanoseconds: scratch.pointee.now))
  else { return false }
  scratch.plan.begin()
  return true
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
    return Conversation.reopens
  case .synchronize:
    describeSynchronize(plan, session, ownSegmentSize(scratch, configuration), now)
    plan.add(session.tcp.pointee.send.initial, session.tcp.pointee.synchronizeFlags)
    count(.synAcknowledgmentsSent, in: statistics)
  case .challenge:
    plan.describe(session, now)
    plan.add(lastSent, session.tcp.pointee.acknowledgmentFlags)
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
  case .timestamp: count(.droppedTimestamp, in: statistics)
  case .challengeLimited: count(.challengeAcknowledgmentsLimited, in: statistics)
  }
}

/// Counts what the loss of segments, or a mark in their place, has led to.
@inline(__always)
private func countRecovery(
  _ tcp: UnsafeMutablePointer<ControlBlock>, _ before: RecoveryMode, _ point: SequenceNumber,
  in statistics: Statistics
) {
  let after = tcp.pointee.recovery.mode
  guard before != after else { return }
  switch after {
  case .fast: count(.fastRecoveries, in: statistics)
  case .reducing: count(.congestionMarks, in: statistics)
  // It has ended without that all of it was acknowledged: nothing was lost.
  case .open: if tcp.pointee.send.unacknowledged.precedes(point) { count(.recoveriesUndone, in: statistics) }
  default: break
  }
}
