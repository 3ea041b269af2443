import LabKit
import XCTest

/// The session table when it is full.
final class CapacityTests: XCTestCase {
  func testTenThousandSessionsAndNotOneMore() throws {
    let server = try ServerLab()
    try server.waitUntilNoSessions()
    let space = server.lab.client.namespace
    let connections = try TCPConnection.many(
      10_000, in: space, to: server.lab.server.ipv4, port: 8080, timeout: .seconds(30))
    XCTAssertEqual(connections.filter { $0 == nil }.count, 0)
    XCTAssertEqual(try server.sessions().count, 10_000)

    // The next one is turned away and counted, and takes nobody's place.
    XCTAssertThrowsError(
      try TCPConnection(in: space, to: server.lab.server.ipv6, port: 8080, timeout: .milliseconds(800)))
    XCTAssertGreaterThanOrEqual(try server.counter("sessions_refused"), 1)
    let request = "GET / HTTP/1.1\r\nHost: lab\r\n\r\n"
    for connection in connections { try connection?.send(request) }
    for connection in connections { assertHello(try Response.read(from: try XCTUnwrap(connection))) }

    // A place that gets free is given away again.
    connections[0]?.reset()
    try waitUntil("one session has gone") { try server.sessions().count == 9_999 }
    let next = try server.connect()
    try next.send(request)
    assertHello(try Response.read(from: next))
  }

  func testLimitIsWhatTheOperatorAsksFor() throws {
    let server = try ServerLab(.skb, "--max-sessions", "8")
    try server.waitUntilNoSessions()
    let connections = try TCPConnection.many(
      20, in: server.lab.client.namespace, to: server.lab.server.ipv4, port: 8080, timeout: .seconds(3))
    XCTAssertEqual(connections.compactMap { $0 }.count, 8)
    XCTAssertEqual(try server.sessions().count, 8)
  }
}
