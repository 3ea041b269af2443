#include "constructs.h"

struct words_map words SEC(".maps");
struct tally_map tally SEC(".maps");
struct accounts_map accounts SEC(".maps");
struct alarms_map alarms SEC(".maps");
struct egress_frames_map egress_frames SEC(".maps");
struct backlog_map backlog SEC(".maps");
struct records_map records SEC(".maps");
struct programs_map programs SEC(".maps");
struct devices_map devices SEC(".maps");

#define PROGRAM(section, name, context)           \
  int swift_##name(struct context *c);            \
  SEC(section) int name(struct context *c) { return swift_##name(c); }

PROGRAM("xdp", use_maps, xdp_md)
PROGRAM("xdp", use_queue, xdp_md)
PROGRAM("xdp", use_ring, xdp_md)
PROGRAM("xdp", bounded_loop, xdp_md)
PROGRAM("xdp", helper_loop, xdp_md)
PROGRAM("xdp", subprograms, xdp_md)
PROGRAM("xdp", payloads, xdp_md)
PROGRAM("xdp", generics, xdp_md)
PROGRAM("xdp", spin_lock, xdp_md)
PROGRAM("xdp", timer, xdp_md)
PROGRAM("xdp", tail_caller, xdp_md)
PROGRAM("xdp", tail_target, xdp_md)
PROGRAM("xdp", constants, xdp_md)
PROGRAM("xdp", broadcast, xdp_md)
PROGRAM("xdp/devmap", egress, xdp_md)
PROGRAM("tc", traffic_control, __sk_buff)

BPF_LICENSE("GPL");
