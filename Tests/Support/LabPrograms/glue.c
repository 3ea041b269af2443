#include "swift_bpf.h"

extern int pass(struct xdp_md *);
extern int push_one(struct __sk_buff *), push_two(struct __sk_buff *);
extern int pop_one(struct __sk_buff *), pop_two(struct __sk_buff *);

SEC("xdp") int xdp_pass(struct xdp_md *context) { return pass(context); }
SEC("tc") int tc_push_one(struct __sk_buff *packet) { return push_one(packet); }
SEC("tc") int tc_push_two(struct __sk_buff *packet) { return push_two(packet); }
SEC("tc") int tc_pop_one(struct __sk_buff *packet) { return pop_one(packet); }
SEC("tc") int tc_pop_two(struct __sk_buff *packet) { return pop_two(packet); }
BPF_LICENSE("GPL");
