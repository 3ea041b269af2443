// Fast retransmit and fast recovery: by SACK (RFC 6675), or without it NewReno (RFC 6582).

extension ControlBlock {
  /// DupThresh, segments (RFC 5681 3.2).
  @inline(__always)
  private var duplicateThreshold: UInt32 { 3 &* segmentSize }

  /// New data has been acknowledged: a repair may turn out to have been needless, or be over, or be in need of the
  /// next retransmission.
  @inline(never)
  mutating func advanceRecovery(_ options: UnsafePointer<SegmentOptions>) {
    let ack = send.unacknowledged
    let isNeedless = recovery.flags.contains(.undoable) && answersOriginal(options)
    // The ACK of the last segment that may have been marked still has ECE, and is not to begin another reduction.
    let isAtPoint = recovery.mode == .reducing && recovery.point == ack && outstanding > 0
    let isOver = recovery.mode != .open && recovery.point.precedesOrEquals(ack) && !afresh(isAtPoint)
    recovery.flags.remove(.undoable)
    recovery.flags.remove(.probed)
    recovery.timeouts = 0
    let isPartial = recovery.mode == .fast && !usesSelectiveAcknowledgment
    if afresh(isNeedless) {
      congestion.undo()
    } else if afresh(isOver) {
      congestion.recovered()
    } else if isPartial {
      // What follows was lost too (RFC 6582 3.2 step 3).
      recovery.retransmitted = ack
      recovery.flags.insert(.forced)
    }
    if afresh(isNeedless) || afresh(isOver) {
      recovery.mode = .open
      recovery.duplicates = 0
      recovery.flags.remove(.forced)
    }
  }

  /// Whether something is lost, or lost again.
  ///
  /// - Parameter flight: what was in flight before the acknowledgment, bytes.
  @inline(__always)
  mutating func detectLoss(_ flight: UInt32, _ algorithm: UInt8, _ now: Instant) {
    let first = send.unacknowledged
    if recovery.mode.isRepairing {
      detectSecondLoss()
      return
    }
    let sacks = usesSelectiveAcknowledgment
    // Without SACK the duplicates of the last recovery's own repetitions must not begin another (RFC 6582 4.1).
    let isCareful = sacks || first != recovery.point
    // The tail loss probe has arrived, so what was sent a PTO before it has not (RFC 8985 7.4).
    let isProbeSelected = scoreboard.sacked > 0 && scoreboard.highest == recovery.probeEnd
    let isPassed = recovery.flags.contains(.probed) && afresh(isProbeSelected)
    let isLost = isLost(at: first)
    let isReported = afresh(isLost) || afresh(isPassed) || recovery.duplicates >= duplicateThreshold
    guard outstanding > 0, afresh(isCareful), afresh(isReported) else { return }
    beginRecovery(flight, algorithm, now)
  }

  /// Enters fast recovery (RFC 6675 5 step 4, RFC 6582 3.2 step 2). What ECE has reduced already is not reduced twice
  /// in a round trip (RFC 3168 6.1.2).
  @inline(never)
  mutating func beginRecovery(_ flight: UInt32, _ algorithm: UInt8, _ now: Instant) {
    recovery.flags.remove(.undoable)
    recovery.flags.remove(.rescued)
    recovery.flags.insert(.forced)
    if recovery.mode == .open {
      congestion.reduce(
        inFlight: flight, algorithm: algorithm, segmentSize: segmentSize, now: now.milliseconds)
      recovery.flags.insert(.undoable)
      noteReduction()
    }
    recovery.mode = .fast
    beginPass(now)
  }

  /// Retransmissions begin at SND.UNA and go up to what has been sent by now.
  @inline(__always)
  mutating func beginPass(_ now: Instant) {
    recovery.point = send.next
    recovery.retransmitted = send.unacknowledged
    recovery.passMark = send.next
    recovery.passLimit = send.unacknowledged
    recovery.resume = send.unacknowledged
    recovery.undoTimestamp = timestampToSend(now)
    roundTrip.timedStart = 0  // Karn; and an ACK that waits for a repair tells nothing (RFC 6298 3)
  }

  /// A retransmission that was lost is found out, where a timeout would be the only other way (RFC 8985 has RACK for
  /// it): data that was first sent after it has arrived, and more than DupThresh segments of it.
  @inline(never)
  private mutating func detectSecondLoss() {
    guard usesSelectiveAcknowledgment else { return }
    let first = send.unacknowledged
    let isWatched = first.precedes(recovery.passLimit)
    let isPassed = scoreboard.sacked > 0
      && recovery.passMark.advanced(by: duplicateThreshold).precedes(scoreboard.highest)
    let isLost = isWatched && isPassed
    let reached = first.later(recovery.retransmitted)
    if afresh(isLost) {
      recovery.resume = reached.later(recovery.resume)
      recovery.retransmitted = first
      recovery.passMark = send.next
    } else if afresh(!isWatched) {
      recovery.passMark = send.next
      recovery.passLimit = reached
    }
  }
}
