/// A segment for a served port that belongs to no session: LISTEN and CLOSED at once (RFC 9293 3.10.7.1 and 3.10.7.2).
@inline(never)
func newcomer(
  _ context: UnsafeMutablePointer<xdp_md>, _ scratch: Scratch, _ statistics: Statistics, _ configuration: Configuration
) -> Int32 {
  let packet = scratch.packet
  let flags = ControlBits(rawValue: UInt8(truncatingIfNeeded: packet.pointee.flags))
  let local = packet.flow.localAddress.assumingMemoryBound(to: local_address.self)
  guard local_addresses_lookup(local) != nil else {
    count(.framesPassed, in: statistics)
    return XDPAction.pass
  }
  count(.segmentsReceived, in: statistics)
  guard isPossibleSource(packet) else {
    count(.droppedSource, in: statistics)
    return XDPAction.drop
  }
  guard hasValidChecksum(context, scratch, configuration) else {
    count(.droppedTcpChecksum, in: statistics)
    return XDPAction.drop
  }
  switch Segment(packet).admission {
  case .open: return openSession(context, scratch, statistics, configuration, 0)
  case .reset: return sendReset(context, scratch, statistics)
  case .discard:
    count(flags.contains(.reset) ? .droppedReset : .droppedFlags, in: statistics)
    return XDPAction.drop
  }
}

extension SequenceNumber {
  /// The ISS for a packet's flow.
  @inline(__always)
  init(_ packet: Packet, _ configuration: Configuration, _ now: Instant) {
    self = initialSequenceNumber(hash: secretHash(packet.flow, configuration), now: now)
  }
}

/// Makes a session for a SYN and answers it. `after` is 0, or the last number that the session which this one
/// replaces may have used.
@inline(never)
func openSession(
  _ context: UnsafeMutablePointer<xdp_md>, _ scratch: Scratch, _ statistics: Statistics,
  _ configuration: Configuration, _ after: UInt32
) -> Int32 {
  let packet = scratch.packet
  let now = Instant(nanoseconds: bpf_ktime_get_ns())
  let error = insertBlank(scratch, statistics)
  guard error == 0 else {
    count(error == alreadyExists ? .droppedRace : .sessionsRefused, in: statistics)
    return XDPAction.drop
  }
  // Nobody touches the session as long as it is blank, so it can be taken back.
  guard watch(packet.flow, now.nanoseconds, configuration.pointee.expiry_interval) != 0 else {
    sessions_delete(packet.flow)
    count(.sessionsRefused, in: statistics)
    return XDPAction.drop
  }
  guard let session = sessions_lookup(packet.flow) else {
    count(.droppedInternal, in: statistics)
    return XDPAction.drop
  }
  var initial = SequenceNumber(packet, configuration, now)
  if after != 0 { initial = initial.following(SequenceNumber(after)) }
  var offered = UInt16(truncatingIfNeeded: peerMaximumSegmentSize(context, scratch))
  var own = configuration.pointee.maximum_segment_size_ipv4
  if packet.pointee.is_ipv6 != 0 { own = configuration.pointee.maximum_segment_size_ipv6 }
  if offered == 0 {
    offered = packet.pointee.is_ipv6 != 0 ? MaximumSegmentSize.defaultIPv6 : MaximumSegmentSize.defaultIPv4
  }
  let segment = Segment(packet)
  let window = configuration.pointee.receive_window

  guard claim(session, 0) else {
    count(.droppedRace, in: statistics)
    return XDPAction.drop
  }
  session.pointee.identity = packet.pointee.identity
  session.pointee.created = now.nanoseconds
  session.pointee.segments_received = 1
  session.tcp.pointee.open(
    segment, initial: initial, window: window, peerMaximumSegmentSize: offered, ownMaximumSegmentSize: own)
  session.pointee.queue.first_sequence = initial.value &+ 1
  session.postpone(now, configuration)
  session_release(session)
  count(.sessionsOpened, in: statistics)
  return sendSynchronize(context, scratch, statistics, initial.value, window | UInt32(own) << 16)
}

/// -EEXIST: another CPU was faster with the same SYN.
private let alreadyExists: Int32 = -17

/// Adds a blank session for the packet's flow. In a full table one in TIME-WAIT makes way; live ones never do.
///
/// - Returns: 0 if it is there, or a negated error number.
@inline(never)
private func insertBlank(_ scratch: Scratch, _ statistics: Statistics) -> Int32 {
  var zero: UInt32 = 0
  guard let blank = blank_lookup(&zero) else { return -1 }
  let flow = scratch.packet.flow
  let error = Int32(truncatingIfNeeded: sessions_insert(flow, blank))
  if error == 0 || error == alreadyExists { return error }
  guard recycleTimeWait(scratch) != 0 else { return error }
  count(.timeWaitRecycled, in: statistics)
  return Int32(truncatingIfNeeded: sessions_insert(flow, blank))
}
