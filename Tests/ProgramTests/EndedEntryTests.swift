import DataPlaneABI
import Glibc
import PacketKit
import XCTest

/// The session clock's entry of a session that has ended is passed over when it comes up, by a mark in `ended`: when
/// the session was created, times two, and one more if it has left the table.
final class EndedEntryTests: XCTestCase {
  private let lastGet = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

  private func gone(_ session: session) -> UInt64 { session.created * 2 + 1 }

  /// The mark at a session's place.
  private func mark(_ session: session, _ server: TestServer) throws -> UInt64 {
    try XCTUnwrap(server.object.map("ended").lookup(session.tcp.label & 131_071, as: UInt64.self))
  }

  private func session(_ client: Client, _ server: TestServer) throws -> session {
    try XCTUnwrap(try server.session(of: client))
  }

  private func inTimeWait(_ client: Client, _ server: TestServer) throws -> Client {
    var client = try server.connect(client)
    _ = try server.answer(to: client.data(lastGet), for: &client)
    _ = try server.answer(to: client.fin(), for: &client)
    return client
  }

  func testASessionThatIsResetLeavesItsMark() throws {
    let server = try TestServer()
    for stranger in TestServer.strangers() {
      var client = try server.connect(stranger)
      let before = try session(client, server)
      XCTAssertNotEqual(try mark(before, server), gone(before))
      try server.expectDrop(client.rst())
      XCTAssertNil(try server.session(of: client))
      XCTAssertEqual(try mark(before, server), gone(before))
    }
  }

  func testOneThatHasMadeWayLeavesItsMark() throws {
    let server = try TestServer(maxSessions: 2)
    let first = try inTimeWait(Client(port: 41_000), server)
    let second = try inTimeWait(Client(port: 41_001), server)
    let before = try [first, second].map { try session($0, server) }
    XCTAssertNotEqual(before[0].tcp.label, before[1].tcp.label)
    // The oldest goes for one of another flow, the other for one of the same.
    _ = try server.connect(Client(port: 41_002))
    XCTAssertNil(try server.session(of: first))
    XCTAssertEqual(try mark(before[0], server), gone(before[0]))
    // In TIME-WAIT there is no timer, but a time when that ends.
    XCTAssertEqual(try mark(before[1], server), before[1].created * 2)
    _ = try server.connect(Client(port: 41_001, initial: second.next &+ 100_000))
    XCTAssertEqual(try mark(before[1], server), gone(before[1]))
    XCTAssertNotEqual(try session(second, server).created, before[1].created)
  }

  /// By a mark that is not true the clock loses sight of a session: that is how much a mark counts.
  func testTheClockPassesOverWhatIsMarked() throws {
    let server = try TestServer {
      $0.half_open_timeout = 200_000_000
      $0.expiry_interval = 50_000_000
    }
    var marked = Client(port: 41_000)
    var other = Client(port: 41_001)
    _ = try server.answer(to: marked.syn(), for: &marked)
    let before = try session(marked, server)
    try server.object.map("ended").update(before.tcp.label & 131_071, gone(before))
    _ = try server.answer(to: other.syn(), for: &other)
    // A mark of another session is none of its.
    try server.object.map("ended").update(try session(other, server).tcp.label & 131_071, gone(before))
    for _ in 0..<1000 where try server.session(of: other) != nil { usleep(20_000) }
    XCTAssertNil(try server.session(of: other))
    XCTAssertNotNil(try server.session(of: marked))
  }
}
