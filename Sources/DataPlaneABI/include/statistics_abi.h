#pragma once
#include "swift_bpf.h"

// The one entry of `statistics`, one copy a CPU. Every refused or dropped segment has a cause of its own.
struct statistics {
  // Frames and segments.
  u64 frames_received;               // all that the program saw
  u64 frames_passed;                 // left to the kernel: not TCP, not a served port, not an address of ours
  u64 segments_received;             // for a served port
  u64 segments_sent;
  u64 bytes_received;                // payload consumed in order
  u64 bytes_sent;                    // payload sent, without repetitions
  // Sessions.
  u64 sessions_opened;               // SYN accepted
  u64 sessions_established;
  u64 sessions_closed;               // by FIN from both sides
  u64 sessions_reset;                // by an acceptable RST
  u64 sessions_refused;              // the table was full
  u64 sessions_reopened;             // a new SYN took over a session in TIME-WAIT (RFC 9293 3.10.7.4)
  u64 expired_half_open;
  u64 expired_idle;
  u64 expired_closing;
  u64 expired_time_wait;
  u64 time_wait_recycled;            // TIME-WAIT cut short to admit a newcomer to a full table
  // Requests.
  u64 requests;                      // answered with a status below 400
  u64 requests_refused;              // answered 4xx or 5xx
  u64 segments_kept;                 // whose requests had to wait for room among the session's answers
  // Segments sent, by kind.
  u64 syn_acknowledgments_sent;
  u64 resets_sent;
  u64 challenge_acknowledgments_sent;
  u64 challenge_acknowledgments_limited;  // due, but over the session's rate (RFC 5961 7)
  u64 duplicate_acknowledgments_sent;
  u64 segments_retransmitted;
  u64 bursts;                        // of more than one segment
  // Loss, and what was made of it.
  u64 fast_recoveries;               // entered on duplicate ACKs or SACK (RFC 5681 3.2, RFC 6675 5)
  u64 retransmission_timeouts;       // RFC 6298 5.4
  u64 tail_loss_probes;              // RFC 8985 7
  u64 window_probes;                 // of a closed window (RFC 9293 3.8.6.1)
  u64 keep_alive_probes;             // RFC 9293 3.8.4
  u64 recoveries_undone;             // the retransmission was spurious (RFC 3522, RFC 4015)
  u64 congestion_marks;              // ECN-Echo taken as a sign of congestion (RFC 3168 6.1.2)
  u64 sessions_given_up;             // what was outstanding was not acknowledged in time (RFC 9293 3.8.3)
  u64 path_mtu_updates;              // segments made smaller on an ICMP message (RFC 1191, RFC 8201)
  u64 pump_wakes;
  // Segments dropped, by cause.
  u64 dropped_truncated;             // the frame ends before its headers or its length field say
  u64 dropped_ip_header;             // IPv4 header checksum, length or version wrong
  u64 dropped_fragment;              // the first fragment of a segment for a served port; later ones pass
  u64 dropped_tcp_header;            // data offset below 5 or beyond the segment
  u64 dropped_tcp_checksum;
  u64 dropped_source;                // multicast, broadcast, unspecified or loopback source; port 0
  u64 dropped_flags;                 // no session, and neither SYN nor anything that deserves an answer; SYN with FIN
  u64 dropped_no_acknowledgment;     // ACK bit off in a synchronised state
  u64 dropped_acknowledgment;        // acknowledges what was never sent
  u64 dropped_out_of_window;         // not acceptable (RFC 9293 3.4)
  u64 dropped_out_of_order;          // payload beyond RCV.NXT; not kept, a duplicate ACK asks for the gap
  u64 dropped_timestamp;             // older than the last one (PAWS, RFC 7323 5)
  u64 dropped_icmp;                  // "too big" that fits no session
  u64 dropped_plan;                  // copies of a frame whose plan was gone
  u64 dropped_reset;                 // RST not at RCV.NXT, or for no session
  u64 dropped_queue_full;            // requests for which there was no room, neither to answer nor to keep them
  u64 dropped_race;                  // another CPU was at the session for too long, or had ended it
  u64 dropped_no_room;               // the frame could be grown neither at its tail nor at its head
  u64 dropped_internal;              // a helper failed that must not fail
  // The log.
  u64 log_entries_lost;              // nobody had read for so long that there was no room
};
