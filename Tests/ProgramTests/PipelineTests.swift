import DataPlaneABI
import HTTPCore
import PacketKit
import XCTest

/// More requests than answers fit a segment: the answers come whole and in order, a segment for each of the client's.
final class PipelineTests: XCTestCase {
  private var server: TestServer!
  private let get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
  private let head = "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n"

  override func setUpWithError() throws { server = try TestServer.shared() }

  func testManyRequestsInASegment() throws {
    for stranger in TestServer.strangers() {
      for count in [2, 3, 15, 16, 17, 50] {
        var client = try server.connect(stranger)
        let request = client.data(String(repeating: get, count: count))
        let expected = Array(repeatElement(TestServer.content(.ok), count: count).joined())
        let received = try server.expectCounters(
          Changes.taken(request.tcp.payload.count, sent: expected.count, requests: count).adding(
            server.segments(for: expected.count, size: client.address.isIPv4 ? 1460 : 1440))
        ) { try server.collect(request, for: &client) }
        XCTAssertEqual(received, expected)
        try server.expectDrop(client.rst(), counting: [\.sessions_reset: 1])
      }
    }
  }

  /// Sessions remember four runs of equal answers; what is beyond waits until those are acknowledged.
  func testMoreKindsOfAnswersThanASessionHolds() throws {
    var client = try server.connect(TestServer.stranger())
    let both = TestServer.content(.ok) + TestServer.content(.ok, headOnly: true)
    let text = get + head + get + head + get + head
    let first = try server.expectAnswer(
      to: client.data(text), for: &client,
      counting: Changes.taken(text.utf8.count, sent: both.count * 2, requests: 4).adding([\.segments_kept: 1]))
    XCTAssertEqual(first.tcp.payload, both + both)
    XCTAssertEqual(first.tcp.acknowledgment, client.next)
    let second = try server.expectAnswer(
      to: client.ack(), for: &client, counting: .taken(sent: both.count, requests: 2))
    server.expect(second, [.ack, .psh], both)
  }

  func testCloseAmongPipelinedRequests() throws {
    var client = try server.connect(TestServer.stranger())
    let close = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    let expected = TestServer.content(.ok) + TestServer.content(.ok, .close)
    let text = get + close + get + get
    let answer = try server.expectAnswer(
      to: client.data(text), for: &client, counting: .taken(text.utf8.count, sent: expected.count, requests: 2))
    server.expect(answer, [.ack, .psh, .fin], expected)
  }

  func testRefusalAmongPipelinedRequests() throws {
    var client = try server.connect(TestServer.stranger())
    let expected = TestServer.content(.ok) + TestServer.content(.badRequest, .close)
    let text = get + "nonsense\r\n" + get
    let answer = try server.expectAnswer(
      to: client.data(text), for: &client,
      counting: .taken(text.utf8.count, sent: expected.count, requests: 1, refused: 1))
    server.expect(answer, [.ack, .psh, .fin], expected)
  }

  /// Each answer starts at another offset modulo a word, and is cut at odd places: every checksum has to be right.
  func testSegmentSizesOfEveryKind() throws {
    let expected = Array(repeatElement(TestServer.content(.ok), count: 5).joined())
    for size in Array(UInt16(48)...70) + [91, 92, 93, 94, 127, 128, 255, 256, 257, 511, 512, 513] {
      var client = TestServer.stranger(ipv6: size % 3 == 0)
      _ = try server.answer(to: client.syn(options: [.maximumSegmentSize(size)]), for: &client)
      try server.expectDrop(client.ack())
      let request = client.data(String(repeating: get, count: 5))
      let received = try server.expectCounters(
        Changes.taken(request.tcp.payload.count, sent: expected.count, requests: 5).adding(
          server.segments(for: expected.count, size: Int(size)))
      ) { try server.collect(request, for: &client) }
      XCTAssertEqual(received, expected, "segments of \(size)")
    }
  }

  func testWindowsOfEverySize() throws {
    let expected = TestServer.content(.ok)
    for window in Array(UInt16(1)...40) + [64, 91, 92, 93, 94] {
      // Never larger, or a part of it would be too little to send (RFC 9293 3.8.6.2.1).
      var client = TestServer.stranger(ipv6: window % 2 == 0)
      client.window = window
      client = try server.connect(client)
      let request = client.data(get)
      let received = try server.expectCounters(
        Changes.taken(request.tcp.payload.count, sent: expected.count, requests: 1).adding(
          server.segments(for: expected.count, size: Int(window)))
      ) { try server.collect(request, for: &client) }
      XCTAssertEqual(received, expected, "a window of \(window)")
    }
  }
}

extension TestServer {
  /// Sends a segment, acknowledges what comes until nothing more does, and returns it all.
  func collect(_ frame: Frame, for client: inout Client) throws -> [UInt8] {
    var received: [UInt8] = []
    var next = frame
    for _ in 0..<2000 {
      let result = try run(next.bytes)
      if result.action == .drop { return received }
      guard result.action == .transmit else { break }
      let expected = client.expected
      let part = try client.hear(result.output)
      guard part.tcp.sequence == expected, part.tcp.acknowledgment == client.next, !part.tcp.payload.isEmpty
      else { break }
      received += part.tcp.payload
      next = client.ack()
    }
    throw ProgramTestFailure(description: "the answer broke off after \(received.count) bytes")
  }

  /// What `collect` moves: an answer for each piece, and the last ACK, which is not answered.
  func segments(for bytes: Int, size: Int) -> Changes {
    let count = UInt64((bytes + size - 1) / size)
    return [\.frames_received: count + 1, \.segments_received: count + 1, \.segments_sent: count]
  }
}
