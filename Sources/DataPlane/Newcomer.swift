/// The stage `newcomer`: a segment for a served port that belongs to no session, LISTEN and CLOSED at once (RFC 9293
/// 3.10.7.1 and 3.10.7.2), or a SYN whose session in TIME-WAIT has just made way.
@_cdecl("newcomer_program") @inline(__always)
public func newcomer(_ context: UnsafeMutablePointer<xdp_md>) -> Int32 {
  var zero: UInt32 = 0
  guard let scratch = scratch_lookup(&zero), let statistics = statistics_lookup(&zero),
    let configuration = configuration_lookup(&zero)
  else { return XDPAction.drop }
  // What replaces a session has been counted and verified.
  if scratch.pointee.last_sent != 0 { return openSession(context, scratch, statistics, configuration) }
  let local = scratch.flow.localAddress.assumingMemoryBound(to: local_address.self)
  guard local_addresses_lookup(local) != nil else {
    count(.framesPassed, in: statistics)
    return XDPAction.pass
  }
  count(.segmentsReceived, in: statistics)
  guard isPossibleSource(scratch.path) else {
    count(.droppedSource, in: statistics)
    return XDPAction.drop
  }
  guard hasValidChecksum(context, scratch, configuration) else {
    count(.droppedTcpChecksum, in: statistics)
    return XDPAction.drop
  }
  let segment = Segment(scratch)
  switch segment.admission {
  case .open: return openSession(context, scratch, statistics, configuration)
  case .reset:
    planReset(scratch)
    count(.resetsSent, in: statistics)
    return depart(context, scratch, statistics, configuration)
  case .discard:
    count(segment.flags.contains(.reset) ? .droppedReset : .droppedFlags, in: statistics)
    return XDPAction.drop
  }
}

/// Makes a session for a SYN and answers it. `last_sent` is 0, or the last number that the session which this one
/// replaces may have used.
@inline(never)
func openSession(
  _ context: UnsafeMutablePointer<xdp_md>, _ scratch: Scratch, _ statistics: Statistics,
  _ configuration: Configuration
) -> Int32 {
  let now = Instant(nanoseconds: bpf_ktime_get_ns())
  scratch.pointee.now = now.nanoseconds
  readSynchronizeOptions(scratch)
  let error = insertBlank(scratch, statistics)
  guard error == 0 else {
    count(error == alreadyExists ? .droppedRace : .sessionsRefused, in: statistics)
    return XDPAction.drop
  }
  guard let session = sessions_lookup(scratch.flow) else {
    count(.droppedInternal, in: statistics)
    return XDPAction.drop
  }
  // It is claimed from its first moment on, so it can be taken back.
  guard watch(session, scratch.flow, now.nanoseconds, configuration.pointee.expiry_interval) != 0 else {
    sessions_delete(scratch.flow)
    count(.sessionsRefused, in: statistics)
    return XDPAction.drop
  }
  fill(session, scratch, configuration)
  session_release(session)
  count(.sessionsOpened, in: statistics)
  count(.synAcknowledgmentsSent, in: statistics)
  return depart(context, scratch, statistics, configuration)
}

/// Makes a blank session that of the received SYN, and plans the SYN-ACK. The caller holds the claim.
@inline(never)
private func fill(_ session: Session, _ scratch: Scratch, _ configuration: Configuration) {
  let now = Instant(nanoseconds: scratch.pointee.now)
  let isIPv6 = scratch.path.pointee.is_ipv6 != 0
  let hash = secretHash(scratch.flow, configuration)
  var initial = initialSequenceNumber(hash: hash, now: now)
  if scratch.pointee.last_sent != 0 { initial = initial.following(SequenceNumber(scratch.pointee.last_sent)) }
  let own = ownSegmentSize(scratch, configuration)
  var offered = scratch.found.pointee.maximumSegmentSize
  if offered == 0 { offered = isIPv6 ? MaximumSegmentSize.defaultIPv6 : MaximumSegmentSize.defaultIPv4 }
  session.pointee.identity = scratch.packet.pointee.identity
  session.pointee.created = now.nanoseconds
  session.pointee.segments_received = 1
  let kept = session_link_header(session).assumingMemoryBound(to: UInt16.self)
  let link = scratch.path.link.assumingMemoryBound(to: UInt16.self)
  for place in 0..<11 { kept[place] = link[1 &+ place] }
  session.pointee.link_length = UInt8(truncatingIfNeeded: scratch.path.pointee.network_offset)
  session.tcp.pointee.open(
    Segment(scratch), scratch.found, initial: initial, window: configuration.pointee.receive_window,
    peerMaximumSegmentSize: offered, ownMaximumSegmentSize: own, parameters: Parameters(configuration),
    timestampOffset: UInt32(truncatingIfNeeded: hash >> 32), now: now)
  session.pointee.queue.first_sequence = initial.value &+ 1
  session.postpone(now, configuration)
  let plan = scratch.plan
  plan.begin()
  describeSynchronize(plan, session, own, now)
  plan.add(initial, session.tcp.pointee.synchronizeFlags)
  if session.needsEntry(now.nanoseconds) { plan.pointee.wakes_pump = arm(session, scratch.flow, now.nanoseconds) }
}

/// The MSS that our SYN-ACK names: what our interface takes.
@inline(__always)
func ownSegmentSize(_ scratch: Scratch, _ configuration: Configuration) -> UInt16 {
  scratch.path.pointee.is_ipv6 != 0
    ? configuration.pointee.maximum_segment_size_ipv6 : configuration.pointee.maximum_segment_size_ipv4
}

/// -EEXIST: another CPU was faster with the same SYN.
private let alreadyExists: Int32 = -17

/// Adds a blank session for the packet's flow, claimed by the caller. In a full table one in TIME-WAIT makes way; live
/// ones never do.
///
/// - Returns: 0 if it is there, or a negated error number.
@inline(never)
private func insertBlank(_ scratch: Scratch, _ statistics: Statistics) -> Int32 {
  var zero: UInt32 = 0
  guard let blank = blank_lookup(&zero) else { return -1 }
  let flow = scratch.flow
  let error = Int32(truncatingIfNeeded: sessions_insert(flow, blank))
  if error == 0 || error == alreadyExists { return error }
  guard recycleTimeWait(scratch) != 0 else { return error }
  count(.timeWaitRecycled, in: statistics)
  return Int32(truncatingIfNeeded: sessions_insert(flow, blank))
}
