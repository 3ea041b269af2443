import DataPlaneABI
import HTTPCore
import PacketKit
import XCTest

/// Requests of every kind and cut, and their answers to the last byte.
final class RequestTests: XCTestCase {
  private var server: TestServer!
  private let get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
  private let head = "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n"

  override func setUpWithError() throws { server = try TestServer.shared() }

  func testTheAnswerInFull() throws {
    for stranger in TestServer.strangers() {
      var client = try server.connect(stranger)
      let text = """
        HTTP/1.1 200 OK\r
        Date: Sun, 06 Nov 1994 08:49:37 GMT\r
        Content-Type: text/plain; charset=utf-8\r
        Content-Length: 12\r
        \r
        Hello, XDP!

        """
      let answer = try server.expectAnswer(
        to: client.data(get), for: &client,
        counting: .taken(get.utf8.count, sent: text.utf8.count, requests: 1))
      server.expect(answer, [.ack, .psh], Array(text.utf8))
      let session = try XCTUnwrap(try server.session(of: client))
      XCTAssertEqual(session.bytes_received, UInt64(get.utf8.count))
      XCTAssertEqual(session.bytes_sent, UInt64(text.utf8.count))
      XCTAssertEqual(session.requests, 1)
      XCTAssertEqual(session.segments_received, 3)
    }
  }

  func testSplitAtEveryByte() throws {
    let bytes = Array(get.utf8)
    for stranger in TestServer.strangers() {
      var client = try server.connect(stranger)
      for place in 1..<bytes.count {
        try server.expectAcknowledgment(
          of: client.data(Array(bytes[..<place])), for: &client, counting: .taken(place))
        try expect(client.data(Array(bytes[place...])), &client, .ok)
      }
    }
  }

  func testByteByByte() throws {
    var client = try server.connect(TestServer.stranger())
    let bytes = Array(get.utf8)
    for byte in bytes.dropLast() {
      try server.expectAcknowledgment(of: client.data([byte]), for: &client, counting: .taken(1))
    }
    try expect(client.data([bytes[bytes.count - 1]]), &client, .ok)
  }

  /// With heads of every length modulo the parser's chunks and the words of the checksum.
  func testHeadsOfManyLengths() throws {
    for stranger in TestServer.strangers() {
      var client = try server.connect(stranger)
      for length in Array(0..<140) + stride(from: 140, to: 3300, by: 97) {
        let filler = String(repeating: "a", count: length)
        try expect(client.data("GET /\(filler) HTTP/1.1\r\nHost: x\r\n\r\n"), &client, .ok)
        try expect(client.data("GET / HTTP/1.1\r\nHost: x\r\nX: \(filler)\r\n\r\n"), &client, .ok)
      }
    }
  }

  func testHead() throws {
    var client = try server.connect(TestServer.stranger())
    try expect(client.data(head), &client, .ok, headOnly: true)
    try expect(client.data(get), &client, .ok)
    try expectLast(client.data("HEAD / HTTP/1.1\r\n\r\n"), &client, .badRequest, headOnly: true)
  }

  func testHTTP10() throws {
    var client = try server.connect(TestServer.stranger())
    try expect(client.data("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"), &client, .ok, .keepAlive)
    try expectLast(client.data("GET / HTTP/1.0\r\n\r\n"), &client, .ok)
  }

  func testConnectionClose() throws {
    for stranger in TestServer.strangers() {
      var client = try server.connect(stranger)
      try expect(client.data(get), &client, .ok)
      try expectLast(client.data("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), &client, .ok)
    }
  }

  func testRefusalsCloseTheConnection() throws {
    let cases: [(request: String, AnswerKind)] = [
      ("GET / HTTP/1.1\r\n\r\n", .badRequest), ("nonsense\r\n", .badRequest), ("\0", .badRequest),
      ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", .badRequest),
      ("BREW / HTTP/1.1\r\nHost: x\r\n\r\n", .notImplemented),
      ("GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", .notImplemented),
      ("GET / HTTP/2.0\r\n", .versionNotSupported),
      ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\n\r\n", .contentTooLarge),
    ]
    for (request, kind) in cases {
      for stranger in TestServer.strangers() {
        var client = try server.connect(stranger)
        try expectLast(client.data(request), &client, kind)
        // What follows is acknowledged and not read.
        let rest = client.data(get)
        let answer = try server.expectAnswer(to: rest, for: &client, counting: .taken(get.utf8.count))
        server.expect(answer, .ack, [])
      }
    }
  }

  /// Heads that are too long end where they pass the limit, and not one byte before (RFC 9112 3, RFC 6585 5).
  func testLimits() throws {
    try expectLimit("GET /" + String(repeating: "a", count: Int(RequestLimits.target) - 5), .uriTooLong)
    let line = "GET / HTTP/1.1\r\nHost: x\r\nX: "
    try expectLimit(
      line + String(repeating: "a", count: Int(RequestLimits.head) - line.utf8.count), .headerTooLarge)
  }

  private func expectLimit(_ text: String, _ kind: AnswerKind) throws {
    for size in [1460, 1000, 3300] {
      var client = try server.connect(TestServer.stranger())
      var rest = Array(text.utf8)[...]
      let last = rest.popLast()!
      while !rest.isEmpty {
        let piece = Array(rest.prefix(size))
        rest = rest.dropFirst(size)
        try server.expectAcknowledgment(of: client.data(piece), for: &client, counting: .taken(piece.count))
      }
      try expectLast(client.data([last]), &client, kind)
    }
  }

  func testContentIsSkipped() throws {
    var client = try server.connect(TestServer.stranger())
    for length in [1, 2, 63, 64, 65, 1000, 2000] {
      let request = "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: \(length)\r\n\r\n"
      // With its head, after its head, and cut in two: the answer comes once all of it is there.
      try expect(client.data(request + String(repeating: "\0", count: length)), &client, .ok)
      try server.expectAcknowledgment(
        of: client.data(request), for: &client, counting: .taken(request.utf8.count))
      let half = length / 2
      if half > 0 {
        try server.expectAcknowledgment(
          of: client.data([UInt8](repeating: 10, count: half)), for: &client, counting: .taken(half))
      }
      try expect(client.data([UInt8](repeating: 10, count: length - half)), &client, .ok)
      try expect(client.data(get), &client, .ok)
    }
  }

  func testChunkedContentIsSkippedHoweverItIsCut() throws {
    var client = try server.connect(TestServer.stranger())
    let request = Array(
      "GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nA: b\r\n\r\n".utf8)
    for cut in stride(from: 1, to: request.count, by: 3) {
      try server.expectAcknowledgment(
        of: client.data(Array(request[..<cut])), for: &client, counting: .taken(cut))
      try expect(client.data(Array(request[cut...])), &client, .ok)
    }
  }

  func testUnsegmentedInput() throws {
    // A local sender's segments may be larger than any wire's.
    var client = try server.connect(TestServer.stranger())
    let filler = String(repeating: "a", count: 3000)
    let request = "GET /?\(filler) HTTP/1.1\r\nHost: x\r\n\r\n"
    try expect(client.data(request), &client, .ok)
  }

  // MARK: -

  private func expect(
    _ frame: Frame, _ client: inout Client, _ kind: AnswerKind, _ persistence: Persistence = .implied,
    headOnly: Bool = false, file: StaticString = #filePath, line: UInt = #line
  ) throws {
    let payload = TestServer.content(kind, persistence, headOnly: headOnly)
    let changes = Changes.taken(frame.tcp.payload.count, sent: payload.count, requests: 1)
    let answer = try server.expectAnswer(to: frame, for: &client, counting: changes, file: file, line: line)
    XCTAssertEqual(answer.tcp.acknowledgment, client.next, file: file, line: line)
    server.expect(answer, [.ack, .psh], payload, file: file, line: line)
  }

  /// The answer after which the server closes.
  private func expectLast(
    _ frame: Frame, _ client: inout Client, _ kind: AnswerKind, headOnly: Bool = false,
    file: StaticString = #filePath, line: UInt = #line
  ) throws {
    let payload = TestServer.content(kind, .close, headOnly: headOnly)
    let isRefused = kind != .ok
    let changes = Changes.taken(
      frame.tcp.payload.count, sent: payload.count, requests: isRefused ? 0 : 1, refused: isRefused ? 1 : 0)
    let answer = try server.expectAnswer(to: frame, for: &client, counting: changes, file: file, line: line)
    XCTAssertEqual(answer.tcp.acknowledgment, client.next, file: file, line: line)
    server.expect(answer, [.ack, .psh, .fin], payload, file: file, line: line)
    let state = try server.session(of: client).map { UInt32($0.tcp.state) }
    XCTAssertEqual(state, TCP_STATE_FIN_WAIT_1.rawValue, file: file, line: line)
  }

  /// The answer that ends a connection lies in the content in one piece too, its checksum included.
  func testShortClosingAnswersAreOnePiece() throws {
    for method in ["GET", "HEAD"] {
      var client = try server.connect(TestServer.stranger())
      let text = "\(method) / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
      let payload = try server.answer(to: client.data(text), for: &client).tcp.payload
      XCTAssertTrue(String(decoding: payload, as: UTF8.self).contains("\r\nConnection: close\r\n\r\n"), method)
      let session = try XCTUnwrap(try server.session(of: client))
      XCTAssertNotEqual(session.queue.answers.0.flags & UInt8(ANSWER_IN_ONE_PIECE.rawValue), 0, method)
      XCTAssertNotEqual(session.queue.answers.0.checksum, 0, method)
    }
  }
}
