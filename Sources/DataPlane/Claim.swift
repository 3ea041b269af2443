// Several CPUs and the session clock can come to one session at once. Whoever works on it claims it first, by one
// compare-and-swap, and releases it at the end. Unlike under bpf_spin_lock, functions may be called in between, on
// Linux 6.1 too, so the core can be verified in parts.
//
// Whoever holds a claim runs in a softirq, to its end and without sleeping, so a claim is held for less time than a
// segment takes. Only who holds it removes a session from the table, identity first: a slot that has been given to
// another flow shows another identity, or none.

/// Claims a session that has been looked up as that of a flow with `identity`.
///
/// - Returns: false if it is another's by now, or if its holder does not let go of it.
@inline(__always)
func claim(_ session: Session, _ identity: UInt32) -> Bool {
  if session_try_claim(session) == 0, waitForClaim(session) == 0 { return false }
  if session.pointee.identity == identity { return true }
  session_release(session)
  return false
}

/// Ends a session that the caller has claimed. It stays claimed: whoever still comes to its slot finds that it is
/// taken, and once another flow has it, that its identity is another.
@inline(__always)
func remove(_ session: Session, _ flow: UnsafePointer<flow>) {
  if session.queue.pointee.has_kept != 0 { forgetKept(session, flow) }
  if session.parser.pointee.isWithinRequest { requests_delete(flow) }
  if session.pointee.unread_length != 0 { forgetUnread(session, flow) }
  session.markOver(isGone: true)
  session.tcp.pointee.state = .closed
  session.pointee.identity = 0
  sessions_delete(flow)
}

/// How often a claim is tried again: some 10 microseconds. A peer sends again what is dropped then.
private let claimAttempts: UInt32 = 1024

/// Tries until the session's holder has released it.
///
/// - Returns: 1, or 0 if that takes too long.
@inline(never)
func waitForClaim(_ session: Session) -> UInt32 {
  var context = claim_context(session: session, is_mine: 0)
  _ = try_claim_loop(claimAttempts, &context)
  return context.is_mine
}

@_cdecl("try_claim_step") @inline(__always)
public func tryClaimStep(_ index: UInt32, _ context: UnsafeMutablePointer<claim_context>) -> Int {
  guard session_try_claim(context.pointee.session) != 0 else { return 0 }
  context.pointee.is_mine = 1
  return 1
}
