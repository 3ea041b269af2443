// How many sessions wait in TIME-WAIT. The queue `time_wait` has an entry for each that entered it, in that order, and
// room for `--max-time-wait` of them. Many have expired or been reopened since; their entries are passed over. A flow
// that was reopened may be in TIME-WAIT again, further behind: the time when the session was created tells.

/// Notes that the packet's session, created at that time, has entered TIME-WAIT (RFC 9293 3.6.1). Beyond
/// `--max-time-wait` the session goes that did so first, as in Linux beyond tcp_max_tw_buckets: connections that are
/// over neither take the table from live ones, nor more of the processor's cache than they are worth.
@inline(never)
func enterTimeWait(_ scratch: Scratch, _ created: UInt64, _ statistics: Statistics) {
  let closed = scratch.closed
  flow_copy(departed_flow(closed), scratch.flow)
  closed.pointee.created = created
  guard time_wait_push(closed, 0) != 0 else { return }
  if time_wait_pop(scratch.victim) == 0, letGo(scratch.victim) { count(.timeWaitRecycled, in: statistics) }
  _ = time_wait_push(closed, 2 /* BPF_EXIST: for whoever has taken that place since, the oldest makes way */)
}

/// Lets the oldest session in TIME-WAIT go, for a newcomer to a full table.
///
/// - Returns: 1 if a slot is free now.
@inline(never)
func recycleTimeWait(_ scratch: Scratch) -> UInt32 {
  scratch.pointee.victim_is_gone = 0
  var loop = recycle_context(scratch: scratch)
  _ = recycle_time_wait_loop(1024, &loop)
  return scratch.pointee.victim_is_gone
}

@_cdecl("recycle_time_wait_step") @inline(__always)
public func recycleTimeWaitStep(_ index: UInt32, _ loop: UnsafeMutablePointer<recycle_context>) -> Int {
  let scratch = loop.pointee.scratch
  guard time_wait_pop(scratch.victim) == 0 else { return 1 }
  guard letGo(scratch.victim) else { return 0 }
  scratch.pointee.victim_is_gone = 1
  return 1
}

/// Removes the session of an entry if it is still there, in TIME-WAIT, and nobody else is at it.
@inline(__always)
private func letGo(_ entry: UnsafeMutablePointer<departed>) -> Bool {
  let flow = departed_flow(entry)
  guard let session = sessions_lookup(flow) else { return false }
  guard session_try_claim(session) != 0 else { return false }
  guard session.pointee.identity != 0, session.pointee.created == entry.pointee.created,
    session.tcp.pointee.state == .timeWait
  else {
    session_release(session)
    return false
  }
  remove(session, flow)
  return true
}
