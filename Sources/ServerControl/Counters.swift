import DataPlaneABI

/// One counter of `statistics`.
public struct Counter: @unchecked Sendable {
  /// What it counts.
  public enum Group: String, Sendable, CaseIterable {
    case traffic, sessions, requests, sent, loss, dropped, log
  }

  /// The field's name in `struct statistics`, and its name in JSON.
  public let name: String
  public let group: Group
  /// What it means, in a few words.
  public let meaning: String
  let field: KeyPath<statistics, UInt64>

  private init(_ name: String, _ group: Group, _ meaning: String, _ field: KeyPath<statistics, UInt64>) {
    self.name = name
    self.group = group
    self.meaning = meaning
    self.field = field
  }

  /// All of them, in the order of `struct statistics`.
  public static let all: [Counter] = [
    Counter("frames_received", .traffic, "all that the program saw", \.frames_received),
    Counter(
      "frames_passed", .traffic, "left to the kernel: not TCP, not a served port, not an address of ours",
      \.frames_passed),
    Counter("segments_received", .traffic, "for a served port", \.segments_received),
    Counter("segments_sent", .traffic, "by the server", \.segments_sent),
    Counter("bytes_received", .traffic, "payload consumed in order", \.bytes_received),
    Counter("bytes_sent", .traffic, "payload sent, without repetitions", \.bytes_sent),
    Counter("sessions_opened", .sessions, "SYN accepted", \.sessions_opened),
    Counter("sessions_established", .sessions, "handshakes completed", \.sessions_established),
    Counter("sessions_closed", .sessions, "by FIN from both sides", \.sessions_closed),
    Counter("sessions_reset", .sessions, "by an acceptable RST", \.sessions_reset),
    Counter("sessions_refused", .sessions, "the table was full", \.sessions_refused),
    Counter(
      "sessions_reopened", .sessions, "a new SYN took over a session in TIME-WAIT (RFC 9293 3.10.7.4)",
      \.sessions_reopened),
    Counter("expired_half_open", .sessions, "handshakes that never completed", \.expired_half_open),
    Counter("expired_idle", .sessions, "established sessions that were silent too long", \.expired_idle),
    Counter("expired_closing", .sessions, "sessions whose peer never closed its side", \.expired_closing),
    Counter("expired_time_wait", .sessions, "TIME-WAIT over, the ordinary end", \.expired_time_wait),
    Counter(
      "time_wait_recycled", .sessions, "TIME-WAIT cut short, by --max-time-wait or for a newcomer to a full table",
      \.time_wait_recycled),
    Counter("requests", .requests, "answered with a status below 400", \.requests),
    Counter("requests_refused", .requests, "answered 4xx or 5xx", \.requests_refused),
    Counter(
      "segments_kept", .requests, "whose requests had to wait for room among the session's answers", \.segments_kept),
    Counter("syn_acknowledgments_sent", .sent, "repeated ones included", \.syn_acknowledgments_sent),
    Counter("resets_sent", .sent, "to segments for no session, and to end sessions", \.resets_sent),
    Counter("challenge_acknowledgments_sent", .sent, "RFC 5961", \.challenge_acknowledgments_sent),
    Counter(
      "challenge_acknowledgments_limited", .sent, "due, but over the session's rate (RFC 5961 7)",
      \.challenge_acknowledgments_limited),
    Counter(
      "duplicate_acknowledgments_sent", .sent, "asking again for what is missing",
      \.duplicate_acknowledgments_sent),
    Counter("segments_retransmitted", .sent, "sent once more", \.segments_retransmitted),
    Counter("bursts", .sent, "of more than one segment at once", \.bursts),
    Counter(
      "fast_recoveries", .loss, "begun on duplicate ACKs or SACK (RFC 5681 3.2, RFC 6675 5)", \.fast_recoveries),
    Counter(
      "retransmission_timeouts", .loss, "nothing came back in time (RFC 6298 5.4)", \.retransmission_timeouts),
    Counter("tail_loss_probes", .loss, "the last segment sent again early (RFC 8985 7)", \.tail_loss_probes),
    Counter("window_probes", .loss, "of a window that the peer keeps closed (RFC 9293 3.8.6.1)", \.window_probes),
    Counter("keep_alive_probes", .loss, "of silent connections (RFC 9293 3.8.4)", \.keep_alive_probes),
    Counter(
      "recoveries_undone", .loss, "nothing had been lost (RFC 3522, RFC 4015)", \.recoveries_undone),
    Counter(
      "congestion_marks", .loss, "ECN-Echo taken as a sign of congestion (RFC 3168 6.1.2)", \.congestion_marks),
    Counter(
      "sessions_given_up", .loss, "what was outstanding was not acknowledged in time (RFC 9293 3.8.3)",
      \.sessions_given_up),
    Counter(
      "path_mtu_updates", .loss, "segments made smaller on an ICMP message (RFC 1191, RFC 8201)",
      \.path_mtu_updates),
    Counter("pump_wakes", .loss, "times that the pump was set going", \.pump_wakes),
    Counter(
      "dropped_truncated", .dropped, "the frame ends before its headers or its length field say",
      \.dropped_truncated),
    Counter("dropped_ip_header", .dropped, "IPv4 header checksum, length or version wrong", \.dropped_ip_header),
    Counter("dropped_fragment", .dropped, "a fragment of a segment for a served port", \.dropped_fragment),
    Counter("dropped_tcp_header", .dropped, "data offset below 5 or beyond the segment", \.dropped_tcp_header),
    Counter("dropped_tcp_checksum", .dropped, "TCP checksum wrong", \.dropped_tcp_checksum),
    Counter(
      "dropped_source", .dropped, "multicast, broadcast, unspecified or loopback source; port 0",
      \.dropped_source),
    Counter(
      "dropped_flags", .dropped, "no session, and neither SYN nor anything that deserves an answer; SYN with FIN",
      \.dropped_flags),
    Counter(
      "dropped_no_acknowledgment", .dropped, "ACK bit off in a synchronised state",
      \.dropped_no_acknowledgment),
    Counter("dropped_acknowledgment", .dropped, "acknowledges what was never sent", \.dropped_acknowledgment),
    Counter("dropped_out_of_window", .dropped, "not acceptable (RFC 9293 3.4)", \.dropped_out_of_window),
    Counter(
      "dropped_out_of_order", .dropped, "payload beyond RCV.NXT; not kept, a duplicate ACK asks for the gap",
      \.dropped_out_of_order),
    Counter("dropped_timestamp", .dropped, "older than the last one (PAWS, RFC 7323 5)", \.dropped_timestamp),
    Counter("dropped_icmp", .dropped, "\"too big\" that fits no session", \.dropped_icmp),
    Counter("dropped_plan", .dropped, "copies of a frame whose plan was gone", \.dropped_plan),
    Counter("dropped_reset", .dropped, "RST not at RCV.NXT, or for no session", \.dropped_reset),
    Counter(
      "dropped_queue_full", .dropped, "requests for which there was no room, neither to answer nor to keep them",
      \.dropped_queue_full),
    Counter("dropped_race", .dropped, "another CPU was at the session for too long, or had ended it", \.dropped_race),
    Counter(
      "dropped_no_room", .dropped, "the frame could be grown neither at its tail nor at its head",
      \.dropped_no_room),
    Counter("dropped_internal", .dropped, "a helper failed that must not fail", \.dropped_internal),
    Counter(
      "log_entries_lost", .log, "nobody had read the log for so long that there was no room", \.log_entries_lost),
  ]
}
