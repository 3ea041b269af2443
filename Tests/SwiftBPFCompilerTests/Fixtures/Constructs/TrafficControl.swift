/// Makes the packet 32 bytes longer and writes its old length, and how it came, to its end.
@_cdecl("swift_traffic_control")
func trafficControl(_ context: UnsafeMutablePointer<__sk_buff>) -> Int32 {
  let length = context.pointee.len
  if length > 1000 { return TC_ACT_SHOT }
  var first: UInt32 = 0
  guard bpf_skb_load_bytes(context, UInt32(INPUT_OFFSET), &first, 4) == 0 else { return TC_ACT_SHOT }
  guard bpf_skb_change_tail(context, length &+ 32, 0) == 0 else { return TC_ACT_SHOT }
  var trailer = (length, first, context.pointee.mark)
  guard bpf_skb_store_bytes(context, length &+ 20, &trailer, 12, 0) == 0 else { return TC_ACT_SHOT }
  return TC_ACT_OK
}
