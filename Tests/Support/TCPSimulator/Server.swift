import Randomness
import TCPCore

/// The core, driven as the data plane drives it, and an application that answers each request.
struct Server {
  let settings: ServerSettings
  let parameters: Parameters
  let initial: UInt32
  let timestampOffset: UInt32
  var outbox: [Packet] = []
  var block = ControlBlock()
  var phase = Phase.listening
  enum Phase {
    case listening, open
    /// The connection is gone: closed, reset by the peer, or given up.
    case closed, reset, abandoned
  }

  // MARK: the application
  /// Where each request ends, and how long its answer is.
  let requestEnds: [Int]
  let answers: [Int]
  /// Closes after the last answer without waiting for the client.
  let closesFirst: Bool
  /// Requests answered, and what of the client's stream was consumed.
  var answered = 0
  var consumed = 0
  /// Ends of answers that are queued and not yet acknowledged whole.
  var queuedEnds: [Int] = []
  var queued = 0
  var hasClosed = false

  var watch: Watch
  var counters = ServerCounters()

  init(
    _ settings: ServerSettings, for client: ClientSettings, answers: [Int], complaints: Complaints, seed: UInt64
  ) {
    self.settings = settings
    parameters = settings.parameters
    var random = SplitMix(seed: seed)
    let places: [UInt32] = [0, 0xffff_ffff, 0xffff_f000, 0x7fff_f000, UInt32(truncatingIfNeeded: random.next())]
    initial = random.pick(places)
    timestampOffset = random.pick([0, 0xffff_fff0, UInt32(truncatingIfNeeded: random.next())])
    var end = 0
    requestEnds = client.requests.map { length in
      end += length
      return end
    }
    self.answers = answers
    closesFirst = client.closing == .serverFirst
    watch = Watch(settings, Stream(initial: initial), reneges: client.reneges > 0, complaints)
  }

  /// When the pump is wanted; nil: not at all.
  var deadline: Nanoseconds? {
    guard phase == .open, block.timerDeadline != 0 else { return nil }
    return Nanoseconds(block.timerDeadline)
  }

  // MARK: a segment arrives

  mutating func receive(_ packet: Packet, _ now: Nanoseconds) {
    let segment = packet.segment
    switch phase {
    case .listening: listen(packet, segment, now)
    case .open: converse(packet, segment, now)
    case .closed, .reset, .abandoned:
      // A copy of the SYN that outlives its connection opens another; that is another conversation.
      if segment.admission == .reset { send(Reset(answering: segment)) }
    }
  }

  private mutating func listen(_ packet: Packet, _ segment: Segment, _ now: Nanoseconds) {
    switch segment.admission {
    case .discard: break
    case .reset: send(Reset(answering: segment))
    case .open:
      let offered = packet.options.maximumSegmentSize
      let options = packet.segmentOptions
      withUnsafePointer(to: options) { options in
        block.open(
          segment, options, initial: SequenceNumber(initial), window: UInt32(settings.window),
          peerMaximumSegmentSize: offered > 0 ? UInt16(offered) : MaximumSegmentSize.defaultIPv4,
          ownMaximumSegmentSize: UInt16(settings.maximumSegmentSize), parameters: parameters,
          timestampOffset: timestampOffset, now: now.instant)
      }
      phase = .open
      watch.opened(packet, block, now)
      sendSynchronize(now)
      watch.settled(self, now)
    }
  }

  private mutating func converse(_ packet: Packet, _ segment: Segment, _ now: Nanoseconds) {
    let options = packet.segmentOptions
    watch.willReceive(block)
    if settings.predicts, converseAsExpected(packet, segment, now) { return watch.settled(self, now) }
    let reaction = withUnsafePointer(to: options) {
      block.receive(segment, $0, parameters: parameters, now: now.instant)
    }
    watch.received(packet, reaction, block, now)
    counters.segmentsReceived += 1
    switch reaction.verdict {
    case .discard, .reopen: break
    case .abort: phase = .reset
    case .close: phase = .closed
    case .reset: send(Reset(answering: segment))
    case .challenge:
      counters.challenges += 1
      emit(acknowledgmentAt: block.send.next.value, now)
    case .synchronize: sendSynchronize(now)
    case .acknowledge: transmit(acknowledgmentDue: true, isExpiry: false, now)
    case .proceed, .establish:
      consume(packet, reaction)
      transmit(acknowledgmentDue: reaction.acknowledgmentDue, isExpiry: false, now)
    }
    if block.state == .closed, phase == .open { phase = .closed }
    watch.settled(self, now)
  }

  /// The short cut of header prediction.
  private mutating func converseAsExpected(_ packet: Packet, _ segment: Segment, _ now: Nanoseconds) -> Bool {
    let options = packet.segmentOptions
    if segment.payloadLength == 0 { return takeExpectedControl(packet, segment, now) }
    let isExpected = withUnsafePointer(to: options) {
      block.receiveExpected(segment, $0, parameters: parameters, now: now.instant)
    }
    guard isExpected else { return false }
    counters.segmentsReceived += 1
    counters.expected += 1
    var reaction = Reaction(.proceed)
    reaction.deliverableLength = segment.payloadLength
    reaction.acknowledgmentDue = true
    watch.received(packet, reaction, block, now)
    let taken = take(packet, reaction)
    watch.willTransmit(block, now)
    let start = block.send.next
    let length = block.answerExpected(
      taken, of: segment.payloadLength, parameters: parameters, now: now.instant)
    guard length > 0 else {
      block.deliver(taken, of: reaction)
      transmit(acknowledgmentDue: true, isExpiry: false, now)
      return true
    }
    counters.answeredAtOnce += 1
    let finishes = block.flags.contains(.finishSent)
    let run = Transmission(
      sequence: start, length: length, flags: .acknowledge, firstFlags: .none,
      lastFlags: finishes ? ControlBits.push.union(.finish) : .push, isDue: true, isRepetition: false,
      newLength: length, isCapable: block.isCapable, segments: 1)
    let segments = cut(run, now)
    watch.transmitted(run, segments, budget: 1, isExpiry: false, queued: queued, block, now)
    return true
  }

  /// The short cut for segments without payload.
  private mutating func takeExpectedControl(_ packet: Packet, _ segment: Segment, _ now: Nanoseconds) -> Bool {
    let options = packet.segmentOptions
    let next = block.receive.next
    let control = withUnsafePointer(to: options) {
      block.takeExpectedControl(segment, $0, parameters: parameters, now: now.instant)
    }
    guard control != .none else { return false }
    counters.segmentsReceived += 1
    counters.expected += 1
    var reaction = Reaction(control == .establishment ? .establish : .proceed)
    reaction.finishes = control == .finish
    reaction.acknowledgmentDue = control == .finish
    // Before the FIN is taken.
    var judged = block
    judged.receive.next = next
    if control == .finish { judged.state = .finWait2 }
    watch.received(packet, reaction, judged, now)
    guard control == .finish else { return true }
    watch.willTransmit(block, now)
    let run = Transmission(sequence: block.send.next, length: 0, flags: .acknowledge)
    let segments = cut(run, now)
    watch.transmitted(run, segments, budget: 1, isExpiry: false, queued: queued, block, now)
    return true
  }

  /// The application takes whole requests, and parts of one that is not complete, while it has room for answers.
  private mutating func consume(_ packet: Packet, _ reaction: Reaction) {
    block.deliver(take(packet, reaction), of: reaction)
    if block.state == .closeWait, answered == requestEnds.count, !hasClosed { close() }
  }

  private mutating func take(_ packet: Packet, _ reaction: Reaction) -> UInt32 {
    let acknowledged = watch.unacknowledged
    queuedEnds.removeAll { $0 <= acknowledged }
    let start = watch.offset(ofClient: packet.sequence) + Int(reaction.deliverableOffset)
    let offered = start + Int(reaction.deliverableLength)
    if reaction.deliverableLength > 0, start != consumed {
      watch.complain("delivered from \(start), expected \(consumed)")
    }
    if Int(reaction.deliverableOffset + reaction.deliverableLength) > packet.length {
      watch.complain("delivered more than there is")
    }
    let before = consumed
    while consumed < offered {
      let isFull = queuedEnds.count >= settings.answersQueued
      if isFull || answered == requestEnds.count { break }
      consumed = min(offered, requestEnds[answered])
      if consumed == requestEnds[answered] { answer() }
    }
    return UInt32(consumed - before)
  }

  private mutating func answer() {
    let length = answers[answered]
    answered += 1
    block.queue(UInt32(length))
    queued += length
    queuedEnds.append(queued)
    if answered == requestEnds.count, closesFirst { close() }
  }

  private mutating func close() {
    hasClosed = true
    block.close()
  }

  // MARK: time

  /// The pump finds that the deadline has passed. It may also come for nothing.
  mutating func expire(_ now: Nanoseconds) {
    guard phase == .open else { return }
    let deadline = block.timerDeadline
    watch.willExpire(block)
    let expiry = block.expire(parameters: parameters, now: now.instant)
    switch expiry {
    case .none:
      if deadline == 0 || Nanoseconds(deadline) > now, block.timerDeadline != deadline {
        watch.complain("an expiry that came early moved the deadline")
      }
    case .transmit:
      counters.expiries += 1
      transmit(acknowledgmentDue: false, isExpiry: true, now)
    case .synchronize:
      counters.expiries += 1
      sendSynchronize(now)
    case .keepAlive:
      counters.keepAlives += 1
      emit(acknowledgmentAt: block.send.next.value &- 1, now)
    case .abort:
      phase = .abandoned
      watch.abandoned(self, now)
      var packet = Packet(sequence: block.send.next.value, flags: Bits.reset | Bits.acknowledge)
      packet.acknowledgment = block.receive.next.value
      outbox.append(packet)
    }
    watch.expired(expiry, deadline: deadline, block, now)
    watch.settled(self, now)
  }

  /// An ICMP message says that a segment was too big.
  mutating func lower(mtu: Int, quoted: UInt32, _ now: Nanoseconds) {
    guard phase == .open else { return }
    watch.willTransmit(block, now)
    if block.lowerSegmentSize(to: UInt16(mtu - 40), quoted: SequenceNumber(quoted)) {
      watch.lowered()
      transmit(acknowledgmentDue: false, isExpiry: false, now)
    }
    watch.settled(self, now)
  }

  // MARK: what leaves

  private mutating func transmit(acknowledgmentDue: Bool, isExpiry: Bool, _ now: Nanoseconds) {
    var budget = settings.budget
    for run in 0..<4 where budget > 0 {
      watch.willTransmit(block, now)
      let transmission = block.transmit(
        budget: UInt32(budget), acknowledgmentDue: acknowledgmentDue && run == 0, parameters: parameters,
        now: now.instant)
      guard transmission.isDue else { break }
      let segments = cut(transmission, now)
      watch.transmitted(transmission, segments, budget: budget, isExpiry: isExpiry, queued: queued, block, now)
      budget -= max(segments, 1)
    }
  }

  /// Cuts a run into segments, as the data plane does.
  private mutating func cut(_ run: Transmission, _ now: Nanoseconds) -> Int {
    let size = Int(block.segmentSize)
    let length = Int(run.length)
    var offset = 0
    var count = 0
    repeat {
      var packet = header(at: run.sequence.value &+ UInt32(offset), now)
      packet.length = min(size, length - offset)
      packet.flags |= run.flags.rawValue
      if offset == 0 { packet.flags |= run.firstFlags.rawValue }
      offset += packet.length
      if offset == length { packet.flags |= run.lastFlags.rawValue }
      if run.isCapable { packet.codepoint = .capable }
      outbox.append(packet)
      count += 1
    } while offset < length && count < 10_000
    return count
  }

  private mutating func emit(acknowledgmentAt sequence: UInt32, _ now: Nanoseconds) {
    outbox.append(header(at: sequence, now))
  }

  private mutating func header(at sequence: UInt32, _ now: Nanoseconds) -> Packet {
    var packet = Packet(sequence: sequence, flags: Bits.acknowledge)
    packet.acknowledgment = block.receive.next.value
    packet.window = Int(block.windowToAdvertise)
    if block.usesTimestamps {
      packet.options.hasTimestamps = true
      packet.options.timestamp = block.timestampToSend(now.instant)
      packet.options.timestampEcho = block.timestampToEcho
    }
    return packet
  }

  private mutating func sendSynchronize(_ now: Nanoseconds) {
    var packet = header(at: initial, now)
    packet.flags |= Bits.synchronize
    let options = block.synchronizeOptions
    packet.options.maximumSegmentSize = settings.maximumSegmentSize
    packet.options.windowScale = options.windowScale
    packet.options.permitsSelectiveAcknowledgment = options.sackPermitted
    if options.congestionEcho { packet.flags |= Bits.congestionEcho }
    outbox.append(packet)
    counters.synchronizesSent += 1
  }

  private mutating func send(_ reset: Reset) {
    var packet = Packet(sequence: reset.sequence.value, flags: reset.flags.rawValue)
    packet.acknowledgment = reset.acknowledgment.value
    outbox.append(packet)
    counters.resets += 1
  }
}

/// What the server did.
public struct ServerCounters {
  public var segmentsReceived = 0
  /// Segments that header prediction took, and those that it answered in one go.
  public var expected = 0
  public var answeredAtOnce = 0
  public var expiries = 0
  public var keepAlives = 0
  public var challenges = 0
  public var resets = 0
  public var synchronizesSent = 0
}
