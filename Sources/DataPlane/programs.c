// Maps and section glue; everything else is Swift.
#include "data_plane.h"

struct sessions_map sessions SEC(".maps");
struct statistics_map statistics SEC(".maps");
struct configuration_map configuration SEC(".maps");
struct served_ports_map served_ports SEC(".maps");
struct local_addresses_map local_addresses SEC(".maps");
struct answers_map answers SEC(".maps");
struct content_map content SEC(".maps");
struct request_grammar_map request_grammar SEC(".maps");
struct scratch_map scratch SEC(".maps");
struct blank_map blank SEC(".maps");
struct time_wait_map time_wait SEC(".maps");
struct expiries_map expiries SEC(".maps");
struct session_clock_map session_clock SEC(".maps");

extern int ingress(struct xdp_md *context);
SEC("xdp") int xdp_tcp_server(struct xdp_md *context) { return ingress(context); }

extern int set_up_clock_program(struct xdp_md *context);
SEC("xdp") int set_up_clock(struct xdp_md *context) { return set_up_clock_program(context); }

// Global functions: their pointers may be anything by their type, so null too.
extern u32 session_receive(struct session *session, struct scratch *scratch);
__attribute__((noinline)) u32 receive_segment(struct session *session, struct scratch *scratch) {
  return session && scratch ? session_receive(session, scratch) : 0;
}

extern u32 session_read(struct xdp_md *context, struct session *session, struct scratch *scratch);
__attribute__((noinline)) u32 read_segment(struct xdp_md *context, struct session *session, struct scratch *scratch) {
  return session && scratch ? session_read(context, session, scratch) : 0;
}

extern int send_reply(struct xdp_md *context, struct scratch *scratch);
__attribute__((noinline)) int send_segment(struct xdp_md *context, struct scratch *scratch) {
  return scratch ? send_reply(context, scratch) : XDP_DROP;
}

extern u32 session_transmit(struct session *session, struct scratch *scratch, u32 room);
__attribute__((noinline)) u32 transmit_segment(struct session *session, struct scratch *scratch, u32 room) {
  return session && scratch ? session_transmit(session, scratch, room) : 0;
}

BPF_LICENSE("GPL");
