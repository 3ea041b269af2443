import BPF
import DataPlaneABI
import PacketKit
import XCTest

/// Answers that are longer than the frame that asked for them. A test run gives a frame 256 bytes of head room, of
/// which the kernel keeps some, and the rest of its page as tail room.
final class RoomTests: XCTestCase {
  private let get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

  /// Into the head for the first ones, into the tail for what needs more.
  func testSmallFramesGrowToAnySize() throws {
    let server = try TestServer.shared()
    for stranger in TestServer.strangers() {
      for count in 1...16 {
        // The answers wait behind a closed window: the frame that brings them is a bare ACK.
        var client = try server.connect(stranger)
        client.window = 0
        let text = String(repeating: get, count: count)
        try server.expectAcknowledgment(
          of: client.data(text), for: &client, counting: .taken(text.utf8.count, requests: count))
        client.window = 65535
        let expected = Array(repeatElement(TestServer.content(.ok), count: count).joined())
        let size = min(expected.count, client.address.isIPv4 ? 1460 : 1440)
        let ack = client.ack()
        let answer = try server.expectAnswer(to: ack, for: &client, counting: .taken(sent: size))
        XCTAssertEqual(answer.bytes.count, ack.bytes.count + size)
        XCTAssertEqual(answer.tcp.payload, Array(expected[..<size]))
        try server.expectDrop(client.rst(), counting: [\.sessions_reset: 1])
      }
    }
  }

  /// Metadata in front of the frame takes head room away, and has to stay where it is.
  func testMetadataTakesHeadRoom() throws {
    let server = try TestServer.shared()
    for length in stride(from: 4, through: 32, by: 4) {
      for count in 1...8 {
        var client = try server.connect(TestServer.stranger(ipv6: length % 8 == 0))
        let metadata = (0..<length).map { UInt8(0xa0 + $0) }
        let request = client.data(String(repeating: get, count: count))
        let expected = Array(repeatElement(TestServer.content(.ok), count: count).joined())
        let changes = Changes.taken(request.tcp.payload.count, sent: expected.count, requests: count).adding(
          [\.frames_received: 1, \.segments_received: 1, \.segments_sent: 1])
        let result = try server.expectCounters(changes) {
          try server.program.testRun(
            input: metadata + request.bytes, context: XDPContext(metadataLength: length))
        }
        XCTAssertEqual(result.action, .transmit)
        XCTAssertEqual(Array(result.output.prefix(length)), metadata)
        let answer = try client.hear(Array(result.output.dropFirst(length)))
        server.expect(answer, [.ack, .psh], expected)
      }
    }
  }

  /// A frame that fills its page can't be grown by much: the answer leaves as a copy of it, which has room of its own.
  func testFrameWithoutTailRoom() throws {
    let server = try TestServer.shared()
    func jumbo(_ exit: burst_exit) -> (inout configuration) -> Void {
      {
        $0.maximum_segment_size_ipv4 = 8960
        $0.maximum_segment_size_ipv6 = 8940
        $0.exit = UInt8(exit.rawValue)
      }
    }
    for stranger in TestServer.strangers() {
      for size in [1000, 2900, 3300, 3400, 3440] {
        try server.configured(jumbo(BURST_EXIT_NATIVE)) {
          let (client, request, expected) = try requests(server, stranger, size)
          var hearer = client
          let result = try server.run(request.bytes)
          let fits = request.bytes.count - size + expected.count <= 3520
          XCTAssertEqual(result.action, fits ? .transmit : .redirect, "\(size) bytes of requests")
          // A copy is as long as the driver makes it; what it holds does not matter.
          let bytes = fits ? result.output : try server.burst(of: Array(result.output.prefix(100))).segments.first ?? []
          if expected.count <= 3400 { XCTAssertEqual(try hearer.hear(bytes).tcp.payload, expected) }
          try server.expectDrop(hearer.rst())
        }
      }
      try server.configured(jumbo(BURST_EXIT_NONE)) {
        let (client, request, expected) = try requests(server, stranger, 3400)
        // It counts as sent, and as lost: the timer brings it again.
        let sent = min(expected.count, stranger.address.isIPv4 ? 8960 : 8940)
        let changes = Changes.taken(request.tcp.payload.count, sent: sent, requests: 3400 / get.utf8.count)
        try server.expectDrop(request, counting: changes.adding([\.dropped_no_room: 1]))
        try server.expectDrop(client.rst())
      }
    }
  }

  /// Requests of so many bytes, in a segment of a new connection's, and what they are answered with.
  private func requests(
    _ server: TestServer, _ stranger: Client, _ size: Int
  ) throws -> (Client, Frame, answer: [UInt8]) {
    var client = stranger
    _ = try server.answer(to: client.syn(options: [.maximumSegmentSize(8960)]), for: &client)
    try server.expectDrop(client.ack())
    let count = size / get.utf8.count
    let text = String(repeating: get, count: count)
    // Empty lines before the next request.
    let filled = text + String(repeating: "\r\n", count: (size - text.utf8.count) / 2)
    let request = client.data(filled)
    return (client, request, Array(repeatElement(TestServer.content(.ok), count: count).joined()))
  }

  /// Answers that are shorter than what asked for them.
  func testLargeFramesShrink() throws {
    let server = try TestServer.shared()
    for stranger in TestServer.strangers() {
      var client = try server.connect(stranger)
      for length in [1, 20, 92, 93, 200, 1400, 3000] {
        let line = "GET /" + String(repeating: "a", count: length)
        try server.expectAcknowledgment(
          of: client.data(line), for: &client, counting: .taken(line.utf8.count))
        let rest = " HTTP/1.1\r\nHost: x\r\nX: " + String(repeating: "b", count: length) + "\r\n\r\n"
        let expected = TestServer.content(.ok)
        let answer = try server.expectAnswer(
          to: client.data(rest), for: &client,
          counting: .taken(rest.utf8.count, sent: expected.count, requests: 1))
        server.expect(answer, [.ack, .psh], expected)
      }
      let unknown = TestServer.stranger()
      var ghost = unknown
      let large = unknown.segment(.ack, [UInt8](repeating: 0, count: 1400))
      let reset = try server.expectAnswer(to: large, for: &ghost, counting: [\.resets_sent: 1])
      XCTAssertEqual(reset.bytes.count, 54)
    }
  }
}
