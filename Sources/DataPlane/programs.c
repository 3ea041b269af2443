// Maps and section glue; everything else is Swift.
#include "data_plane.h"

struct sessions_map sessions SEC(".maps");
struct statistics_map statistics SEC(".maps");
struct configuration_map configuration SEC(".maps");
struct served_ports_map served_ports SEC(".maps");
struct local_addresses_map local_addresses SEC(".maps");
struct current_map current SEC(".maps");
struct kept_map kept SEC(".maps");
struct wall_clock_map wall_clock SEC(".maps");
struct access_log_map access_log SEC(".maps");
struct content_generation_map {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __uint(map_flags, BPF_F_MMAPABLE | BPF_F_INNER_MAP);
  __uint(key_size, sizeof(u32));
  __uint(value_size, sizeof(struct content_chunk));
};
struct content_map {
  __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
  __uint(max_entries, CONTENT_GENERATIONS);
  __uint(key_size, sizeof(u32));
  __array(values, struct content_generation_map);
} content SEC(".maps");
struct request_grammar_map request_grammar SEC(".maps");
struct scratch_map scratch SEC(".maps");
struct requests_map requests SEC(".maps");
struct unread_map unread SEC(".maps");
struct blank_block_map blank_block SEC(".maps");
struct plans_map plans SEC(".maps");
#define CLONES_MAP(N) struct clones_##N##_map clones_##N SEC(".maps");
CLONES_SIZES(CLONES_MAP)
struct timers_2_map timers_2 SEC(".maps");
struct timers_16_map timers_16 SEC(".maps");
struct timers_128_map timers_128 SEC(".maps");
struct timers_1024_map timers_1024 SEC(".maps");
struct pump_map pump SEC(".maps");
struct blank_map blank SEC(".maps");
struct time_wait_map time_wait SEC(".maps");
struct expiries_map expiries SEC(".maps");
struct ended_map ended SEC(".maps");
struct session_clock_map session_clock SEC(".maps");

extern int conversation_program(struct xdp_md *context), newcomer_program(struct xdp_md *context);
extern int read_program(struct xdp_md *context), transmit_program(struct xdp_md *context);
extern int path_mtu_program(struct xdp_md *context);
SEC("xdp") int conversation(struct xdp_md *context) { return conversation_program(context); }
SEC("xdp") int read(struct xdp_md *context) { return read_program(context); }
SEC("xdp") int transmit(struct xdp_md *context) { return transmit_program(context); }
SEC("xdp") int newcomer(struct xdp_md *context) { return newcomer_program(context); }
SEC("xdp") int path_mtu(struct xdp_md *context) { return path_mtu_program(context); }

struct stages_map {
  __uint(type, BPF_MAP_TYPE_PROG_ARRAY);
  __uint(max_entries, STAGE_COUNT);
  __uint(key_size, 4);
  __array(values, int(void *));
} stages SEC(".maps") = {
    .values = {[STAGE_CONVERSATION] = (void *)&conversation,
               [STAGE_READ] = (void *)&read,
               [STAGE_TRANSMIT] = (void *)&transmit,
               [STAGE_NEWCOMER] = (void *)&newcomer,
               [STAGE_PATH_MTU] = (void *)&path_mtu},
};

extern int ingress(struct xdp_md *context);
SEC("xdp") int xdp_tcp_server(struct xdp_md *context) { return ingress(context); }

extern int burst_egress_program(struct xdp_md *context), wake_egress_program(struct xdp_md *context);
SEC("xdp/devmap") int burst_egress(struct xdp_md *context) { return burst_egress_program(context); }
SEC("xdp/devmap") int wake_egress(struct xdp_md *context) { return wake_egress_program(context); }
// BPF_PROG_TEST_RUN refuses programs of device maps.
SEC("xdp") int burst_test(struct xdp_md *context) { return burst_egress_program(context); }

extern int burst_ingress_program(struct __sk_buff *skb), pump_round_program(struct __sk_buff *skb);
SEC("tc") int burst_ingress(struct __sk_buff *skb) { return burst_ingress_program(skb); }
SEC("tc") int pump_work(struct __sk_buff *skb) { return pump_round_program(skb); }

// The pump's interfaces outlive a server that is killed; an array of programs does not, so the frame ends then.
struct pump_stages_map {
  __uint(type, BPF_MAP_TYPE_PROG_ARRAY);
  __uint(max_entries, 1);
  __uint(key_size, 4);
  __array(values, int(void *));
} pump_stages SEC(".maps") = {.values = {(void *)&pump_work}};
SEC("tc") int pump_round(struct __sk_buff *skb) {
  bpf_tail_call(skb, &pump_stages, 0);
  return 2;  // TC_ACT_SHOT
}

extern int set_up_clock_program(struct xdp_md *context);
SEC("xdp") int set_up_clock(struct xdp_md *context) { return set_up_clock_program(context); }

// Global functions: their pointers may be anything by their type, so null too.
#define GLOBAL __attribute__((noinline))
extern u32 session_receive(struct session *session, struct scratch *scratch);
GLOBAL u32 receive_segment(struct session *session, struct scratch *scratch) {
  return session && scratch ? session_receive(session, scratch) : 0;
}

extern u32 session_read(struct xdp_md *context, struct session *session, struct scratch *scratch);
GLOBAL u32 read_segment(struct xdp_md *context, struct session *session, struct scratch *scratch) {
  return session && scratch ? session_read(context, session, scratch) : 0;
}

extern u32 session_answer_known(struct session *session, struct scratch *scratch);
GLOBAL u32 answer_known(struct session *session, struct scratch *scratch) {
  return session && scratch ? session_answer_known(session, scratch) : 0;
}

extern u32 session_learn(struct session *session, struct scratch *scratch);
GLOBAL u32 learn_request(struct session *session, struct scratch *scratch) {
  return session && scratch ? session_learn(session, scratch) : 0;
}

extern u32 session_fill_buffer(struct xdp_md *context, struct session *session, struct scratch *scratch);
GLOBAL u32 fill_buffer(struct xdp_md *context, struct session *session, struct scratch *scratch) {
  return session && scratch ? session_fill_buffer(context, session, scratch) : 0;
}

extern u32 session_keep_unread(struct xdp_md *context, struct session *session, struct scratch *scratch);
GLOBAL u32 keep_unread(struct xdp_md *context, struct session *session, struct scratch *scratch) {
  return session && scratch ? session_keep_unread(context, session, scratch) : 0;
}

extern u32 session_read_beginning(struct session *session, struct scratch *scratch);
GLOBAL u32 read_beginning(struct session *session, struct scratch *scratch) {
  return session && scratch ? session_read_beginning(session, scratch) : 0;
}

extern u32 session_read_host(struct session *session, struct scratch *scratch);
GLOBAL u32 read_host(struct session *session, struct scratch *scratch) {
  return session && scratch ? session_read_host(session, scratch) : 0;
}

extern u32 session_read_end(struct session *session, struct scratch *scratch);
GLOBAL u32 read_end(struct session *session, struct scratch *scratch) {
  return session && scratch ? session_read_end(session, scratch) : 0;
}

extern u32 session_read_text(struct session *session, struct scratch *scratch);
GLOBAL u32 read_text(struct session *session, struct scratch *scratch) {
  return session && scratch ? session_read_text(session, scratch) : 0;
}

extern u32 session_settle(struct session *session, struct scratch *scratch);
GLOBAL u32 settle_request(struct session *session, struct scratch *scratch) {
  return session && scratch ? session_settle(session, scratch) : 0;
}

extern u32 request_coding(struct scratch *scratch);
GLOBAL u32 evaluate_coding(struct scratch *scratch) { return scratch ? request_coding(scratch) : 0; }

extern u32 request_tag(struct scratch *scratch, u32 kind);
GLOBAL u32 evaluate_tag(struct scratch *scratch, u32 kind) { return scratch ? request_tag(scratch, kind) : 0; }

extern u32 request_date(struct scratch *scratch, u32 kind);
GLOBAL u32 evaluate_date(struct scratch *scratch, u32 kind) { return scratch ? request_date(scratch, kind) : 0; }

extern u32 request_range(struct scratch *scratch);
GLOBAL u32 evaluate_range(struct scratch *scratch) { return scratch ? request_range(scratch) : 0; }

extern u32 request_path(struct scratch *scratch);
GLOBAL u32 copy_path(struct scratch *scratch) { return scratch ? request_path(scratch) : 0; }

extern u32 session_respond(struct session *session, struct scratch *scratch);
GLOBAL u32 respond_request(struct session *session, struct scratch *scratch) {
  return session && scratch ? session_respond(session, scratch) : 0;
}

extern u32 whole_reply(struct scratch *scratch, u32 place);
GLOBAL u32 reply_whole(struct scratch *scratch, u32 place) { return scratch ? whole_reply(scratch, place) : 0; }

extern u32 other_reply(struct scratch *scratch);
GLOBAL u32 reply_other(struct scratch *scratch) { return scratch ? other_reply(scratch) : 0; }

extern u32 reply_selection(struct scratch *scratch);
GLOBAL u32 select_reply(struct scratch *scratch) { return scratch ? reply_selection(scratch) : 0; }

extern u32 write_log_entry(struct scratch *scratch, u32 status);
GLOBAL u32 log_request(struct scratch *scratch, u32 status) {
  return scratch ? write_log_entry(scratch, status) : 0;
}

extern u32 search_for_host(struct scratch *scratch);
GLOBAL u32 find_host(struct scratch *scratch) { return scratch ? search_for_host(scratch) : 0; }

extern u32 search_for_resource(struct scratch *scratch);
GLOBAL u32 find_resource(struct scratch *scratch) { return scratch ? search_for_resource(scratch) : 0; }

extern u32 target_has_prefix(struct scratch *scratch, u32 length);
GLOBAL u32 has_prefix(struct scratch *scratch, u32 length) { return scratch ? target_has_prefix(scratch, length) : 0; }

extern u32 location_of(struct scratch *scratch, u32 index, u32 persistence);
GLOBAL u32 append_location(struct scratch *scratch, u32 index, u32 persistence) {
  return scratch ? location_of(scratch, index, persistence) : 0;
}

extern u32 piece_of(struct scratch *scratch, struct plan *plan, u32 offset, u32 wanted);
GLOBAL u32 find_piece(struct scratch *scratch, struct plan *plan, u32 offset, u32 wanted) {
  return scratch && plan ? piece_of(scratch, plan, offset, wanted) : 0;
}

extern u32 make_range_lines(struct scratch *scratch, u32 persistence);
GLOBAL u32 keep_range(struct scratch *scratch, u32 persistence) {
  return scratch ? make_range_lines(scratch, persistence) : 0;
}

extern u32 number_of(struct scratch *scratch, u32 number);
GLOBAL u32 append_number(struct scratch *scratch, u32 number) { return scratch ? number_of(scratch, number) : 0; }

extern u32 text_of(struct scratch *scratch, struct plan *plan, u32 length);
GLOBAL u32 make_text(struct scratch *scratch, struct plan *plan, u32 length) {
  return scratch && plan ? text_of(scratch, plan, length) : 0;
}

extern u32 session_transmit(struct session *session, struct scratch *scratch, u32 budget);
GLOBAL u32 transmit_segment(struct session *session, struct scratch *scratch, u32 budget) {
  return session && scratch ? session_transmit(session, scratch, budget) : 0;
}

extern u32 session_expire(struct session *session, struct scratch *scratch);
GLOBAL u32 expire_segment(struct session *session, struct scratch *scratch) {
  return session && scratch ? session_expire(session, scratch) : 0;
}

extern u32 emit_xdp(struct xdp_md *context, struct scratch *scratch, struct plan *plan, u32 index);
GLOBAL u32 emit_segment(struct xdp_md *context, struct scratch *scratch, struct plan *plan, u32 index) {
  return scratch && plan ? emit_xdp(context, scratch, plan, index) : 2;
}

extern u32 emit_skb(struct __sk_buff *skb, struct scratch *scratch, struct plan *plan, u32 index);
GLOBAL u32 emit_segment_skb(struct __sk_buff *skb, struct scratch *scratch, struct plan *plan, u32 index) {
  return scratch && plan ? emit_skb(skb, scratch, plan, index) : 2;
}

BPF_LICENSE("GPL");
