import HTTPCore
import PacketKit
import XCTest

/// The peer's window closes, opens and moves back (RFC 9293 3.8.6).
final class WindowTests: XCTestCase {
  private var server: TestServer!
  private let get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

  override func setUpWithError() throws { server = try TestServer.shared() }

  func testClosedWindowHoldsTheAnswerBackUntilItOpens() throws {
    for stranger in TestServer.strangers() {
      var client = try server.connect(stranger)
      let expected = TestServer.content(.ok)
      client.window = 0
      try server.expectAcknowledgment(
        of: client.data(get), for: &client, counting: .taken(get.utf8.count, requests: 1))
      try server.expectDrop(client.ack(), counting: [:])
      client.window = 65535
      let answer = try server.expectAnswer(to: client.ack(), for: &client, counting: .taken(sent: expected.count))
      server.expect(answer, [.ack, .psh], expected)
    }
  }

  func testClosedWindowHoldsTheFinishBackToo() throws {
    var client = try server.connect(TestServer.stranger())
    let request = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    let expected = TestServer.content(.ok, .close)
    client.window = UInt16(expected.count)
    let answer = try server.expectAnswer(
      to: client.data(request), for: &client,
      counting: .taken(request.utf8.count, sent: expected.count, requests: 1))
    server.expect(answer, [.ack, .psh], expected)
    client.window = 0
    try server.expectDrop(client.ack(), counting: [:])
    client.window = 1
    let last = try server.expectAnswer(to: client.ack(), for: &client, counting: [:])
    server.expect(last, [.ack, .fin], [])
  }

  /// Nor less than a segment, unless it is all that is left (RFC 9293 3.8.6.2.1).
  func testShrunkWindowSendsNothingUntilItIsPassedAgain() throws {
    var client = try server.connect(TestServer.stranger(), segmentSize: 200)
    let expected = Array(repeatElement(TestServer.content(.ok), count: 3).joined())
    client.window = 200
    let text = String(repeating: get, count: 3)
    let first = try server.expectAnswer(
      to: client.data(text), for: &client, counting: .taken(text.utf8.count, sent: 200, requests: 3))
    server.expect(first, .ack, Array(expected[..<200]))
    // The right edge was at 200, and moves back to 100.
    client.expected = first.tcp.sequence &+ 50
    client.window = 50
    try server.expectDrop(client.ack(), counting: [:])
    // At 200 again there is still nothing that may be sent; beyond it there is.
    client.window = 150
    try server.expectDrop(client.ack(), counting: [:])
    for window in [151, expected.count - 51] {
      client.window = UInt16(window)
      try server.expectDrop(client.ack(), counting: [:])
    }
    client.window = UInt16(expected.count - 50)
    let rest = try server.expectAnswer(to: client.ack(), for: &client, counting: .taken(sent: expected.count - 200))
    XCTAssertEqual(rest.tcp.sequence, first.tcp.sequence &+ 200)
    server.expect(rest, [.ack, .psh], Array(expected[200...]))
  }

  /// RFC 9293 3.10.7.4: an older segment's window is not taken (SND.WL1, SND.WL2).
  func testWindowOfAnOlderSegmentIsNotTaken() throws {
    var client = try server.connect(TestServer.stranger(), segmentSize: 81)
    var old = client
    old.window = 0
    client.window = 81
    let expected = TestServer.content(.ok)
    let first = try server.expectAnswer(
      to: client.data(get), for: &client, counting: .taken(get.utf8.count, sent: 81, requests: 1))
    XCTAssertEqual(first.tcp.payload, Array(expected[..<81]))
    let late = old.segment(.ack)
    try server.expectAcknowledgment(
      of: late.with { $0.tcp.sequence = client.next &- UInt32(get.utf8.count) }, for: &client,
      counting: [\.challenge_acknowledgments_sent: 1, \.dropped_out_of_window: 1])
    client.window = 80
    let second = try server.expectAnswer(to: client.ack(), for: &client, counting: .taken(sent: expected.count - 81))
    XCTAssertEqual(second.tcp.payload, Array(expected[81...]))
  }
}
