/// What a frame is to the server. A subprogram returns one scalar: a verdict, or the counter of a drop behind it.
enum Parsed {
  /// A segment for a served port, described in `scratch.packet`.
  static var segment: UInt32 { @inline(__always) get { 0 } }
  /// Not ours.
  static var pass: UInt32 { @inline(__always) get { 1 } }
  /// An ICMP message that a packet was too long for the way.
  static var tooBig: UInt32 { @inline(__always) get { 2 } }

  @inline(__always)
  static func drop(_ cause: Counter) -> UInt32 { 0x100 | cause.rawValue }
}

private enum EtherType {
  static var ipv4: UInt16 { @inline(__always) get { 0x0800 } }
  static var ipv6: UInt16 { @inline(__always) get { 0x86dd } }
  static var vlan: UInt16 { @inline(__always) get { 0x8100 } }         // IEEE 802.1Q
  static var serviceVlan: UInt16 { @inline(__always) get { 0x88a8 } }  // IEEE 802.1ad
}

let ipProtocolTCP: UInt8 = 6
/// Headers must end within these bytes of the frame.
private let headerReach: UInt32 = 256

/// Copies the frame's beginning into working memory and reads its headers into `scratch.packet`.
@inline(never)
func parse(_ context: UnsafeMutablePointer<xdp_md>, _ scratch: Scratch) -> UInt32 {
  let bounds = FrameBounds(context)
  let length = bounds.length
  guard length >= 14 else { return Parsed.pass }
  bounds.load(to: UnsafeMutableRawPointer(scratch) + 2, limit: 512)
  let copied = min(length, 512)
  let packet = scratch.packet
  packet.pointee.frame_length = length

  var etherType = parseLink(scratch)
  let network = scratch.path.pointee.network_offset
  guard etherType != 0 else { return Parsed.pass }
  if length < network &+ 40 { etherType = 0 }
  switch etherType {
  case EtherType.ipv4: return parseIPv4(scratch, packet, copied)
  case EtherType.ipv6: return parseIPv6(scratch, packet, copied)
  default: return Parsed.pass
  }
}

/// Reads the Ethernet header and up to two VLAN tags; returns the EtherType, or 0 for what is not for us alone.
@inline(__always)
private func parseLink(_ scratch: Scratch) -> UInt16 {
  let frame = Frame(scratch)
  // A group address: RFC 9293 3.9.2.3 has TCP ignore segments that were broadcast or multicast.
  guard frame.byte(0) & 1 == 0 else { return 0 }
  var etherType = frame.short(12)
  var offset: UInt32 = 14
  var outer: UInt16 = 0
  var inner: UInt16 = 0
  if etherType == EtherType.vlan || etherType == EtherType.serviceVlan {
    outer = frame.short(14) & 0xfff
    etherType = frame.short(16)
    offset = 18
    if etherType == EtherType.vlan {
      inner = frame.short(18) & 0xfff
      etherType = frame.short(20)
      offset = 22
    }
  }
  scratch.flow.pointee.outer_vlan = outer
  scratch.flow.pointee.inner_vlan = inner
  scratch.path.pointee.network_offset = offset
  turnLink(scratch, frame, offset)
  return etherType
}

/// Writes the answer's link header, addresses exchanged and tags kept, in front of where its IP header will be.
@inline(__always)
private func turnLink(_ scratch: Scratch, _ frame: Frame, _ length: UInt32) {
  let start = HeaderLayout.network &- (bpf_opaque(UInt64(length)) & 31)
  guard start <= HeaderLayout.network else { return }
  // Both addresses, then tags and EtherType; with fewer tags what is behind falls where the IP header comes later.
  let link = (scratch.path.link + Int(start)).assumingMemoryBound(to: UInt64.self)
  let destination = frame.raw(0, UInt64.self)
  let source = frame.raw(6, UInt64.self)
  // The field behind has room for what is too much.
  link[0] = source & 0xffff_ffff_ffff | destination << 48
  link[1] = destination >> 16 & 0xffff_ffff | UInt64(frame.raw(12, UInt32.self)) << 32
  if length > 16 { link[2] = frame.raw(16, UInt64.self) }
}

@inline(__always)
private func parseIPv4(_ scratch: Scratch, _ packet: Packet, _ copied: UInt32) -> UInt32 {
  let network = scratch.path.pointee.network_offset
  let ip = Frame(scratch, from: network)
  let versionAndLength = ip.byte(0)
  guard ip.byte(9) == ipProtocolTCP else {
    scratch.path.pointee.is_ipv6 = 0
    return isTooBigMessage(scratch, network, isIPv6: false) ? Parsed.tooBig : Parsed.pass
  }
  let headerLength = UInt32(versionAndLength & 15) &* 4
  let totalLength = UInt32(ip.short(2))
  let transport = network &+ headerLength
  guard transport &+ 4 <= copied else { return Parsed.pass }
  let fragment = ip.short(6)
  if fragment & 0x1fff != 0 { return Parsed.pass }  // not the first one (RFC 791 3.1), so without ports
  guard servesPort(Frame(scratch, from: transport).short(2)) else { return Parsed.pass }
  let source = ip.raw(12, UInt32.self)
  let destination = ip.raw(16, UInt32.self)
  // ::ffff:a.b.c.d
  setAddress(scratch.flow.remoteAddress, 0, UInt64(source) << 32 | 0xffff_0000)
  setAddress(scratch.flow.localAddress, 0, UInt64(destination) << 32 | 0xffff_0000)
  // From here on the frame is for a served port; if it is for an address of ours too, it stays with us.
  guard versionAndLength >> 4 == 4, headerLength >= 20 else { return Parsed.drop(.droppedIpHeader) }
  guard totalLength >= headerLength &+ 20, packet.pointee.frame_length >= network &+ totalLength else {
    return Parsed.drop(.droppedTruncated)
  }
  if fragment & 0x2000 != 0 { return Parsed.drop(.droppedFragment) }  // more follow
  guard headerSum(ip, headerLength) == 0xffff else { return Parsed.drop(.droppedIpHeader) }

  packet.pointee.congestion = UInt32(ip.byte(1) & 3)
  scratch.path.pointee.is_ipv6 = 0
  scratch.path.pointee.address_sum = UInt32(InternetChecksum.fold(UInt64(source) &+ UInt64(destination)))
  return parseTransport(scratch, packet, transport, totalLength &- headerLength, copied)
}

/// The ones' complement sum of an IPv4 header, folded.
@inline(__always)
private func headerSum(_ ip: Frame, _ length: UInt32) -> UInt16 {
  var sum = InternetChecksum.sum(ip.raw(0, UInt64.self)) &+ InternetChecksum.sum(ip.raw(8, UInt64.self))
    &+ UInt64(ip.raw(16, UInt32.self))
  var offset: UInt32 = 20
  while offset < 60 {
    if offset >= length { break }
    sum &+= UInt64(ip.raw(Int(offset), UInt32.self))
    offset &+= 4
  }
  return InternetChecksum.fold(sum)
}

@inline(__always)
private func setAddress(_ words: UnsafeMutableRawPointer, _ high: UInt64, _ low: UInt64) {
  words.assumingMemoryBound(to: UInt64.self)[0] = high
  words.assumingMemoryBound(to: UInt64.self)[1] = low
}

/// Whether an IPv6 address is IPv4-mapped (RFC 4291 2.5.5.2).
@inline(__always)
private func isMapped(_ high: UInt64, _ low: UInt64) -> Bool { high == 0 && low & 0xffff_ffff == 0xffff_0000 }

private enum IPv6Header {
  static var hopByHop: UInt8 { @inline(__always) get { 0 } }
  static var routing: UInt8 { @inline(__always) get { 43 } }
  static var fragment: UInt8 { @inline(__always) get { 44 } }
  static var destinationOptions: UInt8 { @inline(__always) get { 60 } }
}

/// IPv6 with hop-by-hop options, routing (used up) and destination options (RFC 8200 4). Chains that are longer than
/// six headers or reach beyond the copied bytes, and all other headers, are the kernel's.
@inline(__always)
private func parseIPv6(_ scratch: Scratch, _ packet: Packet, _ copied: UInt32) -> UInt32 {
  let network = scratch.path.pointee.network_offset
  let ip = Frame(scratch, from: network)
  guard ip.byte(0) >> 4 == 6 else { return Parsed.pass }
  let payloadLength = UInt32(ip.short(4))
  if isTooBigMessage(scratch, network, isIPv6: true) {
    scratch.path.pointee.is_ipv6 = 1
    return Parsed.tooBig
  }
  var next = ip.byte(6)
  var transport = network &+ 40
  var isFragment = false
  var headers = 0
  while headers < 6 {
    if next == ipProtocolTCP { break }
    let header = Frame(scratch, from: transport)
    guard transport <= headerReach, transport &+ 8 <= copied else { return Parsed.pass }
    if next == IPv6Header.fragment {
      // An atomic fragment is the whole packet (RFC 6946).
      if header.short(2) & 0xfff9 != 0 {
        guard header.short(2) & 0xfff8 == 0 else { return Parsed.pass }  // without ports
        isFragment = true
      }
      transport &+= 8
    } else if next == IPv6Header.hopByHop || next == IPv6Header.destinationOptions || next == IPv6Header.routing {
      if next == IPv6Header.routing, header.byte(3) != 0 { return Parsed.pass }  // segments left: not yet here
      transport &+= (UInt32(header.byte(1)) &+ 1) &* 8
    } else {
      return Parsed.pass
    }
    next = header.byte(0)
    headers &+= 1
  }
  guard next == ipProtocolTCP, transport <= headerReach, transport &+ 20 <= copied else { return Parsed.pass }
  guard servesPort(Frame(scratch, from: transport).short(2)) else { return Parsed.pass }
  let source0 = ip.raw(8, UInt64.self)
  let source1 = ip.raw(16, UInt64.self)
  let destination0 = ip.raw(24, UInt64.self)
  let destination1 = ip.raw(32, UInt64.self)
  setAddress(scratch.flow.remoteAddress, source0, source1)
  setAddress(scratch.flow.localAddress, destination0, destination1)
  if isFragment { return Parsed.drop(.droppedFragment) }
  let end = network &+ 40 &+ payloadLength
  guard packet.pointee.frame_length >= end, end >= transport &+ 20 else { return Parsed.drop(.droppedTruncated) }
  // The form in which the table of sessions has IPv4 addresses; on the wire it is nobody's (as for Linux).
  guard !isMapped(source0, source1), !isMapped(destination0, destination1) else {
    return Parsed.drop(.droppedSource)
  }
  packet.pointee.congestion = UInt32(ip.byte(1) >> 4 & 3)
  scratch.path.pointee.is_ipv6 = 1
  let sum = InternetChecksum.sum(source0) &+ InternetChecksum.sum(source1)
    &+ InternetChecksum.sum(destination0) &+ InternetChecksum.sum(destination1)
  scratch.path.pointee.address_sum = UInt32(InternetChecksum.fold(sum))
  return parseTransport(scratch, packet, transport, end &- transport, copied)
}

/// Reads the TCP header of a segment of `length` bytes at `transport`.
@inline(__always)
private func parseTransport(
  _ scratch: Scratch, _ packet: Packet, _ transport: UInt32, _ length: UInt32, _ copied: UInt32
) -> UInt32 {
  // The answer would go to a group.
  guard Frame(scratch).byte(6) & 1 == 0 else { return Parsed.drop(.droppedSource) }
  let tcp = Frame(scratch, from: transport)
  let headerLength = UInt32(tcp.byte(12) >> 4) &* 4
  // RFC 9293 3.1: the data offset is at least 5, and the header lies within the segment.
  guard headerLength >= 20, headerLength <= length else { return Parsed.drop(.droppedTcpHeader) }
  scratch.flow.pointee.remote_port = tcp.short(0)
  scratch.flow.pointee.local_port = tcp.short(2)
  packet.pointee.sequence = tcp.word(4)
  packet.pointee.acknowledgment = tcp.word(8)
  packet.pointee.flags = UInt32(tcp.byte(13))
  packet.pointee.window = UInt32(tcp.short(14))
  packet.pointee.transport_offset = transport
  packet.pointee.options_length = headerLength &- 20
  packet.pointee.payload_offset = transport &+ headerLength
  packet.pointee.payload_length = length &- headerLength
  return Parsed.segment
}

/// Whether the control plane gave us this port.
@inline(__always)
private func servesPort(_ port: UInt16) -> Bool {
  var word = UInt32(port >> 6)
  guard let ports = served_ports_lookup(&word) else { return false }
  return ports.pointee >> UInt64(port & 63) & 1 == 1
}
