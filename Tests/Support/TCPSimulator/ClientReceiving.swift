/// What the client makes of a segment of the server's.
extension Client {
  mutating func receive(_ packet: Packet, _ now: Nanoseconds) {
    switch phase {
    case .closed: break
    case .gone: if case .reset = settings.closing { refuse(packet) }
    case .synchronizing: takeSynchronize(packet, now)
    case .established: take(packet, now)
    }
  }

  // MARK: the handshake

  private mutating func takeSynchronize(_ packet: Packet, _ now: Nanoseconds) {
    // Something of the data may overtake the SYN-ACK; it will come again.
    guard packet.has(Bits.synchronize | Bits.acknowledge), packet.acknowledgment == output.number(at: 0) else {
      if packet.has(Bits.reset) { complain("a reset in answer to the SYN") }
      return
    }
    let options = packet.options
    if options.hasTimestamps, !settings.offersTimestamps { complain("timestamps that nobody offered") }
    if options.permitsSelectiveAcknowledgment, !settings.offersSelectiveAcknowledgment {
      complain("SACK permitted that nobody offered")
    }
    if options.windowScale != 255, settings.windowScale == nil { complain("a window scale that nobody offered") }
    if packet.has(Bits.congestionEcho), !settings.offersCongestionNotification { complain("ECN that nobody offered") }
    if packet.has(Bits.congestionWindowReduced) { complain("CWR on a SYN-ACK") }
    if options.maximumSegmentSize == 0 { complain("no MSS on the SYN-ACK") }
    if options.hasTimestamps { judgeEcho(options.timestampEcho, 0) }
    input = Stream(initial: packet.sequence)
    usesTimestamps = options.hasTimestamps
    usesSelectiveAcknowledgment = options.permitsSelectiveAcknowledgment
    usesCongestionNotification = packet.has(Bits.congestionEcho)
    ownScale = options.windowScale == 255 ? 0 : Int(offeredScale ?? 0)
    serverScale = options.windowScale == 255 ? 0 : Int(options.windowScale)
    recentTimestamp = options.timestamp
    segmentSize = max(min(options.maximumSegmentSize, 1460) - (usesTimestamps ? 12 : 0), 1)
    phase = .established
    unacknowledged = 0
    next = 0
    serverWindow = packet.window
    repeatAt = nil
    timeout = settings.timeout
    issueRequests(now)
    sendNew(now)
    if outbox.isEmpty { acknowledge(now) }
  }

  // MARK: afterwards

  private mutating func take(_ packet: Packet, _ now: Nanoseconds) {
    guard let input else { return }
    if packet.has(Bits.synchronize) {
      // The ACK of the handshake was lost.
      if packet.sequence != input.initial { complain("a second ISS") }
      acknowledge(now)
      return
    }
    let start = input.offset(of: packet.sequence, near: receivedNext)
    if packet.has(Bits.reset) {
      guard start >= receivedNext, start <= max(highestEdge, receivedNext + 1) else { return }
      phase = .gone
      return
    }
    if usesTimestamps != packet.options.hasTimestamps {
      complain(usesTimestamps ? "a segment without timestamps" : "timestamps that were not agreed on")
    }
    if !packet.options.blocks.isEmpty { complain("SACK blocks, though out-of-order payload is not kept") }
    if usesTimestamps, Int32(bitPattern: packet.options.timestamp &- recentTimestamp) < 0 {
      acknowledge(now)  // PAWS (RFC 7323 5.3)
      return
    }
    let end = start + packet.length
    guard isAcceptable(start, packet.sequenceLength) else {
      if packet.sequenceLength > 0 {
        noteDuplicate(start..<end)
        if end <= receivedNext { counters.duplicateBytes += packet.length }
        acknowledge(now)
      } else if start < receivedNext {
        acknowledge(now)  // a keep-alive
      }
      return
    }
    takeTimestamp(packet, start)
    takeCongestion(packet)
    takeAcknowledgment(packet, now)
    takePayload(packet, start, now)
    if phase == .established { leaveIfDue(now) }
    guard phase == .established else { return }
    if requestsIssued < requestEnds.count, settings.pause > 0 {
      if requestsIssued - answersComplete < settings.depth, requestAt == nil {
        requestAt = now + 1 + random.below(settings.pause)
      }
    } else {
      issueRequests(now)
    }
    sendNew(now)
  }

  /// RFC 9293 3.4, table 6, with the window as it was offered.
  private func isAcceptable(_ start: Int, _ length: Int) -> Bool {
    let base = receivedNext + (tookFinish ? 1 : 0)
    let edge = max(acceptableEdge, base)
    if length == 0 { return start >= base && (start < edge || start == base) }
    guard edge > base else { return false }
    return start < edge && start + length > base
  }

  private mutating func noteDuplicate(_ range: Range<Int>) {
    guard usesSelectiveAcknowledgment, !range.isEmpty, range.upperBound <= receivedNext || beyond.contains(range) else {
      return
    }
    duplicate = range
  }

  /// TS.Recent (RFC 7323 4.3).
  private mutating func takeTimestamp(_ packet: Packet, _ start: Int) {
    guard usesTimestamps else { return }
    if start <= lastAcknowledged { recentTimestamp = packet.options.timestamp }
    judgeEcho(packet.options.timestampEcho, output.offset(of: packet.acknowledgment, near: unacknowledged))
  }

  /// TSecr is the TSval of a segment that was next in order when it came (RFC 7323 4.3).
  private func judgeEcho(_ echo: UInt32, _ acknowledged: Int) {
    guard let start = firstStarts[echo] else { return complain("echoed the timestamp \(echo), which was never sent") }
    if start > acknowledged { complain("echoed the timestamp of \(start), acknowledged is \(acknowledged)") }
  }

  private mutating func takeCongestion(_ packet: Packet) {
    if !usesCongestionNotification {
      if packet.codepoint != .notCapable { complain("ECT without ECN") }
      if packet.flags & (Bits.congestionEcho | Bits.congestionWindowReduced) != 0 { complain("ECE or CWR without ECN") }
      return
    }
    if packet.codepoint != .notCapable, packet.length == 0 { complain("ECT on a segment without payload") }
    if packet.has(Bits.congestionWindowReduced) {
      echoesCongestion = false
      counters.reductions += 1
    }
    if packet.codepoint == .congestion {
      echoesCongestion = true
      counters.marks += 1
    }
    if packet.has(Bits.congestionEcho) { mustReportReduction = true }
  }

  private mutating func takeAcknowledgment(_ packet: Packet, _ now: Nanoseconds) {
    guard packet.has(Bits.acknowledge) else { return complain("a segment without ACK") }
    let acknowledged = output.offset(of: packet.acknowledgment, near: unacknowledged)
    guard acknowledged <= next else { return complain("acknowledged \(acknowledged), sent \(next)") }
    guard acknowledged >= unacknowledged else { return }
    serverWindow = packet.window << serverScale
    if acknowledged > unacknowledged {
      unacknowledged = acknowledged
      timeout = settings.timeout
      repeatAt = unacknowledged < next ? now + timeout : nil
    }
  }

  // MARK: payload

  private mutating func takePayload(_ packet: Packet, _ start: Int, _ now: Nanoseconds) {
    let end = start + packet.length
    let finishes = packet.has(Bits.finish)
    guard packet.length > 0 || finishes else { return }
    if finishes {
      if let finishOffset, finishOffset != end { complain("a FIN at \(end), and one at \(finishOffset)") }
      finishOffset = end
    }
    if let total = answerEnds.last, end > total { complain("payload up to \(end), there are \(total) bytes") }
    if let finishOffset, end > finishOffset { complain("payload beyond the FIN") }

    let before = receivedNext
    let hadGap = !beyond.isEmpty
    let kept = max(start, receivedNext)..<max(min(end, acceptableEdge), max(start, receivedNext))
    let isDuplicate = packet.length > 0 && (end <= receivedNext || beyond.contains(start..<end))
    if isDuplicate {
      noteDuplicate(start..<end)
      counters.duplicateBytes += packet.length
    }
    if !kept.isEmpty {
      beyond.insert(kept)
      recency.removeAll { $0 == kept.lowerBound }
      recency.insert(kept.lowerBound, at: 0)
      if recency.count > 16 { recency.removeLast() }
    }
    if let first = beyond.ranges.first, first.lowerBound <= receivedNext {
      receivedNext = first.upperBound
      beyond.remove(below: receivedNext)
      recency.removeAll { $0 < receivedNext }
    }
    if finishOffset == receivedNext { tookFinish = true }
    if receivedNext > before { arrived(now) }
    if random.happens(settings.reneges), !beyond.isEmpty {
      beyond.removeAll()
      recency.removeAll()
    }

    unansweredSegments += 1
    let inOrder = receivedNext > before && !hadGap && beyond.isEmpty
    if !inOrder || tookFinish || isDuplicate || unansweredSegments >= settings.acknowledgesEvery {
      acknowledge(now)
    } else if acknowledgeAt == nil {
      acknowledgeAt = now + settings.acknowledgmentDelay
    }
  }

  private mutating func leaveIfDue(_ now: Nanoseconds) {
    switch settings.closing {
    case .reset(let offset): if receivedNext >= offset { reset(now) }
    case .vanish(let offset):
      guard receivedNext >= offset else { return }
      outbox.removeAll()
      phase = .gone
    default: break
    }
  }
}
