/// The stage `transmit`: what has been read is taken note of, and what may be sent now is sent. The session is claimed.
@_cdecl("transmit_program") @inline(__always)
public func transmitStage(_ context: UnsafeMutablePointer<xdp_md>) -> Int32 {
  var zero: UInt32 = 0
  guard let scratch = scratch_lookup(&zero), let statistics = statistics_lookup(&zero),
    let configuration = configuration_lookup(&zero), let session = sessions_lookup(scratch.flow)
  else { return XDPAction.drop }
  begin(scratch, session)
  transmitRuns(session, scratch, burstBudget(configuration))
  return finish(context, scratch, session, statistics, configuration)
}

/// What comes before and behind is apart, since the core needs the most of the stack.
@inline(never)
private func begin(_ scratch: Scratch, _ session: Session) {
  conclude(session, scratch)
  scratch.plan.begin()
  scratch.plan.describe(session, Instant(nanoseconds: scratch.pointee.now))
}

/// Lets go of the session, and sends.
@inline(never)
func finish(
  _ context: UnsafeMutablePointer<xdp_md>, _ scratch: Scratch, _ session: Session, _ statistics: Statistics,
  _ configuration: Configuration
) -> Int32 {
  let now = scratch.pointee.now
  let plan = scratch.plan
  plan_copy_queue(plan, session)
  let state = session.tcp.pointee.state
  let before = State(rawValue: UInt8(truncatingIfNeeded: scratch.reaction.pointee.state_before)) ?? .closed
  if staysAlive(scratch, before, state) { session.postpone(Instant(nanoseconds: now), configuration) }
  if session.needsEntry(now) { plan.pointee.wakes_pump = arm(session, scratch.flow, now) }
  let created = session.pointee.created
  session_release(session)

  if state == .timeWait, before != .timeWait {
    count(.sessionsClosed, in: statistics)
    enterTimeWait(scratch, created, statistics)
  }
  return depart(context, scratch, statistics, configuration)
}

/// Whether what has arrived gives the session a full time-out again. Once we have closed, each state has its time and
/// no more, whatever the peer sends: it could hold FIN-WAIT-2 for ever. In TIME-WAIT nothing but a retransmitted FIN
/// restarts the time-out (RFC 9293 3.10.7.4).
@inline(__always)
private func staysAlive(_ scratch: Scratch, _ before: State, _ after: State) -> Bool {
  switch Verdict(rawValue: UInt8(truncatingIfNeeded: scratch.reaction.pointee.verdict)) {
  case .proceed, .establish: return before == .established || before == .closeWait || after != before
  case .acknowledge:
    return before == .timeWait
      && ControlBits(rawValue: UInt8(truncatingIfNeeded: scratch.packet.pointee.flags)).contains(.finish)
  default: return false
  }
}
