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

BPF_LICENSE("GPL");
