#include "refused.h"
struct values_map values SEC(".maps");
int swift_stack(struct xdp_md *c);
SEC("xdp") int stack(struct xdp_md *c) { return swift_stack(c); }
int swift_long_copy(struct xdp_md *c);
SEC("xdp") int long_copy(struct xdp_md *c) { return swift_long_copy(c); }
int swift_divide(struct xdp_md *c);
SEC("xdp") int divide(struct xdp_md *c) { return swift_divide(c); }
BPF_LICENSE("GPL");
