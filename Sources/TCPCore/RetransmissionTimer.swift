// The timer and what it asks for (RFC 6298 5, RFC 8985 7, RFC 9293 3.8.3, 3.8.4 and 3.8.6.1).

extension ControlBlock {
  /// How often a SYN-ACK is repeated. After that the half-open session waits for its end.
  private static var synchronizeRepetitions: UInt8 { @inline(__always) get { 5 } }
  /// The shortest time until a tail loss probe, microseconds.
  private static var shortestProbeTime: UInt32 { @inline(__always) get { 10_000 } }

  /// Bytes or a FIN that have not been sent yet.
  @inline(__always)
  var hasUnsent: Bool {
    unsent > 0 || (flags.contains(.finishQueued) && !flags.contains(.finishSent))
  }

  /// RTO as it is now, microseconds: doubled for each timeout in a row (RFC 6298 5.5), and bounded (2.5).
  @inline(__always)
  private func timeout(_ maximumTimeout: UInt32) -> UInt64 {
    let doubled = UInt64(roundTrip.timeout) &<< UInt64(min(backoff, 16))
    return min(doubled, UInt64(maximumTimeout))
  }

  /// PTO, microseconds: two round trips, which leave the peer's ACKs some time; it may delay the one for a single
  /// segment, so that waits for the whole of RTO (RFC 8985 7.2).
  @inline(__always)
  private func probeTime(_ timeout: UInt64) -> UInt64 {
    let twice = max(roundTrip.smoothed >> 2, Self.shortestProbeTime)
    let isMeasured = roundTrip.smoothed > 0 && outstanding > segmentSize
    return isMeasured ? min(UInt64(twice), timeout) : timeout
  }

  /// Starts the timer anew for what the connection waits for now, or stops it.
  @inline(__always)
  mutating func arm(_ parameters: Parameters, _ now: Instant) {
    arm(parameters.maximumTimeout, parameters.keepAliveIdle, now)
  }

  @inline(never)
  mutating func arm(_ maximumTimeout: UInt32, _ keepAliveIdle: UInt32, _ now: Instant) {
    let isOutstanding = outstanding > 0
    guard isOutstanding || hasUnsent else { return armIdle(keepAliveIdle, now) }
    // A probe comes before the timeout, once for each ACK of something new (RFC 8985 7.2); not after a timeout.
    let probes = usesSelectiveAcknowledgment && !recovery.flags.contains(.probed)
      && recovery.mode != .timeout && backoff == 0
    var kind = isOutstanding && send.window > 0 ? TimerKind.retransmission : .windowProbe
    if kind == .retransmission, probes { kind = .tailProbe }
    if state == .synReceived { kind = .synchronize }
    timer = kind
    let whole = timeout(maximumTimeout)
    timerDeadline = now.nanoseconds &+ (kind == .tailProbe ? probeTime(whole) : whole) &* 1000
  }

  /// With nothing to wait for, only a keep-alive probe may be due some time (RFC 9293 3.8.4).
  @inline(__always)
  mutating func armIdle(_ keepAliveIdle: UInt32, _ now: Instant) {
    let isKept = keepAliveIdle > 0 && (state == .established || state == .closeWait)
    timer = isKept ? .keepAlive : .none
    timerDeadline = isKept ? now.nanoseconds &+ UInt64(keepAliveIdle) &* 1_000_000 : 0
  }

  /// The deadline has come, or so the caller thinks.
  @inline(__always)
  public mutating func expire(parameters: Parameters, now: Instant) -> Expiry {
    guard timerDeadline != 0, timerDeadline <= now.nanoseconds else { return .none }
    switch timer {
    case .none: return .none
    case .synchronize: return expireSynchronize(parameters, now)
    case .keepAlive: return expireKeepAlive(parameters, now)
    case .retransmission, .tailProbe, .windowProbe: break
    }
    // R2 (RFC 9293 3.8.3), for a receiver that never reads as well (RFC 6429 4).
    guard now.microseconds(since: progress) < Int64(parameters.giveUpTime) &* 1000 else {
      state = .closed
      timerDeadline = 0
      return .abort
    }
    switch timer {
    case .tailProbe: expireTailProbe(parameters, now)
    case .windowProbe: expireWindowProbe()
    default: expireRetransmission(parameters, now)
    }
    arm(parameters, now)
    return .transmit
  }

  @inline(__always)
  private mutating func expireSynchronize(_ parameters: Parameters, _ now: Instant) -> Expiry {
    guard probes < Self.synchronizeRepetitions else {
      timer = .none
      timerDeadline = 0
      return .none
    }
    probes &+= 1
    backoff &+= 1
    roundTrip.timedStart = 0
    arm(parameters, now)
    return .synchronize
  }

  @inline(__always)
  private mutating func expireKeepAlive(_ parameters: Parameters, _ now: Instant) -> Expiry {
    guard UInt32(probes) < parameters.keepAliveProbes else {
      state = .closed
      timerDeadline = 0
      return .abort
    }
    probes &+= 1
    timerDeadline = now.nanoseconds &+ UInt64(parameters.keepAliveInterval) &* 1_000_000
    return .keepAlive
  }

  /// RFC 6298 5.4 to 5.6, RFC 5681 3.1, RFC 6675 5.1: all that is outstanding counts as lost, but what SACK has said
  /// to have arrived is not sent again, unless the peer seems to have dropped it.
  @inline(__always)
  private mutating func expireRetransmission(_ parameters: Parameters, _ now: Instant) {
    let isAnother = recovery.mode == .timeout && recovery.timeouts > 0
    recovery.flags.rawValue &= isAnother ? Self.afterAnother : Self.afterTimeout
    if !isAnother {
      let flight = outstanding &- min(delivered, outstanding)
      congestion.timeout(
        inFlight: flight, algorithm: parameters.congestionControl, segmentSize: segmentSize, now: now.milliseconds)
      if recovery.mode == .open { recovery.flags.insert(.undoable) }
      noteReduction()
    }
    // A receiver may drop what it has SACKed; then its ACKs stop short of a block (RFC 2018 8).
    let first = send.unacknowledged
    let hasReneged = UInt32(truncatingIfNeeded: hole(from: first, below: send.next)) != first.value
    if hasReneged || isAnother { scoreboard.clear() }
    repeatAll()
    if !isAnother { recovery.undoTimestamp = timestampToSend(now) }
    recovery.timeouts = max(recovery.timeouts &+ 1, 1)
    backoff &+= backoff < 32 ? 1 : 0
  }

  /// What a timeout leaves of the flags; one that follows another leaves what can be undone.
  private static var afterTimeout: UInt8 { @inline(__always) get { LossRecovery.Flags.limited.rawValue } }
  private static var afterAnother: UInt8 {
    @inline(__always) get { LossRecovery.Flags.limited.rawValue | LossRecovery.Flags.undoable.rawValue }
  }

  /// All that is outstanding and not SACKed is to be sent again.
  @inline(__always)
  mutating func repeatAll() {
    recovery.mode = .timeout
    recovery.duplicates = 0
    recovery.point = send.next
    recovery.retransmitted = send.unacknowledged
    recovery.passMark = send.next
    recovery.passLimit = send.unacknowledged
    recovery.resume = send.unacknowledged
    roundTrip.timedStart = 0
    roundTrip.minimum = .max
  }
}
