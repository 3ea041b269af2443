extension ControlBlock {
  /// The fifth step of SEGMENT ARRIVES, with the ACK bit on (RFC 9293 3.10.7.4).
  @inline(__always)
  mutating func acknowledge(
    _ segment: Segment, _ options: UnsafePointer<SegmentOptions>, _ parameters: Parameters, _ now: Instant
  ) -> Reaction {
    let ack = segment.acknowledgment
    if state == .synReceived {
      guard send.unacknowledged.precedes(ack), ack.precedesOrEquals(send.next) else {
        return Reaction(.reset, .acknowledgment)
      }
      setWindow(segment)
      establish(segment, options, parameters, now)
      return Reaction(.establish)
    }

    // RFC 5961 5.2: SND.UNA - MAX.SND.WND =< SEG.ACK =< SND.NXT, else an ACK in reply, at the challenge's rate.
    let behind = send.unacknowledged.distance(from: ack)
    guard ack.precedesOrEquals(send.next), behind <= Int32(bitPattern: send.maximumWindow) else {
      return challenge(.acknowledgment, now)
    }
    probes = 0
    guard behind <= 0 else { return Reaction(.proceed) }  // an old ACK; the payload may still be new
    takeAcknowledgment(segment, options, parameters, now)

    let finishAcknowledged = flags.contains(.finishSent) && ack == send.next
    guard finishAcknowledged else { return Reaction(.proceed) }
    switch state {
    case .finWait1: state = .finWait2
    case .closing: state = .timeWait
    case .lastAck:
      state = .closed
      return Reaction(.close)
    default: break
    }
    return Reaction(.proceed)
  }

  /// An acknowledgment at SND.UNA or beyond: what it says of the window, of losses, of the round trip and of
  /// congestion, in this order.
  @inline(__always)
  private mutating func takeAcknowledgment(
    _ segment: Segment, _ options: UnsafePointer<SegmentOptions>, _ parameters: Parameters, _ now: Instant
  ) {
    let ack = segment.acknowledgment
    let advance = ack.value &- send.unacknowledged.value
    let deliveredBefore = delivered
    let outstandingBefore = outstanding
    let windowBefore = send.window
    updateWindow(segment)
    send.unacknowledged = ack
    let selected = insertBlocks(options)
    let isRepeated = advance == 0 && segment.length == 0 && send.window == windowBefore
    countDuplicate(advance, outstandingBefore > 0 && (usesSelectiveAcknowledgment ? selected > 0 : isRepeated))
    // What has arrived since the last ACK, in order or not (RFC 9937 6, DeliveredData).
    let arrived = UInt32(bitPattern: max(Int32(bitPattern: advance &+ delivered &- deliveredBefore), 0))

    let isRepairing = recovery.mode.isRepairing
    var sample: UInt32 = 0
    var endsRound = false
    if advance > 0 {
      endsRound = roundTrip.timedStart != 0
      sample = measurement(ack, options, isRepairing: isRepairing, now)
      if sample > 0 {
        roundTrip.measured(sample, parameters)
        backoff = 0
      }
      progress = now.ticks
      advanceRecovery(ack, options)
    }
    noteEcho(segment, parameters, now)
    noteProbe(ack, advance, parameters, now)
    detectLoss(outstandingBefore &- deliveredBefore, parameters, now)

    if recovery.mode == .fast || recovery.mode == .reducing {
      followDelivery(arrived, isProgress: advance > 0 && !recovery.flags.contains(.forced))
    } else if advance > 0, outstanding > 0 || recovery.flags.contains(.limited) {
      grow(arrived, parameters.congestionControl, endsRound ? sample | 1 << 31 : sample, now)
    }

    // The peer may move its window as it likes; that restarts nothing unless it opens or closes.
    let changesTimer = advance > 0 || selected > 0 || (windowBefore == 0) != (send.window == 0)
    if timer == .windowProbe, send.window > 0 { backoff = 0 }
    if changesTimer || timer == .keepAlive { arm(parameters, now) }
  }

  /// What arrived during a reduction lets as much go out (RFC 9937).
  @inline(never)
  private mutating func followDelivery(_ arrived: UInt32, isProgress: Bool) {
    congestion.recovering(
      delivered: arrived, inFlight: pipe(), isProgress: isProgress, segmentSize: segmentSize)
  }

  /// What arrived otherwise lets the window grow.
  ///
  /// - Parameter sample: a measured round trip, microseconds or 0; with its top bit the round has ended.
  @inline(never)
  private mutating func grow(_ arrived: UInt32, _ algorithm: UInt8, _ sample: UInt32, _ now: Instant) {
    let microseconds = sample & (1 << 31 &- 1)
    congestion.acknowledged(
      arrived, algorithm: algorithm, segmentSize: segmentSize, isLimited: recovery.flags.contains(.limited),
      roundTrip: roundTrip.estimate, sample: microseconds, roundEnded: sample != microseconds && microseconds > 0,
      now: now.milliseconds)
  }

  /// "If (SND.WL1 < SEG.SEQ or (SND.WL1 = SEG.SEQ and SND.WL2 =< SEG.ACK))" (RFC 9293 3.10.7.4): an older segment
  /// that arrives late must not bring an older window. The rule takes segments to be processed in sequence; the ACK
  /// of one out of order counts here too, and whatever acknowledges more than all before it was sent after them.
  @inline(__always)
  mutating func updateWindow(_ segment: Segment) {
    let sequence = segment.sequence
    guard
      send.unacknowledged.precedes(segment.acknowledgment) || send.updateSequence.precedes(sequence)
        || (send.updateSequence == sequence && send.updateAcknowledgment.precedesOrEquals(segment.acknowledgment))
    else { return }
    setWindow(segment)
  }

  @inline(__always)
  private mutating func setWindow(_ segment: Segment) {
    send.window = scaled(segment)
    send.maximumWindow = max(send.maximumWindow, send.window)
    send.updateSequence = segment.sequence
    send.updateAcknowledgment = segment.acknowledgment
  }
}
