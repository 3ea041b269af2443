/// A segment for a session: read its requests, let the core judge it under the lock, answer in its place.
@inline(never)
func converse(
  _ context: UnsafeMutablePointer<xdp_md>, _ scratch: Scratch, _ session: Session, _ statistics: Statistics,
  _ configuration: Configuration
) -> Int32 {
  let packet = scratch.packet
  let reading = scratch.reading
  let reply = scratch.reply
  count(.segmentsReceived, in: statistics)
  guard hasValidChecksum(context, scratch, configuration) else {
    count(.droppedTcpChecksum, in: statistics)
    return XDPAction.drop
  }
  reading.pointee.run_count = 0
  reading.pointee.requests = 0
  reading.pointee.refused = 0
  reading.pointee.closes = 0
  reading.pointee.is_full = 0
  reading.pointee.consumed = 0
  reading.pointee.queued_bytes = 0
  if packet.pointee.payload_length > 0 { readRequests(context, scratch, session) }
  let room = makeRoom(context, scratch, session)
  let segment = Segment(packet)
  // To a few milliseconds, which is enough for time-outs and costs a tenth of the exact time.
  let now = Instant(nanoseconds: bpf_ktime_get_coarse_ns())

  bpf_spin_lock(&session.pointee.lock)
  guard session.pointee.identity == packet.pointee.identity else {
    bpf_spin_unlock(&session.pointee.lock)
    count(.droppedRace, in: statistics)
    return XDPAction.drop
  }
  session.pointee.segments_received &+= 1
  let stateBefore = session.tcp.pointee.state
  let reaction = session.tcp.pointee.receive(segment, now: now)
  var isDue = false
  var isRepetition = false
  var newLength: UInt32 = 0
  var consumed: UInt32 = 0
  switch reaction.verdict {
  case .proceed, .establish:
    consumed = commit(session, reading, reaction)
    let transmission = session.tcp.pointee.transmit(
      room: room, acknowledgmentDue: reaction.acknowledgmentDue, repeating: reaction.repeats)
    isDue = transmission.isDue
    isRepetition = transmission.isRepetition
    newLength = transmission.newLength
    if isDue { fillReply(reply, scratch, session, transmission) }
    // Once we have closed, each state has its time and no more, whatever the peer sends: it could hold FIN-WAIT-2 for
    // ever. In TIME-WAIT nothing but a retransmitted FIN restarts the time-out (RFC 9293 3.10.7.4).
    if stateBefore == .established || stateBefore == .closeWait || session.tcp.pointee.state != stateBefore {
      session.postpone(now, configuration)
    }
  case .acknowledge:
    let transmission = session.tcp.pointee.transmit(
      room: room, acknowledgmentDue: true, repeating: reaction.repeats)
    isDue = transmission.isDue
    isRepetition = transmission.isRepetition
    newLength = transmission.newLength
    fillReply(reply, scratch, session, transmission)
    // RFC 9293 3.10.7.4, eighth, TIME-WAIT: a retransmitted FIN restarts the time-out.
    if stateBefore == .timeWait, segment.flags.contains(.finish) {
      session.postpone(now, configuration)
    }
  case .challenge:
    isDue = true
    fillReply(
      reply, scratch, session,
      Transmission(
        sequence: session.tcp.pointee.send.next, length: 0, flags: .acknowledge, isDue: true, isRepetition: false,
        newLength: 0))
  case .abort, .close, .reopen:
    session.tcp.pointee.state = .closed
    session.pointee.identity = 0
  case .discard, .synchronize, .reset: break
  }
  let state = session.tcp.pointee.state
  let initial = session.tcp.pointee.send.initial.value
  let window = session.tcp.pointee.receive.window
  let lastSent = session.tcp.pointee.send.next.value
  bpf_spin_unlock(&session.pointee.lock)

  countRefusal(reaction.refusal, in: statistics)
  switch reaction.verdict {
  case .discard: return XDPAction.drop
  case .abort:
    sessions_delete(packet.flow)
    count(.sessionsReset, in: statistics)
    return XDPAction.drop
  case .close:
    sessions_delete(packet.flow)
    count(.sessionsClosed, in: statistics)
    return XDPAction.drop
  case .reopen:
    sessions_delete(packet.flow)
    count(.sessionsReopened, in: statistics)
    return openSession(context, scratch, statistics, configuration, lastSent)
  case .reset: return sendReset(context, scratch, statistics)
  case .synchronize:
    var own = configuration.pointee.maximum_segment_size_ipv4
    if packet.pointee.is_ipv6 != 0 { own = configuration.pointee.maximum_segment_size_ipv6 }
    return sendSynchronize(context, scratch, statistics, initial, window | UInt32(own) << 16)
  case .challenge: count(.challengeAcknowledgmentsSent, in: statistics)
  case .establish:
    count(.sessionsEstablished, in: statistics)
    countLeft(reading, in: statistics)
  case .acknowledge: count(.duplicateAcknowledgmentsSent, in: statistics)
  case .proceed: countLeft(reading, in: statistics)
  }
  if state == .timeWait, stateBefore != .timeWait {
    count(.sessionsClosed, in: statistics)
    _ = time_wait_push(packet.flow, 2 /* BPF_EXIST: the oldest makes way */)
  }
  if consumed > 0 {
    count(.bytesReceived, UInt64(consumed), in: statistics)
    count(.requests, UInt64(reading.pointee.requests), in: statistics)
    count(.requestsRefused, UInt64(reading.pointee.refused), in: statistics)
  }
  guard isDue else { return XDPAction.drop }
  if isRepetition { count(.segmentsRetransmitted, in: statistics) }
  count(.bytesSent, UInt64(newLength), in: statistics)
  return sendSegment(context, scratch, statistics)
}

/// Makes what was read of the segment part of the session, if the session is still as it was read; else nothing of the
/// payload is taken, and the ACK that goes out asks for it again. The caller holds the lock.
///
/// - Returns: bytes of payload taken.
@inline(__always)
private func commit(_ session: Session, _ reading: Reading, _ reaction: Reaction) -> UInt32 {
  let tcp = session.tcp
  session.forgetAcknowledged()
  var consumed: UInt32 = 0
  let length = reading.pointee.consumed
  // The room was read without the lock too, so it is looked at once more.
  if length > 0, length <= reaction.deliverableLength,
    UInt32(session.queue.pointee.count) &+ reading.pointee.run_count <= 4,
    tcp.pointee.receive.next.value == reading.pointee.expected,
    sameParser(session_http(session), reading_before(reading))
  {
    consumed = length
    session.pointee.http = reading.pointee.after
    session.enqueue(reading)
    tcp.pointee.queue(reading.pointee.queued_bytes)
    if reading.pointee.closes != 0 { tcp.pointee.close() }
    session.pointee.bytes_received &+= UInt64(consumed)
    session.pointee.requests &+= reading.pointee.requests
  }
  tcp.pointee.deliver(consumed, of: reaction)
  // The peer has finished, and every request of its is answered.
  if tcp.pointee.state == .closeWait { tcp.pointee.close() }
  return consumed
}

@inline(__always)
private func sameParser(_ a: UnsafeMutablePointer<request_parser>, _ b: UnsafeMutablePointer<request_parser>) -> Bool {
  let x = UnsafeMutableRawPointer(a).assumingMemoryBound(to: UInt64.self)
  let y = UnsafeMutableRawPointer(b).assumingMemoryBound(to: UInt64.self)
  return x[0] == y[0] && x[1] == y[1]
}

/// Requests that the session's queue has no room for are not acknowledged, and come again.
@inline(__always)
private func countLeft(_ reading: Reading, in statistics: Statistics) {
  if reading.pointee.is_full != 0 { count(.droppedQueueFull, in: statistics) }
}

/// Describes the segment to send, and keeps a copy of the answers that its payload comes from. The caller holds the
/// lock.
@inline(__always)
private func fillReply(
  _ reply: Reply, _ scratch: Scratch, _ session: Session, _ transmission: Transmission
) {
  reply.pointee.sequence = transmission.sequence.value
  reply.pointee.acknowledgment = session.tcp.pointee.receive.next.value
  reply.pointee.window = session.tcp.pointee.receive.window
  reply.pointee.flags = UInt32(transmission.flags.rawValue)
  reply.pointee.payload_length = transmission.length
  reply.pointee.maximum_segment_size = 0
  reply.pointee.stream_offset = transmission.sequence.value &- session.queue.pointee.first_sequence
  guard transmission.length > 0 else { return }
  scratch.pointee.queue = session.queue.pointee
  session.pointee.bytes_sent &+= UInt64(transmission.newLength)
}

@inline(__always)
private func countRefusal(_ refusal: Refusal, in statistics: Statistics) {
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
