/// What the client sends: its SYN, requests and FIN, each again until it is acknowledged.
extension Client {
  mutating func open(_ now: Nanoseconds) {
    phase = .synchronizing
    openedAt = now
    sendSynchronize(now)
  }

  private mutating func sendSynchronize(_ now: Nanoseconds) {
    var packet = Packet(sequence: output.initial, flags: Bits.synchronize)
    if settings.offersCongestionNotification {
      packet.flags |= Bits.congestionEcho | Bits.congestionWindowReduced
    }
    packet.window = min(capacity, 65535)
    packet.options.maximumSegmentSize = settings.maximumSegmentSize
    packet.options.windowScale = offeredScale ?? 255
    packet.options.permitsSelectiveAcknowledgment = settings.offersSelectiveAcknowledgment
    if settings.offersTimestamps { stamp(&packet, now) }
    highestEdge = max(highestEdge, packet.window)
    lastEdge = packet.window
    outbox.append(packet)
    armRepetition(now)
  }

  func timestamp(_ now: Nanoseconds) -> UInt32 {
    timestampOffset &+ UInt32(truncatingIfNeeded: now / (.milliseconds(1) * settings.timestampTick))
  }

  private mutating func stamp(_ packet: inout Packet, _ now: Nanoseconds) {
    packet.options.hasTimestamps = true
    packet.options.timestamp = timestamp(now)
    packet.options.timestampEcho = recentTimestamp
    let start = output.offset(of: packet.sequence, near: max(next, 0))
    firstStarts[packet.options.timestamp] = min(firstStarts[packet.options.timestamp] ?? start, start)
  }

  private mutating func armRepetition(_ now: Nanoseconds) { repeatAt = now + timeout }

  /// Issues as many requests as may be under way at once, and the FIN when it is due.
  mutating func issueRequests(_ now: Nanoseconds) {
    guard phase == .established else { return }
    while requestsIssued < requestEnds.count, requestsIssued - answersComplete < settings.depth {
      written = requestEnds[requestsIssued]
      requestsIssued += 1
    }
    switch settings.closing {
    case .withRequests: if requestsIssued == requestEnds.count { wantsFinish = true }
    case .afterAnswers: if answersComplete == answerEnds.count { wantsFinish = true }
    case .serverFirst, .reset, .vanish: if tookFinish { wantsFinish = true }
    }
  }

  /// Sends what is new and fits the server's window.
  mutating func sendNew(_ now: Nanoseconds) {
    guard phase == .established, !sentFinish else { return }
    while true {
      let usable = unacknowledged + serverWindow - next
      let length = min(written - next, usable, segmentSize)
      let finishes = wantsFinish && length >= 0 && next + length == written && usable > length
      guard length > 0 || finishes else { return }
      send(at: next, length, finishes: finishes, now)
      next += length + (finishes ? 1 : 0)
      if finishes { sentFinish = true }
      if repeatAt == nil { armRepetition(now) }
      if finishes { return }
    }
  }

  /// The time-out: what is not acknowledged, a segment of it.
  mutating func sendAgain(_ now: Nanoseconds) {
    timeout = min(timeout * 2, .seconds(5))
    switch phase {
    case .synchronizing: sendSynchronize(now)
    case .established:
      guard unacknowledged < next else {
        repeatAt = nil
        return
      }
      let dataEnd = sentFinish ? next - 1 : next
      let length = max(min(dataEnd - unacknowledged, segmentSize), 0)
      send(at: unacknowledged, length, finishes: sentFinish && unacknowledged + length == dataEnd, now)
      armRepetition(now)
    case .closed, .gone: repeatAt = nil
    }
  }

  private mutating func send(at offset: Int, _ length: Int, finishes: Bool, _ now: Nanoseconds) {
    var packet = header(at: offset, now)
    packet.length = length
    if length > 0 { packet.flags |= Bits.push }
    if finishes { packet.flags |= Bits.finish }
    if usesCongestionNotification, length > 0 {
      // Not on what is sent again (RFC 3168 6.1.5).
      if offset == next { packet.codepoint = .capable }
      if mustReportReduction {
        packet.flags |= Bits.congestionWindowReduced
        mustReportReduction = false
      }
    }
    outbox.append(packet)
  }

  mutating func acknowledge(_ now: Nanoseconds) { outbox.append(header(at: next, now)) }

  /// A segment without payload; whatever leaves carries the acknowledgment.
  private mutating func header(at offset: Int, _ now: Nanoseconds) -> Packet {
    var packet = Packet(sequence: output.number(at: offset), flags: Bits.acknowledge)
    if echoesCongestion { packet.flags |= Bits.congestionEcho }
    if let input {
      packet.acknowledgment = input.number(at: receivedNext + (tookFinish ? 1 : 0))
      if usesSelectiveAcknowledgment { packet.options.blocks = blocks(input) }
    }
    packet.window = offer()
    if usesTimestamps { stamp(&packet, now) }
    duplicate = nil
    acknowledgeAt = nil
    unansweredSegments = 0
    lastAcknowledged = receivedNext + (tookFinish ? 1 : 0)
    return packet
  }

  /// "The first SACK block MUST specify the contiguous block of data containing the segment which triggered this ACK";
  /// then those reported last (RFC 2018 4). What came twice goes before all (RFC 2883 4).
  private mutating func blocks(_ input: Stream) -> [(start: UInt32, end: UInt32)] {
    guard duplicate != nil || !beyond.isEmpty else { return [] }
    var list: [Range<Int>] = []
    if let duplicate, settings.reportsDuplicates { list.append(duplicate) }
    var ordered: [Int] = []
    var chosen: [Range<Int>] = []
    for start in recency {
      guard let range = beyond.range(around: start), !chosen.contains(range) else { continue }
      chosen.append(range)
      ordered.append(start)
      if chosen.count == 4 { break }
    }
    recency = ordered
    list += chosen
    return list.prefix(usesTimestamps ? 3 : 4).map {
      (input.number(at: $0.lowerBound), input.number(at: $0.upperBound))
    }
  }

  /// A reset that ends the connection; nothing is left that could send it again.
  mutating func reset(_ now: Nanoseconds) {
    outbox.append(Packet(sequence: output.number(at: next), flags: Bits.reset))
    phase = .gone
  }

  /// What a system answers to a segment of a connection that it does not know (RFC 9293 3.10.7.1).
  mutating func refuse(_ packet: Packet) {
    guard !packet.has(Bits.reset), packet.has(Bits.acknowledge) else { return }
    outbox.append(Packet(sequence: packet.acknowledgment, flags: Bits.reset))
  }
}
