/// Lets the oldest session in TIME-WAIT go: what Linux does beyond tcp_max_tw_buckets. A queue holds their keys in the
/// order in which they entered TIME-WAIT; many have expired or been reopened since, and are passed over.
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
  let victim = scratch.victim
  guard time_wait_pop(victim) == 0 else { return 1 }
  guard let session = sessions_lookup(victim) else { return 0 }
  let expected = identity(of: victim)
  guard session_try_claim(session) != 0 else { return 0 }
  guard session.pointee.identity == expected, session.tcp.pointee.state == .timeWait else {
    session_release(session)
    return 0
  }
  remove(session, victim)
  scratch.pointee.victim_is_gone = 1
  return 1
}
