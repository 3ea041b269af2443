import DataPlaneABI
import PacketKit
import XCTest

/// A full table: who makes way for whom.
final class TableTests: XCTestCase {
  private var server: TestServer!
  private let lastGet = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

  private nonisolated(unsafe) static var loaded: TestServer?

  override func setUpWithError() throws {
    let server = try Self.loaded ?? .patient(maxSessions: 4)
    Self.loaded = server
    let sessions = try server.object.map("sessions")
    var keys: [[UInt8]] = []
    try sessions.forEachKey { keys.append($0) }
    for key in keys { try sessions.delete(bytes: key) }
    self.server = server
  }

  override class func tearDown() { loaded = nil }

  func testFullTableRefusesAndCounts() throws {
    var clients = try (0..<4).map { _ in try server.connect(TestServer.stranger()) }
    let before = try clients.map { try bytes(of: $0) }
    for _ in 0..<3 {
      var late = TestServer.stranger(ipv6: true)
      try server.expectDrop(late.syn(), counting: [\.sessions_refused: 1])
      XCTAssertNil(try server.session(of: late))
    }
    XCTAssertEqual(try clients.map { try bytes(of: $0) }, before, "live sessions are not touched")
    // A place that becomes free is taken.
    try server.expectDrop(clients.removeFirst().rst(), counting: [\.sessions_reset: 1])
    var next = TestServer.stranger()
    _ = try server.expectAnswer(to: next.syn(), for: &next, counting: .opening)
    XCTAssertEqual(try server.sessionCount(), 4)
  }

  func testHalfOpenSessionsStayToo() throws {
    for _ in 0..<4 {
      var client = TestServer.stranger()
      _ = try server.expectAnswer(to: client.syn(), for: &client, counting: .opening)
    }
    var late = TestServer.stranger()
    try server.expectDrop(late.syn(), counting: [\.sessions_refused: 1])
    XCTAssertEqual(try server.sessionCount(), 4)
  }

  func testTimeWaitMakesWayTheOldestFirst() throws {
    let live = try (0..<2).map { _ in try server.connect(TestServer.stranger()) }
    let old = try inTimeWait(TestServer.stranger())
    let young = try inTimeWait(TestServer.stranger(ipv6: true))
    let before = try live.map { try bytes(of: $0) }

    var newcomer = TestServer.stranger()
    _ = try server.expectAnswer(
      to: newcomer.syn(), for: &newcomer, counting: Changes.opening.adding([\.time_wait_recycled: 1]))
    XCTAssertNil(try server.session(of: old))
    XCTAssertNotNil(try server.session(of: young))
    var next = TestServer.stranger()
    _ = try server.expectAnswer(
      to: next.syn(), for: &next, counting: Changes.opening.adding([\.time_wait_recycled: 1]))
    XCTAssertNil(try server.session(of: young))

    var late = TestServer.stranger()
    try server.expectDrop(late.syn(), counting: [\.sessions_refused: 1])
    XCTAssertEqual(try live.map { try bytes(of: $0) }, before, "live sessions never make way")
    XCTAssertEqual(try server.sessionCount(), 4)
  }

  /// Its entry in the queue of those in TIME-WAIT is still there, and must not be the end of it.
  func testReopenedSessionIsLiveAgain() throws {
    let stranger = TestServer.stranger()
    let closed = try inTimeWait(stranger)
    var client = stranger.again(initial: closed.next &+ 1000)
    _ = try server.expectAnswer(
      to: client.syn(), for: &client, counting: Changes.opening.adding([\.sessions_reopened: 1]))
    try server.expectDrop(client.ack(), counting: [\.sessions_established: 1])
    for _ in 0..<3 { _ = try server.connect(TestServer.stranger()) }
    let before = try bytes(of: client)
    var late = TestServer.stranger()
    try server.expectDrop(late.syn(), counting: [\.sessions_refused: 1])
    XCTAssertEqual(try bytes(of: client), before)
  }

  func testReopeningWorksInAFullTable() throws {
    let stranger = TestServer.stranger()
    let closed = try inTimeWait(stranger)
    for _ in 0..<3 { _ = try server.connect(TestServer.stranger()) }
    var client = stranger.again(initial: closed.next &+ 1000)
    _ = try server.expectAnswer(
      to: client.syn(), for: &client, counting: Changes.opening.adding([\.sessions_reopened: 1]))
    XCTAssertEqual(try server.sessionCount(), 4)
  }

  /// Whatever comes that is no SYN neither needs a place nor takes one.
  func testFullTableStillResetsStrangers() throws {
    for _ in 0..<4 { _ = try server.connect(TestServer.stranger()) }
    var ghost = TestServer.stranger()
    let ack = ghost.ack()
    try server.expectAnswer(to: ack, for: &ghost, counting: [\.resets_sent: 1]).check(.reset(for: ack))
  }

  private func bytes(of client: Client) throws -> [UInt8] {
    try XCTUnwrap(try server.object.map("sessions").lookup(bytes: server.flowBytes(of: client)))
  }

  private func inTimeWait(_ stranger: Client) throws -> Client {
    var client = try server.connect(stranger)
    _ = try server.answer(to: client.data(lastGet), for: &client)
    try server.expectAcknowledgment(of: client.fin(), for: &client, counting: [\.sessions_closed: 1])
    XCTAssertEqual(try server.session(of: client)?.tcp.state, UInt8(TCP_STATE_TIME_WAIT.rawValue))
    return client
  }
}
