#pragma once
// The programs' maps and working memory. Nobody outside the kernel reads `scratch`.
#include "data_plane_abi.h"
#include "request_abi.h"

enum {
  FRAME_BYTES = 512,         // of a frame that are copied at once; headers must lie within the first 256
  FRAME_PADDING = 2,         // before the frame, so that the IP header of an untagged frame is aligned
  HEADER_NETWORK = 24,       // where the IP header starts in `header`; the link header ends there
  HEADER_BYTES = 160,        // more than the longest header that we build: two tags, IPv6, TCP with an option
  OVERSHOOT = 64,            // bytes by which a bounded index may miss the end of a buffer
  OPTION_WORDS = 5,          // of TCP options that we send at most: those of a SYN-ACK
  PLAN_RUNS = 4,
  PLAN_SLOTS = 128,          // plans of a CPU; a driver hands over at most 64 frames before it flushes
  BURST_LIMIT = 64,          // segments
  KNOWN_REQUEST_BYTES = 256,
};

// The way between the two ends, as both of a connection's programs need it: who, over which link, and how its headers
// look.
struct path {
  struct flow flow;
  u8 link[HEADER_NETWORK + 8];  // the link header of what we send, which ends at HEADER_NETWORK
  u32 network_offset;        // bytes of link header
  u32 is_ipv6;
  u32 address_sum;           // ones' complement sum of both addresses, words as they lie in memory, folded
  u32 reserved;
};

// A received segment's headers, in host byte order.
struct packet {
  u32 identity;              // of the flow, see session.identity
  u32 frame_length;          // bytes, as received
  u32 transport_offset;      // of the TCP header in the frame
  u32 options_length;
  u32 payload_offset;
  u32 payload_length;
  u32 sequence;
  u32 acknowledgment;
  u32 window;
  u32 flags;
  u32 has_unread_options;    // others than timestamps
  u32 congestion;            // the two ECN bits of the IP header (RFC 3168 5)
};

// Bytes of the stream, one after the other, that are to be sent: cut into segments. TCPCore.Transmission.
struct segment_run {
  u32 sequence;
  u32 length;                // bytes of payload
  u32 segments;
  u8 flags;                  // control bits of every segment,
  u8 first_flags;            // and of the first,
  u8 last_flags;             // and of the last
  u8 is_capable;             // ECN-capable transport (RFC 3168 5)
};

// A burst that has been decided on: all that it takes to build each of its segments, wherever that is done.
struct plan {
  struct path path;
  u32 serial;                // tells it from the plan that had its place before
  u32 segments;
  u32 surplus;               // copies of the frame that are dropped before the first segment
  u32 seen;                  // copies that have been seen
  u32 wakes_pump;
  u32 run_count;
  u32 acknowledgment;
  u32 window;                // as it is on the wire
  u32 segment_size;          // bytes of payload of every segment but the last of a run
  u32 options_length;        // bytes
  u32 options[OPTION_WORDS]; // as they lie in memory
  u32 reserved;
  struct segment_run runs[PLAN_RUNS];
  struct answer_queue queue; // as it was when this was decided on
};

// The segment of a plan that is being built.
struct outgoing {
  u32 sequence;
  u32 length;                // bytes of payload
  u32 flags;
  u32 is_capable;
  u32 header_length;         // link, IP and TCP header
  u32 payload_sum;           // folded ones' complement sum of the payload copied so far
  u32 copied;                // bytes of payload
  u32 stream_offset;         // of the payload's first byte, counted from the queue's first sequence number
};

// What TCPCore made of the received segment. TCPCore.Reaction.
struct reaction {
  u32 refusal;
  u32 deliverable_offset;    // bytes, from the payload's start
  u32 deliverable_length;
  u32 finishes;
  u32 acknowledgment_due;
  u32 verdict;               // TCPCore.Verdict
  u32 state_before;          // TCPCore.State
};

// The reading of requests from a segment's payload, or from what is unread of those before.
struct reading {
  u32 is_unread;             // 1: places are those in `unread`, else in the frame
  u32 start;                 // where it began
  u32 position;              // of the next byte
  u32 end;
  u32 buffered_from;         // which part `frame` holds
  u32 buffered_to;
  u32 requests;
  u32 refused;
  u32 is_full;               // requests were left for which there was no room
  u32 consumed;              // bytes
  u32 is_pending;            // the request at hand has come out of `requests`
};

// What the stream has from a place on.
struct piece {
  u32 generation;
  u32 offset;                // in the content
  u32 is_text;               // 1: the bytes have to be made; `offset` is that in the answer
  u32 place;                 // of the answer in the plan's queue
  u32 has_date;              // 1: `scratch.date_text` goes over a part of them,
  u32 date_place;            // from here on, bytes from the piece's first
};

// What a request has been found to be for.
struct responding {
  u32 generation;
  u32 host;                  // offset of a struct virtual_host
  u32 resource;              // offset of a struct resource; 0: nothing has been found yet
  u32 prefix_length;         // of the route that led to it, bytes
  u32 selected;              // HTTPCore.SelectionKind,
  u32 representation;        // offset of the struct representation,
  u32 first;                 // and of its body the bytes from here on,
  u32 length;                // so many,
  u32 total;                 // of these
  u32 place;                 // of the slot or route that is next, in the content
  u32 fingerprint;
  u32 text_length;           // bytes of `kept` that are filled
  u32 is_too_long;           // it would not have fit,
  u32 is_malformed;          // or the request does not say what it is made of
};

// The progress of a bpf_loop over bytes.
struct loop_state {
  u64 sum;                   // so far
  u32 offset;                // of the next byte
  u32 end;
  u32 failed;
};

// A request that this CPU has answered, and its answer: see KnownRequest.swift.
struct known_request {
  u64 site;                  // the first half of the key of the site that has the answer
  u32 length;                // bytes; 0: none is known
  u32 others;                // how many others have been read since it was asked for
  struct answer answer;
  u32 closes;                // 1: it is the last of its connection
  u32 reserved;
  u8 bytes[KNOWN_REQUEST_BYTES + 8];
};

// An entry of `time_wait`.
struct departed {
  struct flow flow;
  u64 created;                // of the session: tells it from a later one of the same flow
};

struct scratch {
  u8 frame[FRAME_PADDING + FRAME_BYTES + OVERSHOOT];
  u8 alignment[6];
  u8 chunk[FRAME_BYTES + OVERSHOOT];  // for sums over more than `frame` holds
  u8 header[HEADER_BYTES];
  u64 now;                   // nanoseconds, CLOCK_MONOTONIC
  struct plan plan;          // what is being decided on; `path` is that of the received segment
  struct outgoing outgoing;
  struct packet packet;
  struct segment_options found;  // options of the received segment
  struct reaction reaction;
  struct reading reading;
  struct loop_state sums;
  struct loop_state copies;
  struct loop_state options;
  struct departed closed;     // a session that has entered TIME-WAIT,
  struct departed victim;     // and one that may have to go
  u32 next_serial;            // of plans of this CPU
  u32 target;                 // index of the interface that a tc program sends to
  u32 timer_queue;            // which one the pump is at,
  u32 is_transmitting;        // and whether the session at hand, which is claimed then, has something to send
  u32 victim_is_gone;
  u32 date;                   // which second `date_text` is
  u32 date_sum;               // ones' complement sum of its 29 bytes, as they lie in memory
  u8 date_text[64];
  u8 text[OVERSHOOT + 8];             // a part of them, or of a date, with zeros behind it
  struct piece piece;
  struct responding responding;
  struct answer reply;
  struct kept_key kept_key;
  struct kept_text kept;
  struct unread_key unread_key;
  struct request request;
  struct log_entry log;
  u8 log_text[4096 + OVERSHOOT];      // behind it
  u32 last_sent;              // SND.NXT of a session that has made way for a new one
  struct known_request known;
};

// Pointers to fields: Swift's & on a field is good for one call only.
#define FIELD(S, F) \
  BPF_HELPER __typeof__(((struct S *)0)->F) *_Nonnull S##_##F(struct S *_Nonnull s) { return &s->F; }
#define BYTES(S, F) \
  BPF_HELPER void *_Nonnull S##_##F(struct S *_Nonnull s) { return &s->F; }
FIELD(departed, flow)
FIELD(scratch, packet)
FIELD(scratch, plan)
FIELD(scratch, outgoing)
BYTES(scratch, found)
FIELD(scratch, reaction)
FIELD(scratch, reading)
FIELD(scratch, closed)
FIELD(scratch, victim)
FIELD(scratch, sums)
FIELD(scratch, copies)
FIELD(scratch, options)
BYTES(scratch, chunk)
BYTES(scratch, header)
BYTES(scratch, date_text)
BYTES(scratch, text)
FIELD(scratch, piece)
BYTES(scratch, request)
FIELD(scratch, responding)
FIELD(scratch, reply)
FIELD(scratch, known)
FIELD(known_request, answer)
BYTES(known_request, bytes)
FIELD(scratch, kept_key)
FIELD(scratch, kept)
BYTES(kept_text, bytes)
FIELD(kept_text, flow)
FIELD(scratch, log)
BYTES(scratch, log_text)
BYTES(log_entry, remote_address)
#define REQUEST_BYTES(F) \
  BPF_HELPER void *_Nonnull scratch_##F(struct scratch *_Nonnull s) { return &s->request.F; }
REQUEST_BYTES(host)
REQUEST_BYTES(target)
REQUEST_BYTES(path)
FIELD(kept_key, flow)
FIELD(scratch, unread_key)
FIELD(unread_key, flow)
BYTES(unread_block, bytes)
BPF_HELPER const struct site_text *_Nonnull location_piece_text(const struct location_piece *_Nonnull p) {
  return &p->text;
}
FIELD(plan, path)
FIELD(plan, queue)
FIELD(path, flow)
BYTES(path, link)
BYTES(plan, runs)
BYTES(plan, options)
BYTES(session, link_header)
BYTES(flow, local_address)
BYTES(flow, remote_address)
FIELD(session, queue)
BYTES(session, http)
BYTES(session, tcp)

// In Swift an assignment would go by way of the stack.
BPF_HELPER void plan_copy(struct plan *_Nonnull to, const struct plan *_Nonnull from) {
  __builtin_memcpy(to, from, sizeof *to);
}

BPF_HELPER void flow_copy(struct flow *_Nonnull to, const struct flow *_Nonnull from) {
  __builtin_memcpy(to, from, sizeof *to);
}
BPF_HELPER u32 flow_equals(const struct flow *_Nonnull one, const struct flow *_Nonnull other) {
  const u32 *a = (const u32 *)one, *b = (const u32 *)other;
  u32 difference = 0;
#pragma unroll
  for (u32 i = 0; i < sizeof *one / 4; i++) difference |= a[i] ^ b[i];
  return difference == 0;
}
BPF_HELPER void answer_copy(struct answer *_Nonnull to, const struct answer *_Nonnull from) {
  __builtin_memcpy(to, from, sizeof *to);
}
// Places in the content's structures, whose numbers are masked for the verifier.
BPF_HELPER u32 site_common_offset(u32 number) {
  return __builtin_offsetof(struct site, common) +
         (u32)sizeof(struct representation) * (number < COMMON_COUNT ? number : 0);
}
BPF_HELPER u32 resource_representation_offset(u32 coding) {
  return __builtin_offsetof(struct resource, representations) + (u32)sizeof(struct representation) * (coding & 3);
}
BPF_HELPER const struct site_text *_Nonnull site_tail(const struct site *_Nonnull s, u32 persistence) {
  return &s->tails[persistence < PERSISTENCE_COUNT ? bpf_opaque(persistence) & 3 : 0];
}
// Areas of the request, as `append_text` takes them.
BPF_HELPER u64 scratch_host_offset(void) { return __builtin_offsetof(struct scratch, request.host); }
BPF_HELPER u64 scratch_target_offset(void) { return __builtin_offsetof(struct scratch, request.target); }
BPF_HELPER u64 scratch_referer_offset(void) { return __builtin_offsetof(struct scratch, request.referer); }
BPF_HELPER u64 scratch_agent_offset(void) { return __builtin_offsetof(struct scratch, request.agent); }
BPF_HELPER u64 scratch_area_word(const struct scratch *_Nonnull s, u64 offset) {
  offset = bpf_opaque(offset);
  return offset <= sizeof *s - 8 ? *(const u64 *)((const u8 *)s + offset) : 0;
}

// Likewise, and by words of 64 bits: both lie where those do.
_Static_assert(__builtin_offsetof(struct session, queue) % 8 == 0, "session.queue");
_Static_assert(__builtin_offsetof(struct plan, queue) % 8 == 0, "plan.queue");
BPF_HELPER void plan_copy_queue(struct plan *_Nonnull to, const struct session *_Nonnull from) {
  __builtin_memcpy(__builtin_assume_aligned(&to->queue, 8), __builtin_assume_aligned(&from->queue, 8),
                   sizeof to->queue);
}

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
// The generation that answers requests.
MAP(current, BPF_MAP_TYPE_ARRAY, 1, 0, u32, u32)
struct content_map;
extern struct content_map content __attribute__((swift_name("contentMap")));
// The chunk of a generation, or null. A look-up in an inner map takes the pointer that the outer one gave.
BPF_HELPER struct content_chunk *_Nullable content_chunk_lookup(u32 generation, u32 chunk) {
  void *inner = BPF_CALL(map_lookup_elem, void *, (void *, const void *))(&content, &generation);
  return inner ? BPF_CALL(map_lookup_elem, void *, (void *, const void *))(inner, &chunk) : 0;
}
MAP(request_grammar, BPF_MAP_TYPE_ARRAY, 1, 0, u32, struct request_grammar)
MAP(scratch, BPF_MAP_TYPE_PERCPU_ARRAY, 1, 0, u32, struct scratch)
// The access log. Its size is the control plane's affair.
struct access_log_map {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 4096);
};
extern struct access_log_map access_log __attribute__((swift_name("access_logMap")));
BPF_HELPER u64 access_log_query(u64 what) {
  return BPF_CALL(ringbuf_query, u64, (void *, u64))(&access_log, what);
}
BPF_HELPER long access_log_output(const void *_Nonnull data, u64 size, u64 flags) {
  return BPF_CALL(ringbuf_output, long, (void *, const void *, u64, u64))(&access_log, data, size, flags);
}
MAP(wall_clock, BPF_MAP_TYPE_PERCPU_ARRAY, 1, 0, u32, struct wall_clock)
// Requests of which a part has come, one for each session whose parser is within one. Their memory is allocated when
// there is one, and limited by this map's size.
struct pending_request { u8 bytes[__builtin_offsetof(struct request, path)]; };
MAP(requests, BPF_MAP_TYPE_HASH, 10000, BPF_F_NO_PREALLOC, struct flow, struct pending_request)
BPF_HELPER long requests_save(const struct flow *_Nonnull key, struct scratch *_Nonnull s) {
  return requests_update(key, (const struct pending_request *)&s->request, BPF_ANY);
}
enum { PENDING_BLOCK = 64 };  // bytes, which divide those of a pending request
// Brings a block of a pending request back.
BPF_HELPER void scratch_load_block(struct scratch *_Nonnull s, const struct pending_request *_Nonnull from, u32 index) {
  u64 offset = bpf_opaque((u64)index * PENDING_BLOCK);
  if (offset <= sizeof *from - PENDING_BLOCK)
    __builtin_memcpy((u8 *)&s->request + offset, from->bytes + offset, PENDING_BLOCK);
}
// Last lines of queued answers that were made of the request: ranges and Locations. Their memory is allocated when one
// is, and limited by this map's size.
MAP(kept, BPF_MAP_TYPE_HASH, 10000, BPF_F_NO_PREALLOC, struct kept_key, struct kept_text)
// Input of sessions that has been acknowledged and waits for room among their answers, in blocks that are allocated as
// it comes. How much there can be of all sessions together is limited by this map's size. Only who has claimed a
// session comes to its blocks, so none is another's while it is used.
MAP(unread, BPF_MAP_TYPE_HASH, 1250, BPF_F_NO_PREALLOC, struct unread_key, struct unread_block)
// The value of a new block must come from memory.
MAP(blank_block, BPF_MAP_TYPE_ARRAY, 1, BPF_F_RDONLY_PROG, u32, struct unread_block)
// Plans that have left, until the last of their segments has been built.
MAP(plans, BPF_MAP_TYPE_PERCPU_ARRAY, PLAN_SLOTS, 0, u32, struct plan)

// Device maps: clones_N has N times the served interface with burst_egress, and then the pump's with wake_egress. A
// broadcast gives a copy of the frame to each, and the frame itself to the last.
#define CLONES(N)                                                                     \
  struct clones_##N##_map {                                                           \
    __uint(type, BPF_MAP_TYPE_DEVMAP);                                                \
    __uint(max_entries, N + 1);                                                       \
    __uint(key_size, 4);                                                              \
    __uint(value_size, sizeof(struct bpf_devmap_val));                                \
  };                                                                                  \
  extern struct clones_##N##_map clones_##N __attribute__((swift_name("clones_" #N "Map"))); \
  DEVICE_FUNCTIONS(clones_##N)
// How many copies there is a map for: what does not fit is rounded up, and each copy that is too many costs time.
#define CLONES_SIZES(X)                                                                             \
  X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14) X(15) X(16)       \
  X(20) X(24) X(28) X(32) X(36) X(40) X(44) X(48) X(52) X(56) X(60) X(64)
CLONES_SIZES(CLONES)
#define CLONES_CASE(N) case N: return clones_##N##_redirect(0, BPF_F_BROADCAST);
BPF_HELPER int clones_redirect(u32 count) {
  switch (count) { CLONES_SIZES(CLONES_CASE) }
  return XDP_DROP;
}

// The server's programs in stages, each verified by itself and with a stack of its own.
enum { STAGE_CONVERSATION, STAGE_READ, STAGE_TRANSMIT, STAGE_NEWCOMER, STAGE_PATH_MTU, STAGE_COUNT };
struct stages_map;
extern struct stages_map stages __attribute__((swift_name("stagesMap")));
PROGRAM_FUNCTIONS(stages)

// A session's slot before it is set up: all zero but for the claim. The value of a new entry must come from memory, and
// the stack has no room for it.
struct blank_session { u8 bytes[sizeof(struct session)]; };
MAP(blank, BPF_MAP_TYPE_ARRAY, 1, 0, u32, struct blank_session)

// Sessions in TIME-WAIT, the oldest first.
QUEUE(time_wait, 10000, struct departed)

// Sessions whose deadlines are to be looked at, in the order in which that is due. Every session has one entry, and one
// that has ended keeps it until it comes up.
struct expiry {
  struct flow flow;
  u64 due;                    // nanoseconds, CLOCK_MONOTONIC
  u64 created;                // of the session: tells it from a later one of the same flow
  u32 number;                 // of the session: its place in `ended`
  u32 reserved;
};
QUEUE(expiries, 10000 + EXPIRY_SPARE, struct expiry)
// Sessions whose entries need not be looked at: see EndedSessions.swift.
enum { ENDED_PLACES = 131072 };
MAP(ended, BPF_MAP_TYPE_ARRAY, ENDED_PLACES, 0, u32, u64)

// Sessions whose timers are to be looked at, a queue for each delay in milliseconds.
QUEUE(timers_2, 10000, struct expiry)
QUEUE(timers_16, 10000, struct expiry)
QUEUE(timers_128, 10000, struct expiry)
QUEUE(timers_1024, 10000, struct expiry)

MAP(pump, BPF_MAP_TYPE_ARRAY, 1, 0, u32, struct pump)
BPF_HELPER u32 pump_try_start(struct pump *_Nonnull p) {
  return __sync_val_compare_and_swap(&p->is_running, 0, 1) == 0;
}
BPF_HELPER void pump_stop(struct pump *_Nonnull p) { (void)__sync_lock_test_and_set(&p->is_running, 0); }

// The one timer, which goes through `expiries`. It rests while there are no sessions.
struct session_clock {
  struct bpf_timer timer;
  struct bpf_spin_lock lock;
  u32 is_running;
  u32 sessions;               // how many there have been
  u32 reserved;
};
MAP(session_clock, BPF_MAP_TYPE_ARRAY, 1, 0, u32, struct session_clock)
// Returns what was there before.
BPF_HELPER u32 session_clock_count(struct session_clock *_Nonnull c) { return __sync_fetch_and_add(&c->sessions, 1); }

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

// A new entry, blank but for the claim: it is in the table at once, and belongs to who has put it there.
BPF_HELPER long sessions_insert(const struct flow *_Nonnull key, struct blank_session *_Nonnull blank) {
  struct session *session = (struct session *)blank;
  if (session->claimed == 0) session->claimed = 1;
  return ((long (*)(void *, const void *, const void *, u64))2)(&sessions, key, blank, BPF_NOEXIST);
}

#include "data_plane_functions.h"
