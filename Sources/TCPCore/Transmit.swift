extension ControlBlock {
  /// What can be sent now: a run of the stream that is missing at the peer, or a probe, or new data as far as both
  /// windows allow, with the FIN if it is its turn; else an ACK if one is due (RFC 9293 3.8.6, 3.10.4). Called again
  /// and again until nothing is due.
  ///
  /// - Parameters:
  ///   - budget: segments that the caller can send, 1 to 64.
  ///   - acknowledgmentDue: true for the first call only.
  @inline(__always)
  public mutating func transmit(
    budget: UInt32, acknowledgmentDue: Bool, parameters: Parameters, now: Instant
  ) -> Transmission {
    restartAfterIdle(parameters, now)
    planRun(budget)
    let start = SequenceNumber(work.first)
    let length = work.second
    let plan = Plan(rawValue: work.third)
    let segments = max((length &+ segmentSize &- 1) / segmentSize, 1)
    let stop = start.advanced(by: length)
    let isRepetition = start.precedes(send.next)
    let new = afresh(min(stop.beyond(send.next), length))
    var last: UInt8 = plan.contains(.push) ? ControlBits.push.rawValue : 0
    last |= plan.contains(.finish) ? ControlBits.finish.rawValue : 0
    let isCapable = self.isCapable && new > 0 && !isRepetition && !plan.contains(.windowProbe)
    var firstFlags = ControlBits.none
    if afresh(isCapable) && features.contains(.reductionDue) {
      features.remove(.reductionDue)
      firstFlags = .congestionWindowReduced
    }
    let isEmpty = !plan.contains(.run)
    noteSent(parameters.maximumTimeout, parameters.keepAliveIdle, now)
    // <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>, also if there is something to repeat that the window forbids: at SND.UNA a
    // peer that has all of it would not find the ACK acceptable.
    return Transmission(
      sequence: afresh(isEmpty) ? send.next : start, length: length, flags: acknowledgmentFlags,
      firstFlags: firstFlags, lastFlags: ControlBits(rawValue: last),
      isDue: afresh(!isEmpty) || acknowledgmentDue, isRepetition: afresh(isRepetition) && afresh(!isEmpty),
      newLength: new, isCapable: isCapable, segments: segments)
  }

  /// Whether one call of `transmit` gives all that may be sent now: nothing is being repaired and no probe is due, so
  /// there is new data at the most, and that is one run. (With duplicate ACKs counted, what has been sent may let more
  /// out: see `delivered`.)
  @inline(__always)
  public var hasOneRunAtMost: Bool {
    recovery.mode == .open && !recovery.flags.isOneSegmentDue && recovery.duplicates == 0
  }

  /// Does what `transmit` would where there is nothing to send now and no acknowledgment due.
  ///
  /// - Returns: false if there may be something; then nothing has changed, and it is for `transmit`.
  @inline(__always)
  public mutating func transmitNothing(parameters: Parameters, now: Instant) -> Bool {
    let waits = hasUnsent
    guard hasOneRunAtMost, !waits || defersNewData else { return false }
    recovery.flags.remove(.limited)
    if waits && congestion.window < send.window { recovery.flags.insert(.limited) }
    if timer == .none || timer == .keepAlive { arm(parameters, now) }
    return true
  }

  /// What is to be sent, beside its place (`work.first`) and its payload's length (`work.second`).
  private struct Plan {
    var rawValue: UInt32

    /// There is something.
    static var run: Plan { @inline(__always) get { Plan(rawValue: 1) } }
    /// It is a repair, and no new data.
    static var repair: Plan { @inline(__always) get { Plan(rawValue: 2) } }
    /// What could be repaired is lost, and goes before new data.
    static var lost: Plan { @inline(__always) get { Plan(rawValue: 4) } }
    /// What could be repaired is the tail, which is no progress of the pass.
    static var tail: Plan { @inline(__always) get { Plan(rawValue: 8) } }
    static var windowProbe: Plan { @inline(__always) get { Plan(rawValue: 16) } }
    static var push: Plan { @inline(__always) get { Plan(rawValue: 32) } }
    static var finish: Plan { @inline(__always) get { Plan(rawValue: 64) } }

    @inline(__always)
    func contains(_ other: Plan) -> Bool { rawValue & other.rawValue != 0 }

    @inline(__always)
    static func when(_ condition: Bool, _ plan: Plan) -> UInt32 { condition ? plan.rawValue : 0 }
  }

  /// Decides which run of the stream is sent: a probe of the window, what is to be repaired, or new data.
  @inline(never)
  private mutating func planRun(_ budget: UInt32) {
    let room = free()
    planRepair(room, budget)
    let size = segmentSize
    let allowance = afresh(allowance(room, budget &* size))
    let fresh = afresh(freshRun(allowance))
    let found = Plan(rawValue: work.third)
    let probes = recovery.flags.contains(.windowProbe)
    let repairable = SequenceNumber(work.second).beyond(SequenceNumber(work.first))
    let repair = afresh(repairLength(repairable, allowance))
    let repeats = repair > 0 && (found.contains(.lost) || fresh == 0)
    let held = found.contains(.lost) ? min(repairable, usable(from: SequenceNumber(work.first))) : 0
    limit(afresh(repeats) ? repair : 0, afresh(held), room)

    var start = send.next
    var wanted = fresh
    var whole = unsent
    if afresh(repeats) {
      start = SequenceNumber(work.first)
      wanted = repair
      whole = repairable
    }
    if afresh(probes) {
      start = send.unacknowledged
      wanted = probeLength
      whole = wanted
    }
    // A run that could be longer has only whole segments.
    wanted = afresh(wanted)
    let rest = wanted % size
    let isCut = wanted < whole && rest < wanted
    let span = afresh(isCut) ? wanted &- rest : wanted

    // A FIN occupies the window like a byte of data, and rides behind the last.
    let length = afresh(min(span, send.queued.beyond(start)))
    let stop = start.advanced(by: length)
    let behind = usable(from: start)
    let isRoomy = afresh(repeats) ? span > length : behind > length || (afresh(probes) && length == 0)
    let finishes = isRoomy && flags.contains(.finishQueued) && stop == send.queued
    let pushes = length > 0 && stop == send.queued
    let isThere = length > 0 || afresh(finishes)
    work.first = start.value
    work.second = length
    work.third = (found.rawValue & Plan.tail.rawValue) | Plan.when(afresh(isThere), .run)
      | Plan.when(afresh(repeats), .repair) | Plan.when(afresh(probes), .windowProbe)
      | Plan.when(afresh(pushes), .push) | Plan.when(afresh(finishes), .finish)
  }

  /// How many bytes wait to be sent for the first time.
  @inline(__always)
  public var unsent: UInt32 { send.queued.beyond(send.next) }

  /// After a pause longer than RTO the window says nothing of the path any more (RFC 5681 4.1).
  @inline(__always)
  private mutating func restartAfterIdle(_ parameters: Parameters, _ now: Instant) {
    guard outstanding == 0, unsent > 0, isIdle(now) else { return }
    congestion.restart(segmentSize: segmentSize, initialWindow: UInt32(parameters.initialWindow))
    roundTrip.minimum = .max
  }

  /// Whether nothing has been sent or acknowledged for longer than RTO.
  @inline(__always)
  func isIdle(_ now: Instant) -> Bool {
    now.microseconds(since: progress) > Int64(roundTrip.timeout)
  }

  /// Bytes that the congestion window allows to be sent now.
  @inline(never)
  private mutating func allowance(_ free: UInt32, _ most: UInt32) -> UInt32 {
    let size = segmentSize
    let forced = recovery.flags.contains(.forced) ? max(free, size) : free
    return min(recovery.flags.contains(.tailProbe) ? size : forced, most)
  }

  /// Bytes of new data to send. Less than a segment waits for more room, unless it is all there is, or half of the
  /// largest window and nothing is under way (RFC 9293 3.8.6.2.1). There is no Nagle algorithm, since
  /// an answer is queued whole.
  @inline(never)
  private mutating func freshRun(_ allowance: UInt32) -> UInt32 {
    if defersNewData { return 0 }
    let usable = usable(from: send.next)
    let waiting = unsent
    let run = min(min(waiting, usable), allowance)
    let isHalf = outstanding == 0 && run == usable && run >= send.maximumWindow >> 1
    return run >= min(waiting, segmentSize) || isHalf ? run : 0
  }

  /// What is next to be sent again (RFC 6675 4, NextSeg): what is lost (rule 1); what is missing, if there is no new
  /// data (rule 3); the end of what is outstanding, once (rule 4), or as a tail loss probe (RFC 8985 7.3). From
  /// `work.first` to `work.second` it is missing, and `work.third` is a plan.
  @inline(never)
  private mutating func planRepair(_ room: UInt32, _ budget: UInt32) {
    let first = send.unacknowledged
    let size = segmentSize
    let sacks = usesSelectiveAcknowledgment
    let isForced = recovery.flags.contains(.forced)
    let highest = SequenceNumber(afresh(scoreboard.sacked > 0 ? scoreboard.highest.later(first).value : first.value))
    let from = SequenceNumber(afresh(first.later(recovery.retransmitted).value))
    // Without SACK one segment is sent again for each partial acknowledgment; with it, likewise, if nothing is SACKed.
    let isWhole = afresh(sacks) && !(afresh(isForced) && highest == first)
    let fast = afresh(isWhole) ? highest : first.advanced(by: size)
    var limit = from
    if recovery.mode == .fast { limit = fast }
    if recovery.mode == .timeout { limit = recovery.point }
    limit = SequenceNumber(afresh(limit.earlier(send.next).value))
    let gap = hole(from: from, below: limit)
    var start = SequenceNumber(afresh(UInt32(truncatingIfNeeded: gap)))
    var end = SequenceNumber(afresh(UInt32(truncatingIfNeeded: gap >> 32)))
    let isLost = afresh(self.isLost(at: start))

    let isThere = start.precedes(end)
    let comesFirst = afresh(isLost) || recovery.mode == .timeout || afresh(isForced) || !afresh(sacks)
    let mayRescue = afresh(sacks) && recovery.mode == .fast && !recovery.flags.contains(.rescued)
    let isTail = !afresh(isThere) && (mayRescue || recovery.flags.contains(.tailProbe))
    if afresh(isTail) {
      start = highest.later(SequenceNumber(send.next.value &- size))
      end = send.next
    }
    work.first = start.value
    work.second = end.value
    work.third = Plan.when(afresh(isThere) && afresh(comesFirst), .lost) | Plan.when(afresh(isTail), .tail)
  }

  /// How much of what is missing at `work.first` can be sent now, bytes; the FIN counts as one. Less than a segment
  /// goes out only where the peer's window, not ours, is in the way.
  @inline(never)
  private mutating func repairLength(_ missing: UInt32, _ allowance: UInt32) -> UInt32 {
    let possible = afresh(min(missing, usable(from: SequenceNumber(work.first))))
    let length = afresh(min(possible, allowance))
    return length < min(possible, segmentSize) ? 0 : length
  }

  /// How much a probe of the window has: what fits it, and one byte at least.
  @inline(__always)
  private var probeLength: UInt32 {
    min(min(send.queued.beyond(send.unacknowledged), segmentSize), max(send.window, 1))
  }

  @inline(__always)
  private mutating func finishSent() {
    guard !flags.contains(.finishSent) else { return }
    flags.insert(.finishSent)
    // RFC 9293 3.10.4, CLOSE call: the state changes when the FIN is sent.
    state = state == .closeWait ? .lastAck : .finWait1
  }

  /// What is planned goes out.
  @inline(never)
  private mutating func noteSent(_ maximumTimeout: UInt32, _ keepAliveIdle: UInt32, _ now: Instant) {
    let plan = Plan(rawValue: work.third)
    guard plan.contains(.run) else {
      if timer == .none || timer == .keepAlive { arm(maximumTimeout, keepAliveIdle, now) }
      return
    }
    let start = SequenceNumber(work.first)
    let stop = start.advanced(by: work.second)
    let end = SequenceNumber(afresh(stop.advanced(by: plan.contains(.finish) ? 1 : 0).value))
    let isRepetition = start.precedes(send.next)
    let isNew = work.second > 0 && !isRepetition
    if outstanding == 0 { progress = now.ticks }
    // One segment at a time is timed, none while anything is missing (RFC 6298 3).
    let isTimed = isNew && roundTrip.timedStart == 0 && !recovery.mode.isRepairing
    if afresh(isTimed) {
      roundTrip.timedSequence = start
      roundTrip.timedStart = now.clock
    }
    if afresh(isRepetition) { roundTrip.timedStart = 0 }
    if plan.contains(.finish) { finishSent() }
    let isHead = start == send.unacknowledged
    send.next = send.next.later(end)
    noteRepair(start, end, afresh(isRepetition))
    if recovery.mode != .open { congestion.sent(end.beyond(start)) }
    // The timer starts with what is sent (RFC 6298 5.1); that of a probe runs from the last segment (RFC 8985 7.2).
    if timer != .retransmission || afresh(isHead) { arm(maximumTimeout, keepAliveIdle, now) }
  }

  /// How far the repair has come with it.
  @inline(__always)
  private mutating func noteRepair(_ start: SequenceNumber, _ end: SequenceNumber, _ isRepetition: Bool) {
    let isTailProbe = recovery.flags.contains(.tailProbe)
    recovery.flags.remove(.forced)
    recovery.flags.remove(.windowProbe)
    recovery.flags.remove(.tailProbe)
    if afresh(isTailProbe) {
      recovery.probeEnd = send.next
      recovery.flags.remove(.probeRepeated)
      if afresh(isRepetition) { recovery.flags.insert(.probeRepeated) }
    }
    let plan = Plan(rawValue: work.third)
    if plan.contains(.windowProbe) {
      // What lies beyond the window does not count as sent again.
      recovery.retransmitted = end.earlier(send.unacknowledged.advanced(by: send.window))
      recovery.point = recovery.point.later(end)
    } else if plan.contains(.repair) {
      let isTail = plan.contains(.tail)
      let reached = recovery.passLimit.precedesOrEquals(end) ? end.later(recovery.resume) : end
      recovery.retransmitted = afresh(isTail) ? recovery.retransmitted : reached
      if afresh(isTail), recovery.mode == .fast { recovery.flags.insert(.rescued) }
    }
  }

  /// Bytes of the peer's window from `start` on.
  @inline(__always)
  private func usable(from start: SequenceNumber) -> UInt32 {
    send.unacknowledged.advanced(by: send.window).beyond(start)
  }

  /// Whether it is the congestion window that holds data back: only then may it grow (RFC 9293 3.8.2, RFC 7661).
  @inline(never)
  private mutating func limit(_ repeated: UInt32, _ held: UInt32, _ free: UInt32) {
    let waiting = afresh(min(unsent, usable(from: send.next)))
    let isLimited = waiting > free &- min(repeated, free) || held > free
    recovery.flags.remove(.limited)
    if afresh(isLimited) { recovery.flags.insert(.limited) }
  }
}
