/// Sends `scratch.reply` in place of the received frame: what the global function `send_segment` does.
///
/// - Returns: the program's verdict.
@_cdecl("send_reply") @inline(__always)
public func sendReply(_ context: UnsafeMutablePointer<xdp_md>, _ scratch: UnsafeMutablePointer<scratch>) -> Int32 {
  var zero: UInt32 = 0
  guard let statistics = statistics_lookup(&zero) else { return XDPAction.drop }
  let packet = scratch.packet
  let reply = scratch.reply
  let options: UInt32 = reply.pointee.maximum_segment_size != 0 ? 4 : 0
  let header = replyHeaderLength(packet, options: options)
  let payload = reply.pointee.payload_length
  let total = header &+ payload
  guard fit(context, reply.pointee.frame_length, total, shrinks: true) == total else {
    count(.droppedNoRoom, in: statistics)
    return XDPAction.drop
  }
  reply.pointee.payload_sum = 0
  if payload > 0 {
    reply.pointee.payload_offset = header
    guard copyAnswers(context, scratch) != 0 else {
      count(.droppedInternal, in: statistics)
      return XDPAction.drop
    }
  }
  writeHeader(scratch, packet, reply, options)

  guard storeHeader(context, scratch, header) else {
    count(.droppedInternal, in: statistics)
    return XDPAction.drop
  }
  count(.segmentsSent, in: statistics)
  return XDPAction.transmit
}

/// Puts the header of `length` bytes into the frame.
@inline(__always)
private func storeHeader(_ context: UnsafeMutablePointer<xdp_md>, _ scratch: Scratch, _ length: UInt32) -> Bool {
  if length == HeaderLayout.common {
    let start = Int(HeaderLayout.network) &- Int(HeaderLayout.ethernet)
    return FrameBounds(context).store(
      scratch.header + start, length: UInt(HeaderLayout.common), limit: 48, at: 0)
  }
  let start = HeaderLayout.network &- (bpf_opaque(UInt64(scratch.packet.pointee.network_offset)) & 31)
  guard start <= HeaderLayout.network else { return false }
  return bpf_xdp_store_bytes(context, 0, scratch.header + Int(start), bounded(length, limit: 128)) == 0
}

/// Writes IP and TCP headers behind the link header that `parse` turned round. Words are written as they lie in memory.
@inline(__always)
private func writeHeader(
  _ scratch: Scratch, _ packet: Packet, _ reply: Reply, _ options: UInt32
) {
  let network = scratch.header + Int(HeaderLayout.network)
  let local = packet.flow.localAddress.assumingMemoryBound(to: UInt32.self)
  let remote = packet.flow.remoteAddress.assumingMemoryBound(to: UInt32.self)
  let segmentLength = 20 &+ options &+ reply.pointee.payload_length
  if packet.pointee.is_ipv6 != 0 {
    let ip = network.assumingMemoryBound(to: UInt32.self)
    ip[0] = 0x60
    ip[1] = UInt32(UInt16(truncatingIfNeeded: segmentLength).bigEndian) | 6 << 16 | hopLimit << 24
    for word in 0..<4 {
      ip[2 &+ word] = local[word]
      ip[6 &+ word] = remote[word]
    }
    writeSegmentHeader(network + Int(HeaderLayout.ipv6), packet, reply, options, segmentLength)
  } else {
    let ip = network.assumingMemoryBound(to: UInt32.self)
    let first = 0x45 | UInt32(UInt16(truncatingIfNeeded: segmentLength &+ 20).bigEndian) << 16
    // Don't Fragment, and no identification, which an atomic datagram has no use for (RFC 6864 4.1).
    let second: UInt32 = 0x0040_0000
    let third = hopLimit | 6 << 8
    let sum = UInt64(first) &+ UInt64(second) &+ UInt64(third) &+ UInt64(packet.pointee.address_sum)
    ip[0] = first
    ip[1] = second
    ip[2] = third | UInt32(~InternetChecksum.fold(sum)) << 16
    ip[3] = local[3]
    ip[4] = remote[3]
    writeSegmentHeader(network + Int(HeaderLayout.ipv4), packet, reply, options, segmentLength)
  }
}

/// What Linux sends, and RFC 1700 recommends.
private let hopLimit: UInt32 = 64

@inline(__always)
private func writeSegmentHeader(
  _ header: UnsafeMutableRawPointer, _ packet: Packet, _ reply: Reply, _ options: UInt32,
  _ segmentLength: UInt32
) {
  let tcp = header.assumingMemoryBound(to: UInt32.self)
  let ports = UInt32(packet.pointee.flow.local_port.bigEndian) | UInt32(packet.pointee.flow.remote_port.bigEndian) << 16
  let sequence = reply.pointee.sequence.bigEndian
  let acknowledgment = reply.pointee.acknowledgment.bigEndian
  let window = UInt32(UInt16(truncatingIfNeeded: reply.pointee.window).bigEndian)
  let bits = (20 &+ options) &<< 2 | (reply.pointee.flags & 0xff) &<< 8 | window &<< 16
  var sum = pseudoHeaderSum(packet, segmentLength) &+ UInt64(ports) &+ UInt64(sequence) &+ UInt64(acknowledgment)
    &+ UInt64(bits) &+ UInt64(reply.pointee.payload_sum)
  if options != 0 {
    let option = UInt32(OptionKind.maximumSegmentSize) | 4 << 8
      | UInt32(UInt16(truncatingIfNeeded: reply.pointee.maximum_segment_size).bigEndian) << 16
    tcp[5] = option
    sum &+= UInt64(option)
  }
  tcp[0] = ports
  tcp[1] = sequence
  tcp[2] = acknowledgment
  tcp[3] = bits
  tcp[4] = UInt32(~InternetChecksum.fold(sum))
}

/// Sends <SEQ=ISS><ACK=RCV.NXT><CTL=SYN,ACK> with the MSS option. `windowAndSize` holds RCV.WND in its low and our
/// MSS in its high half: a subprogram takes five arguments.
@inline(never)
func sendSynchronize(
  _ context: UnsafeMutablePointer<xdp_md>, _ scratch: Scratch, _ statistics: Statistics, _ initial: UInt32,
  _ windowAndSize: UInt32
) -> Int32 {
  let reply = scratch.reply
  reply.pointee.sequence = initial
  reply.pointee.acknowledgment = scratch.pointee.packet.sequence &+ 1
  reply.pointee.window = windowAndSize & 0xffff
  reply.pointee.flags = UInt32(ControlBits.synchronize.union(.acknowledge).rawValue)
  reply.pointee.payload_length = 0
  reply.pointee.maximum_segment_size = windowAndSize >> 16
  count(.synAcknowledgmentsSent, in: statistics)
  return send_segment(context, scratch)
}

/// Sends the reset that answers the received segment.
@inline(__always)
func sendReset(
  _ context: UnsafeMutablePointer<xdp_md>, _ scratch: Scratch, _ statistics: Statistics
) -> Int32 {
  let reset = Reset(answering: Segment(scratch.packet))
  let reply = scratch.reply
  reply.pointee.sequence = reset.sequence.value
  reply.pointee.acknowledgment = reset.acknowledgment.value
  reply.pointee.window = 0
  reply.pointee.flags = UInt32(reset.flags.rawValue)
  reply.pointee.payload_length = 0
  reply.pointee.maximum_segment_size = 0
  count(.resetsSent, in: statistics)
  return send_segment(context, scratch)
}
