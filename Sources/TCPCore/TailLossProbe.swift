// Tail loss probe (RFC 8985 7): the last segments of a flight have no others behind them whose arrival could tell
// that they were lost, so one more segment is sent before the timeout would collapse the window.

extension ControlBlock {
  /// PTO has come. With something SACKed the loss is plain by now, however little it was (what RFC 5827 is for); in a
  /// recovery the first retransmission is made once more.
  @inline(__always)
  mutating func expireTailProbe(_ parameters: Parameters, _ now: Instant) {
    let isOpen = !recovery.mode.isRepairing
    let isPartial = scoreboard.sacked > 0
    if isOpen, isPartial {
      beginRecovery(outstanding &- min(delivered, outstanding), parameters.congestionControl, now)
    }
    recovery.flags.insert(isOpen && !isPartial ? .tailProbe : .forced)
    recovery.flags.insert(.probed)
    roundTrip.timedStart = 0
    if !isOpen {
      recovery.resume = recovery.resume.later(recovery.retransmitted)
      recovery.retransmitted = send.unacknowledged
      recovery.passLimit = send.unacknowledged
    }
  }

  /// An acknowledgment beyond a probe that was a repetition: the probe repaired a loss, which is a sign of congestion
  /// like any other. A duplicate at the probe's end is its own acknowledgment: nothing had been lost (RFC 8985 7.4.2).
  @inline(__always)
  mutating func noteProbe(_ algorithm: UInt8, _ now: Instant) {
    let ack = send.unacknowledged
    guard recovery.flags.contains(.probeRepeated), recovery.probeEnd.precedesOrEquals(ack) else { return }
    let isBeyond = ack != recovery.probeEnd
    let isDuplicate = work.third == 0 && recovery.arrival & Arrival.plain != 0
    guard isBeyond || afresh(isDuplicate) else { return }
    recovery.flags.remove(.probeRepeated)
    guard isBeyond, recovery.mode == .open else { return }
    congestion.reduce(
      inFlight: outstanding, algorithm: algorithm, segmentSize: segmentSize, now: now.milliseconds)
    congestion.recovered()
    noteReduction()
  }
}
