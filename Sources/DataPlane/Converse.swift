enum Conversation {
  /// In place of a verdict: the session has made way for a new one of the same flow, which is to be opened. That is
  /// left to the caller, since the stack of all that are under way counts together.
  static var reopens: Int32 { @inline(__always) get { -1 } }
}

/// A segment for a session: let the core judge it, read its requests, answer in its place.
@inline(never)
func converse(
  _ context: UnsafeMutablePointer<xdp_md>, _ scratch: Scratch, _ session: Session, _ statistics: Statistics,
  _ configuration: Configuration
) -> Int32 {
  let packet = scratch.packet
  count(.segmentsReceived, in: statistics)
  guard hasValidChecksum(context, scratch, configuration) else {
    count(.droppedTcpChecksum, in: statistics)
    return XDPAction.drop
  }
  // To a few milliseconds, which is enough for time-outs and costs less than the exact time.
  let now = bpf_ktime_get_coarse_ns()
  scratch.pointee.now = now
  guard claim(session, packet.pointee.identity) else {
    count(.droppedRace, in: statistics)
    return XDPAction.drop
  }
  if session.tcp.pointee.receiveExpected(Segment(packet)) {
    return converseAsExpected(context, scratch, session, statistics, configuration)
  }
  let stateBefore = session.tcp.pointee.state
  let verdict = Verdict(rawValue: UInt8(truncatingIfNeeded: receive_segment(session, scratch))) ?? .discard
  countRefusal(scratch.reaction.pointee.refusal, in: statistics)
  switch verdict {
  case .proceed: break
  case .establish: count(.sessionsEstablished, in: statistics)
  case .acknowledge: count(.duplicateAcknowledgmentsSent, in: statistics)
  case .discard:
    session_release(session)
    return XDPAction.drop
  case .challenge, .synchronize, .reset, .abort, .close, .reopen:
    return leave(context, scratch, session, statistics, UInt32(verdict.rawValue))
  }
  if scratch.reaction.pointee.deliverable_length > 0 { _ = read_segment(context, session, scratch) }
  let room = makeRoom(context, scratch, session)
  let isDue = transmit_segment(session, scratch, room)
  let state = session.tcp.pointee.state
  if staysAlive(verdict, stateBefore, state, packet) { session.postpone(Instant(nanoseconds: now), configuration) }
  session_release(session)

  if state == .timeWait, stateBefore != .timeWait {
    count(.sessionsClosed, in: statistics)
    _ = time_wait_push(packet.flow, 2 /* BPF_EXIST: the oldest makes way */)
  }
  guard isDue != 0 else { return XDPAction.drop }
  if scratch.reply.pointee.is_repetition != 0 { count(.segmentsRetransmitted, in: statistics) }
  count(.bytesSent, UInt64(scratch.reply.pointee.new_length), in: statistics)
  return send_segment(context, scratch)
}

/// The rest of it where the segment was what header prediction expects: the next request, after all before it have been
/// answered and the answers acknowledged.
@inline(__always)
private func converseAsExpected(
  _ context: UnsafeMutablePointer<xdp_md>, _ scratch: Scratch, _ session: Session, _ statistics: Statistics,
  _ configuration: Configuration
) -> Int32 {
  let tcp = session.tcp
  let length = scratch.packet.pointee.payload_length
  session.pointee.segments_received &+= 1
  session.forgetAll()
  scratch.reaction.pointee = reaction(
    refusal: 0, deliverable_offset: 0, deliverable_length: length, finishes: 0, acknowledgment_due: 1, repeats: 0)
  scratch.reading.pointee.consumed = 0
  _ = read_segment(context, session, scratch)
  let room = makeRoom(context, scratch, session)
  let sequence = tcp.pointee.send.next
  let answered = tcp.pointee.answerExpected(scratch.reading.pointee.consumed, of: length, room: room)
  var isDue: UInt32 = 1
  if answered > 0 {
    session.pointee.bytes_received &+= UInt64(length)
    fillReply(
      scratch, session,
      Transmission(
        sequence: sequence, length: answered, flags: ControlBits.acknowledge.union(.push), isDue: true,
        isRepetition: false, newLength: answered))
  } else {
    isDue = transmit_segment(session, scratch, room)
  }
  session.postpone(Instant(nanoseconds: scratch.pointee.now), configuration)
  session_release(session)
  guard isDue != 0 else { return XDPAction.drop }
  count(.bytesSent, UInt64(scratch.reply.pointee.new_length), in: statistics)
  return send_segment(context, scratch)
}

/// Whether what has arrived gives the session a full time-out again. Once we have closed, each state has its time and
/// no more, whatever the peer sends: it could hold FIN-WAIT-2 for ever. In TIME-WAIT nothing but a retransmitted FIN
/// restarts the time-out (RFC 9293 3.10.7.4).
@inline(__always)
private func staysAlive(_ verdict: Verdict, _ before: State, _ after: State, _ packet: Packet) -> Bool {
  switch verdict {
  case .proceed, .establish: return before == .established || before == .closeWait || after != before
  case .acknowledge:
    return before == .timeWait
      && ControlBits(rawValue: UInt8(truncatingIfNeeded: packet.pointee.flags)).contains(.finish)
  default: return false
  }
}

/// The segments after which there is nothing to read, and mostly no session. `verdict` is a `Verdict`.
@inline(never)
private func leave(
  _ context: UnsafeMutablePointer<xdp_md>, _ scratch: Scratch, _ session: Session, _ statistics: Statistics,
  _ verdict: UInt32
) -> Int32 {
  var zero: UInt32 = 0
  let flow = scratch.packet.flow
  let initial = session.tcp.pointee.send.initial.value
  let window = session.tcp.pointee.receive.window
  let lastSent = session.tcp.pointee.send.next.value
  guard let configuration = configuration_lookup(&zero),
    let verdict = Verdict(rawValue: UInt8(truncatingIfNeeded: verdict))
  else {
    session_release(session)
    return XDPAction.drop
  }
  switch verdict {
  case .abort:
    remove(session, flow)
    count(.sessionsReset, in: statistics)
    return XDPAction.drop
  case .close:
    remove(session, flow)
    count(.sessionsClosed, in: statistics)
    return XDPAction.drop
  case .reopen:
    remove(session, flow)
    count(.sessionsReopened, in: statistics)
    scratch.pointee.last_sent = lastSent
    return Conversation.reopens
  case .synchronize:
    session_release(session)
    var own = configuration.pointee.maximum_segment_size_ipv4
    if scratch.packet.pointee.is_ipv6 != 0 { own = configuration.pointee.maximum_segment_size_ipv6 }
    return sendSynchronize(context, scratch, statistics, initial, window | UInt32(own) << 16)
  case .challenge:
    fillReply(
      scratch, session,
      Transmission(
        sequence: session.tcp.pointee.send.next, length: 0, flags: .acknowledge, isDue: true, isRepetition: false,
        newLength: 0))
    session_release(session)
    count(.challengeAcknowledgmentsSent, in: statistics)
    return send_segment(context, scratch)
  default:
    session_release(session)
    return sendReset(context, scratch, statistics)
  }
}

/// Counts why a segment, or what it claimed, was not taken: a `Refusal`.
@inline(__always)
private func countRefusal(_ refusal: UInt32, in statistics: Statistics) {
  guard refusal != 0, let refusal = Refusal(rawValue: UInt8(truncatingIfNeeded: refusal)) else { return }
  switch refusal {
  case .none: break
  case .outOfWindow: count(.droppedOutOfWindow, in: statistics)
  case .outOfOrder: count(.droppedOutOfOrder, in: statistics)
  case .acknowledgment: count(.droppedAcknowledgment, in: statistics)
  case .noAcknowledgment: count(.droppedNoAcknowledgment, in: statistics)
  case .reset: count(.droppedReset, in: statistics)
  case .synchronize: count(.droppedFlags, in: statistics)
  case .challengeLimited: count(.challengeAcknowledgmentsLimited, in: statistics)
  }
}
