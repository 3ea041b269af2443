#pragma once
#ifdef SWIFT_BPF_PROGRAM
// Helper calls of tc programs. All that change the packet's size or room void the pointers into it.
BPF_HELPER long bpf_skb_load_bytes(const struct __sk_buff *_Nonnull skb, u32 offset, void *_Nonnull to, u32 length) {
  return BPF_CALL(skb_load_bytes, long, (const void *, u32, void *, u32))(skb, offset, to, length);
}
// The offset counts from the MAC header (start 0) or the network header (start 1).
BPF_HELPER long bpf_skb_load_bytes_relative(const struct __sk_buff *_Nonnull skb, u32 offset, void *_Nonnull to,
                                            u32 length, u32 start) {
  return BPF_CALL(skb_load_bytes_relative, long, (const void *, u32, void *, u32, u32))(skb, offset, to, length, start);
}
BPF_HELPER long bpf_skb_store_bytes(struct __sk_buff *_Nonnull skb, u32 offset, const void *_Nonnull from, u32 length,
                                    u64 flags) {
  return BPF_CALL(skb_store_bytes, long, (void *, u32, const void *, u32, u64))(skb, offset, from, length, flags);
}
// Makes `length` bytes (0: all that are linear) readable and writable through data and data_end.
BPF_HELPER long bpf_skb_pull_data(struct __sk_buff *_Nonnull skb, u32 length) {
  return BPF_CALL(skb_pull_data, long, (void *, u32))(skb, length);
}
BPF_HELPER long bpf_skb_change_tail(struct __sk_buff *_Nonnull skb, u32 length, u64 flags) {
  return BPF_CALL(skb_change_tail, long, (void *, u32, u64))(skb, length, flags);
}
BPF_HELPER long bpf_skb_change_head(struct __sk_buff *_Nonnull skb, u32 length, u64 flags) {
  return BPF_CALL(skb_change_head, long, (void *, u32, u64))(skb, length, flags);
}
BPF_HELPER long bpf_skb_adjust_room(struct __sk_buff *_Nonnull skb, int difference, u32 mode, u64 flags) {
  return BPF_CALL(skb_adjust_room, long, (void *, int, u32, u64))(skb, difference, mode, flags);
}
// `protocol` and `type` as ETH_P_* in network byte order and PACKET_*.
BPF_HELPER long bpf_skb_change_proto(struct __sk_buff *_Nonnull skb, u16 protocol, u64 flags) {
  return BPF_CALL(skb_change_proto, long, (void *, u16, u64))(skb, protocol, flags);
}
BPF_HELPER long bpf_skb_change_type(struct __sk_buff *_Nonnull skb, u32 type) {
  return BPF_CALL(skb_change_type, long, (void *, u32))(skb, type);
}
BPF_HELPER long bpf_skb_vlan_push(struct __sk_buff *_Nonnull skb, u16 protocol, u16 tag) {
  return BPF_CALL(skb_vlan_push, long, (void *, u16, u16))(skb, protocol, tag);
}
BPF_HELPER long bpf_skb_vlan_pop(struct __sk_buff *_Nonnull skb) {
  return BPF_CALL(skb_vlan_pop, long, (void *))(skb);
}
BPF_HELPER long bpf_l3_csum_replace(struct __sk_buff *_Nonnull skb, u32 offset, u64 from, u64 to, u64 size) {
  return BPF_CALL(l3_csum_replace, long, (void *, u32, u64, u64, u64))(skb, offset, from, to, size);
}
BPF_HELPER long bpf_l4_csum_replace(struct __sk_buff *_Nonnull skb, u32 offset, u64 from, u64 to, u64 flags) {
  return BPF_CALL(l4_csum_replace, long, (void *, u32, u64, u64, u64))(skb, offset, from, to, flags);
}
BPF_HELPER long bpf_csum_update(struct __sk_buff *_Nonnull skb, u32 sum) {
  return BPF_CALL(csum_update, long, (void *, u32))(skb, sum);
}
BPF_HELPER long bpf_csum_level(struct __sk_buff *_Nonnull skb, u64 level) {
  return BPF_CALL(csum_level, long, (void *, u64))(skb, level);
}
BPF_HELPER u32 bpf_get_hash_recalc(struct __sk_buff *_Nonnull skb) {
  return BPF_CALL(get_hash_recalc, u32, (void *))(skb);
}
BPF_HELPER void bpf_set_hash_invalid(struct __sk_buff *_Nonnull skb) {
  BPF_CALL(set_hash_invalid, void, (void *))(skb);
}
// Nanoseconds; type 0 as it is, 1 monotonic, when it is to leave.
BPF_HELPER long bpf_skb_set_tstamp(struct __sk_buff *_Nonnull skb, u64 time, u32 type) {
  return BPF_CALL(skb_set_tstamp, long, (void *, u64, u32))(skb, time, type);
}

// Sends a copy; the program goes on with the packet.
BPF_HELPER long bpf_clone_redirect(struct __sk_buff *_Nonnull skb, u32 ifindex, u64 flags) {
  return BPF_CALL(clone_redirect, long, (void *, u32, u64))(skb, ifindex, flags);
}
// As bpf_redirect, into the peer of a veth device, or with the neighbour's MAC addresses looked up.
BPF_HELPER long bpf_redirect_peer(u32 ifindex, u64 flags) {
  return BPF_CALL(redirect_peer, long, (u32, u64))(ifindex, flags);
}
BPF_HELPER long bpf_redirect_neigh(u32 ifindex) {
  return BPF_CALL(redirect_neigh, long, (u32, void *, int, u64))(ifindex, (void *)0, 0, 0);
}
#endif
