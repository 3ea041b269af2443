#include "rejected.h"
int swift_checked(struct xdp_md *c);
SEC("xdp") int checked(struct xdp_md *c) { return swift_checked(c); }
int swift_unchecked(struct xdp_md *c);
SEC("xdp") int unchecked(struct xdp_md *c) { return swift_unchecked(c); }
BPF_LICENSE("GPL");
