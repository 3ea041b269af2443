extension ControlBlock {
  /// What can be sent now: a run of the stream that is missing at the peer, or a probe, or new data as far as both
  /// windows allow, with the FIN if it is its turn; else an ACK if one is due (RFC 9293 3.8.6, 3.10.4). Called again and
  /// again until nothing is due.
  ///
  /// - Parameters:
  ///   - budget: segments that the caller can send, 1 to 64.
  ///   - acknowledgmentDue: true for the first call only.
  @inline(__always)
  public mutating func transmit(
    budget: UInt32, acknowledgmentDue: Bool, parameters: Parameters, now: Instant
  ) -> Transmission {
    restartAfterIdle(parameters, now)
    let size = segmentSize
    let allowance = min(self.allowance(), budget &* size)
    let fresh = freshRun(allowance)
    let repair = repairRun(allowance)
    let repeats = repair.length > 0 && (repair.isLost || fresh == 0)
    let isWindowProbe = recovery.flags.contains(.windowProbe)

    let first = send.unacknowledged
    let start = isWindowProbe ? first : repeats ? repair.start : send.next
    let wanted = isWindowProbe ? probeLength : repeats ? repair.length : fresh
    // How many segments that makes; a run that could be longer has only whole ones.
    let whole = wanted / size
    let rest = wanted &- whole &* size
    let end = repeats ? repair.end : send.queued
    let isCut = whole > 0 && rest > 0 && start.advanced(by: wanted).precedes(end) && !isWindowProbe
    let span = isCut ? wanted &- rest : wanted
    var segments = rest > 0 && !isCut ? whole &+ 1 : whole

    // A FIN occupies the window like a byte of data, and rides behind the last.
    let length = min(span, send.queued.beyond(start))
    let stop = start.advanced(by: length)
    let room = send.unacknowledged.advanced(by: send.window).beyond(start)
    let isFinishing = flags.contains(.finishQueued) && stop == send.queued
      && (repeats ? span > length : room > length || (isWindowProbe && length == 0))
    let reach = isFinishing ? stop.advanced(by: 1) : stop
    let isEmpty = reach == start
    segments = max(segments, 1)

    let isRepetition = !isEmpty && start.precedes(send.next)
    let new = min(stop.beyond(send.next), length)
    var last = ControlBits.none
    if length > 0, stop == send.queued { last = last.union(.push) }
    if isFinishing { last = last.union(.finish) }
    var firstFlags = ControlBits.none
    let isCapable = self.isCapable && new > 0 && !isRepetition && !isWindowProbe
    if isCapable, features.contains(.reductionDue) {
      firstFlags = .congestionWindowReduced
      features.remove(.reductionDue)
    }
    if isFinishing { finishSent() }
    if !isEmpty { noteSent(start, reach, new, isRepair: repeats, isRescue: repair.isRescue, parameters, now) }
    settleLimit()
    if isEmpty, timer == .none || timer == .keepAlive { arm(parameters, now) }
    // <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>, also if there is something to repeat that the window forbids: at SND.UNA a
    // peer that has all of it would not find the ACK acceptable.
    return Transmission(
      sequence: isEmpty ? send.next : start, length: length, flags: acknowledgmentFlags, firstFlags: firstFlags,
      lastFlags: last, isDue: !isEmpty || acknowledgmentDue, isRepetition: isRepetition, newLength: new,
      isCapable: isCapable, segments: segments)
  }

  /// How many bytes wait to be sent for the first time.
  @inline(__always)
  public var unsent: UInt32 { send.queued.beyond(send.next) }

  /// After a pause longer than RTO the window says nothing of the path any more (RFC 5681 4.1).
  @inline(__always)
  private mutating func restartAfterIdle(_ parameters: Parameters, _ now: Instant) {
    guard outstanding == 0, unsent > 0, isIdle(now) else { return }
    congestion.restart(segmentSize: segmentSize, initialWindow: UInt32(parameters.initialWindow))
  }

  /// Whether nothing has been sent or acknowledged for longer than RTO.
  @inline(__always)
  func isIdle(_ now: Instant) -> Bool {
    UInt64(now.ticks &- progress) &* 1049 > UInt64(roundTrip.timeout)
  }

  /// Bytes that the congestion window allows to be sent now.
  @inline(__always)
  private mutating func allowance() -> UInt32 {
    let free = free()
    let forced = recovery.flags.contains(.forced) ? segmentSize : 0
    return recovery.flags.contains(.tailProbe) ? segmentSize : max(free, forced)
  }

  /// Bytes of new data to send. Less than a segment waits for more room, unless it is all there is, or half of the
  /// largest window and nothing is under way (RFC 9293 3.8.6.2.1). There is no Nagle algorithm: an answer is queued whole.
  @inline(__always)
  private func freshRun(_ allowance: UInt32) -> UInt32 {
    let usable = send.unacknowledged.advanced(by: send.window).beyond(send.next)
    let waiting = unsent
    let run = min(min(waiting, usable), allowance)
    let isHalf = outstanding == 0 && run == usable && run >= send.maximumWindow >> 1
    return run >= min(waiting, segmentSize) || isHalf ? run : 0
  }

  private struct Repair {
    var start: SequenceNumber
    /// Of what is missing there.
    var end: SequenceNumber
    /// How much of it can be sent again now, bytes; the FIN counts as one.
    var length: UInt32
    /// It goes before new data.
    var isLost: Bool
    /// It is the tail, and does not count as progress of the pass.
    var isRescue: Bool
  }

  /// What is next to be sent again (RFC 6675 4, NextSeg): what is lost (rule 1); what is missing, if there is no new
  /// data (rule 3); the end of what is outstanding, once (rule 4), or as a tail loss probe (RFC 8985 7.3).
  @inline(__always)
  private mutating func repairRun(_ allowance: UInt32) -> Repair {
    let first = send.unacknowledged
    let size = segmentSize
    let sacks = usesSelectiveAcknowledgment
    let highest = scoreboard.sacked > 0 ? scoreboard.highest.later(first) : first
    let from = first.later(recovery.retransmitted)
    let isForced = recovery.flags.contains(.forced)
    var limit = from
    switch recovery.mode {
    case .open, .reducing: break
    case .fast: limit = sacks && !(isForced && highest == first) ? highest : first.advanced(by: size)
    case .timeout: limit = recovery.point
    }
    limit = limit.earlier(send.next)
    let gap = hole(from: from, below: limit)
    let hole = SelectiveBlock(
      SequenceNumber(UInt32(truncatingIfNeeded: gap)), SequenceNumber(UInt32(truncatingIfNeeded: gap >> 32)))
    let isThere = hole.start.precedes(hole.end)
    let isLost = recovery.mode == .timeout || isForced || !sacks
      || self.isLost(at: hole.start)

    let mayRescue = sacks && recovery.mode == .fast && !recovery.flags.contains(.rescued)
    let isRescue = !isThere && (mayRescue || recovery.flags.contains(.tailProbe))
    let tail = highest.later(SequenceNumber(send.next.value &- size))
    let start = isRescue ? tail : hole.start
    let end = isRescue ? send.next : isThere ? hole.end : hole.start
    let missing = end.beyond(start)
    let usable = first.advanced(by: send.window).beyond(start)
    let length = min(min(missing, usable), allowance)
    // Less than a segment goes out only where the peer's window, not ours, is in the way.
    let isShort = length < min(min(missing, usable), size)
    return Repair(
      start: start, end: end, length: isShort ? 0 : length, isLost: isThere && isLost, isRescue: isRescue)
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

  /// The numbers from `start` to before `end` go out.
  @inline(__always)
  private mutating func noteSent(
    _ start: SequenceNumber, _ end: SequenceNumber, _ new: UInt32, isRepair: Bool, isRescue: Bool,
    _ parameters: Parameters, _ now: Instant
  ) {
    let isRepetition = start.precedes(send.next)
    let isHead = start == send.unacknowledged
    if outstanding == 0 { progress = now.ticks }
    // One segment at a time is timed, none while anything is missing (RFC 6298 3).
    let isTimed = new > 0 && !isRepetition && roundTrip.timedStart == 0 && !recovery.mode.isRepairing
    if isTimed { roundTrip.timedSequence = start }
    roundTrip.timedStart = isRepetition ? 0 : isTimed ? now.clock : roundTrip.timedStart

    let isWindowProbe = recovery.flags.contains(.windowProbe)
    let isTailProbe = recovery.flags.contains(.tailProbe)
    if isWindowProbe {
      // What lies beyond the window does not count as sent again.
      recovery.retransmitted = end.earlier(send.unacknowledged.advanced(by: send.window))
      recovery.point = recovery.point.later(end)
    } else if isRepair, !isRescue {
      let isThrough = recovery.passLimit.precedesOrEquals(end)
      recovery.retransmitted = isThrough ? end.later(recovery.resume) : end
    }
    if isRescue, !isTailProbe, isRepair { recovery.flags.insert(.rescued) }
    send.next = send.next.later(end)
    if isTailProbe {
      recovery.probeEnd = send.next
      recovery.flags.remove(.probeRepeated)
      if isRepetition { recovery.flags.insert(.probeRepeated) }
    }
    recovery.flags.remove(.forced)
    recovery.flags.remove(.windowProbe)
    recovery.flags.remove(.tailProbe)
    if recovery.mode.isRepairing { congestion.sent(end.beyond(start)) }
    // RFC 6298 5.1; the timer of a probe runs from the last segment (RFC 8985 7.2).
    if timer != .retransmission || isHead { arm(parameters, now) }
  }

  /// Whether it is the congestion window that holds new data back: only then may it grow (RFC 9293 3.8.2, RFC 7661).
  @inline(__always)
  private mutating func settleLimit() {
    let usable = send.unacknowledged.advanced(by: send.window).beyond(send.next)
    recovery.flags.remove(.limited)
    if min(unsent, usable) > free() { recovery.flags.insert(.limited) }
  }
}
