import TCPCore

/// The core, driven as the data plane drives it: one segment in or one timer expired, any number of segments out.
struct ServerEnd {
  /// A segment on its way to the client, as its header has it.
  struct Output {
    var sequence: SequenceNumber
    var acknowledgment = SequenceNumber(0)
    var flags: ControlBits
    var length: UInt32 = 0
    /// SEG.WND, as on the wire.
    var window: UInt32 = 0
    /// The IP header says ECT(0).
    var isCapable = false
    /// Some of it was sent before.
    var isRepetition = false
  }

  /// nil: no session, so the port is in LISTEN.
  var session: ControlBlock?
  var application = Application()
  /// ISS of a session to come; one that takes over TIME-WAIT gets the number after the old one's instead.
  var initial: SequenceNumber
  /// RCV.WND of sessions to come, bytes.
  var serverWindow: UInt32 = 65535
  /// MSS option of the client's SYN, bytes.
  var clientMaximumSegmentSize: UInt16 = 1460
  /// Segments that one event can release.
  var budget: UInt32 = 64
  var parameters = Parameters()
  /// What the client's segments carry from now on.
  var options = SegmentOptions()
  /// The answer to the last segment; nil if there was no session.
  private(set) var reaction: Reaction?
  /// Which part of the last segment's payload the application consumed, offsets in that segment.
  private(set) var payloadDelivered = 0..<0

  init(initial: SequenceNumber) { self.initial = initial }

  mutating func receive(_ segment: Segment, now: Instant) -> [Output] {
    payloadDelivered = 0..<0
    guard var tcb = session else { return admit(segment, now) }
    let answer = tcb.receive(segment, &options, parameters: parameters, now: now)
    reaction = answer
    defer { session = tcb.state == .closed ? nil : tcb }
    switch answer.verdict {
    case .discard, .abort, .close: return []
    case .proceed, .establish:
      consume(answer, &tcb)
      return transmit(&tcb, acknowledgmentDue: answer.acknowledgmentDue, now)
    case .acknowledge: return transmit(&tcb, acknowledgmentDue: true, now)
    case .challenge: return [output(at: tcb.send.next, tcb, .acknowledge)]
    case .synchronize: return [synchronizeAcknowledgment(tcb)]
    case .reset: return [output(Reset(answering: segment))]
    case .reopen:
      return [open(&tcb, segment, SequenceNumber(tcb.send.next.value &- 1).following(tcb.send.next), now)]
    }
  }

  /// The timer is looked at.
  mutating func expire(now: Instant) -> [Output] {
    guard var tcb = session else { return [] }
    defer { session = tcb.state == .closed ? nil : tcb }
    switch tcb.expire(parameters: parameters, now: now) {
    case .none: return []
    case .transmit: return transmit(&tcb, acknowledgmentDue: false, now)
    case .synchronize: return [synchronizeAcknowledgment(tcb)]
    case .keepAlive: return [output(at: SequenceNumber(tcb.send.next.value &- 1), tcb, .acknowledge)]
    case .abort: return [output(at: tcb.send.next, tcb, .reset.union(.acknowledge))]
    }
  }

  private mutating func admit(_ segment: Segment, _ now: Instant) -> [Output] {
    reaction = nil
    switch segment.admission {
    case .discard: return []
    case .reset: return [output(Reset(answering: segment))]
    case .open:
      var tcb = ControlBlock()
      defer { session = tcb }
      return [open(&tcb, segment, initial, now)]
    }
  }

  private mutating func open(
    _ tcb: inout ControlBlock, _ segment: Segment, _ initial: SequenceNumber, _ now: Instant
  ) -> Output {
    tcb.open(
      segment, &options, initial: initial, window: serverWindow, peerMaximumSegmentSize: clientMaximumSegmentSize,
      ownMaximumSegmentSize: 1460, parameters: parameters, timestampOffset: 0x7000_0000, now: now)
    return synchronizeAcknowledgment(tcb)
  }

  private func synchronizeAcknowledgment(_ tcb: ControlBlock) -> Output {
    let flags = ControlBits.synchronize.union(.acknowledge)
    return output(
      at: tcb.send.initial, tcb, tcb.synchronizeOptions.congestionEcho ? flags.union(.congestionEcho) : flags)
  }

  private mutating func consume(_ answer: Reaction, _ tcb: inout ControlBlock) {
    let consumed = application.take(answer.deliverableLength)
    let start = Int(answer.deliverableOffset)
    payloadDelivered = start..<(start + Int(consumed))
    tcb.deliver(consumed, of: answer)
    if consumed > 0, application.answer > 0 {
      tcb.queue(application.answer)
      if application.closesAfterAnswer { tcb.close() }
    }
    if tcb.state == .closeWait, application.closesAfterPeer { tcb.close() }
  }

  /// Calls `transmit` as often as a caller may, and cuts each run into segments.
  private func transmit(_ tcb: inout ControlBlock, acknowledgmentDue: Bool, _ now: Instant) -> [Output] {
    var outputs: [Output] = []
    var left = budget
    for call in 0..<4 where left > 0 {
      let run = tcb.transmit(
        budget: left, acknowledgmentDue: acknowledgmentDue && call == 0, parameters: parameters, now: now)
      guard run.isDue else { break }
      precondition(run.segments >= 1 && run.segments <= left, "\(run.segments) segments of \(left)")
      left -= run.segments
      var done: UInt32 = 0
      for index in 0..<run.segments {
        let length = min(run.length - done, tcb.segmentSize)
        var flags = run.flags
        if index == 0 { flags = flags.union(run.firstFlags) }
        if index == run.segments - 1 { flags = flags.union(run.lastFlags) }
        var segment = output(at: run.sequence.advanced(by: done), tcb, flags, length)
        segment.isCapable = run.isCapable
        segment.isRepetition = run.isRepetition
        outputs.append(segment)
        done += length
      }
      precondition(done == run.length, "\(run.segments) segments for \(run.length) bytes")
    }
    return outputs
  }

  private func output(_ reset: Reset) -> Output {
    Output(sequence: reset.sequence, acknowledgment: reset.acknowledgment, flags: reset.flags)
  }

  private func output(
    at sequence: SequenceNumber, _ tcb: ControlBlock, _ flags: ControlBits, _ length: UInt32 = 0
  ) -> Output {
    Output(
      sequence: sequence, acknowledgment: tcb.receive.next, flags: flags, length: length,
      window: tcb.windowToAdvertise)
  }
}
