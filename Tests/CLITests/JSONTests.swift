import DataPlaneABI
import Foundation
import LabKit
import ServerControl
import XCTest

/// The names of JSON fields are documented and stay. Needs root.
final class JSONTests: XCTestCase {
  private static let states = [
    "total", "closed", "listen", "syn_received", "established", "fin_wait_1", "fin_wait_2", "close_wait", "closing",
    "last_ack", "time_wait",
  ]

  private func assertNames(
    _ object: Any?, _ names: [String], file: StaticString = #filePath, line: UInt = #line
  ) throws {
    let object = try XCTUnwrap(object as? [String: Any], file: file, line: line)
    XCTAssertEqual(object.keys.sorted(), names.sorted(), file: file, line: line)
  }

  func testAttachAndDetach() throws {
    let lab = try LoaderLab()
    try assertNames(try lab.attach(), ["outcome", "interface", "mode", "program_id", "pins", "notices"])
    try assertNames(try lab.loader("detach", lab.interface, "--json").object(), ["outcome", "interface"])
  }

  func testStatus() throws {
    let lab = try LoaderLab()
    let none = try lab.loader("status", "--json").object()
    XCTAssertEqual((none["servers"] as? [Any])?.count, 0)
    try lab.attach("--address", "192.0.2.7", "--window", "1000", "--half-open-timeout", "500ms")
    let servers = try XCTUnwrap(try lab.loader("status", "--json").object()["servers"] as? [[String: Any]])
    XCTAssertEqual(servers.count, 1)
    let server = servers[0]
    try assertNames(
      server,
      ["interface", "interface_index", "driver", "mtu", "mode", "kept_by", "pins", "program", "ports", "addresses",
        "max_sessions", "max_time_wait", "sessions", "window", "maximum_segment_size_ipv4",
        "maximum_segment_size_ipv6", "timeouts_ns", "sends_bursts", "transport", "pump", "site"])
    try assertNames(server["site"], ["generation", "resources", "bytes", "held", "access_log"])
    try assertNames(server["program"], ["name", "id", "tag", "age_ns", "run_count", "run_time_ns"])
    try assertNames(server["sessions"], Self.states)
    try assertNames(server["timeouts_ns"], ["half_open", "idle", "closing", "time_wait"])
    try assertNames(
      server["transport"],
      ["congestion_control", "initial_window", "sack", "timestamps", "window_scaling", "ecn", "minimum_timeout_ns",
        "maximum_timeout_ns", "give_up_ns", "keep_alive"])
    try assertNames(
      server["pump"],
      ["state", "interfaces", "rate", "rounds", "last_round_age_ns", "wakes", "segments_sent", "fault", "mend"])
    XCTAssertEqual(server["sends_bursts"] as? Bool, true)
    XCTAssertEqual(server["driver"] as? String, "veth")
    XCTAssertEqual(server["mode"] as? String, "native")
    XCTAssertEqual(server["kept_by"] as? String, "pin")
    XCTAssertEqual(server["ports"] as? [Int], [8080])
    XCTAssertEqual(server["window"] as? Int, 1000)
    XCTAssertEqual(server["maximum_segment_size_ipv4"] as? Int, 1460)
    XCTAssertEqual(server["maximum_segment_size_ipv6"] as? Int, 1440)
    XCTAssertEqual((server["timeouts_ns"] as? [String: Int])?["half_open"], 500_000_000)
    let addresses = Set(try XCTUnwrap(server["addresses"] as? [String]))
    XCTAssertTrue(addresses.isSuperset(of: ["10.77.0.1", "fd77::1", "192.0.2.7"]), "\(addresses)")
    XCTAssertFalse(addresses.contains("127.0.0.1"))
  }

  func testStatistics() throws {
    let lab = try LoaderLab()
    try lab.attach()
    XCTAssertEqual(try lab.curl(), "Hello, XDP!\n")
    let servers = try XCTUnwrap(try lab.loader("stats", "--json").object()["servers"] as? [[String: Any]])
    XCTAssertEqual(servers.count, 1)
    try assertNames(servers[0], ["interface", "monotonic_ns", "sessions", "counters"])
    try assertNames(servers[0]["counters"], Counter.all.map(\.name))
    let counters = try XCTUnwrap(servers[0]["counters"] as? [String: Int])
    XCTAssertEqual(counters["requests"], 1)
    XCTAssertEqual(counters["sessions_opened"], 1)
    XCTAssertEqual(counters["sessions_established"], 1)
  }

  func testWatchGivesALineEachSecondWithRates() throws {
    let lab = try LoaderLab()
    try lab.attach()
    let process = try lab.lab.server.namespace.start(Products.loader, "stats", lab.interface, "--watch", "--json")
    try process.waitForOutput("rates_per_second", timeout: .seconds(30))
    process.signal(SIGINT)
    XCTAssertEqual(process.wait(timeout: .seconds(30)), .exited(0))
    let lines = process.standardOutput.split(separator: "\n")
    let objects = try lines.map { try JSONSerialization.jsonObject(with: Data($0.utf8)) }
    XCTAssertGreaterThanOrEqual(objects.count, 2)
    try assertNames(objects[1], ["interface", "monotonic_ns", "sessions", "counters", "rates_per_second"])
  }

  func testSessions() throws {
    let lab = try LoaderLab()
    try lab.attach()
    let connection = try TCPConnection(in: lab.lab.client.namespace, to: lab.lab.server.ipv6, port: 8080)
    try connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    XCTAssertEqual(try connection.receive(129).count, 129)
    let found = try XCTUnwrap(try lab.loader("sessions", "--json").object()["sessions"] as? [[String: Any]])
    XCTAssertEqual(found.count, 1)
    try assertNames(
      found[0],
      ["interface", "state", "local_address", "local_port", "remote_address", "remote_port", "vlans", "bytes_received",
        "bytes_sent", "bytes_in_flight", "round_trip_ns", "congestion_window", "slow_start_threshold", "recovery",
        "segments_retransmitted", "requests", "segments_received", "age_ns", "expires_in_ns"])
    XCTAssertEqual(found[0]["state"] as? String, "established")
    XCTAssertEqual(found[0]["local_address"] as? String, "fd77::1")
    XCTAssertEqual(found[0]["local_port"] as? Int, 8080)
    XCTAssertEqual(found[0]["remote_address"] as? String, "fd77::2")
    XCTAssertEqual(found[0]["bytes_received"] as? Int, 27)
    XCTAssertEqual(found[0]["bytes_sent"] as? Int, 129)
    XCTAssertEqual(found[0]["requests"] as? Int, 1)
    XCTAssertEqual(found[0]["segments_retransmitted"] as? Int, 0)
    XCTAssertEqual(found[0]["recovery"] as? String, "none")
    XCTAssertGreaterThanOrEqual(try XCTUnwrap(found[0]["congestion_window"] as? Int), 10 * 1428)
    XCTAssertGreaterThan(try XCTUnwrap(found[0]["round_trip_ns"] as? Int), 0)
    XCTAssertTrue(found[0]["slow_start_threshold"] is NSNull)
    let text = try lab.loader("sessions", "--state", "established").output
    XCTAssertTrue(text.contains("[fd77::1]:8080"), text)
    let none = try lab.loader("sessions", "--state", "time-wait", "--json").object()
    XCTAssertEqual((none["sessions"] as? [Any])?.count, 0)
  }

  func testCheck() throws {
    let lab = try LoaderLab()
    let result = try lab.loader("check", lab.interface, "--json")
    XCTAssertEqual(result.code, 0, "\(result)")
    try assertNames(try result.object(), ["worst", "findings"])
    let findings = try XCTUnwrap(try result.object()["findings"] as? [[String: Any]])
    for finding in findings { try assertNames(finding, ["level", "subject", "sentence", "mend"]) }
    XCTAssertEqual(
      findings.map { $0["subject"] as? String },
      ["kernel", "privileges", "bpffs", "jit", "bpf_spin_lock", "bpf_timer_start", "bpf_xdp_adjust_tail",
        "bpf_xdp_load_bytes", "veth", "sch_tbf", "clsact", "program", "link", "driver", "native", "mtu",
        "addresses", "veth_peer", "attached"])
  }

  func testCheckAsksTheDriver() throws {
    let lab = try LoaderLab()
    try lab.lab.server.namespace.run("ip", "link", "add", "plain0", "link", lab.interface, "type", "macvlan")
    let native = try lab.loader("check", lab.interface).output
    let plain = try lab.loader("check", "plain0").output
    if plain.contains("does not tell beforehand") {
      // Linux before 6.3: neither is told.
      XCTAssertTrue(native.contains("does not tell beforehand whether veth has a native mode"), native)
    } else {
      XCTAssertTrue(native.contains("veth has a native mode"), native)
      XCTAssertTrue(plain.contains("macvlan says that it has no native mode as it is set up now"), plain)
    }
    let refused = try lab.loader("attach", "plain0")
    XCTAssertEqual(refused.code, 69, "\(refused)")
    XCTAssertTrue(
      refused.errors.hasPrefix("xdp_loader: the driver macvlan of plain0 has no native mode"), refused.errors)
  }

  func testCheckFindsWhatIsWrong() throws {
    let lab = try LoaderLab(clientHasProgram: false)
    try lab.lab.server.namespace.run("ip", "link", "set", "dev", lab.interface, "down")
    let result = try lab.loader("check", lab.interface)
    XCTAssertEqual(result.code, 0, "\(result)")
    XCTAssertTrue(result.output.contains("\(lab.interface) is down"), result.output)
    XCTAssertTrue(result.output.contains("-> ip link set \(lab.interface) up"), result.output)
    XCTAssertTrue(result.output.contains("has no XDP program: native answers do not reach it"), result.output)
    XCTAssertEqual(try lab.loader("check", "lo").code, 1)
  }

  func testFailure() throws {
    let lab = try LoaderLab()
    let failure = try lab.loader("detach", lab.interface, "--json").failure()
    try assertNames(failure, ["kind", "exit_code", "sentence", "mend"])
    XCTAssertEqual(failure["kind"] as? String, "not_attached")
    XCTAssertEqual(failure["exit_code"] as? Int, 67)
  }
}
