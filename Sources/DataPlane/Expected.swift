/// What stands in place of a verdict where another stage goes on.
enum Conversation {
  /// The stage `conversation`; nothing has changed yet.
  static var goesOn: Int32 { @inline(__always) get { -1 } }
  /// The stage `transmit`, with the session claimed.
  static var transmits: Int32 { @inline(__always) get { -2 } }
  /// The stage `newcomer`.
  static var reopens: Int32 { @inline(__always) get { -3 } }
  /// The stage `read`, with the session claimed.
  static var reads: Int32 { @inline(__always) get { -4 } }
}

/// The usual segment of a session, which header prediction expects: the next request, after all before it have been
/// answered and the answers acknowledged, or one without payload (`takeControl`). All else is left as it is, for the
/// stage `conversation`.
@inline(never)
func converseAsExpected(
  _ context: UnsafeMutablePointer<xdp_md>, _ scratch: Scratch, _ session: Session, _ statistics: Statistics,
  _ configuration: Configuration
) -> Int32 {
  let tcp = session.tcp
  count(.segmentsReceived, in: statistics)
  guard hasValidChecksum(context, scratch, configuration) else {
    count(.droppedTcpChecksum, in: statistics)
    return XDPAction.drop
  }
  readUsualOptions(scratch)
  let now = Instant(nanoseconds: bpf_ktime_get_ns())
  scratch.pointee.now = now.nanoseconds
  guard claim(session, scratch.packet.pointee.identity) else {
    count(.droppedRace, in: statistics)
    return XDPAction.drop
  }
  let length = scratch.packet.pointee.payload_length
  if scratch.packet.pointee.has_unread_options != 0 || session.pointee.unread_length != 0 {
    session_release(session)
    return Conversation.goesOn
  }
  if length == 0, takeControl(session, scratch, statistics, configuration) != 0 {
    return depart(context, scratch, statistics, configuration)
  }
  guard tcp.pointee.receiveExpected(Segment(scratch), scratch.found, parameters: Parameters(configuration), now: now)
  else {
    session_release(session)
    return Conversation.goesOn
  }
  session.pointee.segments_received &+= 1
  session.forgetAll(scratch.flow)
  scratch.reaction.pointee = reaction(
    refusal: 0, deliverable_offset: 0, deliverable_length: length, finishes: 0, acknowledgment_due: 1,
    verdict: 0, state_before: 0)
  if answer_known(session, scratch) == 0 {
    scratch.prepareSegment(buffered: min(scratch.packet.pointee.frame_length, 512))
    _ = read_segment(context, session, scratch)
    _ = learn_request(session, scratch)
  }
  let sequence = tcp.pointee.send.next
  let answered = tcp.pointee.answerExpected(
    scratch.reading.pointee.consumed, of: length, parameters: Parameters(configuration), now: now)
  guard answered > 0 else {
    scratch.reaction.pointee.verdict = UInt32(Verdict.proceed.rawValue)
    scratch.reaction.pointee.state_before = UInt32(State.established.rawValue)
    return scratch.reading.pointee.is_full == 0 ? Conversation.transmits : leaveRest(session, scratch)
  }
  let plan = scratch.plan
  plan.begin()
  session.pointee.bytes_received &+= UInt64(length)
  session.pointee.bytes_sent &+= UInt64(answered)
  count(.bytesSent, UInt64(answered), in: statistics)
  plan.describe(session, now)
  plan.addExpected(
    sequence, answered, finishes: tcp.pointee.flags.contains(.finishSent), isCapable: tcp.pointee.isCapable)
  plan_copy_queue(plan, session)
  session.postpone(now, configuration)
  if session.needsEntry(now.nanoseconds) { plan.pointee.wakes_pump = arm(session, scratch.flow, now.nanoseconds) }
  session_release(session)
  return depart(context, scratch, statistics, configuration)
}

/// Leaves what of an expected segment's payload has not been read to the stage `read`. The caller holds the claim, and
/// has no stack for it.
@inline(never)
private func leaveRest(_ session: Session, _ scratch: Scratch) -> Int32 {
  let consumed = scratch.reading.pointee.consumed
  let stored = scratch.reaction
  session.pointee.bytes_received &+= UInt64(consumed)
  session.tcp.pointee.receive.next = session.tcp.pointee.receive.next.advanced(by: consumed)
  stored.pointee.deliverable_offset = consumed
  stored.pointee.deliverable_length &-= consumed
  return Conversation.reads
}

/// An expected segment without payload: the ACK of an answer that no request brings along, and those that open and
/// close a connection. What is to be sent is in the plan then. The caller holds the claim, which is released if the
/// segment has been taken.
///
/// - Returns: 0 if it is not such a segment; nothing has changed then.
@inline(never)
private func takeControl(
  _ session: Session, _ scratch: Scratch, _ statistics: Statistics, _ configuration: Configuration
) -> UInt32 {
  let tcp = session.tcp
  let plan = scratch.plan
  let now = Instant(nanoseconds: scratch.pointee.now)
  let control = tcp.pointee.takeExpectedControl(
    Segment(scratch), scratch.found, parameters: Parameters(configuration), now: now)
  guard control != .none else { return 0 }
  session.pointee.segments_received &+= 1
  session.forgetAll(scratch.flow)
  session.postpone(now, configuration)
  plan.begin()
  if control == .finish {
    plan.describe(session, now)
    plan.add(tcp.pointee.send.next, .acknowledge)
    withdrawEntry(session)
  }
  if session.needsEntry(now.nanoseconds) { plan.pointee.wakes_pump = arm(session, scratch.flow, now.nanoseconds) }
  let created = session.pointee.created
  session_release(session)
  if control == .establishment { count(.sessionsEstablished, in: statistics) }
  if control == .finish {
    count(.sessionsClosed, in: statistics)
    enterTimeWait(scratch, created, statistics)
  }
  return 1
}
