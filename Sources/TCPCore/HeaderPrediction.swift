// Header prediction, after Van Jacobson: the segments of a conversation that goes well are nearly all alike, and a few
// comparisons tell whether one is just what was expected. What is done then is what `receive` and `transmit` would do
// (RFC 9293 3.10.7.4 and 3.10.2).

extension ControlBlock {
  /// Takes a segment with payload that is next in order, to an established connection on which nothing waits or is
  /// under way and which nobody is about to close. All of its payload is deliverable, and an ACK is due.
  ///
  /// - Returns: false if it is not such a segment; then nothing has changed, and it is for `receive`.
  @inline(__always)
  public mutating func receiveExpected(
    _ segment: Segment, _ options: UnsafePointer<SegmentOptions>, parameters: Parameters, now: Instant
  ) -> Bool {
    guard isOrdinary(segment, options), segment.payloadLength > 0, segment.payloadLength <= receive.window else {
      return false
    }
    settle(segment, options, parameters, now)
    return true
  }

  /// Takes an ACK without payload of all that is outstanding, where nothing waits to be sent. Nothing is due then.
  ///
  /// - Returns: false if it is not such a segment; then nothing has changed, and it is for `receive`.
  @inline(__always)
  public mutating func acknowledgeExpected(
    _ segment: Segment, _ options: UnsafePointer<SegmentOptions>, parameters: Parameters, now: Instant
  ) -> Bool {
    guard isOrdinary(segment, options), segment.payloadLength == 0, outstanding > 0 else { return false }
    settle(segment, options, parameters, now)
    return true
  }

  /// Whether a segment is next in order and acknowledges all that was sent, on a connection on which all is well and
  /// nothing waits.
  @inline(__always)
  private func isOrdinary(_ segment: Segment, _ options: UnsafePointer<SegmentOptions>) -> Bool {
    state == .established && flags.rawValue == 0 && features.rawValue < Features.echoing.rawValue
      && recovery.mode == .open && recovery.flags.rawValue == 0 && recovery.duplicates == 0
      && segment.flags.union(.push) == ControlBits.acknowledge.union(.push) && !segment.isCongestionMarked
      && segment.sequence == receive.next && segment.acknowledgment == send.next && send.queued == send.next
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
      if sample > 0 {
        roundTrip.measured(sample, parameters.minimumTimeout)
        backoff = 0
      }
      progress = now.ticks
      recovery.timeouts = 0
    }
    probes = 0
    armIdle(parameters.keepAliveIdle, now)
  }

  /// Takes note that all of an expected segment's payload was consumed, and sends in one segment all that was queued
  /// meanwhile, with PSH, from SND.NXT as it was before on; ECT(0) if `isCapable`.
  ///
  /// - Returns: its length; 0 if it is for `deliver` and `transmit`, and then nothing has changed.
  @inline(__always)
  public mutating func answerExpected(
    _ consumed: UInt32, of length: UInt32, parameters: Parameters, now: Instant
  ) -> UInt32 {
    let queued = send.queued.value &- send.next.value
    guard consumed == length, flags.rawValue == 0, queued > 0, queued <= segmentSize,
      queued <= send.window, queued <= congestion.window, backoff == 0, !isIdle(now)
    else { return 0 }
    receive.next = receive.next.advanced(by: consumed)
    if roundTrip.timedStart == 0 {
      roundTrip.timedSequence = send.next
      roundTrip.timedStart = now.clock
    }
    send.next = send.queued
    progress = now.ticks
    // The tail loss probe of a single segment waits for RTO.
    timer = usesSelectiveAcknowledgment ? .tailProbe : .retransmission
    timerDeadline = now.nanoseconds &+ UInt64(min(roundTrip.timeout, parameters.maximumTimeout)) &* 1000
    return queued
  }
}
