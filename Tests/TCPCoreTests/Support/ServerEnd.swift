import TCPCore

/// The core, driven as the data plane drives it: one segment in, at most one out.
struct ServerEnd {
  /// A segment on its way to the client, as its header has it.
  struct Output {
    var sequence: SequenceNumber
    var acknowledgment = SequenceNumber(0)
    var flags: ControlBits
    var length: UInt32 = 0
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
  /// Bytes of payload that the server's frame can hold.
  var room: UInt32 = 1460
  /// The answer to the last segment; nil if there was no session.
  private(set) var reaction: Reaction?
  /// Which part of the last segment's payload the application consumed, offsets in that segment.
  private(set) var payloadDelivered = 0..<0

  init(initial: SequenceNumber) { self.initial = initial }

  mutating func receive(_ segment: Segment, now: Instant) -> Output? {
    payloadDelivered = 0..<0
    guard var tcb = session else { return admit(segment) }
    let answer = tcb.receive(segment, now: now)
    reaction = answer
    defer { session = tcb.state == .closed ? nil : tcb }
    switch answer.verdict {
    case .discard, .abort, .close: return nil
    case .proceed, .establish:
      consume(answer, &tcb)
      return transmit(&tcb, acknowledgmentDue: answer.acknowledgmentDue, repeating: answer.repeats)
    case .acknowledge: return transmit(&tcb, acknowledgmentDue: true, repeating: answer.repeats)
    case .challenge: return output(at: tcb.send.next, tcb, .acknowledge)
    case .synchronize: return output(at: tcb.send.initial, tcb, .synchronize.union(.acknowledge))
    case .reset: return output(Reset(answering: segment))
    case .reopen: return open(&tcb, segment, SequenceNumber(tcb.send.next.value &- 1).following(tcb.send.next))
    }
  }

  private mutating func admit(_ segment: Segment) -> Output? {
    reaction = nil
    switch segment.admission {
    case .discard: return nil
    case .reset: return output(Reset(answering: segment))
    case .open:
      var tcb = ControlBlock()
      defer { session = tcb }
      return open(&tcb, segment, initial)
    }
  }

  private func open(_ tcb: inout ControlBlock, _ segment: Segment, _ initial: SequenceNumber) -> Output {
    tcb.open(
      segment, initial: initial, window: serverWindow, peerMaximumSegmentSize: clientMaximumSegmentSize,
      ownMaximumSegmentSize: 1460)
    return output(at: initial, tcb, .synchronize.union(.acknowledge))
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

  private func transmit(_ tcb: inout ControlBlock, acknowledgmentDue: Bool, repeating: Bool) -> Output? {
    let outstanding = tcb.send.unacknowledged != tcb.send.next
    let transmission = tcb.transmit(
      room: room, acknowledgmentDue: acknowledgmentDue, repeating: repeating && outstanding)
    guard transmission.isDue else { return nil }
    return output(at: transmission.sequence, tcb, transmission.flags, transmission.length)
  }

  private func output(_ reset: Reset) -> Output {
    Output(sequence: reset.sequence, acknowledgment: reset.acknowledgment, flags: reset.flags)
  }

  private func output(
    at sequence: SequenceNumber, _ tcb: ControlBlock, _ flags: ControlBits, _ length: UInt32 = 0
  ) -> Output {
    Output(sequence: sequence, acknowledgment: tcb.receive.next, flags: flags, length: length)
  }
}
