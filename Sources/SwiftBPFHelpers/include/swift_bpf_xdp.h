#pragma once
#ifdef SWIFT_BPF_PROGRAM
// Helper calls of XDP programs. After the adjust functions every pointer into the frame is void: read data and
// data_end again, and check again.
BPF_HELPER long bpf_xdp_adjust_head(struct xdp_md *_Nonnull c, int delta) {
  return BPF_CALL(xdp_adjust_head, long, (void *, int))(c, delta);
}
BPF_HELPER long bpf_xdp_adjust_tail(struct xdp_md *_Nonnull c, int delta) {
  return BPF_CALL(xdp_adjust_tail, long, (void *, int))(c, delta);
}
BPF_HELPER long bpf_xdp_adjust_meta(struct xdp_md *_Nonnull c, int delta) {
  return BPF_CALL(xdp_adjust_meta, long, (void *, int))(c, delta);
}
BPF_HELPER u64 bpf_xdp_get_buff_len(struct xdp_md *_Nonnull c) { return BPF_CALL(xdp_get_buff_len, u64, (void *))(c); }
BPF_HELPER long bpf_xdp_load_bytes(struct xdp_md *_Nonnull c, u32 offset, void *_Nonnull buffer, u32 length) {
  return BPF_CALL(xdp_load_bytes, long, (void *, u32, void *, u32))(c, offset, buffer, length);
}
BPF_HELPER long bpf_xdp_store_bytes(struct xdp_md *_Nonnull c, u32 offset, const void *_Nonnull buffer, u32 length) {
  return BPF_CALL(xdp_store_bytes, long, (void *, u32, const void *, u32))(c, offset, buffer, length);
}

// SYN cookies without a socket, since Linux 6.0. Headers begin at the IP header and the TCP header. A cookie in the
// lower 32 bits and its MSS above them, or an error.
BPF_HELPER long bpf_tcp_raw_gen_syncookie_ipv4(void *_Nonnull ip, void *_Nonnull tcp, u32 tcp_length) {
  return BPF_CALL(tcp_raw_gen_syncookie_ipv4, long, (void *, void *, u32))(ip, tcp, tcp_length);
}
BPF_HELPER long bpf_tcp_raw_gen_syncookie_ipv6(void *_Nonnull ip, void *_Nonnull tcp, u32 tcp_length) {
  return BPF_CALL(tcp_raw_gen_syncookie_ipv6, long, (void *, void *, u32))(ip, tcp, tcp_length);
}
// 0 for the acknowledgment of a valid cookie.
BPF_HELPER long bpf_tcp_raw_check_syncookie_ipv4(void *_Nonnull ip, void *_Nonnull tcp) {
  return BPF_CALL(tcp_raw_check_syncookie_ipv4, long, (void *, void *))(ip, tcp);
}
BPF_HELPER long bpf_tcp_raw_check_syncookie_ipv6(void *_Nonnull ip, void *_Nonnull tcp) {
  return BPF_CALL(tcp_raw_check_syncookie_ipv6, long, (void *, void *))(ip, tcp);
}
#endif
