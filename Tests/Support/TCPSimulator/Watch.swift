import TCPCore

/// Looks at every step of the core, and keeps an account of its own of what was sent, acknowledged and offered. The
/// first rule that is broken ends the run.
struct Watch {
  let settings: ServerSettings
  let stream: Stream
  private let complaints: Complaints

  // MARK: its own account, in offsets of the server's stream; a FIN takes the offset behind the last byte
  var unacknowledged = -1
  var next = -1
  /// The right edge that the core goes by, and the highest that any segment that arrived has offered.
  var edge = 0
  var highestEdge = 0
  /// What SACK blocks have named.
  var selected = RangeSet()
  /// Below this all counts as lost: a retransmission time-out has been there.
  var lostBelow = -1
  /// Bytes that duplicate ACKs speak for, and where the count ends.
  var duplicateBytes = 0
  var duplicatesUntil = -1
  var finishSent = false
  /// RecoveryPoint of the present recovery, and what was outstanding when it began.
  private var reduction: (point: UInt32, flight: Int)?
  /// The most that was in flight, of a client without SACK.
  private var largestFlight = 0

  /// The client reneges.
  let reneges: Bool

  // MARK: what was agreed on, found out without the core
  private(set) var clientStream: Stream?
  var scale = 0
  var usesTimestamps = false
  var usesCongestionNotification = false
  var largestSegment = 0
  var newestTimestamp: UInt32?
  var congestionEchoSeen = false
  /// Whether ECE is due on all that is sent; nil while the core may see it either way.
  var echoes: Bool? = false

  // MARK: counts
  var newBytes = 0
  var repeatedBytes = 0
  var newSegments = 0
  var repeatedSegments = 0
  /// Retransmission time-outs, and probes for the tail or the window.
  var timeouts = 0
  var probes = 0
  var lastProgress = Nanoseconds(0)
  var lastHeard = Nanoseconds(0)
  /// The last time-out, and the time from the one before it to that.
  var lastTimeout: (time: Nanoseconds, gap: Nanoseconds)?
  var sentInExpiry = 0

  private var before = ControlBlock()
  var timerBefore: TimerKind { before.timer }

  init(_ settings: ServerSettings, _ stream: Stream, reneges: Bool, _ complaints: Complaints) {
    self.reneges = reneges
    self.complaints = complaints
    self.settings = settings
    self.stream = stream
  }

  func complain(_ words: String) { complaints.add("server: " + words) }

  func expect(_ condition: Bool, _ words: @autoclosure () -> String) { if !condition { complain(words()) } }

  func offset(ofClient sequence: UInt32) -> Int {
    guard let clientStream else { return 0 }
    return clientStream.offset(of: sequence, near: clientStream.offset(of: before.receive.next.value, near: 0))
  }

  // MARK: the handshake

  mutating func opened(_ packet: Packet, _ block: ControlBlock, _ now: Nanoseconds) {
    let options = packet.options
    clientStream = Stream(initial: packet.sequence)
    let hasScale = options.windowScale != 255 && settings.features & 1 != 0
    scale = hasScale ? Int(min(options.windowScale, 14)) : 0
    usesTimestamps = options.hasTimestamps && settings.features & 2 != 0
    usesCongestionNotification =
      packet.has(Bits.congestionEcho | Bits.congestionWindowReduced) && settings.features & 8 != 0
    let offered = options.maximumSegmentSize > 0 ? max(options.maximumSegmentSize, 48) : 536
    largestSegment = min(offered, settings.maximumSegmentSize) - (usesTimestamps ? 12 : 0)
    next = 0
    edge = packet.window
    highestEdge = packet.window
    lastProgress = now
    lastHeard = now
    newestTimestamp = options.hasTimestamps ? options.timestamp : nil
    expect((block.synchronizeOptions.windowScale != 255) == hasScale, "the window scale option is wrong")
    expect(
      block.synchronizeOptions.sackPermitted
        == (options.permitsSelectiveAcknowledgment && settings.features & 4 != 0), "SACK permitted is wrong")
    expect(block.synchronizeOptions.congestionEcho == usesCongestionNotification, "ECN-setup is wrong")
  }

  // MARK: a segment arrives

  mutating func willReceive(_ block: ControlBlock) { before = block }

  mutating func received(_ packet: Packet, _ reaction: Reaction, _ block: ControlBlock, _ now: Nanoseconds) {
    let isPlain = packet.flags & (Bits.synchronize | Bits.reset) == 0 && packet.has(Bits.acknowledge)
    let acknowledged = stream.offset(of: packet.acknowledgment, near: unacknowledged)
    let old = unacknowledged
    let unacknowledgedNow = stream.offset(of: block.send.unacknowledged.value, near: unacknowledged)
    let window = Int(block.send.window)
    lastHeard = now

    expect(block.receive.next == before.receive.next, "RCV.NXT moved before payload was delivered")
    expect(unacknowledgedNow >= old, "SND.UNA went back from \(old) to \(unacknowledgedNow)")
    if unacknowledgedNow != old {
      expect(
        isPlain && unacknowledgedNow == acknowledged && acknowledged <= next,
        "SND.UNA moved to \(unacknowledgedNow), SEG.ACK \(acknowledged)")
    }
    // RFC 9293 3.10.7.4; what acknowledges more than all before it is newer too.
    let isSameSegment = packet.sequence == before.send.updateSequence.value
    let isNewer = acknowledged > old
      || Int32(bitPattern: packet.sequence &- before.send.updateSequence.value) > 0
      || isSameSegment && Int32(bitPattern: packet.acknowledgment &- before.send.updateAcknowledgment.value) >= 0
    if block.send.window != before.send.window {
      expect(isPlain && window == packet.window << scale, "SND.WND is \(window), which was not offered")
      expect(isNewer || before.state == .synReceived, "SND.WND is of an older segment")
    }
    let inTime = newestTimestamp.map { Int32(bitPattern: packet.options.timestamp &- $0) >= 0 } ?? true
    let isNext = packet.sequence == before.receive.next.value
    let isUsable = isPlain && isNext && inTime && packet.options.hasTimestamps == usesTimestamps
    if isUsable, acknowledged > old, acknowledged <= next, block.state != .closed {
      expect(unacknowledgedNow == acknowledged, "ACK \(acknowledged) was not taken, SND.UNA is \(unacknowledgedNow)")
    }
    if isUsable, isNewer, acknowledged >= old, acknowledged <= next, block.state != .closed {
      expect(window == packet.window << scale, "a window of \(packet.window << scale) was not taken, it is \(window)")
    }
    if isPlain, acknowledged <= next { highestEdge = max(highestEdge, acknowledged + packet.window << scale) }
    if usesTimestamps, inTime, packet.options.hasTimestamps, isPlain { newestTimestamp = packet.options.timestamp }
    if isPlain, packet.has(Bits.congestionEcho) { congestionEchoSeen = true }
    if usesCongestionNotification { noteMark(packet, isCertain: isUsable) }

    if isPlain { account(packet, acknowledged) }
    if unacknowledgedNow > old {
      lastProgress = now
      unacknowledged = unacknowledgedNow
      selected.remove(below: unacknowledgedNow)
      if unacknowledgedNow > duplicatesUntil { duplicateBytes = 0 }
    }
    edge = unacknowledged + window
    judgeReduction(block)
    counted(block)
  }

  /// A mark is echoed until a segment with CWR comes (RFC 3168 6.1.3).
  private mutating func noteMark(_ packet: Packet, isCertain: Bool) {
    let reduces = packet.has(Bits.congestionWindowReduced)
    let isMarked = packet.codepoint == .congestion
    guard reduces || isMarked else { return }
    echoes = isCertain || echoes == isMarked ? isMarked : nil
  }

  /// In recovery the window follows what is in flight down to the threshold, and does not lead it (RFC 9937). Where a
  /// client takes back what it has reported, nobody knows what is in flight.
  private mutating func judgeReduction(_ block: ControlBlock) {
    let isReducing = block.recovery.mode == .fast || block.recovery.mode == .reducing
    guard isReducing, block.features.contains(.selectiveAcknowledgment), !reneges else {
      reduction = nil
      return
    }
    let point = block.recovery.point.value
    if reduction?.point != point {
      reduction = (point, next - stream.offset(of: before.send.unacknowledged.value, near: next))
    }
    let most = max(Int(block.congestion.threshold), reduction?.flight ?? 0) + 3 * largestSegment
    expect(Int(block.congestion.window) <= most, "a congestion window of \(block.congestion.window) in recovery")
  }

  private mutating func account(_ packet: Packet, _ acknowledged: Int) {
    if acknowledged == unacknowledged, acknowledged < next, packet.sequenceLength == 0 {
      duplicateBytes += largestSegment
      duplicatesUntil = max(duplicatesUntil, next)
    }
    for block in packet.options.blocks {
      let start = stream.offset(of: block.start, near: unacknowledged)
      let end = stream.offset(of: block.end, near: unacknowledged)
      if start >= max(unacknowledged, acknowledged), start < end, end <= next { selected.insert(start..<end) }
    }
  }

  /// The path carries less: what is outstanding counts as lost, since some of it never was on its way.
  mutating func lowered() { lostBelow = next }

  // MARK: time

  mutating func willExpire(_ block: ControlBlock) {
    before = block
    sentInExpiry = 0
  }

  mutating func expired(_ expiry: Expiry, deadline: UInt64, _ block: ControlBlock, _ now: Nanoseconds) {
    guard expiry != .abort else { return }
    judgeReduction(block)
    // Unless the window has shrunk, so that the tail that is to be probed lies beyond it.
    if expiry == .transmit, edge >= next { expect(sentInExpiry > 0, "an expiry was to send, and nothing left") }
    expect(
      block.timerDeadline == 0 || Nanoseconds(block.timerDeadline) > now,
      "after an expiry (\(expiry)) the deadline has passed already")
  }

  mutating func abandoned(_ server: Server, _ now: Nanoseconds) {
    let keepAlive = settings.keepAliveIdle + settings.keepAliveProbes * settings.keepAliveInterval
    let isIdle = unacknowledged == next && queuedIsSent(server)
    let due = isIdle ? keepAlive : settings.giveUpTime
    let since = isIdle ? lastHeard : lastProgress
    expect(!isIdle || settings.keepAliveIdle > 0, "gave up an idle connection")
    // The core counts in units of 2^20 nanoseconds.
    expect(now - since >= due - due / 500 - .milliseconds(5), "gave up after \((now - since).inMilliseconds) ms")
  }

  private func queuedIsSent(_ server: Server) -> Bool { server.queued + (server.hasClosed ? 1 : 0) <= next }

  // MARK: after every step

  mutating func settled(_ server: Server, _ now: Nanoseconds) {
    guard server.phase == .open else { return }
    let block = server.block
    // A SYN-ACK is repeated a few times only; then it is for the client to repeat its SYN.
    if unacknowledged < next || !queuedIsSent(server), block.state != .timeWait, block.state != .synReceived {
      expect(
        block.timerDeadline != 0,
        "no timer in \(block.state), SND.UNA \(unacknowledged), SND.NXT \(next), queued \(server.queued)")
    }
    if block.timerDeadline != 0 {
      let longest = max(
        Nanoseconds.microseconds(settings.maximumTimeout), settings.keepAliveIdle, settings.keepAliveInterval)
      expect(
        Nanoseconds(block.timerDeadline) <= now + longest + .milliseconds(1),
        "the deadline is \((Nanoseconds(block.timerDeadline) - now).inMilliseconds) ms away")
    }
    counted(block)
    expect(stream.offset(of: block.send.next.value, near: next) == next, "SND.NXT is not what was sent")
    expect(newBytes + (finishSent ? 1 : 0) == next, "new bytes do not add up: \(newBytes), SND.NXT \(next)")
    expect(block.usesTimestamps == usesTimestamps, "timestamps are used, or not, against what was agreed on")
    expect(
      Int(block.segmentSize) <= largestSegment && block.segmentSize > 0,
      "segments of \(block.segmentSize) bytes, at most \(largestSegment) were agreed on")
    expect(
      Int(block.windowToAdvertise) <= 65535, "a window of \(block.windowToAdvertise) does not fit a header")
  }

  /// The congestion window never grows faster than what was delivered. In recovery it follows what is in flight
  /// (RFC 9937), which without SACK may be underestimated: the network's own duplicates of ACKs look like the client's.
  /// So there it may come to be as large as what was in flight at some time.
  private mutating func counted(_ block: ControlBlock) {
    guard block.state != .synReceived else { return }
    let window = Int(block.congestion.window)
    expect(window > 0, "a congestion window of 0")
    let most = max(settings.initialWindow, 4) * largestSegment + max(unacknowledged, 0) + selected.count
    let usesSelection = block.features.contains(.selectiveAcknowledgment)
    if !usesSelection { largestFlight = max(largestFlight, next - unacknowledged) }
    expect(
      window <= most + largestFlight + 3 * largestSegment,
      "a congestion window of \(window) after \(unacknowledged) acknowledged bytes")
  }
}
