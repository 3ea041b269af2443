import DataPlaneABI
import HTTPCore
import PacketKit
import XCTest

/// Answers that take more than one segment: they leave as copies of the received frame, each made a segment.
final class BurstTests: XCTestCase {
  private static let body = pattern(60_000)
  private var server: TestServer!
  private let get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
  private let head = "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n"
  private let lastGet = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

  override func setUpWithError() throws {
    server = try TestServer.sending(.bytes(Self.body)) {
      $0.initial_window = 64
      $0.maximum_segment_size_ipv4 = 8960
      $0.maximum_segment_size_ipv6 = 8940
    }
  }

  private func connect(_ stranger: Client, _ options: TCPOption...) throws -> Client {
    let (client, _) = try stranger.connected(to: server, options: options)
    try server.expectDrop(client.ack())
    return client
  }

  /// As many segments as the peer's window has room for, by the device map that makes as many copies or a few more.
  func testBurstsOfEveryLength() throws {
    for count in 1...TestServer.longestBurst {
      let size = 536
      var client = try connect(TestServer.stranger(ipv6: count % 2 == 0), .maximumSegmentSize(UInt16(size)))
      client.window = UInt16(count * size)
      let request = client.data(get)
      var changes = Changes.taken(get.utf8.count, sent: count * size, requests: 1).adding(
        [\.frames_received: 1, \.segments_received: 1, \.segments_sent: UInt64(count)])
      if count > 1 { changes[\.bursts] = 1 }
      let departure = try server.expectCounters(changes) { try server.depart(request.bytes) }
      XCTAssertEqual(departure.segments.count, count)
      let copies = try XCTUnwrap(TestServer.copyCounts.first { $0 >= count })
      XCTAssertEqual(departure.surplus, count == 1 ? 0 : copies - count, "for \(count) segments")
      let segments = try departure.segments.map { try client.hear($0) }
      for segment in segments {
        XCTAssertEqual(segment.tcp.payload.count, size)
        XCTAssertEqual(segment.tcp.flags, .ack, "more is to come")
        XCTAssertEqual(segment.tcp.acknowledgment, client.next)
        XCTAssertEqual(segment.tcp.options, [])
      }
      XCTAssertEqual(segments.payload, Array((Self.head(Self.body.count) + Self.body)[..<(count * size)]))
      try server.expectDrop(client.rst())
    }
  }

  /// Bodies from the first byte to the last, over every kind of path and with segments of many sizes.
  func testWholeAnswers() throws {
    let paths: [(ipv6: Bool, tags: [VLANTag])] = [
      (false, []), (true, []), (false, [.dot1Q(5)]), (true, [.dot1ad(6), .dot1Q(7)]),
    ]
    let expected = Self.head(Self.body.count, .close) + Self.body
    for (index, size) in [536, 1460, 997, 1220, 3400, 1448].enumerated() {
      let path = paths[index % paths.count]
      let stranger = TestServer.stranger(ipv6: path.ipv6, tags: path.tags)
      var client = try connect(stranger, .maximumSegmentSize(UInt16(size)))
      let sent = try server.counter(\.segments_sent)
      let segments = try server.download(client.data(lastGet), for: &client, size: size)
      XCTAssertEqual(segments.payload, expected, "segments of \(size) over \(path)")
      XCTAssertEqual(try server.counter(\.segments_sent) - sent, UInt64(segments.count))
      for segment in segments.dropLast() { XCTAssertEqual(segment.tcp.flags, .ack) }
      XCTAssertEqual(segments.last?.tcp.flags, [.ack, .psh, .fin])
      XCTAssertEqual(try server.session(of: client)?.bytes_sent, UInt64(expected.count))
      try server.expectDrop(client.rst())
    }
  }

  /// The stream of several answers is cut where segments end, not where answers do.
  func testAnswersOneBehindTheOther() throws {
    let full = Self.head(Self.body.count) + Self.body
    let last = Self.head(Self.body.count, .close) + Self.body
    let expected = full + full + Self.head(Self.body.count) + last
    for stranger in TestServer.strangers() {
      var client = try connect(stranger, .maximumSegmentSize(1000))
      let segments = try server.download(client.data(get + get + head + lastGet), for: &client, size: 1000)
      XCTAssertEqual(segments.payload, expected)
      XCTAssertEqual(segments.last?.tcp.flags, [.ack, .psh, .fin])
      XCTAssertEqual(segments.filter { $0.tcp.flags.contains(.fin) }.count, 1)
      try server.expectDrop(client.rst())
    }
  }

  /// RFC 7323 3.2: every segment says the time and echoes the peer's, and they take their place from the payload.
  func testTimestampsOnEverySegment() throws {
    for stranger in TestServer.strangers() {
      var (client, _) = try stranger.connected(
        to: server, options: [.maximumSegmentSize(1460), .timestamps(value: 7, echo: 0)])
      var time: UInt32 = 100
      func stamped(_ frame: Frame) -> Frame {
        time += 1
        return frame.with { $0.tcp.options = [.noOperation, .noOperation, .timestamps(value: time, echo: 0)] }
      }
      XCTAssertEqual(try server.depart(stamped(client.ack()).bytes).segments, [])
      var segments = try server.exchange(stamped(client.data(lastGet)), for: &client)
      var received: [UInt8] = []
      var latest: UInt32?
      while !segments.isEmpty {
        for segment in segments {
          guard segment.tcp.options.count == 3, case .timestamps(let value, let echo) = segment.tcp.options[2] else {
            return XCTFail("options \(segment.tcp.options)")
          }
          XCTAssertEqual(segment.tcp.options[..<2], [.noOperation, .noOperation])
          XCTAssertEqual(echo, time)
          XCTAssertLessThan((latest.map { value &- $0 }) ?? 0, 60_000, "goes forward, and by no more than a minute")
          latest = value
        }
        for segment in segments.dropLast() { XCTAssertEqual(segment.tcp.payload.count, 1448) }
        received += segments.payload
        segments = try server.exchange(stamped(client.ack()), for: &client)
      }
      XCTAssertEqual(received, Self.head(Self.body.count, .close) + Self.body)
      try server.expectDrop(client.rst())
    }
  }

  func testWithoutCopiesOneSegmentLeaves() throws {
    try server.configured({ $0.exit = UInt8(BURST_EXIT_NONE.rawValue) }) {
      var client = try connect(TestServer.stranger(), .maximumSegmentSize(1460))
      let answer = try server.answer(to: client.data(get), for: &client)
      XCTAssertEqual(answer.tcp.payload.count, 1460)
      try server.expectDrop(client.rst())
    }
  }

  // MARK: - Copies

  /// A plan has its place until so many later ones have come; what comes for it then finds another's.
  func testCopiesOfAForgottenPlanAreDropped() throws {
    var client = try connect(TestServer.stranger(), .maximumSegmentSize(536))
    client.window = 1072
    let old = try server.run(client.data(get).bytes)
    XCTAssertEqual(old.action, .redirect)
    for _ in 0..<128 {
      var other = try connect(TestServer.stranger(), .maximumSegmentSize(536))
      other.window = 1072
      XCTAssertEqual(try server.run(other.data(get).bytes).action, .redirect)
      try server.expectDrop(other.rst())
    }
    let program = try server.object.program("burst_test")
    try server.expectCounters([\.dropped_plan: 1]) {
      XCTAssertEqual(try program.testRun(input: old.output).action, .drop)
    }
  }

  func testFramesWithoutAMarkAreDropped() throws {
    let program = try server.object.program("burst_test")
    let client = TestServer.stranger()
    let serials: [[UInt8]] = [[0, 0, 0, 0], [0xff, 0xff, 0xff, 0xff]]
    var frames = serials.map { [1, 0x58, 0x54, 0x53] + $0 + client.ack().bytes.dropFirst(8) }
    frames.append(client.ack().bytes)
    for frame in frames {
      try server.expectCounters([\.dropped_plan: 1]) {
        XCTAssertEqual(try program.testRun(input: frame).action, .drop)
      }
    }
  }

  // MARK: - SKB mode

  /// The mark lies before the frame, which the kernel gets as it came: the tc program behind makes the segments.
  func testInSKBModeTheFrameIsPassedWithAMark() throws {
    try server.configured({ $0.exit = UInt8(BURST_EXIT_SKB.rawValue) }) {
      for stranger in TestServer.strangers() {
        var client = try connect(stranger, .maximumSegmentSize(1000))
        let request = client.data(get)
        let changes = Changes.taken(get.utf8.count, sent: 60_000, requests: 1).adding([
          \.frames_received: 1, \.segments_received: 1, \.segments_sent: 60, \.bursts: 1,
        ])
        client.window = 60_000
        let wide = request.with { $0.tcp.window = 60_000 }
        let result = try server.expectCounters(changes) {
          try server.program.testRun(input: wide.bytes, context: .init())
        }
        XCTAssertEqual(result.action, .pass)
        XCTAssertEqual(Array(result.output.prefix(4)), [1, 0x58, 0x54, 0x53])
        XCTAssertEqual(Array(result.output.dropFirst(8)), wide.bytes)
        // The plan itself is what it would be in native mode, but that nothing is dropped.
        let mark = Array(result.output.prefix(8))
        let departure = try server.burst(of: mark + wide.bytes.dropFirst(8))
        XCTAssertEqual(departure.surplus, 0)
        let segments = try departure.segments.map { try client.hear($0) }
        XCTAssertEqual(segments.payload, Array((Self.head(Self.body.count) + Self.body)[..<60_000]))
        try server.expectDrop(client.rst())
      }
    }
  }

  /// A test run gives a packet of tc no metadata: here it can only be seen that the program leaves others' alone.
  /// LabTests have it make segments.
  func testTheIngressProgramLeavesOtherPacketsAlone() throws {
    let program = try server.object.program("burst_ingress")
    for stranger in TestServer.strangers() {
      let frame = stranger.ack().bytes
      let result = try server.expectCounters([:]) { try program.testRun(input: frame) }
      XCTAssertEqual(Int32(bitPattern: result.verdict), -1)
      XCTAssertEqual(result.output, frame)
    }
  }

  // MARK: -

  /// The head of a 200 answer to HTTP/1.1, as RFC 9112 has it.
  static func head(_ length: Int, _ persistence: Persistence = .implied) -> [UInt8] {
    let close = persistence == .close ? "Connection: close\r\n" : ""
    return Array(
      """
        HTTP/1.1 200 OK\r
        Date: Sun, 06 Nov 1994 08:49:37 GMT\r
        Content-Type: application/octet-stream\r
        Content-Length: \(length)\r
        \(close)\r

        """.utf8)
  }
}
