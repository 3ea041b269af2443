/// Sends the frame to every device of the map; where word 0 is not 0, to the one at that index less one.
@_cdecl("swift_broadcast")
func broadcast(_ context: UnsafeMutablePointer<xdp_md>) -> Int32 {
  guard let frame = Frame(context) else { return XDP_ABORTED }
  if frame[0] == 0 { return devices_redirect(0, BPF_F_BROADCAST) }
  return devices_redirect(UInt64(frame[0] &- 1), UInt64(XDP_DROP))
}

/// Runs for each copy on its way out.
@_cdecl("swift_egress")
func egress(_ context: UnsafeMutablePointer<xdp_md>) -> Int32 {
  var zero: UInt32 = 0
  guard let frames = egress_frames_lookup(&zero) else { return XDP_ABORTED }
  frames.pointee &+= 1
  return XDP_PASS
}
