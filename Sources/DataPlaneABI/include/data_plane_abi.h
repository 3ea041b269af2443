#pragma once
// Keys and values of the maps that the programs and the control plane share. Numbers are in host byte order
// unless a comment says otherwise; addresses are in network byte order, IPv4 as ::ffff:a.b.c.d (RFC 4291 2.5.5.2).
#include "swift_bpf.h"

// A connection as the server sees it. The key of `sessions`.
struct flow {
  u8 local_address[16];
  u8 remote_address[16];
  u16 local_port;
  u16 remote_port;
  u16 outer_vlan;  // VLAN identifiers (802.1Q, 802.1ad); 0: no tag
  u16 inner_vlan;
};

// RFC 9293 3.3.1, figure 3. TCPCore.SendSequence.
struct send_sequence {
  u32 unacknowledged;          // SND.UNA
  u32 next;                    // SND.NXT
  u32 queued;                  // one past the last byte that the application has queued
  u32 window;                  // SND.WND, bytes
  u32 maximum_window;          // the largest SND.WND seen (MAX.SND.WND of RFC 5961 5.2)
  u32 update_sequence;         // SND.WL1
  u32 update_acknowledgment;   // SND.WL2
  u32 initial;                 // ISS
};

// RFC 9293 3.3.1, figure 4. TCPCore.ReceiveSequence.
struct receive_sequence {
  u32 next;     // RCV.NXT
  u32 window;   // RCV.WND, bytes
  u32 initial;  // IRS
};

// TCPCore.State, in this order.
enum tcp_state {
  TCP_STATE_CLOSED, TCP_STATE_LISTEN, TCP_STATE_SYN_RECEIVED, TCP_STATE_ESTABLISHED, TCP_STATE_FIN_WAIT_1,
  TCP_STATE_FIN_WAIT_2, TCP_STATE_CLOSE_WAIT, TCP_STATE_CLOSING, TCP_STATE_LAST_ACK, TCP_STATE_TIME_WAIT,
};

// A range of sequence numbers that is selectively acknowledged. TCPCore.SelectiveBlock.
struct selective_block {
  u32 start;                    // its first number
  u32 end;                      // one past its last
};

enum { SCOREBOARD_CAPACITY = 8 };

// TCPCore.Scoreboard (RFC 6675 3).
struct scoreboard {
  struct selective_block ranges[SCOREBOARD_CAPACITY];  // in order; the first `count` are valid
  u32 sacked;                   // bytes in all of them
  u32 highest;                  // the end of the last one
  u32 count;
};

// TCPCore.Congestion. Windows in bytes, times in milliseconds of the monotonic clock, round-trip times in microseconds.
struct congestion {
  u32 window;                   // cwnd
  u32 threshold;                // ssthresh; all ones: not yet set
  u32 credit;                   // acknowledged, and yet to move the window
  u32 maximum;                  // CUBIC: W_max
  u32 estimate;                 // CUBIC: W_est
  u32 delay;                    // CUBIC: K, milliseconds
  u32 epoch;                    // CUBIC: t_epoch
  u32 acknowledged_at;          // when the last ACK of new data came
  u32 round_minimum;            // HyStart++: currentRoundMinRTT
  u32 last_round_minimum;       // HyStart++: lastRoundMinRTT
  u32 baseline_minimum;         // HyStart++: cssBaselineMinRtt
  u32 recover_flight;           // PRR: RecoverFS; after a timeout, what was outstanding and still is
  u32 delivered;                // PRR: prr_delivered
  u32 out;                      // PRR: prr_out
  u32 prior_window;             // before the last reduction
  u32 prior_threshold;
  u32 prior_maximum;
  u16 estimate_fraction;        // of `estimate`, 65536ths of a byte
  u8 flags;                     // TCPCore.Congestion.Flags
  u8 rounds;                    // HyStart++: samples in the round, low five bits; rounds of CSS, high three
};

// RFC 7323 3. TCPCore.Timestamps.
struct timestamps {
  u32 recent;                   // TS.Recent
  u32 offset;                   // of what we send from our clock
};

// RFC 6298. TCPCore.RoundTrip.
struct round_trip {
  u32 smoothed;                 // SRTT, microseconds times 8; 0: not measured yet
  u32 variation;                // RTTVAR, microseconds times 4
  u32 timeout;                  // RTO before back-off, microseconds
  u32 timed_sequence;           // an acknowledgment beyond it ends the measurement under way
  u32 timed_start;              // units of 2^10 nanoseconds; 0: none is under way
  u32 minimum;                  // the shortest, microseconds; all ones: none was measured
};

// TCPCore.RecoveryMode, in this order.
enum recovery_mode { RECOVERY_OPEN, RECOVERY_REDUCING, RECOVERY_FAST, RECOVERY_TIMEOUT };

// RFC 6675, RFC 6582, RFC 8985 7. TCPCore.LossRecovery.
struct loss_recovery {
  u32 point;                    // RecoveryPoint
  u32 retransmitted;            // one past HighRxt
  u32 pass_mark;                // SND.NXT when all below pass_limit had been sent again
  u32 pass_limit;               // what is still missing below it once pass_mark has been passed was lost again
  u32 resume;                   // where retransmissions go on after those
  u32 probe_end;                // TLP.end_seq
  u32 duplicates;               // bytes that duplicate ACKs stand for
  u32 undo_timestamp;           // TSval of the first retransmission
  u8 mode;                      // enum recovery_mode
  u8 flags;                     // TCPCore.LossRecovery.Flags
  u8 timeouts;                  // since something new was last acknowledged
  u8 arrival;                   // what the acknowledgment at hand is
};

// TCPCore.TimerKind, in this order.
enum timer_kind {
  TIMER_NONE, TIMER_RETRANSMISSION, TIMER_TAIL_PROBE, TIMER_WINDOW_PROBE, TIMER_KEEP_ALIVE, TIMER_SYNCHRONIZE,
};

// What one stage of the core hands to the next. TCPCore.Work.
struct work {
  u32 first;
  u32 second;
  u32 third;
};

// TCPCore.ControlBlock (the transmission control block).
struct control_block {
  struct send_sequence send;
  struct receive_sequence receive;
  struct timestamps timestamps;
  struct round_trip round_trip;
  struct loss_recovery recovery;
  u32 progress;                 // units of 2^20 nanoseconds: when something new was last acknowledged
  u32 challenge_start;          // milliseconds of the monotonic clock: when the present count of challenge ACKs began
  u64 timer_deadline;           // nanoseconds, CLOCK_MONOTONIC; 0: no timer is wanted
  u16 challenge_count;          // challenge ACKs sent since then
  u16 maximum_segment_size;     // what we may send in one segment, options included, bytes
  u8 state;                     // enum tcp_state
  u8 flags;                     // TCPCore.ControlBlock.Flags
  u8 features;                  // TCPCore.Features; the lower four bits are enum tcp_feature
  u8 timer;                     // enum timer_kind
  u8 backoff;                   // how often RTO has been doubled
  u8 probes;                    // keep-alive probes without an answer, or SYN-ACKs repeated
  u8 send_scale;                // Snd.Wind.Shift
  u8 receive_scale;             // Rcv.Wind.Shift
  struct congestion congestion;
  struct scoreboard scoreboard;
  struct work work;
  u32 label;                    // the session's number, the next after that of the one before
};

enum { SELECTIVE_BLOCKS = 4 };

// What the options of a received header say. TCPCore.SegmentOptions.
struct segment_options {
  u8 present;                   // 1: MSS, 2: window scale, 4: SACK permitted, 8: timestamps
  u8 window_scale;              // shift count
  u8 block_count;               // blocks that are filled
  u8 reserved;
  u16 maximum_segment_size;
  u16 reserved2;
  u32 timestamp;                // TSval
  u32 timestamp_echo;           // TSecr
  struct selective_block blocks[SELECTIVE_BLOCKS];
};

// HTTPCore.RequestParser: where in a request the connection's input stands.
struct request_parser {
  u16 state;                    // a state of the grammar's automaton
  u16 flags;                    // HTTPCore.RequestFlags: what the present request has said so far
  u16 length;                   // bytes of the present request's head so far, empty lines before it included
  u8 byte;                      // the byte that led to the state, while the parser has yet to resolve it
  u8 reserved;
  u32 content_length;           // of the present request, as far as it has been read; then what is left to skip
  u32 content_total;            // of a chunked content so far
};

// Where the bytes of a text go. HTTPCore.Capture.
struct capture {
  u16 area;                     // enum request_area
  u16 offset;                   // of the area in struct request, bytes
  u16 capacity;                 // bytes
  u16 fold;                     // 0x20: letters are made small
};

// The one entry of `request_grammar`: the automaton that reads a request's head. HTTPCore.GrammarTables.
struct request_grammar {
  u8 classes[256];              // of each byte, below 64
  u16 transitions[512][64];     // state, class: the next state
  u16 effects[512];             // state: the HTTPCore.RequestFlags that entering it sets
  struct capture captures[64];  // of the states that capture
};

// What the answer says of the connection's future. HTTPCore.Persistence.
enum persistence { PERSISTENCE_IMPLIED, PERSISTENCE_CLOSE, PERSISTENCE_KEEP_ALIVE, PERSISTENCE_COUNT };

// Where the last lines of an answer's head come from.
enum answer_tail {
  TAIL_STORED,                  // the content
  TAIL_KEPT,                    // `kept`: they were made of the request, to say a range or a Location
};

enum answer_flag {
  ANSWER_IN_ONE_PIECE = 1,      // all of it lies in the content, one part behind the other
  ANSWER_DATED = 2,             // the start ends in a Date line
};

// One or more equal answers, one after the other: ranges of the content, with a Date of their own. See site_abi.h.
struct answer {
  u32 start;                    // of the status line and Date, in the content of its generation, bytes
  u32 head;                     // of further lines, likewise
  u32 tail;                     // of the last lines, likewise, unless they are kept
  u32 body;                     // likewise
  u32 body_length;              // bytes; 0 for HEAD
  u32 date;                     // seconds since 1970
  u16 start_length;             // bytes, all three
  u16 head_length;
  u16 tail_length;
  u16 count;                    // how many times it is to be sent
  u16 checksum;                 // of an answer in one piece: its ones' complement sum but for the date's, as in memory
  u8 generation;                // index into `content`
  u8 tail_kind;                 // enum answer_tail
  u8 flags;                     // enum answer_flag
  u8 reserved;
};

enum { ANSWER_QUEUE_CAPACITY = 4 };

// Answers that have been queued and not yet been acknowledged whole.
struct answer_queue {
  struct answer answers[ANSWER_QUEUE_CAPACITY];  // a ring
  u32 first_sequence;           // of the first byte of answers[head]
  u8 head;
  u8 count;
  u16 has_kept;                 // 1: there may be answers of TAIL_KEPT among them, whose text lies in `kept`
};

// The value of `sessions`.
struct session {
  u32 claimed;                  // 1 while a program works on the session
  u32 identity;                 // tells a reused slot from the one that was looked up; 0: not yet set up
  u64 created;                  // nanoseconds, CLOCK_MONOTONIC
  u64 deadline;                 // when the session expires unless something arrives, same clock
  u64 bytes_received;           // payload consumed
  u64 bytes_sent;               // payload sent, without repetitions
  u32 requests;
  u32 segments_received;
  u64 timer_entry;              // when its entry in a queue of timers is due, nanoseconds, same clock; 0: it has none
  u8 link_header[22];           // of what we send: Ethernet and up to two tags; in front of what is not used, zeros
  u8 link_length;               // bytes of it
  u8 reserved;
  u32 segments_retransmitted;
  u16 unread_start;             // input that is acknowledged and waits in `unread`: where it begins there,
  u16 unread_length;            // and how much there is, bytes
  struct control_block tcp;
  struct request_parser http;
  struct answer_queue queue;
};

// Entries of `expiries` beyond the number of sessions: a session that has ended keeps its entry until it comes up.
enum { EXPIRY_SPARE = 131072 };

// The one entry of `configuration`.
struct configuration {
  u64 secret[2];                     // key of SipHash-2-4 for initial sequence numbers (RFC 6528); never 0
  u64 half_open_timeout;             // nanoseconds, all four
  u64 idle_timeout;
  u64 closing_timeout;               // FIN-WAIT-1, FIN-WAIT-2, CLOSING, LAST-ACK
  u64 time_wait_timeout;
  u64 expiry_interval;               // nanoseconds: how often a session's deadline is looked at
  u32 receive_window;                // bytes, 1 to 1,073,725,440 (65535 << 14); what exceeds 65535 needs window scaling
  u16 maximum_segment_size_ipv4;     // what the SYN-ACK offers: MTU - 40
  u16 maximum_segment_size_ipv6;     // MTU - 60
  u8 accept_partial_checksums;       // 1 where a local sender leaves checksums to the device (veth, virtio, tun)
  u8 exit;                           // enum burst_exit: how more than one segment leaves
  u8 congestion_control;             // TCPCore.CongestionControl: 0 CUBIC, 1 NewReno
  u8 initial_window;                 // segments (RFC 6928: 10)
  u32 features;                      // enum tcp_feature
  u32 minimum_timeout;               // of retransmission, microseconds (RFC 6298 2.4)
  u32 maximum_timeout;               // likewise (RFC 6298 2.5)
  u32 give_up_time;                  // milliseconds without an acknowledgment of what is outstanding (RFC 9293 3.8.3)
  u32 keep_alive_idle;               // milliseconds; 0: no keep-alive (RFC 9293 3.8.4)
  u32 keep_alive_interval;           // milliseconds
  u32 keep_alive_probes;             // unanswered ones after which the connection ends
  u32 interface;                     // index of the served interface
  u32 pump_interface;                // index of the end of the pump's pair that its frame is sent into; 0: no pump
  u32 pump_awake_length;             // bytes of the pump's frame while something is due soon,
  u32 pump_asleep_length;            // and while nothing is: the longer the frame, the slower its round
  u32 atomic_time_offset;            // seconds that International Atomic Time is ahead of UTC by this host's clock
  u32 logs_requests;                 // 1: an entry of `access_log` for each request
};

// configuration.exit
enum burst_exit {
  BURST_EXIT_NONE,      // only what fits the received frame is sent
  BURST_EXIT_NATIVE,    // copies through a device map
  BURST_EXIT_SKB,       // copies made by the tc program burst_ingress
};

// What a connection may use if the client offers it. configuration.features
enum tcp_feature {
  TCP_FEATURE_WINDOW_SCALE = 1, TCP_FEATURE_TIMESTAMPS = 2, TCP_FEATURE_SACK = 4, TCP_FEATURE_ECN = 8,
};

// The content store: `content` is an array of maps, an inner one for each generation, and `current` says which one
// answers requests. Bytes of a generation never change; a new one takes another place, and the old one goes when no
// session has an answer of it.
enum {
  CONTENT_GENERATIONS = 16,
  CONTENT_CHUNK_SHIFT = 18,
  CONTENT_CHUNK_SIZE = 1 << CONTENT_CHUNK_SHIFT,
  CONTENT_CHUNK_OVERLAP = 16384,
  CONTENT_SUM_STEP = 16,
};

// A value of an inner map: chunk n holds the bytes from n * CONTENT_CHUNK_SIZE, and repeats the first bytes of chunk
// n + 1 behind them, so that a segment's payload never has to be put together from two chunks. sums[i] is the ones'
// complement sum of the chunk's bytes before i * CONTENT_SUM_STEP, folded, as it lies in memory: the sum of any range
// comes from two of them and the odd bytes at its ends.
struct content_chunk {
  u8 bytes[CONTENT_CHUNK_SIZE + CONTENT_CHUNK_OVERLAP];
  u16 sums[(CONTENT_CHUNK_SIZE + CONTENT_CHUNK_OVERLAP) / CONTENT_SUM_STEP];
};

// The one entry of `pump`: the frame that circles through the pump's pair of interfaces.
struct pump {
  u64 last_round;               // nanoseconds, CLOCK_MONOTONIC
  u64 rounds;
  u64 wakes;                    // how often it was set going
  u64 segments;                 // that it has sent
  u64 started;                  // when it was last set going, same clock
  u32 is_running;
  u32 hurried_rounds;           // one after the other that came too soon: nothing brakes the frame
};

// The key of `local_addresses`; the value is one byte.
struct local_address { u8 address[16]; };

// An entry of `access_log`, a ring buffer; the text follows: the request's target, the host, the referer and the user
// agent, one after the other, as the client sent them.
struct log_entry {
  u64 time;                     // nanoseconds since 1970
  u8 remote_address[16];
  u16 remote_port;
  u16 local_port;
  u16 status;
  u8 method;                    // enum request_method
  u8 version_minor;             // HTTP/1.version_minor
  u32 body_length;              // of the answer, bytes
  u16 request_length;           // of the target; this and the next three: bytes of text
  u16 host_length;
  u16 referer_length;
  u16 agent_length;
  u16 flags;                    // enum log_flag
  u16 reserved;
};

// log_entry.flags
enum log_flag {
  LOG_FLAG_CUT = 1,             // not all of the text found room
};

// A value of `served_ports`: 64 ports a word, port p is bit p % 64 of word p / 64.
enum { SERVED_PORT_WORDS = 1024 };

// The one entry of `wall_clock`, one copy a CPU: what the time is.
struct wall_clock {
  u64 until;                    // nanoseconds, CLOCK_MONOTONIC: how long `seconds` may be taken for the time
  u32 seconds;                  // since 1970, UTC
  u32 reserved;
};

// The key of `kept`: an answer of a session, by its place in the ring.
struct kept_key {
  struct flow flow;
  u32 place;
};
enum { KEPT_TEXT = 2048 };
// The last lines of an answer's head, made of the request. An entry that is deleted while it is read may be another's
// by then, which its flow shows.
struct kept_text {
  u8 bytes[KEPT_TEXT + 64];
  struct flow flow;
};


// The key of `unread`: a block of a session's unread input.
struct unread_key {
  struct flow flow;
  u32 block;
};
enum {
  UNREAD_LIMIT = 65535,         // bytes of input that a session may leave unread: the usual receive window
  UNREAD_BLOCK = 13824,         // bytes of it in a block
  UNREAD_BLOCKS = 5,            // that hold all of it
  UNREAD_PIECE = 2048,          // bytes that are written at once
};
// With what the kernel puts around it less than 16 KiB, which it would round up.
struct unread_block { u8 bytes[UNREAD_BLOCK + UNREAD_PIECE]; };

#include "site_abi.h"
#include "statistics_abi.h"
