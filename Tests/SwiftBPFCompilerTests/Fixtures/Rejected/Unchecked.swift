@_cdecl("swift_checked") func checked(_ context: UnsafeMutablePointer<xdp_md>) -> Int32 {
  let start = UInt(context.pointee.data)
  if start &+ 14 > UInt(context.pointee.data_end) { return XDP_PASS }
  let frame = UnsafeRawPointer(bitPattern: start).unsafelyUnwrapped
  return Int32(frame.load(fromByteOffset: 13, as: UInt8.self) & 1) &+ 1
}

@_cdecl("swift_unchecked") func unchecked(_ context: UnsafeMutablePointer<xdp_md>) -> Int32 {
  let frame = UnsafeRawPointer(bitPattern: UInt(context.pointee.data)).unsafelyUnwrapped
  let isOdd = frame.load(fromByteOffset: 13, as: UInt8.self) & 1  // refused here
  return Int32(isOdd) &+ 1
}
