/// Head room that every driver with XDP leaves (XDP_PACKET_HEADROOM is 256), less what the kernel keeps for itself.
private let headRoom: UInt32 = 192

/// Brings the frame from `length` to `wanted` bytes, at its head if that suffices, since a tail need not have room: a
/// local sender's frame on veth has next to none. All headers are rewritten, so it does not matter where it grows.
///
/// - Returns: the length that it has now; `wanted`, or `length` as it was.
@inline(__always)
func fit(_ context: UnsafeMutablePointer<xdp_md>, _ length: UInt32, _ wanted: UInt32) -> UInt32 {
  if wanted == length { return length }
  if wanted < length {
    let delta = Int32(bitPattern: wanted &- length)
    return bpf_xdp_adjust_tail(context, delta) == 0 ? wanted : length
  }
  let missing = wanted &- length
  if missing <= headRoom {
    if bpf_xdp_adjust_head(context, 0 &- Int32(bitPattern: missing)) == 0 { return wanted }
  }
  if bpf_xdp_adjust_tail(context, Int32(bitPattern: missing)) == 0 { return wanted }
  return length
}
