import DataPlaneABI
import PacketKit
import XCTest

/// A connection that ends before its timer's entry comes up: nobody looks at it any more, and who comes after it on the
/// same flow has a timer of its own.
final class WithdrawnEntryTests: XCTestCase {
  private var server: TestServer!
  private var wire: Wire!
  private let lastGet = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

  override func setUpWithError() throws {
    // The entry of the handshake, after 128 ms, comes before any time-out, so there is one.
    server = try TestServer.sending { $0.minimum_timeout = 200_000 }
    wire = try Wire()
  }

  override func tearDown() { wire?.close() }

  private func session(_ client: Client) throws -> session { try XCTUnwrap(try server.session(of: client)) }

  private func inTimeWait(_ stranger: Client) throws -> Client {
    var client = try server.connect(stranger)
    _ = try server.answer(to: client.data(lastGet), for: &client)
    XCTAssertGreaterThan(try session(client).timer_entry, 0)
    _ = try server.answer(to: client.fin(), for: &client)
    XCTAssertEqual(UInt32(try session(client).tcp.state), TCP_STATE_TIME_WAIT.rawValue)
    return client
  }

  func testAConnectionInTimeWaitIsNotLookedAt() throws {
    for stranger in TestServer.strangers() {
      let client = try inTimeWait(stranger)
      XCTAssertEqual(try session(client).timer_entry, 0)
      // Whoever looks at a session that is claimed has to look again, and again.
      try server.change(client) { $0.claimed = 1 }
      XCTAssertEqual(try server.roundsToRest(on: wire), [])
      try server.change(client) { $0.claimed = 0 }
      try server.changePump { $0.is_running = 1 }
    }
  }

  /// The entry is not due for a while, and all that the pump has.
  func testThePumpNeedNotStayAwakeForIt() throws {
    for stranger in TestServer.strangers() {
      _ = try inTimeWait(stranger)
      XCTAssertEqual(try server.round().end, .ended)
    }
  }

  func testTheNextConnectionHasItsTimer() throws {
    for stranger in TestServer.strangers() {
      var client = try inTimeWait(stranger)
      client = stranger.again(initial: client.next &+ 1)
      let first = try server.run(client.syn().bytes)
      XCTAssertEqual(first.action, .transmit)
      let deadline = try session(client).tcp.timer_deadline
      XCTAssertEqual(try server.rounds(on: wire), [first.output])
      XCTAssertGreaterThanOrEqual(TestServer.now(), deadline)
      _ = try client.hear(first.output)
      try server.expectDrop(client.ack(), counting: [\.sessions_established: 1])
      let answer = try server.run(client.data(lastGet).bytes)
      XCTAssertEqual(try server.rounds(on: wire), [answer.output])
      try server.expectDrop(client.rst())
      XCTAssertEqual(try server.roundsToRest(on: wire), [])
      try server.changePump { $0.is_running = 1 }
    }
  }
}
