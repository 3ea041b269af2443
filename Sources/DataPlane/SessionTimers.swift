// When a session's timer is looked at. There is no bpf_timer a session (SessionClock.swift says why), and what a timer
// asks for has to be sent, which only the pump can. So an armed session has an entry in one of four queues, each for
// one delay, and each therefore sorted by itself. An entry says when to look; what the time is then is the session's
// affair: an ACK only moves the deadline in the control block. A session in steady use costs one look in 128 ms.

/// The queues' delays, nanoseconds.
private enum Delay {
  static var shortest: UInt64 { @inline(__always) get { 2_000_000 } }
  static var short: UInt64 { @inline(__always) get { 16_000_000 } }
  static var long: UInt64 { @inline(__always) get { 128_000_000 } }
  static var longest: UInt64 { @inline(__always) get { 1_024_000_000 } }
}

/// How late an entry may be before the pump that should have taken it counts as lost.
private let patience: UInt64 = 1_000_000_000

extension UnsafeMutablePointer<session> {
  /// Whether the session's timer needs an entry: it has none, or one that comes too late, or one that is overdue.
  /// The caller holds the claim.
  @inline(__always)
  func needsEntry(_ now: UInt64) -> Bool {
    let deadline = tcp.pointee.timerDeadline
    let entry = pointee.timer_entry
    return deadline != 0 && (entry == 0 || entry > deadline || entry &+ patience < now)
  }
}

/// Queues an entry for a session's timer, and tells whether the pump has to be set going for it. The caller holds the
/// claim.
///
/// - Returns: 1 if this frame has to wake the pump.
@inline(never)
func arm(_ session: Session, _ flow: UnsafePointer<flow>, _ now: UInt64) -> UInt32 {
  let deadline = session.tcp.pointee.timerDeadline
  let remaining = deadline > now ? deadline &- now : 0
  var entry = expiry(
    flow: flow.pointee, due: 0, created: session.pointee.created, number: session.tcp.pointee.label, reserved: 0)
  var error = -1
  if remaining >= Delay.longest {
    entry.due = now &+ Delay.longest
    error = timers_1024_push(&entry, 0)
  } else if remaining >= Delay.long {
    entry.due = now &+ Delay.long
    error = timers_128_push(&entry, 0)
  } else if remaining >= Delay.short {
    entry.due = now &+ Delay.short
    error = timers_16_push(&entry, 0)
  }
  if error != 0 {
    // The shortest one, or the one for it is full: sooner than needed is no harm.
    entry.due = now &+ Delay.shortest
    error = timers_2_push(&entry, 0)
  }
  session.pointee.timer_entry = error == 0 ? entry.due : 0
  return wakePump(now)
}

/// Has the entry of a session that has ended but for TIME-WAIT passed over when it comes up. The caller holds the
/// claim.
@inline(__always)
func withdrawEntry(_ session: Session) {
  guard session.pointee.timer_entry != 0, session.tcp.pointee.timerDeadline == 0 else { return }
  session.markOver(isGone: false)
  session.pointee.timer_entry = 0
}

/// Marks the pump as running if it rests, or if its frame must have been lost.
///
/// - Returns: 1 if this frame is to become the pump's.
@inline(__always)
private func wakePump(_ now: UInt64) -> UInt32 {
  var zero: UInt32 = 0
  guard let pump = pump_lookup(&zero), let configuration = configuration_lookup(&zero),
    configuration.pointee.pump_interface != 0
  else { return 0 }
  if pump.pointee.is_running != 0 {
    // A frame on its way for the first time may wait for the end of the driver's batch.
    let since = max(pump.pointee.last_round, pump.pointee.started)
    guard now > since &+ pumpPatience else { return 0 }
    pump_stop(pump)
  }
  guard pump_try_start(pump) != 0 else { return 0 }
  pump.pointee.started = now
  return 1
}

/// Takes back what `arm` has asked for, where no frame can become the pump's.
@inline(__always)
func forgetWake() {
  var zero: UInt32 = 0
  if let pump = pump_lookup(&zero) { pump_stop(pump) }
}

/// How long the pump may be without a round: eight times as long as a round takes while it sleeps.
private let pumpPatience: UInt64 = 200_000_000

/// Takes the first entry of a queue if it is due, or of a connection that is over: while there are only such ones, the
/// pump has nothing to stay awake for.
///
/// - Parameter number: of the queue, 0 to 3.
/// - Returns: whether `entry` is one.
@inline(__always)
func takeEntry(_ number: UInt32, _ entry: UnsafeMutablePointer<expiry>, _ now: UInt64) -> Bool {
  switch number {
  case 0: return timers_2_peek(entry) == 0 && hasCome(entry, now) && timers_2_pop(entry) == 0
  case 1: return timers_16_peek(entry) == 0 && hasCome(entry, now) && timers_16_pop(entry) == 0
  case 2: return timers_128_peek(entry) == 0 && hasCome(entry, now) && timers_128_pop(entry) == 0
  default: return timers_1024_peek(entry) == 0 && hasCome(entry, now) && timers_1024_pop(entry) == 0
  }
}

@inline(never)
private func hasCome(_ entry: UnsafeMutablePointer<expiry>, _ now: UInt64) -> Bool {
  entry.pointee.due <= now || isOver(entry)
}

/// Nanoseconds until the first entry of all queues is due, at most; UInt64.max if there is none.
@inline(__always)
func timeToNextEntry(_ entry: UnsafeMutablePointer<expiry>, _ now: UInt64) -> UInt64 {
  var first = UInt64.max
  if timers_2_peek(entry) == 0 { first = min(first, entry.pointee.due) }
  if timers_16_peek(entry) == 0 { first = min(first, entry.pointee.due) }
  if timers_128_peek(entry) == 0 { first = min(first, entry.pointee.due) }
  if timers_1024_peek(entry) == 0 { first = min(first, entry.pointee.due) }
  if first == UInt64.max { return first }
  return first > now ? first &- now : 0
}
