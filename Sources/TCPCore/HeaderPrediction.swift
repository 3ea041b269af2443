// Header prediction, after Van Jacobson: the segments of a conversation that goes well are nearly all alike, and a few
// comparisons tell whether one is just what was expected. What is done then is what `receive` and `transmit` would do
// (RFC 9293 3.10.7.4, 3.10.2 and 3.10.4).

extension ControlBlock {
  /// Takes a segment with payload that is next in order, to an established connection on which nothing waits or is
  /// under way and which nobody is about to close. All of its payload is deliverable, and an ACK is due.
  ///
  /// - Returns: false if it is not such a segment; then nothing has changed, and it is for `receive`.
  @inline(__always)
  public mutating func receiveExpected(
    _ segment: Segment, _ options: UnsafePointer<SegmentOptions>, parameters: Parameters, now: Instant
  ) -> Bool {
    guard state == .established, flags.rawValue == 0, segment.payloadLength > 0,
      segment.payloadLength <= receive.window, send.queued == send.next, isOrdinary(segment, options, .acknowledge)
    else { return false }
    settle(segment, options, parameters, now)
    return true
  }

  /// What a segment without payload was that has been expected.
  public enum ExpectedControl: UInt8 {
    /// Another: nothing has changed, and it is for `receive`.
    case none
    /// An ACK of all that is outstanding, our FIN included if it has been sent. Nothing is due.
    case acknowledgment
    /// The last ACK of the handshake. Nothing is due.
    case establishment
    /// The peer's FIN after ours, and with the ACK of it: TIME-WAIT. An ACK is due.
    case finish
  }

  /// Takes a segment without payload of the usual life of a connection: where nothing waits to be sent, and it
  /// acknowledges all that was.
  @inline(__always)
  public mutating func takeExpectedControl(
    _ segment: Segment, _ options: UnsafePointer<SegmentOptions>, parameters: Parameters, now: Instant
  ) -> ExpectedControl {
    let finishes = segment.flags.contains(.finish)
    guard segment.payloadLength == 0,
      isOrdinary(segment, options, finishes ? ControlBits.finish.union(.acknowledge) : .acknowledge)
    else { return .none }
    let control = expectedControl(finishes)
    guard control != .none else { return .none }
    if control == .establishment {
      setWindow(segment)
      establish(options, parameters.minimumTimeout, UInt32(parameters.initialWindow), now)
      armIdle(parameters.keepAliveIdle, now)
      if usesTimestamps { timestamps.recent = options.pointee.timestamp }
      return control
    }
    settle(segment, options, parameters, now)
    if control == .finish {
      receive.next = receive.next.advanced(by: 1)
      state = .timeWait
    } else if state == .finWait1 {
      state = .finWait2
    }
    return control
  }

  /// What a segment is that acknowledges all there is, and has a FIN if it `finishes`.
  @inline(__always)
  private func expectedControl(_ finishes: Bool) -> ExpectedControl {
    let acknowledges = outstanding > 0
    switch state {
    case .synReceived, .established:
      guard acknowledges, !finishes, flags.rawValue == 0, send.queued == send.next else { return .none }
      return state == .established ? .acknowledgment : .establishment
    case .finWait1, .finWait2:
      let isFinishSent = flags.contains(.finishSent) && send.next == send.queued.advanced(by: 1)
      guard acknowledges == (state == .finWait1), isFinishSent else { return .none }
      if finishes { return receive.window > 0 ? .finish : .none }
      return acknowledges ? .acknowledgment : .none
    default: return .none
    }
  }

  /// Whether a segment has the control bits `bits`, PSH aside, is next in order and acknowledges all that was sent, on
  /// a connection on which all is well.
  @inline(__always)
  private func isOrdinary(
    _ segment: Segment, _ options: UnsafePointer<SegmentOptions>, _ bits: ControlBits
  ) -> Bool {
    features.rawValue < Features.echoing.rawValue
      && recovery.mode == .open && recovery.flags.rawValue == 0 && recovery.duplicates == 0 && backoff == 0
      && segment.flags.union(.push) == bits.union(.push) && !segment.isCongestionMarked
      && segment.sequence == receive.next && segment.acknowledgment == send.next
      && scoreboard.sacked == 0 && options.pointee.blockCount == 0 && !isOutdated(options)
  }

  /// What an ordinary segment's header changes.
  @inline(__always)
  private mutating func settle(
    _ segment: Segment, _ options: UnsafePointer<SegmentOptions>, _ parameters: Parameters, _ now: Instant
  ) {
    let ack = segment.acknowledgment
    updateWindow(segment)
    if usesTimestamps { timestamps.recent = options.pointee.timestamp }
    if send.unacknowledged != ack {
      send.unacknowledged = ack
      let sample = measurement(ack, options, isRepairing: false, now)
      if sample > 0 { roundTrip.measured(sample, parameters.minimumTimeout) }
      progress = now.ticks
      recovery.timeouts = 0
    }
    probes = 0
    armIdle(parameters.keepAliveIdle, now)
  }

  /// Takes note that all of an expected segment's payload was consumed, and sends in one segment all that was queued
  /// meanwhile, with PSH, from SND.NXT as it was before on; ECT(0) if `isCapable`. After CLOSE it has the FIN too: then
  /// the state is FIN-WAIT-1.
  ///
  /// - Returns: its length without the FIN; 0 if it is for `deliver` and `transmit`, and then nothing has changed.
  @inline(__always)
  public mutating func answerExpected(
    _ consumed: UInt32, of length: UInt32, parameters: Parameters, now: Instant
  ) -> UInt32 {
    let queued = send.queued.value &- send.next.value
    let finish: UInt32 = flags.rawValue == 0 ? 0 : 1
    guard consumed == length, queued > 0, queued &+ finish <= segmentSize, queued &+ finish <= send.window,
      queued <= congestion.window, backoff == 0, !isIdle(now)
    else { return 0 }
    receive.next = receive.next.advanced(by: consumed)
    if roundTrip.timedStart == 0 {
      roundTrip.timedSequence = send.next
      roundTrip.timedStart = now.clock
    }
    send.next = send.queued
    if finish > 0 {
      send.next = send.next.advanced(by: 1)
      flags.insert(.finishSent)
      state = .finWait1
    }
    progress = now.ticks
    // The tail loss probe of a single segment waits for RTO.
    timer = usesSelectiveAcknowledgment ? .tailProbe : .retransmission
    timerDeadline = now.nanoseconds &+ UInt64(min(roundTrip.timeout, parameters.maximumTimeout)) &* 1000
    return queued
  }
}
