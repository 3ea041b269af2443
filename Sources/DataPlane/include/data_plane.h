#pragma once
// The programs' maps and working memory. Nobody outside the kernel reads `scratch`.
#include "data_plane_abi.h"

enum {
  FRAME_BYTES = 512,         // of a frame that are copied at once; headers must lie within the first 256
  FRAME_PADDING = 2,         // before the frame, so that the IP header of an untagged frame is aligned
  HEADER_NETWORK = 24,       // where the IP header starts in `header`; the link header ends there
  HEADER_BYTES = 160,        // more than the longest header that we build: two tags, IPv6, TCP with an option
  OVERSHOOT = 64,            // bytes by which a bounded index may miss the end of a buffer
};

// A received segment's headers, in host byte order.
struct packet {
  struct flow flow;
  u32 identity;              // of the flow, see session.identity
  u32 frame_length;          // bytes, as received
  u32 network_offset;        // of the IP header in the frame
  u32 transport_offset;      // of the TCP header
  u32 options_length;
  u32 payload_offset;
  u32 payload_length;
  u32 sequence;
  u32 acknowledgment;
  u32 window;
  u32 flags;
  u32 is_ipv6;
  u32 address_sum;           // ones' complement sum of both addresses, words as they lie in memory, folded
};

// A segment to be sent in place of the received one.
struct reply {
  u32 sequence;
  u32 acknowledgment;
  u32 window;
  u32 flags;
  u32 payload_length;
  u32 maximum_segment_size;  // the option's value, or 0 for no option
  u32 payload_sum;           // folded ones' complement sum of the payload copied so far
  u32 payload_offset;        // in the frame: where the payload starts
  u32 copied;                // bytes of payload
  u32 stream_offset;         // of the payload's first byte, counted from the queue's first sequence number
  u32 frame_length;          // as it is now
  u32 is_repetition;         // some of the payload was sent before
  u32 new_length;            // bytes of it that were not
};

// What TCPCore made of the received segment. TCPCore.Reaction.
struct reaction {
  u32 refusal;
  u32 deliverable_offset;    // bytes, from the payload's start
  u32 deliverable_length;
  u32 finishes;
  u32 acknowledgment_due;
  u32 repeats;
};

// The reading of requests from a segment's payload.
struct reading {
  u32 position;              // of the next byte, in the frame
  u32 end;
  u32 buffered_from;         // which part of the frame `frame` holds
  u32 buffered_to;
  u32 requests;
  u32 refused;
  u32 is_full;               // requests were left for which there was no room
  u32 consumed;              // bytes
};

// The progress of a bpf_loop over bytes.
struct loop_state {
  u64 sum;                   // so far
  u32 offset;                // of the next byte
  u32 end;
  u32 failed;
};

struct scratch {
  u8 frame[FRAME_PADDING + FRAME_BYTES + OVERSHOOT];
  u8 alignment[6];
  u8 chunk[FRAME_BYTES + OVERSHOOT];  // for sums over more than `frame` holds
  u8 header[HEADER_BYTES];
  u64 now;                   // nanoseconds, CLOCK_MONOTONIC
  struct packet packet;
  struct reply reply;
  struct reaction reaction;
  struct reading reading;
  struct loop_state sums;
  struct loop_state copies;
  struct loop_state options;
  struct answer_queue queue;  // a copy of the session's, to build a segment after it has been released
  struct flow victim;         // a session in TIME-WAIT that may have to go
  u32 victim_is_gone;
  u32 last_sent;              // SND.NXT of a session that has made way for a new one
};

// Pointers to fields: Swift's & on a field is good for one call only.
#define FIELD(S, F) \
  BPF_HELPER __typeof__(((struct S *)0)->F) *_Nonnull S##_##F(struct S *_Nonnull s) { return &s->F; }
#define BYTES(S, F) \
  BPF_HELPER void *_Nonnull S##_##F(struct S *_Nonnull s) { return &s->F; }
FIELD(scratch, packet)
FIELD(scratch, reply)
FIELD(scratch, reaction)
FIELD(scratch, reading)
FIELD(scratch, queue)
FIELD(scratch, victim)
FIELD(scratch, sums)
FIELD(scratch, copies)
FIELD(scratch, options)
BYTES(scratch, chunk)
BYTES(scratch, header)
FIELD(packet, flow)
BYTES(flow, local_address)
BYTES(flow, remote_address)
FIELD(session, queue)
BYTES(session, http)
BYTES(session, tcp)

// A session belongs to the program that has claimed it until it is released; see Claim.swift. Both are full barriers.
BPF_HELPER u32 session_try_claim(struct session *_Nonnull s) {
  return __sync_val_compare_and_swap(&s->claimed, 0, 1) == 0;
}
BPF_HELPER void session_release(struct session *_Nonnull s) { (void)__sync_lock_test_and_set(&s->claimed, 0); }
BYTES(answer_queue, answers)

#define MAP(name, T, N, F, K, V)                                              \
  struct name##_map {                                                         \
    __uint(type, T);                                                          \
    __uint(max_entries, N);                                                   \
    __uint(map_flags, F);                                                     \
    __type(key, K);                                                           \
    __type(value, V);                                                         \
  };                                                                          \
  extern struct name##_map name __attribute__((swift_name(#name "Map")));     \
  MAP_FUNCTIONS(name, K, V)

#define QUEUE(name, N, V)                                                     \
  struct name##_map {                                                         \
    __uint(type, BPF_MAP_TYPE_QUEUE);                                         \
    __uint(max_entries, N);                                                   \
    __uint(key_size, 0);                                                      \
    __uint(value_size, sizeof(V));                                            \
  };                                                                          \
  extern struct name##_map name __attribute__((swift_name(#name "Map")));     \
  QUEUE_FUNCTIONS(name, V)

MAP(sessions, BPF_MAP_TYPE_HASH, 10000, 0, struct flow, struct session)
MAP(statistics, BPF_MAP_TYPE_PERCPU_ARRAY, 1, 0, u32, struct statistics)
MAP(configuration, BPF_MAP_TYPE_ARRAY, 1, 0, u32, struct configuration)
MAP(served_ports, BPF_MAP_TYPE_ARRAY, SERVED_PORT_WORDS, 0, u32, u64)
MAP(local_addresses, BPF_MAP_TYPE_HASH, 4096, 0, struct local_address, u8)
MAP(answers, BPF_MAP_TYPE_ARRAY, ANSWER_KIND_COUNT * PERSISTENCE_COUNT, 0, u32, struct answer_template)
MAP(content, BPF_MAP_TYPE_ARRAY, 1, BPF_F_MMAPABLE, u32, struct content_chunk)
MAP(request_grammar, BPF_MAP_TYPE_ARRAY, 1, 0, u32, struct request_grammar)
MAP(scratch, BPF_MAP_TYPE_PERCPU_ARRAY, 1, 0, u32, struct scratch)
// A session's slot before it is set up: all zero. The value of a new entry must come from memory, and the stack has
// no room for it.
struct blank_session { u8 bytes[sizeof(struct session)]; };
MAP(blank, BPF_MAP_TYPE_ARRAY, 1, BPF_F_RDONLY_PROG, u32, struct blank_session)

// Sessions in TIME-WAIT, the oldest first.
QUEUE(time_wait, 10000, struct flow)

// Sessions whose deadlines are to be looked at, in the order in which that is due. Every session has one entry, and one
// that has ended keeps it until it comes up.
struct expiry {
  struct flow flow;
  u64 due;                    // nanoseconds, CLOCK_MONOTONIC
  u64 created;                // of the session: tells it from a later one of the same flow
};
QUEUE(expiries, 10000 + EXPIRY_SPARE, struct expiry)

// The one timer, which goes through `expiries`. It rests while there are no sessions.
struct session_clock {
  struct bpf_timer timer;
  struct bpf_spin_lock lock;
  u32 is_running;
};
MAP(session_clock, BPF_MAP_TYPE_ARRAY, 1, 0, u32, struct session_clock)

extern int session_clock_ticks(void *_Nonnull map, u32 *_Nonnull key, struct session_clock *_Nonnull clock);
BPF_HELPER long session_clock_start(struct session_clock *_Nonnull clock, u64 nanoseconds) {
  return bpf_timer_start(&clock->timer, nanoseconds, 0);
}
BPF_HELPER long session_clock_set_up(struct session_clock *_Nonnull clock) {
  long error = bpf_timer_init(&clock->timer, &session_clock, 1 /* CLOCK_MONOTONIC */);
  return error && error != -16 /* EBUSY: it is already */
             ? error
             : bpf_timer_set_callback(&clock->timer, (void *)session_clock_ticks);
}

// A new, blank entry.
BPF_HELPER long sessions_insert(const struct flow *_Nonnull key, const struct blank_session *_Nonnull blank) {
  return ((long (*)(void *, const void *, const void *, u64))2)(&sessions, key, blank, BPF_NOEXIST);
}

// What a bpf_loop callback needs: pointers can live on the stack, but not in a map. Numbers that change from step to
// step are the other way round: the verifier would follow those on the stack through every step.
struct loop_context {
  struct xdp_md *_Nonnull context;
  struct scratch *_Nonnull scratch;
  struct session *_Nullable session;
  const struct request_grammar *_Nullable grammar;
};
struct claim_context {
  struct session *_Nonnull session;
  u32 is_mine;
};
struct recycle_context {
  struct scratch *_Nonnull scratch;
};
struct expiry_context {
  struct statistics *_Nonnull statistics;
  u64 now;
  u64 interval;
};
#define LOOP(function, context_type)                                                                          \
  extern long function##_step(u32 index, context_type *_Nonnull c);                                           \
  BPF_HELPER long function##_loop(u32 iterations, context_type *_Nonnull c) {                                 \
    return ((long (*)(u32, void *, void *, u64))181)(iterations, (void *)function##_step, c, 0);              \
  }
LOOP(read_requests, struct loop_context)
LOOP(sum_frame, struct loop_context)
LOOP(copy_answers, struct loop_context)
LOOP(walk_options, struct loop_context)
LOOP(recycle_time_wait, struct recycle_context)
LOOP(try_claim, struct claim_context)
LOOP(expire_sessions, struct expiry_context)

// Functions that the verifier checks once, by themselves, whatever leads to them: global functions, in programs.c. All
// that it knew of a caller's values is forgotten behind a call, so that paths do not multiply.
extern u32 receive_segment(struct session *_Nullable session, struct scratch *_Nullable scratch);
extern u32 read_segment(struct xdp_md *_Nonnull context, struct session *_Nullable session,
                        struct scratch *_Nullable scratch);
extern int send_segment(struct xdp_md *_Nonnull context, struct scratch *_Nullable scratch);
extern u32 transmit_segment(struct session *_Nullable session, struct scratch *_Nullable scratch, u32 room);
