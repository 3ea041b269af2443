/// Counts a frame under its IP protocol, and leaves it to the kernel.
@_cdecl("count_packet")
func countPacket(_ context: UnsafeMutablePointer<xdp_md>) -> Int32 {
  let start = UInt(context.pointee.data)
  let end = UInt(context.pointee.data_end)
  var key = UInt32(ipProtocol(from: start, to: end))
  if let counter = counters_lookup(&key) {
    counter.pointee.packets &+= 1
    counter.pointee.bytes &+= UInt64(end &- start)
  }
  return XDP_PASS
}

/// The protocol number of an IPv4 or IPv6 packet in an Ethernet frame, else 255, which is reserved.
func ipProtocol(from start: UInt, to end: UInt) -> UInt8 {
  if start &+ 34 > end { return 255 }
  let frame = UnsafeRawPointer(bitPattern: start).unsafelyUnwrapped
  switch frame.load(fromByteOffset: 12, as: UInt16.self).byteSwapped {
  case 0x0800: return frame.load(fromByteOffset: 23, as: UInt8.self)
  case 0x86DD: return frame.load(fromByteOffset: 20, as: UInt8.self)
  default: return 255
  }
}
