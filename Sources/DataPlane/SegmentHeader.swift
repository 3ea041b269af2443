/// What Linux sends, and RFC 1700 recommends.
private let hopLimit: UInt32 = 64

/// Where headers are written: in a frame, or in memory from which they are copied to one.
protocol HeaderPlace {
  /// Copies the link header, of `length` bytes, from where it ends at HeaderLayout.network. More may be copied: what
  /// follows is written later.
  func writeLink(_ kept: UnsafeRawPointer, length: UInt32) -> Bool
  /// The `count` bytes at `offset`, counted from the IP header; nil if the frame ends before. Both are constants.
  func network(_ offset: UInt, _ count: UInt) -> UnsafeMutableRawPointer?
}

/// In `scratch.header`, where the link header ends at HeaderLayout.network.
struct HeaderMemory: HeaderPlace {
  let base: UnsafeMutableRawPointer

  @inline(__always)
  func writeLink(_ kept: UnsafeRawPointer, length: UInt32) -> Bool {
    let from = kept.assumingMemoryBound(to: UInt64.self)
    let link = base.assumingMemoryBound(to: UInt64.self)
    link[0] = from[0]
    link[1] = from[1]
    link[2] = from[2]
    return true
  }

  @inline(__always)
  func network(_ offset: UInt, _ count: UInt) -> UnsafeMutableRawPointer? {
    base + Int(UInt(HeaderLayout.network) &+ offset)
  }
}

/// In the frame itself, which spares a copy.
struct HeaderFrame: HeaderPlace {
  let bounds: FrameBounds
  /// Where the IP header begins.
  let address: UInt

  @inline(__always)
  init(_ context: UnsafeMutablePointer<xdp_md>, networkOffset: UInt32) {
    bounds = FrameBounds(context)
    address = bounds.start &+ UInt(bpf_opaque(UInt64(networkOffset)) & 31)
  }

  @inline(__always)
  func writeLink(_ kept: UnsafeRawPointer, length: UInt32) -> Bool {
    let from = kept + Int(bpf_opaque(HeaderLayout.network &- UInt64(length)) & 15)
    guard bounds.put(loadWord(from, 0), at: 0), bounds.put(loadWord(from, 8), at: 8) else { return false }
    return length <= 16 || bounds.put(loadWord(from, 16), at: 16)
  }

  @inline(__always)
  func network(_ offset: UInt, _ count: UInt) -> UnsafeMutableRawPointer? {
    if address &+ offset &+ count > bounds.end { return nil }
    return UnsafeMutableRawPointer(bitPattern: address &+ offset)
  }
}

/// Writes the link, IP and TCP headers of `scratch.outgoing`. Words are written as they lie in memory.
///
/// - Returns: false if the frame ends before.
@inline(__always)
func writeHeaders<P: HeaderPlace>(_ place: P, _ scratch: Scratch, _ plan: Plan) -> Bool {
  let path = plan.path
  let outgoing = scratch.outgoing
  guard place.writeLink(path.link, length: path.pointee.network_offset) else { return false }
  let local = path.flow.localAddress.assumingMemoryBound(to: UInt32.self)
  let remote = path.flow.remoteAddress.assumingMemoryBound(to: UInt32.self)
  let segmentLength = 20 &+ plan.pointee.options_length &+ outgoing.pointee.length
  // ECT(0), as an ECN-capable sender marks its data (RFC 3168 5).
  let codepoint: UInt32 = outgoing.pointee.is_capable != 0 ? 2 : 0
  if path.pointee.is_ipv6 != 0 {
    guard let ip = place.network(0, UInt(HeaderLayout.ipv6))?.assumingMemoryBound(to: UInt32.self) else { return false }
    ip[0] = 0x60 | codepoint << 12
    ip[1] = UInt32(UInt16(truncatingIfNeeded: segmentLength).bigEndian) | 6 << 16 | hopLimit << 24
    for word in 0..<4 {
      ip[2 &+ word] = local[word]
      ip[6 &+ word] = remote[word]
    }
    return writeSegmentHeader(place, UInt(HeaderLayout.ipv6), plan, outgoing, segmentLength)
  } else {
    let first = 0x45 | codepoint << 8 | UInt32(UInt16(truncatingIfNeeded: segmentLength &+ 20).bigEndian) << 16
    // Don't Fragment, and no identification, which an atomic datagram has no use for (RFC 6864 4.1).
    let second: UInt32 = 0x0040_0000
    let third = hopLimit | 6 << 8
    let sum = UInt64(first) &+ UInt64(second) &+ UInt64(third) &+ UInt64(path.pointee.address_sum)
    guard let ip = place.network(0, UInt(HeaderLayout.ipv4))?.assumingMemoryBound(to: UInt32.self) else { return false }
    ip[0] = first
    ip[1] = second
    ip[2] = third | UInt32(~InternetChecksum.fold(sum)) << 16
    ip[3] = local[3]
    ip[4] = remote[3]
    return writeSegmentHeader(place, UInt(HeaderLayout.ipv4), plan, outgoing, segmentLength)
  }
}

/// Likewise the TCP header at `offset`, a constant.
@inline(__always)
private func writeSegmentHeader<P: HeaderPlace>(
  _ place: P, _ offset: UInt, _ plan: Plan, _ outgoing: Outgoing, _ segmentLength: UInt32
) -> Bool {
  let path = plan.path
  let ports = UInt32(path.flow.pointee.local_port.bigEndian) | UInt32(path.flow.pointee.remote_port.bigEndian) << 16
  let sequence = outgoing.pointee.sequence.bigEndian
  let acknowledgment = plan.pointee.acknowledgment.bigEndian
  let window = UInt32(UInt16(truncatingIfNeeded: plan.pointee.window).bigEndian)
  let length = plan.pointee.options_length
  let bits = (20 &+ length) &<< 2 | (outgoing.pointee.flags & 0xff) &<< 8 | window &<< 16
  var sum = path.pseudoHeaderSum(segmentLength) &+ UInt64(ports) &+ UInt64(sequence) &+ UInt64(acknowledgment)
    &+ UInt64(bits) &+ UInt64(outgoing.pointee.payload_sum)
  // What lies behind the options' end is not sent, and must not be summed.
  var index: UInt = 0
  while index < UInt(OPTION_WORDS) {
    if UInt(length) <= index &* 4 { break }
    let behind = offset &+ UInt(HeaderLayout.tcp) &+ index &* 4
    guard let word = place.network(behind, 4)?.assumingMemoryBound(to: UInt32.self) else { return false }
    sum &+= UInt64(plan.options[Int(index)])
    word.pointee = plan.options[Int(index)]
    index &+= 1
  }
  guard let tcp = place.network(offset, UInt(HeaderLayout.tcp))?.assumingMemoryBound(to: UInt32.self) else {
    return false
  }
  tcp[0] = ports
  tcp[1] = sequence
  tcp[2] = acknowledgment
  tcp[3] = bits
  tcp[4] = UInt32(~InternetChecksum.fold(sum))
  return true
}
