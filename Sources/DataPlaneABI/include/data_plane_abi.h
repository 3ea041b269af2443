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

// TCPCore.ControlBlock (the transmission control block).
struct control_block {
  struct send_sequence send;
  struct receive_sequence receive;
  u32 challenge_start;          // milliseconds of the monotonic clock: when the present count of challenge ACKs began
  u16 challenge_count;          // challenge ACKs sent since then
  u16 maximum_segment_size;     // what we may send in one segment, bytes
  u8 state;                     // enum tcp_state
  u8 flags;                     // TCPCore.ControlBlock.Flags
  u16 reserved;
};

// HTTPCore.RequestParser: where in a request the connection's input stands.
struct request_parser {
  u8 state;                     // a state of the grammar's automaton
  u8 byte;                      // the byte that led to it, while the parser has yet to resolve it
  u16 flags;                    // HTTPCore.RequestFlags: what the present request has said so far
  u32 length;                   // bytes of the present request's head so far, empty lines before it included
  u64 content_length;           // of the present request, as far as it has been read; then what is left to skip
};

// The one entry of `request_grammar`: the automaton that reads a request's head. HTTPCore.GrammarTables.
struct request_grammar {
  u8 classes[256];              // of each byte, below 64
  u8 transitions[256][64];      // state, class: the next state
  u16 effects[256];             // state: the HTTPCore.RequestFlags that entering it sets
};

// One or more equal answers, one after the other: a range of the content store. HTTPCore.Answer.
struct answer {
  u32 offset;                   // in the content store, bytes
  u32 length;                   // of one answer, bytes
  u16 count;                    // how many times it is to be sent
  u16 checksum;                 // ones' complement sum of one answer, network byte order, not inverted
};

enum { ANSWER_QUEUE_CAPACITY = 4 };

// Answers that have been queued and not yet been acknowledged whole.
struct answer_queue {
  struct answer answers[ANSWER_QUEUE_CAPACITY];  // a ring
  u32 first_sequence;           // of the first byte of answers[head]
  u8 head;
  u8 count;
  u16 reserved;
};

// The value of `sessions`. At most 256 bytes.
struct session {
  u32 claimed;                  // 1 while a program works on the session
  u32 identity;                 // tells a reused slot from the one that was looked up; 0: not yet set up
  u64 created;                  // nanoseconds, CLOCK_MONOTONIC
  u64 deadline;                 // when the session expires unless something arrives, same clock
  u64 bytes_received;           // payload consumed
  u64 bytes_sent;               // payload sent, without repetitions
  u32 requests;
  u32 segments_received;
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
  u32 receive_window;                // bytes, 1 to 65535
  u16 maximum_segment_size_ipv4;     // what the SYN-ACK offers: MTU - 40
  u16 maximum_segment_size_ipv6;     // MTU - 60
  u8 accept_partial_checksums;       // 1 where a local sender leaves checksums to the device (veth, virtio, tun)
  u8 reserved[7];
};

// Which answer, an index into `answers`. HTTPCore.AnswerKind.
enum answer_kind {
  ANSWER_OK, ANSWER_BAD_REQUEST, ANSWER_METHOD_NOT_ALLOWED, ANSWER_NOT_IMPLEMENTED, ANSWER_VERSION_NOT_SUPPORTED,
  ANSWER_URI_TOO_LONG, ANSWER_HEADER_TOO_LARGE, ANSWER_CONTENT_TOO_LARGE, ANSWER_KIND_COUNT,
};

// What the answer says of the connection's future. HTTPCore.Persistence.
enum persistence { PERSISTENCE_IMPLIED, PERSISTENCE_CLOSE, PERSISTENCE_KEEP_ALIVE, PERSISTENCE_COUNT };

// A value of `answers`, at kind * PERSISTENCE_COUNT + persistence.
struct answer_template {
  u32 offset;
  u32 length;                   // head and body
  u32 head_length;              // for HEAD
  u16 checksum;                 // of the whole
  u16 head_checksum;
};

// A value of `content`: chunk n holds the bytes from n * CONTENT_CHUNK_SIZE, and repeats the first bytes of chunk n + 1
// behind them, so that a segment's payload never has to be put together from two chunks.
enum { CONTENT_CHUNK_SIZE = 65536, CONTENT_CHUNK_OVERLAP = 2048 };
struct content_chunk { u8 bytes[CONTENT_CHUNK_SIZE + CONTENT_CHUNK_OVERLAP]; };

// The key of `local_addresses`; the value is one byte.
struct local_address { u8 address[16]; };

// A value of `served_ports`: 64 ports a word, port p is bit p % 64 of word p / 64.
enum { SERVED_PORT_WORDS = 1024 };

#include "statistics_abi.h"
