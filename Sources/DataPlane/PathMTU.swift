// "Fragmentation needed" (RFC 792, RFC 1191 4) and "packet too big" (RFC 4443 3.2, RFC 8201): a router on the way tells
// that what we send is too long for it. The kernel gets the message all the same.

private enum ICMP {
  static var ipv4: UInt8 { @inline(__always) get { 1 } }
  static var ipv6: UInt8 { @inline(__always) get { 58 } }
  static var headerLength: UInt32 { @inline(__always) get { 8 } }
}

/// Whether an IP packet is such a message about a TCP segment that a served port may have sent.
///
/// - Parameters:
///   - network: where its IP header lies in the frame.
///   - isIPv6: which version that is of.
@inline(__always)
func isTooBigMessage(_ scratch: Scratch, _ network: UInt32, isIPv6: Bool) -> Bool {
  let ip = Frame(scratch, from: network)
  // Without options or extension headers: routers send none.
  if isIPv6 {
    guard ip.byte(6) == ICMP.ipv6 else { return false }
  } else {
    guard ip.byte(9) == ICMP.ipv4, ip.byte(0) == 0x45, ip.short(6) & 0x3fff == 0 else { return false }
  }
  let message = Frame(scratch, from: network &+ (isIPv6 ? HeaderLayout.ipv6 : HeaderLayout.ipv4))
  return message.short(0) == (isIPv6 ? 0x0200 : 0x0304)
}

/// The stage `path_mtu`: finds the session that the message quotes a segment of, and makes its segments smaller.
@_cdecl("path_mtu_program") @inline(__always)
public func pathMTU(_ context: UnsafeMutablePointer<xdp_md>) -> Int32 {
  var zero: UInt32 = 0
  guard let scratch = scratch_lookup(&zero), let statistics = statistics_lookup(&zero) else { return XDPAction.pass }
  count(lowersSegmentSize(context, scratch) ? .pathMtuUpdates : .droppedIcmp, in: statistics)
  count(.framesPassed, in: statistics)
  return XDPAction.pass
}

@inline(__always)
private func lowersSegmentSize(_ context: UnsafeMutablePointer<xdp_md>, _ scratch: Scratch) -> Bool {
  let isIPv6 = scratch.path.pointee.is_ipv6 != 0
  let network = scratch.path.pointee.network_offset
  let header = isIPv6 ? HeaderLayout.ipv6 : HeaderLayout.ipv4
  let ip = Frame(scratch, from: network)
  let length = isIPv6 ? UInt32(ip.short(4)) : UInt32(ip.short(2)) &- header
  let start = network &+ header
  // The message quotes the IP header and eight bytes of what follows, at the least.
  guard length >= ICMP.headerLength &+ header &+ 8, length <= 1500,
    scratch.packet.pointee.frame_length >= start &+ length
  else { return false }
  guard hasValidSum(context, scratch, ip, isIPv6, start, length) else { return false }

  let message = Frame(scratch, from: start)
  let mtu = isIPv6 ? message.word(4) : UInt32(message.short(6))
  let quoted = Frame(scratch, from: start &+ ICMP.headerLength)
  let flow = scratch.flow
  if isIPv6 {
    guard quoted.byte(0) >> 4 == 6, quoted.byte(6) == ipProtocolTCP else { return false }
    put(flow.localAddress, quoted.raw(8, UInt64.self), quoted.raw(16, UInt64.self))
    put(flow.remoteAddress, quoted.raw(24, UInt64.self), quoted.raw(32, UInt64.self))
  } else {
    guard quoted.byte(0) == 0x45, quoted.byte(9) == ipProtocolTCP else { return false }
    put(flow.localAddress, 0, UInt64(quoted.raw(12, UInt32.self)) << 32 | 0xffff_0000)
    put(flow.remoteAddress, 0, UInt64(quoted.raw(16, UInt32.self)) << 32 | 0xffff_0000)
  }
  let segment = Frame(scratch, from: start &+ ICMP.headerLength &+ header)
  flow.pointee.local_port = segment.short(0)
  flow.pointee.remote_port = segment.short(2)
  // What no link may be below (RFC 791 3.2, RFC 8200 5): a lower number is not to be believed (RFC 8201 4).
  let overhead = header &+ HeaderLayout.tcp
  guard mtu >= (isIPv6 ? 1280 : 68), let session = sessions_lookup(flow) else { return false }
  return lower(session, scratch, UInt16(clamping: mtu &- overhead), SequenceNumber(segment.word(4)))
}

@inline(__always)
private func put(_ address: UnsafeMutableRawPointer, _ high: UInt64, _ low: UInt64) {
  address.assumingMemoryBound(to: UInt64.self)[0] = high
  address.assumingMemoryBound(to: UInt64.self)[1] = low
}

/// Whether the message's checksum is right (RFC 792; RFC 4443 2.3).
@inline(__always)
private func hasValidSum(
  _ context: UnsafeMutablePointer<xdp_md>, _ scratch: Scratch, _ ip: Frame, _ isIPv6: Bool, _ start: UInt32,
  _ length: UInt32
) -> Bool {
  let sum = sumFrame(context, scratch, start, start &+ length)
  guard sum >= 0 else { return false }
  var total = UInt64(sum)
  if isIPv6 {
    for word in 1..<5 { total &+= InternetChecksum.sum(ip.raw(word &* 8, UInt64.self)) }
    total &+= UInt64((length &+ UInt32(ICMP.ipv6)).bigEndian)
  }
  return InternetChecksum.fold(total) == 0xffff
}

@inline(__always)
private func lower(_ session: Session, _ scratch: Scratch, _ size: UInt16, _ quoted: SequenceNumber) -> Bool {
  let now = bpf_ktime_get_ns()
  guard claim(session, identity(of: scratch.flow)) else { return false }
  let isTaken = session.tcp.pointee.lowerSegmentSize(to: size, quoted: quoted)
  // Something is in flight, so the pump is running; should it rest, this frame can't wake it, which the kernel gets.
  if isTaken, session.needsEntry(now), arm(session, scratch.flow, now) != 0 { forgetWake() }
  session_release(session)
  return isTaken
}
