#include "impairment.h"

extern int pass(struct xdp_md *);
extern int push_one(struct __sk_buff *), push_two(struct __sk_buff *);
extern int pop_one(struct __sk_buff *), pop_two(struct __sk_buff *);
extern int impair_to_client(struct __sk_buff *), impair_to_server(struct __sk_buff *);
extern int leave_detour(struct __sk_buff *);
extern int spread(struct __sk_buff *);

struct impairments_map impairments SEC(".maps");
struct impaired_map impaired SEC(".maps");

SEC("xdp") int xdp_pass(struct xdp_md *context) { return pass(context); }
SEC("tc") int tc_push_one(struct __sk_buff *packet) { return push_one(packet); }
SEC("tc") int tc_push_two(struct __sk_buff *packet) { return push_two(packet); }
SEC("tc") int tc_pop_one(struct __sk_buff *packet) { return pop_one(packet); }
SEC("tc") int tc_pop_two(struct __sk_buff *packet) { return pop_two(packet); }
SEC("tc") int tc_to_client(struct __sk_buff *packet) { return impair_to_client(packet); }
SEC("tc") int tc_to_server(struct __sk_buff *packet) { return impair_to_server(packet); }
SEC("tc") int tc_leave_detour(struct __sk_buff *packet) { return leave_detour(packet); }
SEC("tc") int tc_spread(struct __sk_buff *packet) { return spread(packet); }
BPF_LICENSE("GPL");
