/// Grows the received frame, in place, for what may have to be sent in it, before that is decided: whether
/// it can be grown depends on the driver, and what is sent must fit.
///
/// - Returns: bytes of payload that the frame has room for.
@inline(__always)
func makeRoom(_ context: UnsafeMutablePointer<xdp_md>, _ scratch: Scratch, _ session: Session) -> UInt32 {
  let packet = scratch.packet
  let tcp = session.tcp
  let isRepetition = scratch.reaction.pointee.repeats != 0
  let from = isRepetition ? tcp.pointee.send.unacknowledged : tcp.pointee.send.next
  let pending = UInt32(bitPattern: max(tcp.pointee.send.queued.distance(from: from), 0))
  let wanted = min(pending, UInt32(tcp.pointee.maximumSegmentSize))
  let header = replyHeaderLength(packet, options: 0)
  let length = fit(context, packet.pointee.frame_length, header &+ wanted, shrinks: false)
  scratch.pointee.reply.frame_length = length
  return length > header ? length &- header : 0
}

/// Link, IP and TCP header of an answer, bytes.
@inline(__always)
func replyHeaderLength(_ packet: Packet, options: UInt32) -> UInt32 {
  packet.pointee.network_offset &+ (packet.pointee.is_ipv6 != 0 ? HeaderLayout.ipv6 : HeaderLayout.ipv4)
    &+ HeaderLayout.tcp &+ options
}

/// Head room that every driver with XDP leaves (XDP_PACKET_HEADROOM is 256), less what the kernel keeps for itself.
private let headRoom: UInt32 = 192

/// Brings the frame from `length` to `wanted` bytes, at its head if that suffices, since a tail need not have room: a
/// local sender's frame on veth has next to none. All headers are rewritten, so it does not matter where it grows.
///
/// - Returns: the length that it has now.
@inline(__always)
func fit(_ context: UnsafeMutablePointer<xdp_md>, _ length: UInt32, _ wanted: UInt32, shrinks: Bool) -> UInt32 {
  if wanted == length { return length }
  if wanted < length {
    guard shrinks else { return length }
    let delta = Int32(bitPattern: wanted &- length)
    return bpf_xdp_adjust_tail(context, delta) == 0 ? wanted : length
  }
  let missing = wanted &- length
  if missing <= headRoom {
    if bpf_xdp_adjust_head(context, 0 &- Int32(bitPattern: missing)) == 0 { return wanted }
  }
  if bpf_xdp_adjust_tail(context, Int32(bitPattern: missing)) == 0 { return wanted }
  if missing > headRoom {
    if bpf_xdp_adjust_head(context, 0 &- Int32(bitPattern: headRoom)) == 0 { return length &+ headRoom }
  }
  return length
}
