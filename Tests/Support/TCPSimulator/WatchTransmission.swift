import TCPCore

/// What the core sends: a run of the stream at a time.
extension Watch {
  mutating func willTransmit(_ block: ControlBlock, _ now: Nanoseconds) {
    // The first byte after a pause begins a new time to wait for acknowledgments.
    if unacknowledged == next { lastProgress = now }
  }

  mutating func transmitted(
    _ run: Transmission, _ segments: Int, budget: Int, isExpiry: Bool, queued: Int, _ block: ControlBlock,
    _ now: Nanoseconds
  ) {
    let start = stream.offset(of: run.sequence.value, near: next)
    let length = Int(run.length)
    let end = start + length
    let finishes = run.lastFlags.contains(.finish)
    let past = end + (finishes ? 1 : 0)
    expect(run.flags.contains(.acknowledge), "a run without ACK")
    let hasEcho = run.flags.contains(ControlBits(rawValue: Bits.congestionEcho))
    if let echoes { expect(hasEcho == echoes, "ECE \(hasEcho), due \(echoes)") }
    expect(segments <= budget, "\(segments) segments, the budget is \(budget)")
    expect(Int(run.segments) == segments, "a run of \(run.segments) segments makes \(segments)")
    guard past > start else {
      // <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>, or a probe of the window from below it.
      expect(start == next || (isExpiry && start >= unacknowledged - 1), "an ACK at \(start), SND.NXT \(next)")
      expect(!run.isRepetition && run.newLength == 0, "an ACK that counts as data")
      expect(!run.isCapable, "ECT on an ACK")
      sentInExpiry += segments
      if isExpiry, sentInExpiry == segments { classify(now) }
      return
    }
    let new = max(end - max(start, next), 0)
    let probed = judgePlace(start: start, end: end, past: past, isExpiry: isExpiry)
    expect(end <= queued, "sent up to \(end), queued are \(queued)")
    expect(Int(run.newLength) == new, "\(run.newLength) new bytes at \(start), \(new) are")
    expect(run.isRepetition == (start < next), "a run at \(start), SND.NXT \(next), isRepetition \(run.isRepetition)")
    judgeEnd(run, start: start, isEnd: end == queued, block)
    judgeCongestion(run, length: length)
    if past > next, !probed { judgeWindow(past: past, isExpiry: isExpiry, block) }

    sentInExpiry += segments
    if isExpiry, sentInExpiry == segments { classify(now) }
    if start < next {
      repeatedBytes += min(end, next) - min(start, next)
      repeatedSegments += segments
    } else {
      newSegments += segments
    }
    newBytes += new
    if finishes { finishSent = true }
    next = max(next, past)
  }

  /// PSH ends what is queued, and a FIN rides on it when it is first sent, if the windows have room.
  private func judgeEnd(_ run: Transmission, start: Int, isEnd: Bool, _ block: ControlBlock) {
    let end = start + Int(run.length)
    let finishes = run.lastFlags.contains(.finish)
    if run.length > 0 {
      expect(run.lastFlags.contains(.push) == isEnd, "PSH at \(end): \(!isEnd), the end of what is queued: \(isEnd)")
    }
    if finishes { expect(isEnd, "a FIN at \(end), and more is queued") }
    let isDue = isEnd && start == next && block.flags.contains(.finishQueued)
    if isDue, edge > end, end - unacknowledged < Int(block.congestion.window) {
      expect(finishes, "a FIN that could ride on the last segment does not")
    }
  }

  /// In sequence space: a repetition within SND.UNA to SND.NXT, the rest at SND.NXT and inside the peer's window.
  ///
  /// - Returns: whether it is a probe of a closed window.
  private mutating func judgePlace(start: Int, end: Int, past: Int, isExpiry: Bool) -> Bool {
    expect(start >= unacknowledged, "sent \(start)..<\(past), SND.UNA is \(unacknowledged)")
    expect(start <= next, "sent \(start)..<\(past), SND.NXT is \(next)")
    // One byte may ask whether a window is still closed (RFC 9293 3.8.6.1).
    let isProbe = isExpiry && past - max(start, edge) <= 1
    if past > next {
      expect(past <= max(edge, next) || isProbe, "sent \(start)..<\(past), SND.NXT \(next), the window ends at \(edge)")
    }
    // What was sent may be sent again beyond a window that has shrunk (MAY-7), but not beyond all that was offered.
    expect(past <= highestEdge + 1, "sent up to \(past), offered up to \(highestEdge)")
    return isProbe && past > edge
  }

  private mutating func judgeCongestion(_ run: Transmission, length: Int) {
    if run.isCapable {
      expect(usesCongestionNotification, "ECT without ECN")
      expect(!run.isRepetition, "ECT on a repetition (RFC 3168 6.1.5)")
      expect(length > 0, "ECT without payload")
    }
    let reduced = ControlBits(rawValue: Bits.congestionWindowReduced)
    if run.firstFlags.contains(reduced) || run.flags.contains(reduced) {
      expect(usesCongestionNotification, "CWR without ECN")
      expect(congestionEchoSeen || repeatedBytes > 0 || timeouts > 0, "CWR, and nothing was reduced")
    }
  }

  /// New data leaves only while what is in flight is less than the congestion window. Of what is in flight, this
  /// counts what nobody can take for lost or received: what lies above all that was selectively acknowledged and above
  /// where a time-out has been, less a segment for each duplicate ACK. So the true number is never less. Limited
  /// transmit (RFC 3042) may have two segments more, and the tail loss probe one (RFC 8985 7.3).
  private mutating func judgeWindow(past: Int, isExpiry: Bool, _ block: ControlBlock) {
    // The tail loss probe is one segment, whatever the window says (RFC 8985 7.3).
    if isExpiry, timerBefore == .tailProbe, sentInExpiry == 0, past - next <= largestSegment + 1 { return }
    let window = Int(block.congestion.window)
    let base = max(unacknowledged, selected.ranges.last?.upperBound ?? -1, lostBelow)
    let flight = past - base - duplicateBytes
    let isQuiet = selected.isEmpty && duplicateBytes == 0 && lostBelow <= unacknowledged && !isExpiry && probes == 0
    // The FIN takes a number, and no room.
    let allowance = isQuiet ? 1 : 3 * largestSegment + 1
    expect(flight <= window + allowance, "\(flight) bytes in flight, the congestion window is \(window)")
  }

  /// What the timer that has just expired was for.
  private mutating func classify(_ now: Nanoseconds) {
    if timerBefore == .retransmission {
      timeouts += 1
      lostBelow = next
      judgeBackOff(now)
    } else {
      probes += 1
    }
  }

  /// While nothing is heard, each time-out comes after twice the time of the one before (RFC 6298 5.5).
  private mutating func judgeBackOff(_ now: Nanoseconds) {
    guard let last = lastTimeout, lastHeard < last.time else {
      lastTimeout = (now, 0)
      return
    }
    let gap = now - last.time
    let least = min(2 * last.gap, .microseconds(settings.maximumTimeout)) - 2 * settings.lateness - .milliseconds(1)
    if lastHeard < last.time - last.gap {
      expect(gap >= least, "time-outs after \(last.gap.inMilliseconds) and \(gap.inMilliseconds) ms of silence")
    }
    lastTimeout = (now, gap)
  }
}
