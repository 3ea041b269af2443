@_cdecl("swift_long_copy") func longCopy(_ context: UnsafeMutablePointer<xdp_md>) -> Int32 {
  let start = UInt(context.pointee.data)
  if start &+ 8192 > UInt(context.pointee.data_end) { return XDP_PASS }
  let frame = UnsafeMutableRawPointer(bitPattern: start).unsafelyUnwrapped
  frame.copyMemory(from: frame + 4096, byteCount: 4096)  // expect: eBPF has no memcpy
  return XDP_TX
}
