import DataPlaneABI
import Glibc
import PacketKit
import XCTest

/// What is left of closed connections.
final class TimeWaitQueueTests: XCTestCase {
  private let closing = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

  private func enterTimeWait(_ server: TestServer, _ port: UInt16) throws -> Client {
    var client = try server.connect(Client(port: port))
    _ = try server.answer(to: client.data(closing), for: &client)
    _ = try server.answer(to: client.fin(), for: &client)
    XCTAssertEqual(try server.session(of: client)?.tcp.state, 9)
    return client
  }

  /// Sessions in TIME-WAIT that expired in their time leave their keys in the queue `time_wait`; these must not stand
  /// between a newcomer and the session in TIME-WAIT that can go.
  func testExpiredOnesDoNotHideTheOneThatCanGo() throws {
    // Long enough to look at each session before it expires, on a slow machine too.
    let server = try TestServer(maxSessions: 20) {
      $0.time_wait_timeout = 2_000_000_000
      $0.expiry_interval = 10_000_000
    }
    for port in 0..<20 { _ = try enterTimeWait(server, 41_000 + UInt16(port)) }
    for _ in 0..<1000 where try server.sessionCount() > 0 { usleep(20_000) }
    XCTAssertEqual(try server.sessionCount(), 0)

    var settings = try XCTUnwrap(server.object.map("configuration").lookup(UInt32(0), as: configuration.self))
    settings.time_wait_timeout = 60_000_000_000
    try server.object.map("configuration").update(UInt32(0), settings)
    for port in 0..<10 { _ = try server.connect(Client(port: 42_000 + UInt16(port))) }
    for port in 0..<10 { _ = try enterTimeWait(server, 43_000 + UInt16(port)) }
    XCTAssertEqual(try server.sessionCount(), 20)
    var newcomer = Client(port: 44_000)
    XCTAssertEqual(try server.run(newcomer.syn().bytes).action, .transmit, "10 sessions in TIME-WAIT could have gone")
  }

  /// RFC 9293 3.10.7.4: only a retransmitted FIN restarts the 2 MSL time-out.
  func testAcknowledgmentsDoNotProlongTimeWait() throws {
    let server = try TestServer()
    let client = try enterTimeWait(server, 41_000)
    let before = try XCTUnwrap(server.session(of: client)).deadline
    usleep(20_000)
    try server.expectDrop(client.ack())
    XCTAssertEqual(try XCTUnwrap(server.session(of: client)).deadline, before)
  }
}
