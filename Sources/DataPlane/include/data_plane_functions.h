#pragma once
// Functions that C calls, or that Swift calls by way of C: loops' steps and global functions. Their bodies are Swift's.
// What a bpf_loop callback needs: pointers can live on the stack, but not in a map. Numbers that change from step to
// step are the other way round: the verifier would follow those on the stack through every step.
struct loop_context {
  struct xdp_md *_Nonnull context;
  struct scratch *_Nonnull scratch;
  struct session *_Nullable session;
  const struct request_grammar *_Nullable grammar;
};
struct pending_context {
  struct scratch *_Nonnull scratch;
  const struct pending_request *_Nonnull pending;
};
struct path_context {
  struct scratch *_Nonnull scratch;
};
struct copy_context {
  struct xdp_md *_Nonnull context;
  struct scratch *_Nonnull scratch;
  struct plan *_Nonnull plan;
};
struct copy_skb_context {
  struct __sk_buff *_Nonnull skb;
  struct scratch *_Nonnull scratch;
  struct plan *_Nonnull plan;
};
struct emit_context {
  struct __sk_buff *_Nonnull skb;
  struct scratch *_Nonnull scratch;
  struct plan *_Nonnull plan;
  struct statistics *_Nonnull statistics;
};
struct pump_context {
  struct __sk_buff *_Nonnull skb;
  struct scratch *_Nonnull scratch;
};
struct claim_context {
  struct session *_Nonnull session;
  u32 is_mine;
};
struct recycle_context {
  struct scratch *_Nonnull scratch;
};
struct search_context {
  struct scratch *_Nonnull scratch;
};
// A text of the content, or an area of the request, of which words are appended to `kept`.
struct append_context {
  struct scratch *_Nonnull scratch;
  const struct content_chunk *_Nonnull chunk;
  u64 area;                   // offset in `scratch`; 0: the text is in the chunk
  u64 place;                  // of the text there
};
struct log_context {
  struct scratch *_Nonnull scratch;
  u64 area;
};
struct expiry_context {
  struct statistics *_Nonnull statistics;
  u64 now;
  u64 interval;
  u64 has_pump;
};
#define LOOP(function, context_type)                                                                          \
  extern long function##_step(u32 index, context_type *_Nonnull c);                                           \
  BPF_HELPER long function##_loop(u32 iterations, context_type *_Nonnull c) {                                 \
    return ((long (*)(u32, void *, void *, u64))181)(iterations, (void *)function##_step, c, 0);              \
  }
LOOP(read_requests, struct loop_context)
LOOP(keep_unread, struct loop_context)
LOOP(load_request, struct pending_context)
LOOP(make_path, struct path_context)
LOOP(sum_frame, struct loop_context)
LOOP(copy_pieces, struct copy_context)
LOOP(copy_pieces_skb, struct copy_skb_context)
LOOP(emit_segments, struct emit_context)
LOOP(pump_steps, struct pump_context)
LOOP(walk_options, struct recycle_context)
LOOP(recycle_time_wait, struct recycle_context)
LOOP(try_claim, struct claim_context)
LOOP(expire_sessions, struct expiry_context)
LOOP(search_resource, struct search_context)
LOOP(search_host, struct search_context)
LOOP(search_route, struct search_context)
LOOP(append_text, struct append_context)
LOOP(append_log, struct log_context)

// Functions that the verifier checks once, by themselves, whatever leads to them: global functions, in programs.c. All
// that it knew of a caller's values is forgotten behind a call, so that paths do not multiply.
extern u32 receive_segment(struct session *_Nullable session, struct scratch *_Nullable scratch);
extern u32 answer_known(struct session *_Nullable session, struct scratch *_Nullable scratch);
extern u32 learn_request(struct session *_Nullable session, struct scratch *_Nullable scratch);
extern u32 read_segment(struct xdp_md *_Nonnull context, struct session *_Nullable session,
                        struct scratch *_Nullable scratch);
extern u32 fill_buffer(struct xdp_md *_Nonnull context, struct session *_Nullable session,
                       struct scratch *_Nullable scratch);
extern u32 keep_unread(struct xdp_md *_Nonnull context, struct session *_Nullable session,
                       struct scratch *_Nullable scratch);
extern u32 read_beginning(struct session *_Nullable session, struct scratch *_Nullable scratch);
extern u32 read_host(struct session *_Nullable session, struct scratch *_Nullable scratch);
extern u32 read_end(struct session *_Nullable session, struct scratch *_Nullable scratch);
extern u32 read_text(struct session *_Nullable session, struct scratch *_Nullable scratch);
extern u32 settle_request(struct session *_Nullable session, struct scratch *_Nullable scratch);
extern u32 evaluate_coding(struct scratch *_Nullable scratch);
extern u32 evaluate_tag(struct scratch *_Nullable scratch, u32 kind);
extern u32 evaluate_date(struct scratch *_Nullable scratch, u32 kind);
extern u32 evaluate_range(struct scratch *_Nullable scratch);
extern u32 copy_path(struct scratch *_Nullable scratch);
extern u32 respond_request(struct session *_Nullable session, struct scratch *_Nullable scratch);
extern u32 reply_whole(struct scratch *_Nullable scratch, u32 place);
extern u32 reply_other(struct scratch *_Nullable scratch);
extern u32 log_request(struct scratch *_Nullable scratch, u32 status);
extern u32 select_reply(struct scratch *_Nullable scratch);
extern u32 find_host(struct scratch *_Nullable scratch);
extern u32 find_resource(struct scratch *_Nullable scratch);
extern u32 has_prefix(struct scratch *_Nullable scratch, u32 length);
extern u32 append_location(struct scratch *_Nullable scratch, u32 index, u32 persistence);
extern u32 find_piece(struct scratch *_Nullable scratch, struct plan *_Nullable plan, u32 offset, u32 wanted);
extern u32 keep_range(struct scratch *_Nullable scratch, u32 persistence);
extern u32 append_number(struct scratch *_Nullable scratch, u32 number);
extern u32 make_text(struct scratch *_Nullable scratch, struct plan *_Nullable plan, u32 length);
extern u32 transmit_segment(struct session *_Nullable session, struct scratch *_Nullable scratch, u32 budget);
extern u32 expire_segment(struct session *_Nullable session, struct scratch *_Nullable scratch);
extern u32 emit_segment(struct xdp_md *_Nonnull context, struct scratch *_Nullable scratch, struct plan *_Nullable plan,
                        u32 index);
extern u32 emit_segment_skb(struct __sk_buff *_Nonnull skb, struct scratch *_Nullable scratch,
                            struct plan *_Nullable plan, u32 index);
