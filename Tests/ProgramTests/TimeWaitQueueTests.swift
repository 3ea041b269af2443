import DataPlaneABI
import Glibc
import PacketKit
import XCTest

/// What is left of closed connections.
final class TimeWaitQueueTests: XCTestCase {
  private let closing = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

  /// - Parameter text: what the client's FIN brings along. With some it is no expected segment, and another stage's.
  private func enterTimeWait(_ server: TestServer, _ port: UInt16, with text: String = "") throws -> Client {
    var client = try server.connect(Client(port: port))
    _ = try server.answer(to: client.data(closing), for: &client)
    _ = try server.answer(to: client.fin(text), for: &client)
    XCTAssertEqual(try server.session(of: client)?.tcp.state, 9)
    return client
  }

  private func reopen(_ server: TestServer, _ closed: Client) throws -> Client {
    var client = Client(port: 41_000).again(initial: closed.next &+ 1000)
    _ = try server.expectAnswer(
      to: client.syn(), for: &client, counting: Changes.opening.adding([\.sessions_reopened: 1]))
    try server.expectDrop(client.ack(), counting: [\.sessions_established: 1])
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

  /// `--max-time-wait`: one more ends the oldest, and touches nobody else.
  func testOneMoreThanTheLimitEndsTheOldest() throws {
    let server = try TestServer(maxSessions: 20, maxTimeWait: 3)
    let live = try server.connect(Client(port: 40_000))
    let clients = try (0..<3).map { try enterTimeWait(server, 41_000 + $0) }
    XCTAssertEqual(try server.counter(\.time_wait_recycled), 0)
    XCTAssertEqual(try server.sessionCount(), 4)
    _ = try enterTimeWait(server, 42_000)
    XCTAssertEqual(try server.counter(\.time_wait_recycled), 1)
    XCTAssertNil(try server.session(of: clients[0]))
    _ = try enterTimeWait(server, 42_001, with: "x")
    XCTAssertEqual(try server.counter(\.time_wait_recycled), 2)
    XCTAssertNil(try server.session(of: clients[1]))
    XCTAssertEqual(try server.session(of: clients[2])?.tcp.state, 9)
    XCTAssertEqual(try server.session(of: live)?.tcp.state, 3)
    XCTAssertEqual(try server.sessionCount(), 4)
  }

  /// The key of a session that was opened again stays in the queue. When its turn comes the session may be live.
  func testReopenedOneIsNotEndedInItsOldOnesPlace() throws {
    let server = try TestServer(maxSessions: 20, maxTimeWait: 2)
    let closed = try enterTimeWait(server, 41_000)
    let second = try enterTimeWait(server, 41_001)
    let again = try reopen(server, closed)
    _ = try enterTimeWait(server, 42_000)
    XCTAssertEqual(try server.counter(\.time_wait_recycled), 0)
    XCTAssertEqual(try server.session(of: again)?.tcp.state, 3)
    XCTAssertEqual(try server.session(of: second)?.tcp.state, 9)
    _ = try enterTimeWait(server, 42_001)
    XCTAssertEqual(try server.counter(\.time_wait_recycled), 1)
    XCTAssertNil(try server.session(of: second))
    XCTAssertEqual(try server.session(of: again)?.tcp.state, 3)
  }

  /// Nor is it ended before its turn when it has come to TIME-WAIT again.
  func testReopenedOneThatClosesAgainHasItsOwnTurn() throws {
    let server = try TestServer(maxSessions: 20, maxTimeWait: 2)
    let closed = try enterTimeWait(server, 41_000)
    let second = try enterTimeWait(server, 41_001)
    var again = try reopen(server, closed)
    _ = try server.answer(to: again.data(closing), for: &again)
    _ = try server.answer(to: again.fin(), for: &again)
    XCTAssertEqual(try server.counter(\.time_wait_recycled), 0)
    XCTAssertEqual(try server.session(of: again)?.tcp.state, 9)
    XCTAssertEqual(try server.session(of: second)?.tcp.state, 9)
    _ = try enterTimeWait(server, 42_000)
    XCTAssertEqual(try server.counter(\.time_wait_recycled), 1)
    XCTAssertNil(try server.session(of: second))
    XCTAssertEqual(try server.session(of: again)?.tcp.state, 9)
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
