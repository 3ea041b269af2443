import DataPlaneABI
import HTTPCore
import PacketKit
import XCTest

/// FINs in every order (RFC 9293 3.6, figures 12 and 13).
final class CloseTests: XCTestCase {
  private var server: TestServer!
  private let get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
  private let lastGet = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

  override func setUpWithError() throws { server = try TestServer.shared() }

  func testClientFirst() throws {
    for stranger in TestServer.strangers() {
      var client = try server.connect(stranger)
      let answer = try server.expectAnswer(to: client.fin(), for: &client, counting: [:])
      server.expect(answer, [.ack, .fin], [])
      XCTAssertEqual(answer.tcp.acknowledgment, client.next)
      try expect(client, TCP_STATE_LAST_ACK)
      try server.expectDrop(client.ack(), counting: [\.sessions_closed: 1])
      XCTAssertNil(try server.session(of: client))
      // Nothing is left that would know this connection.
      let late = client.ack()
      try server.expectAnswer(to: late, for: &client, counting: [\.resets_sent: 1]).check(.reset(for: late))
    }
  }

  func testServerFirst() throws {
    for stranger in TestServer.strangers() {
      var client = try closedByServer(stranger)
      try expect(client, TCP_STATE_FIN_WAIT_1)
      try server.expectDrop(client.ack(), counting: [:])
      try expect(client, TCP_STATE_FIN_WAIT_2)
      try server.expectAcknowledgment(of: client.fin(), for: &client, counting: [\.sessions_closed: 1])
      try expect(client, TCP_STATE_TIME_WAIT)
    }
  }

  func testServerFirstAndAnsweredAtOnce() throws {
    var client = try closedByServer(TestServer.stranger())
    try server.expectAcknowledgment(of: client.fin(), for: &client, counting: [\.sessions_closed: 1])
    try expect(client, TCP_STATE_TIME_WAIT)
  }

  func testBothAtOnce() throws {
    for stranger in TestServer.strangers() {
      var client = try server.connect(stranger)
      var deaf = client
      _ = try server.answer(to: client.data(lastGet), for: &client)
      deaf.next = client.next
      let fin = deaf.fin()
      client.next = deaf.next
      try server.expectAcknowledgment(of: fin, for: &client, counting: [:])
      try expect(client, TCP_STATE_CLOSING)
      try server.expectDrop(client.ack(), counting: [\.sessions_closed: 1])
      try expect(client, TCP_STATE_TIME_WAIT)
    }
  }

  func testFinishWithARequest() throws {
    for stranger in TestServer.strangers() {
      var client = try server.connect(stranger)
      let expected = TestServer.content(.ok)
      let answer = try server.expectAnswer(
        to: client.fin(get), for: &client, counting: .taken(get.utf8.count, sent: expected.count, requests: 1))
      server.expect(answer, [.ack, .psh, .fin], expected)
      XCTAssertEqual(answer.tcp.acknowledgment, client.next)
      try server.expectDrop(client.ack(), counting: [\.sessions_closed: 1])
    }
  }

  func testFinishInTheMiddleOfARequest() throws {
    var client = try server.connect(TestServer.stranger())
    try server.expectAcknowledgment(of: client.data("GET / HT"), for: &client, counting: .taken(8))
    let answer = try server.expectAnswer(to: client.fin("TP/1"), for: &client, counting: .taken(4))
    server.expect(answer, [.ack, .fin], [])
  }

  /// The client has finished, and still gets all its answers.
  func testHalfClosedWithAnswersPending() throws {
    for stranger in TestServer.strangers() {
      var client = try server.connect(stranger, segmentSize: 100)
      client.window = 0
      let expected = Array(repeatElement(TestServer.content(.ok), count: 2).joined())
      let text = String(repeating: get, count: 2)
      try server.expectAcknowledgment(
        of: client.data(text), for: &client, counting: .taken(text.utf8.count, requests: 2))
      try server.expectAcknowledgment(of: client.fin(), for: &client, counting: [:])
      try expect(client, TCP_STATE_CLOSE_WAIT)
      client.window = 100
      let first = try server.expectAnswer(to: client.ack(), for: &client, counting: .taken(sent: 100))
      server.expect(first, .ack, Array(expected[..<100]))
      client.window = 65535
      let second = try server.expectAnswer(to: client.ack(), for: &client, counting: .taken(sent: 100))
      server.expect(second, .ack, Array(expected[100..<200]))
      let last = try server.expectAnswer(to: client.ack(), for: &client, counting: .taken(sent: expected.count - 200))
      server.expect(last, [.ack, .psh, .fin], Array(expected[200...]))
      try expect(client, TCP_STATE_LAST_ACK)
      try server.expectDrop(client.ack(), counting: [\.sessions_closed: 1])
    }
  }

  /// Ours comes again by the timer.
  func testRepeatedFinishInLastAckIsAcknowledged() throws {
    var client = try server.connect(TestServer.stranger())
    let fin = client.fin()
    let first = try server.expectAnswer(to: fin, for: &client, counting: [:])
    server.expect(first, [.ack, .fin], [])
    try server.expectAcknowledgment(
      of: fin, for: &client, counting: [\.duplicate_acknowledgments_sent: 1, \.dropped_out_of_window: 1])
    // Without an acknowledgment of our FIN the connection stays.
    try server.expectDrop(client.ack().with { $0.tcp.acknowledgment &-= 1 }, counting: [:])
    try expect(client, TCP_STATE_LAST_ACK)
    try server.expectDrop(client.ack(), counting: [\.sessions_closed: 1])
  }

  /// RFC 9293 3.10.7.4, TIME-WAIT.
  func testRepeatedFinishInTimeWait() throws {
    for stranger in TestServer.strangers() {
      var client = try closedByServer(stranger)
      let fin = client.fin()
      try server.expectAcknowledgment(of: fin, for: &client, counting: [\.sessions_closed: 1])
      for _ in 0..<3 {
        // The kernel's coarse clock may stand still from one frame to the next.
        try server.change(client) { $0.deadline -= 1_000_000_000 }
        let before = try XCTUnwrap(try server.session(of: client)).deadline
        try server.expectAcknowledgment(
          of: fin, for: &client, counting: [\.duplicate_acknowledgments_sent: 1, \.dropped_out_of_window: 1])
        XCTAssertGreaterThan(try XCTUnwrap(try server.session(of: client)).deadline, before)
      }
      try expect(client, TCP_STATE_TIME_WAIT)
    }
  }

  func testTimeWaitIsReopenedByANewerSyn() throws {
    for stranger in TestServer.strangers() {
      for ahead: UInt32 in [0, 1, 100_000, 0x7fff_ffff] {
        var client = try inTimeWait(stranger)
        let last = client.expected
        client = stranger.again(initial: client.next &+ ahead)
        let synAck = try server.expectAnswer(
          to: client.syn(), for: &client, counting: Changes.opening.adding([\.sessions_reopened: 1]))
        XCTAssertEqual(synAck.tcp.flags, [.syn, .ack])
        XCTAssertEqual(synAck.tcp.acknowledgment, client.initial &+ 1)
        XCTAssertGreaterThan(Int32(bitPattern: synAck.tcp.sequence &- last), 0, "beyond the old numbers")
        try server.expectDrop(client.ack(), counting: [\.sessions_established: 1])
        let expected = TestServer.content(.ok)
        let answer = try server.expectAnswer(
          to: client.data(get), for: &client, counting: .taken(get.utf8.count, sent: expected.count, requests: 1))
        server.expect(answer, [.ack, .psh], expected)
        try server.expectDrop(client.rst(), counting: [\.sessions_reset: 1])
      }
    }
  }

  func testTimeWaitIsNotReopenedByAnOlderSyn() throws {
    var client = try inTimeWait(TestServer.stranger())
    let old = client.segment(.syn).with { $0.tcp.sequence = client.next &- 1 }
    try server.expectAcknowledgment(
      of: old, for: &client, counting: [\.challenge_acknowledgments_sent: 1, \.dropped_flags: 1])
    for flags: TCPFlags in [[.syn, .ack], [.syn, .fin]] {
      let segment = client.segment(flags).with { $0.tcp.sequence = client.next &+ 10 }
      try server.expectAcknowledgment(
        of: segment, for: &client, counting: [\.challenge_acknowledgments_sent: 1, \.dropped_flags: 1])
    }
    try expect(client, TCP_STATE_TIME_WAIT)
  }

  func testDataAfterTheFinishIsNotTaken() throws {
    var client = try server.connect(TestServer.stranger())
    client.window = 0
    try server.expectAcknowledgment(of: client.fin(), for: &client, counting: [:])
    let next = client.next
    var more = client
    let data = more.data(get)
    let answer = try server.expectAnswer(to: data, for: &client, counting: [:])
    XCTAssertEqual(answer.tcp.acknowledgment, next)
    XCTAssertEqual(try server.session(of: client)?.requests, 0)
  }

  // MARK: -

  private func expect(_ client: Client, _ state: tcp_state, file: StaticString = #filePath, line: UInt = #line) throws {
    XCTAssertEqual(try server.session(of: client).map { UInt32($0.tcp.state) }, state.rawValue, file: file, line: line)
  }

  /// A client that has heard the server's FIN and not answered it.
  private func closedByServer(_ stranger: Client) throws -> Client {
    var client = try server.connect(stranger)
    let expected = TestServer.content(.ok, .close)
    let answer = try server.expectAnswer(
      to: client.data(lastGet), for: &client,
      counting: .taken(lastGet.utf8.count, sent: expected.count, requests: 1))
    server.expect(answer, [.ack, .psh, .fin], expected)
    return client
  }

  private func inTimeWait(_ stranger: Client) throws -> Client {
    var client = try closedByServer(stranger)
    try server.expectAcknowledgment(of: client.fin(), for: &client, counting: [\.sessions_closed: 1])
    try expect(client, TCP_STATE_TIME_WAIT)
    return client
  }
}

extension Client {
  /// The same client before its handshake.
  func again(initial: UInt32) -> Client {
    Client(from: address, port: port, to: server, serverPort: serverPort, initial: initial, tags: ethernet.tags)
  }
}
