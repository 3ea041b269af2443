// Time for sessions. A bpf_timer in each session would cost an allocation for each connection, in a context that may
// not wait for memory: Linux 6.18 refuses it after a few hundred. So there is one timer, allocated once, which goes
// through a queue in which every session has an entry; the entries are due in the order in which they were queued.

/// Queues a session's first look at its deadline and sees to it that the clock runs. The caller holds the claim.
///
/// - Returns: 1, or 0 if the session would never expire and must not be.
@inline(never)
func watch(_ session: Session, _ flow: UnsafePointer<flow>, _ created: UInt64, _ interval: UInt64) -> UInt32 {
  var zero: UInt32 = 0
  guard let clock = session_clock_lookup(&zero) else { return 0 }
  let number = session_clock_count(clock)
  var entry = expiry(
    flow: flow.pointee, due: created &+ interval, created: created, number: number, reserved: 0)
  guard expiries_push(&entry, 0) == 0 else { return 0 }
  session.tcp.pointee.label = number
  if clock.pointee.is_running != 0 { return 1 }
  return startClock(clock, interval)
}

/// Starts the clock unless somebody else has.
@inline(__always)
private func startClock(_ clock: UnsafeMutablePointer<session_clock>, _ nanoseconds: UInt64) -> UInt32 {
  bpf_spin_lock(&clock.pointee.lock)
  let isMine = clock.pointee.is_running == 0
  clock.pointee.is_running = 1
  bpf_spin_unlock(&clock.pointee.lock)
  guard isMine else { return 1 }
  if session_clock_start(clock, nanoseconds) == 0 { return 1 }
  clock.pointee.is_running = 0  // the next session tries again
  return 0
}

/// The program `set_up_clock`, which the control plane runs once before it attaches the other: it makes the timer, or
/// gives one that exists to this object's callback. Passes if that worked, else drops.
///
/// In a program by itself the callback is verified once. Linux 6.1 takes a callback that calls a function for an
/// endless loop if it comes to it twice.
@_cdecl("set_up_clock_program") @inline(__always)
public func setUpClock(_ context: UnsafeMutablePointer<xdp_md>) -> Int32 {
  var zero: UInt32 = 0
  guard let clock = session_clock_lookup(&zero), session_clock_set_up(clock) == 0 else { return XDPAction.drop }
  return XDPAction.pass
}

/// How many entries a tick looks at, at most, so that it does not keep its CPU for long.
private let entriesPerTick: UInt32 = 1024
/// Nanoseconds from one tick to the next, at least.
private let shortestTick: UInt64 = 1_000_000

@_cdecl("session_clock_ticks") @inline(__always)
public func sessionClockTicks(
  _ map: UnsafeMutableRawPointer, _ key: UnsafeMutablePointer<UInt32>, _ value: UnsafeMutablePointer<session_clock>
) -> Int32 {
  var zero: UInt32 = 0
  // The clock is looked up again: Linux 6.1 keeps no account of a lock in a callback's argument.
  guard let statistics = statistics_lookup(&zero), let configuration = configuration_lookup(&zero),
    let clock = session_clock_lookup(&zero)
  else { return 0 }
  let now = bpf_ktime_get_ns()
  var context = expiry_context(
    statistics: statistics, now: now, interval: configuration.pointee.expiry_interval,
    has_pump: configuration.pointee.pump_interface != 0 ? 1 : 0)
  _ = expire_sessions_loop(entriesPerTick, &context)

  var entry = expiry()
  if expiries_peek(&entry) == 0 {
    session_clock_start(clock, max(entry.due > now ? entry.due &- now : 0, shortestTick))
    return 0
  }
  bpf_spin_lock(&clock.pointee.lock)
  clock.pointee.is_running = 0
  bpf_spin_unlock(&clock.pointee.lock)
  // A session that came in between found the clock running.
  if expiries_peek(&entry) == 0 { _ = startClock(clock, shortestTick) }
  return 0
}

/// Looks at the session whose turn it is, if its turn has come: it has ended, or ends now, or is queued again.
@_cdecl("expire_sessions_step") @inline(__always)
public func expireSessionsStep(_ index: UInt32, _ context: UnsafeMutablePointer<expiry_context>) -> Int {
  var entry = expiry()
  guard expiries_peek(&entry) == 0, entry.due <= context.pointee.now else { return 1 }
  guard !isOfNoSession(&entry), let session = sessions_lookup(&entry.flow) else { return forgetFirst(&entry) }

  // Somebody who works on the session just now would only move its deadline.
  if session_try_claim(session) != 0 {
    let isThisOne = session.pointee.identity != 0 && session.pointee.created == entry.created
    let state = session.tcp.pointee.state
    // While something is outstanding it is the timers that give up, with a reset (RFC 9293 3.8.3).
    let isWaiting = context.pointee.has_pump != 0 && session.tcp.pointee.isRepeating
    let expires = isThisOne && session.pointee.deadline <= context.pointee.now && !isWaiting
    if expires {
      remove(session, &entry.flow)
      count(expiryCounter(state), in: context.pointee.statistics)
    } else {
      session_release(session)
    }
    if expires || !isThisOne { return forgetFirst(&entry) }
  }
  // Newcomers may fill the queue at any moment, and a session that lost its entry would stay for ever. Nobody else
  // takes from the queue, so while it is full the oldest entry, which makes way, is this very one.
  entry.due = context.pointee.now &+ context.pointee.interval
  if expiries_push(&entry, 0) == 0 { return forgetFirst(&entry) }
  expiries_push(&entry, 2 /* BPF_EXIST: the oldest makes way */)
  return 0
}

/// Takes the first entry off the queue.
@inline(__always)
private func forgetFirst(_ entry: UnsafeMutablePointer<expiry>) -> Int {
  expiries_pop(entry) == 0 ? 0 : 1
}

@inline(__always)
private func expiryCounter(_ state: State) -> Counter {
  switch state {
  case .closed, .listen, .synReceived: return .expiredHalfOpen
  case .established, .closeWait: return .expiredIdle
  case .finWait1, .finWait2, .closing, .lastAck: return .expiredClosing
  case .timeWait: return .expiredTimeWait
  }
}

extension ControlBlock {
  /// Whether the timer will send again, or probe, what the peer has not acknowledged.
  @inline(__always)
  fileprivate var isRepeating: Bool { timer == .retransmission || timer == .tailProbe || timer == .windowProbe }
}
