import LabKit
import XCTest

/// Programs that people use get the answer, with no error at all, in both modes and over both families.
final class ClientTests: XCTestCase {
  func testCurlShowsTheGreeting() throws {
    try everywhere { server, family in
      let result = try server.curl(family, "--fail", "-i")
      XCTAssertEqual(result.ending, .exited(0), "\(result)")
      XCTAssertTrue(result.output.hasPrefix("HTTP/1.1 200 OK\r\n"), result.output)
      XCTAssertTrue(result.output.hasSuffix("\r\n\r\nHello, XDP!\n"), result.output)
    }
  }

  func testCurlReusesAConnection() throws {
    try everywhere { server, family in
      let url = server.url(family)
      let opened = try server.counter("sessions_opened")
      let result = try server.curl(family, url, url, url)
      XCTAssertEqual(result.output, String(repeating: Response.hello, count: 4), "\(result)")
      XCTAssertEqual(try server.counter("sessions_opened") - opened, 1)
    }
  }

  func testWrkKeepsConnectionsAlive() throws {
    try everywhere { server, family in
      try wrk(server, family, connections: 16)
      try wrk(server, family, connections: 256)
    }
  }

  func testWrkClosesConnections() throws {
    try everywhere { server, family in
      try wrk(server, family, connections: 16, "-H", "Connection: close")
      try wrk(server, family, connections: 256, "-H", "Connection: close")
    }
  }

  func testApacheBench() throws {
    try everywhere { server, family in
      try apacheBench(server, family, "-k")
      try apacheBench(server, family)
    }
  }

  private func wrk(
    _ server: ServerLab, _ family: ServerLab.Family, connections: Int, _ arguments: String..., line: UInt = #line
  ) throws {
    let before = try server.counter("requests")
    let result = try Command.attempt(
      server.lab.client.namespace.entering(
        ["wrk", "-t1", "-c\(connections)", "-d1s"] + arguments + [server.url(family)]))
    XCTAssertTrue(result.succeeded, "\(result)", line: line)
    // wrk prints these lines only where there was an error.
    XCTAssertFalse(result.output.contains("Socket errors"), result.output, line: line)
    XCTAssertFalse(result.output.contains("Non-2xx"), result.output, line: line)
    let requests = try XCTUnwrap(result.output.firstMatch(of: /(\d+) requests in/)?.1, result.output, line: line)
    XCTAssertGreaterThan(try XCTUnwrap(Int(requests)), connections, result.output, line: line)
    XCTAssertGreaterThanOrEqual(try server.counter("requests") - before, Int(requests)!, line: line)
  }

  private func apacheBench(
    _ server: ServerLab, _ family: ServerLab.Family, _ arguments: String..., line: UInt = #line
  ) throws {
    let result = try Command.attempt(
      server.lab.client.namespace.entering(
        ["ab", "-q", "-n", "3000", "-c", "64", "-s", "5"] + arguments + [server.url(family)]))
    XCTAssertTrue(result.succeeded, "\(result)", line: line)
    for (name, value) in [("Complete requests", "3000"), ("Failed requests", "0")] {
      let text = result.output.split(separator: "\n").first { $0.hasPrefix(name) }
      XCTAssertEqual(text?.split(separator: " ").last.map(String.init), value, result.output, line: line)
    }
    XCTAssertFalse(result.output.contains("Non-2xx"), result.output, line: line)
  }
}
