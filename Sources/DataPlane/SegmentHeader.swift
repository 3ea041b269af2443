/// What Linux sends, and RFC 1700 recommends.
private let hopLimit: UInt32 = 64

/// Writes the link, IP and TCP headers of `scratch.outgoing` into `scratch.header`. Words are written as they lie in
/// memory.
@inline(__always)
func writeHeader(_ scratch: Scratch, _ plan: Plan) {
  let path = plan.path
  let outgoing = scratch.outgoing
  let link = scratch.header.assumingMemoryBound(to: UInt64.self)
  let kept = path.link.assumingMemoryBound(to: UInt64.self)
  link[0] = kept[0]
  link[1] = kept[1]
  link[2] = kept[2]
  let network = scratch.header + Int(HeaderLayout.network)
  let ip = network.assumingMemoryBound(to: UInt32.self)
  let local = path.flow.localAddress.assumingMemoryBound(to: UInt32.self)
  let remote = path.flow.remoteAddress.assumingMemoryBound(to: UInt32.self)
  let segmentLength = 20 &+ plan.pointee.options_length &+ outgoing.pointee.length
  // ECT(0), as an ECN-capable sender marks its data (RFC 3168 5).
  let codepoint: UInt32 = outgoing.pointee.is_capable != 0 ? 2 : 0
  if path.pointee.is_ipv6 != 0 {
    ip[0] = 0x60 | codepoint << 12
    ip[1] = UInt32(UInt16(truncatingIfNeeded: segmentLength).bigEndian) | 6 << 16 | hopLimit << 24
    for word in 0..<4 {
      ip[2 &+ word] = local[word]
      ip[6 &+ word] = remote[word]
    }
    writeSegmentHeader(network + Int(HeaderLayout.ipv6), plan, outgoing, segmentLength)
  } else {
    let first = 0x45 | codepoint << 8 | UInt32(UInt16(truncatingIfNeeded: segmentLength &+ 20).bigEndian) << 16
    // Don't Fragment, and no identification, which an atomic datagram has no use for (RFC 6864 4.1).
    let second: UInt32 = 0x0040_0000
    let third = hopLimit | 6 << 8
    let sum = UInt64(first) &+ UInt64(second) &+ UInt64(third) &+ UInt64(path.pointee.address_sum)
    ip[0] = first
    ip[1] = second
    ip[2] = third | UInt32(~InternetChecksum.fold(sum)) << 16
    ip[3] = local[3]
    ip[4] = remote[3]
    writeSegmentHeader(network + Int(HeaderLayout.ipv4), plan, outgoing, segmentLength)
  }
}

@inline(__always)
private func writeSegmentHeader(
  _ header: UnsafeMutableRawPointer, _ plan: Plan, _ outgoing: Outgoing, _ segmentLength: UInt32
) {
  let path = plan.path
  let tcp = header.assumingMemoryBound(to: UInt32.self)
  let ports = UInt32(path.flow.pointee.local_port.bigEndian) | UInt32(path.flow.pointee.remote_port.bigEndian) << 16
  let sequence = outgoing.pointee.sequence.bigEndian
  let acknowledgment = plan.pointee.acknowledgment.bigEndian
  let window = UInt32(UInt16(truncatingIfNeeded: plan.pointee.window).bigEndian)
  let length = plan.pointee.options_length
  let bits = (20 &+ length) &<< 2 | (outgoing.pointee.flags & 0xff) &<< 8 | window &<< 16
  var sum = path.pseudoHeaderSum(segmentLength) &+ UInt64(ports) &+ UInt64(sequence) &+ UInt64(acknowledgment)
    &+ UInt64(bits) &+ UInt64(outgoing.pointee.payload_sum)
  if length != 0 {
    // What lies behind the options' end is not sent, and must not be summed.
    let options = plan.options
    sum &+= UInt64(options[0])
    tcp[5] = options[0]
    if length > 4 {
      sum &+= UInt64(options[1]) &+ UInt64(options[2])
      tcp[6] = options[1]
      tcp[7] = options[2]
    }
    if length > 12 {
      sum &+= UInt64(options[3]) &+ UInt64(options[4])
      tcp[8] = options[3]
      tcp[9] = options[4]
    }
  }
  tcp[0] = ports
  tcp[1] = sequence
  tcp[2] = acknowledgment
  tcp[3] = bits
  tcp[4] = UInt32(~InternetChecksum.fold(sum))
}
