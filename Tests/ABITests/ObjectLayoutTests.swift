import DataPlaneABI
import XCTest

/// The structures as the object's type information has them are those that the control plane was compiled with.
final class ObjectLayoutTests: XCTestCase {
  func testFlow() throws {
    try expect("flow", flow.self, [
      member("local_address", \flow.local_address), member("remote_address", \flow.remote_address),
      member("local_port", \flow.local_port), member("remote_port", \flow.remote_port),
      member("outer_vlan", \flow.outer_vlan), member("inner_vlan", \flow.inner_vlan),
    ])
  }

  func testSession() throws {
    try expect("session", session.self, [
      member("claimed", \session.claimed), member("identity", \session.identity), member("created", \session.created),
      member("deadline", \session.deadline), member("bytes_received", \session.bytes_received),
      member("bytes_sent", \session.bytes_sent), member("requests", \session.requests),
      member("segments_received", \session.segments_received), member("timer_entry", \session.timer_entry),
      member("link_header", \session.link_header), member("link_length", \session.link_length),
      member("reserved", \session.reserved), member("segments_retransmitted", \session.segments_retransmitted),
      member("unread_start", \session.unread_start),
      member("unread_length", \session.unread_length), member("tcp", \session.tcp), member("http", \session.http),
      member("queue", \session.queue),
    ])
  }

  func testControlBlock() throws {
    try expect("control_block", control_block.self, [
      member("send", \control_block.send), member("receive", \control_block.receive),
      member("timestamps", \control_block.timestamps), member("round_trip", \control_block.round_trip),
      member("recovery", \control_block.recovery), member("progress", \control_block.progress),
      member("challenge_start", \control_block.challenge_start),
      member("timer_deadline", \control_block.timer_deadline),
      member("challenge_count", \control_block.challenge_count),
      member("maximum_segment_size", \control_block.maximum_segment_size), member("state", \control_block.state),
      member("flags", \control_block.flags), member("features", \control_block.features),
      member("timer", \control_block.timer), member("backoff", \control_block.backoff),
      member("probes", \control_block.probes), member("send_scale", \control_block.send_scale),
      member("receive_scale", \control_block.receive_scale), member("congestion", \control_block.congestion),
      member("scoreboard", \control_block.scoreboard), member("work", \control_block.work),
      member("label", \control_block.label),
    ])
    try expect("send_sequence", send_sequence.self, [
      member("unacknowledged", \send_sequence.unacknowledged), member("next", \send_sequence.next),
      member("queued", \send_sequence.queued), member("window", \send_sequence.window),
      member("maximum_window", \send_sequence.maximum_window),
      member("update_sequence", \send_sequence.update_sequence),
      member("update_acknowledgment", \send_sequence.update_acknowledgment),
      member("initial", \send_sequence.initial),
    ])
    try expect("receive_sequence", receive_sequence.self, [
      member("next", \receive_sequence.next), member("window", \receive_sequence.window),
      member("initial", \receive_sequence.initial),
    ])
  }

  func testRequestParserAndAnswers() throws {
    try expect("request_parser", request_parser.self, [
      member("state", \request_parser.state), member("flags", \request_parser.flags),
      member("length", \request_parser.length), member("byte", \request_parser.byte),
      member("reserved", \request_parser.reserved), member("content_length", \request_parser.content_length),
      member("content_total", \request_parser.content_total),
    ])
    try expect("answer", answer.self, [
      member("start", \answer.start), member("head", \answer.head), member("tail", \answer.tail),
      member("body", \answer.body), member("body_length", \answer.body_length), member("date", \answer.date),
      member("start_length", \answer.start_length), member("head_length", \answer.head_length),
      member("tail_length", \answer.tail_length), member("count", \answer.count),
      member("checksum", \answer.checksum), member("generation", \answer.generation),
      member("tail_kind", \answer.tail_kind), member("flags", \answer.flags), member("reserved", \answer.reserved),
    ])
    try expect("answer_queue", answer_queue.self, [
      member("answers", \answer_queue.answers), member("first_sequence", \answer_queue.first_sequence),
      member("head", \answer_queue.head), member("count", \answer_queue.count),
      member("has_kept", \answer_queue.has_kept),
    ])
  }

  func testConfiguration() throws {
    try expect("configuration", configuration.self, [
      member("secret", \configuration.secret), member("half_open_timeout", \configuration.half_open_timeout),
      member("idle_timeout", \configuration.idle_timeout), member("closing_timeout", \configuration.closing_timeout),
      member("time_wait_timeout", \configuration.time_wait_timeout),
      member("expiry_interval", \configuration.expiry_interval),
      member("receive_window", \configuration.receive_window),
      member("maximum_segment_size_ipv4", \configuration.maximum_segment_size_ipv4),
      member("maximum_segment_size_ipv6", \configuration.maximum_segment_size_ipv6),
      member("accept_partial_checksums", \configuration.accept_partial_checksums),
      member("exit", \configuration.exit), member("congestion_control", \configuration.congestion_control),
      member("initial_window", \configuration.initial_window), member("features", \configuration.features),
      member("minimum_timeout", \configuration.minimum_timeout),
      member("maximum_timeout", \configuration.maximum_timeout),
      member("give_up_time", \configuration.give_up_time),
      member("keep_alive_idle", \configuration.keep_alive_idle),
      member("keep_alive_interval", \configuration.keep_alive_interval),
      member("keep_alive_probes", \configuration.keep_alive_probes),
      member("interface", \configuration.interface), member("pump_interface", \configuration.pump_interface),
      member("pump_awake_length", \configuration.pump_awake_length),
      member("pump_asleep_length", \configuration.pump_asleep_length),
      member("atomic_time_offset", \configuration.atomic_time_offset),
      member("logs_requests", \configuration.logs_requests),
    ])
    try expect("wall_clock", wall_clock.self, [
      member("until", \wall_clock.until), member("seconds", \wall_clock.seconds),
      member("reserved", \wall_clock.reserved),
    ])
    try expect("log_entry", log_entry.self, [
      member("time", \log_entry.time), member("remote_address", \log_entry.remote_address),
      member("remote_port", \log_entry.remote_port), member("local_port", \log_entry.local_port),
      member("status", \log_entry.status), member("method", \log_entry.method),
      member("version_minor", \log_entry.version_minor), member("body_length", \log_entry.body_length),
      member("request_length", \log_entry.request_length), member("host_length", \log_entry.host_length),
      member("referer_length", \log_entry.referer_length), member("agent_length", \log_entry.agent_length),
      member("flags", \log_entry.flags), member("reserved", \log_entry.reserved),
    ])
  }

  func testPump() throws {
    try expect("pump", pump.self, [
      member("last_round", \pump.last_round), member("rounds", \pump.rounds), member("wakes", \pump.wakes),
      member("segments", \pump.segments), member("started", \pump.started), member("is_running", \pump.is_running),
      member("hurried_rounds", \pump.hurried_rounds),
    ])
  }

  func testTransportState() throws {
    try expect("timestamps", timestamps.self, [
      member("recent", \timestamps.recent), member("offset", \timestamps.offset),
    ])
    try expect("round_trip", round_trip.self, [
      member("smoothed", \round_trip.smoothed), member("variation", \round_trip.variation),
      member("timeout", \round_trip.timeout), member("timed_sequence", \round_trip.timed_sequence),
      member("timed_start", \round_trip.timed_start), member("minimum", \round_trip.minimum),
    ])
    try expect("loss_recovery", loss_recovery.self, [
      member("point", \loss_recovery.point), member("retransmitted", \loss_recovery.retransmitted),
      member("pass_mark", \loss_recovery.pass_mark), member("pass_limit", \loss_recovery.pass_limit),
      member("resume", \loss_recovery.resume), member("probe_end", \loss_recovery.probe_end),
      member("duplicates", \loss_recovery.duplicates), member("undo_timestamp", \loss_recovery.undo_timestamp),
      member("mode", \loss_recovery.mode), member("flags", \loss_recovery.flags),
      member("timeouts", \loss_recovery.timeouts), member("arrival", \loss_recovery.arrival),
    ])
    try expect("scoreboard", scoreboard.self, [
      member("ranges", \scoreboard.ranges), member("sacked", \scoreboard.sacked),
      member("highest", \scoreboard.highest), member("count", \scoreboard.count),
    ])
    try expect("selective_block", selective_block.self, [
      member("start", \selective_block.start), member("end", \selective_block.end),
    ])
    try expect("work", work.self, [
      member("first", \work.first), member("second", \work.second), member("third", \work.third),
    ])
  }

  /// All counters are 64-bit words, one behind the other: their names and order are all there is to compare.
  func testStatistics() throws {
    let object = try ObjectTypes().structure("statistics")
    let names = Mirror(reflecting: statistics()).children.compactMap(\.label)
    XCTAssertEqual(object.members.map(\.name), names)
    XCTAssertEqual(object.members.map(\.offset), names.indices.map { $0 * 8 })
    XCTAssertEqual(Set(object.members.map(\.size)), [8])
    XCTAssertEqual(object.size, MemoryLayout<statistics>.size)
    XCTAssertEqual(MemoryLayout<statistics>.offset(of: \.frames_received), 0)
    XCTAssertEqual(MemoryLayout<statistics>.offset(of: \.log_entries_lost), object.size - 8)
  }

  /// The program counts by place, not by name: `Counter`'s cases must be the structure's members in their order.
  func testCountersAreInTheOrderOfTheStatistics() throws {
    let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Sources/DataPlane/Counter.swift").standardizedFileURL
    let cases = try String(contentsOf: source, encoding: .utf8).split(separator: "\n")
      .map { $0.trimmingCharacters(in: .whitespaces) }.filter { $0.hasPrefix("case ") }.map { $0.dropFirst(5) }
    let names = cases.map { name in
      name.map { $0.isUppercase ? "_\($0.lowercased())" : "\($0)" }.joined()
    }
    XCTAssertEqual(names, try ObjectTypes().structure("statistics").members.map(\.name))
  }

  private func member<S, T>(_ name: String, _ field: KeyPath<S, T>) -> Member {
    Member(name: name, offset: MemoryLayout<S>.offset(of: field) ?? -1, size: MemoryLayout<T>.size)
  }

  private func expect<S>(
    _ name: String, _ type: S.Type, _ members: [Member], file: StaticString = #filePath, line: UInt = #line
  ) throws {
    let object = try ObjectTypes().structure(name)
    XCTAssertEqual(object.members, members, file: file, line: line)
    XCTAssertEqual(object.size, MemoryLayout<S>.size, file: file, line: line)
  }
}
