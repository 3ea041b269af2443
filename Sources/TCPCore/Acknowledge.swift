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
      establish(options, parameters.minimumTimeout, UInt32(parameters.initialWindow), now)
      arm(parameters, now)
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
  /// congestion, in this order. `noteSelections` has gone before.
  @inline(__always)
  private mutating func takeAcknowledgment(
    _ segment: Segment, _ options: UnsafePointer<SegmentOptions>, _ parameters: Parameters, _ now: Instant
  ) {
    let isEmpty = afresh(segment.length == 0)
    let echoes = segment.flags.contains(.congestionEcho)
    noteArrival(
      segment.sequence, segment.acknowledgment, segment.window,
      (isEmpty ? Arrival.plain : 0) | (afresh(echoes) ? Arrival.echo : 0))
    if work.third > 0 { measure(options, parameters.minimumTimeout, now) }
    judge(parameters.congestionControl, now)
    adjust(parameters.congestionControl, now)
    if recovery.arrival & Arrival.news != 0 || timer == .keepAlive { arm(parameters, now) }
  }

  /// What an acknowledgment is, beside its number: `recovery.arrival`.
  enum Arrival {
    /// Without payload, and with the window that was known: it may be a duplicate (RFC 5681 2).
    static var plain: UInt8 { @inline(__always) get { 1 } }
    /// With ECE.
    static var echo: UInt8 { @inline(__always) get { 2 } }
    /// It acknowledges something, or opens or closes the window, and starts the timer anew.
    static var news: UInt8 { @inline(__always) get { 4 } }
    /// In `work.third`: SND.UNA has moved; with it a measured round has ended; the rest is the round trip.
    static var advance: UInt32 { @inline(__always) get { 1 << 30 } }
    static var roundEnd: UInt32 { @inline(__always) get { 1 << 31 } }
  }

  /// The window and SND.UNA move, and what has arrived is counted. `work.first` is what had been taken for delivered,
  /// and becomes what is newly (RFC 9937 6, DeliveredData); `work.second` is what SACK has added, and becomes what was
  /// in flight before; `work.third` becomes the way of SND.UNA.
  @inline(never)
  private mutating func noteArrival(
    _ sequence: SequenceNumber, _ ack: SequenceNumber, _ window: UInt32, _ kind: UInt8
  ) {
    let windowBefore = send.window
    updateWindow(
      Segment(sequence: sequence, acknowledgment: ack, window: window, flags: .acknowledge, payloadLength: 0))
    let advance = ack.value &- send.unacknowledged.value
    let before = outstanding
    let deliveredBefore = work.first
    send.unacknowledged = ack
    let isPlain = kind & Arrival.plain != 0 && send.window == windowBefore
    let looksDuplicate = usesSelectiveAcknowledgment ? work.second > 0 : afresh(isPlain)
    countDuplicate(advance, before > 0 && afresh(looksDuplicate))
    let arrived = afresh(UInt32(bitPattern: max(Int32(bitPattern: advance &+ delivered &- deliveredBefore), 0)))
    // The peer may move its window as it likes; that restarts no timer unless it opens or closes.
    let changes = (windowBefore == 0) != (send.window == 0)
    let isNews = (advance | arrived) > 0 || afresh(changes)
    recovery.arrival = (kind & Arrival.echo) | (afresh(isNews) ? Arrival.news : 0)
      | (afresh(isPlain) ? Arrival.plain : 0)
    if timer == .windowProbe, send.window > 0 { backoff = 0 }
    work.first = arrived
    work.second = before &- min(deliveredBefore, before)
    work.third = advance
  }

  /// How often RTO stays doubled, at the most, once something is acknowledged that was sent again.
  private static var backoffAfterProgress: UInt8 { @inline(__always) get { 3 } }

  /// New data has been acknowledged: a round trip may end with it, and a repair.
  @inline(never)
  private mutating func measure(
    _ options: UnsafePointer<SegmentOptions>, _ minimumTimeout: UInt32, _ now: Instant
  ) {
    let isTimed = roundTrip.timedStart != 0
    let sample = afresh(
      measurement(send.unacknowledged, options, isRepairing: recovery.mode.isRepairing, now))
    if sample > 0 {
      roundTrip.measured(sample, minimumTimeout)
      backoff = 0
    }
    // Where all is repeated there may be nothing to measure for long (Karn), but the path is there again.
    backoff = min(backoff, Self.backoffAfterProgress)
    progress = now.ticks
    advanceRecovery(options)
    work.third = Arrival.advance | sample | (afresh(isTimed) ? Arrival.roundEnd : 0)
  }

  /// Whether there is congestion: an echo, or a loss.
  @inline(never)
  private mutating func judge(_ algorithm: UInt8, _ now: Instant) {
    if recovery.arrival & Arrival.echo != 0 { noteEcho(algorithm, now) }
    noteProbe(algorithm, now)
    detectLoss(work.second, algorithm, now)
  }

  /// What arrived during a reduction lets as much go out (RFC 9937); what arrived otherwise lets the window grow.
  @inline(never)
  private mutating func adjust(_ algorithm: UInt8, _ now: Instant) {
    let arrived = work.first
    let measured = work.third
    if recovery.mode == .fast || recovery.mode == .reducing {
      congestion.recovering(
        delivered: arrived, inFlight: pipe(),
        isProgress: measured > 0 && !recovery.flags.contains(.forced), segmentSize: segmentSize)
    } else if measured > 0, outstanding > 0 || recovery.flags.contains(.limited) {
      let sample = measured & (Arrival.advance &- 1)
      // What is measured by timestamps, as after a timeout, is too coarse.
      if sample > 0, recovery.mode == .open {
        congestion.measured(showsQueue: roundTrip.showsQueue(sample, flightTime: congestion.flightTime))
      }
      congestion.acknowledged(
        arrived, algorithm: algorithm, segmentSize: segmentSize, isLimited: recovery.flags.contains(.limited),
        roundTrip: roundTrip.estimate, sample: sample,
        roundEnded: measured & Arrival.roundEnd != 0 && sample > 0, now: now.milliseconds)
    }
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
  mutating func setWindow(_ segment: Segment) {
    send.window = scaled(segment)
    send.maximumWindow = max(send.maximumWindow, send.window)
    send.updateSequence = segment.sequence
    send.updateAcknowledgment = segment.acknowledgment
  }
}
