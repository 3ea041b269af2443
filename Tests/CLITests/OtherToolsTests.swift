import Foundation
import LabKit
import XCTest

/// What bpftool and ip show of the server. Needs root.
final class OtherToolsTests: XCTestCase {
  func testIPLinkNamesTheProgram() throws {
    let lab = try LoaderLab()
    let id = try XCTUnwrap(try lab.attach()["program_id"] as? Int)
    let text = try lab.lab.server.namespace.run("ip", "link", "show", "dev", lab.interface)
    XCTAssertTrue(text.contains("prog/xdp id \(id) name xdp_tcp_server"), text)
    XCTAssertTrue(try Command.run("bpftool", "prog", "list").contains("\(id): xdp  name xdp_tcp_server"))
  }

  func testMapDumpsHaveNamedFields() throws {
    let lab = try LoaderLab()
    let report = try lab.attach()
    let pins = try XCTUnwrap(report["pins"] as? String)
    XCTAssertEqual(try lab.curl(), "Hello, XDP!\n")
    let connection = try TCPConnection(in: lab.lab.client.namespace, to: lab.lab.server.ipv4, port: 8080)
    try waitUntil("a session is there") {
      try lab.loader("sessions", "--state", "established").output.contains("10.77.0.1:8080")
    }
    let sessions = try Command.run("bpftool", "map", "dump", "pinned", "\(pins)/map_sessions")
    for name in ["remote_address", "remote_port", "bytes_received", "deadline", "state", "next"] {
      XCTAssertTrue(sessions.contains("\"\(name)\""), "\(name) is not in \(sessions)")
    }
    let statistics = try Command.run("bpftool", "map", "dump", "pinned", "\(pins)/map_statistics")
    XCTAssertTrue(statistics.contains("\"sessions_established\""), statistics)
    connection.close()
  }
}
