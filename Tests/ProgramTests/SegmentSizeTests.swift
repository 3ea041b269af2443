import PacketKit
import XCTest

/// The maximum segment size of both ends (RFC 9293 3.7.1).
final class SegmentSizeTests: XCTestCase {
  func testPeersSizeCountsUpToOurs() throws {
    let server = try TestServer.shared()
    // A peer that names none gets the default of its protocol (MUST-15).
    let cases: [(isIPv6: Bool, options: [TCPOption], expected: UInt16)] = [
      (false, [], 536), (true, [], 1220), (false, [.maximumSegmentSize(900)], 900),
      (false, [.maximumSegmentSize(9000)], 1460), (true, [.maximumSegmentSize(9000)], 1440),
      (false, [.maximumSegmentSize(1)], 48), (false, [.maximumSegmentSize(0)], 536),
    ]
    for (isIPv6, options, expected) in cases {
      var client = TestServer.stranger(ipv6: isIPv6)
      _ = try server.answer(to: client.syn(options: options), for: &client)
      XCTAssertEqual(try server.session(of: client)?.tcp.maximum_segment_size, expected, "\(options)")
    }
  }

  func testOursIsOfferedOnTheSynchronizeAndNowhereElse() throws {
    let server = try TestServer.shared()
    for (client, size) in [(TestServer.stranger(), UInt16(1460)), (TestServer.stranger(ipv6: true), 1440)] {
      var client = client
      let synAck = try server.answer(to: client.syn(), for: &client)
      XCTAssertEqual(synAck.tcp.options, [.maximumSegmentSize(size)])
      let response = try server.answer(to: client.data("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), for: &client)
      XCTAssertEqual(response.tcp.options, [])
      XCTAssertFalse(response.tcp.payload.isEmpty)
    }
  }

  /// The window of a client with a small MSS is filled by as many segments as it takes, one for each that arrives.
  func testAnswerIsCutToThePeersSize() throws {
    let server = try TestServer.shared()
    var client = TestServer.stranger()
    _ = try server.answer(to: client.syn(options: [.maximumSegmentSize(48)]), for: &client)
    var received: [UInt8] = []
    var next = client.data("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    for _ in 0..<20 {
      let part = try server.answer(to: next, for: &client)
      XCTAssertLessThanOrEqual(part.tcp.payload.count, 48)
      received += part.tcp.payload
      if part.tcp.flags.contains(.psh) { break }
      next = client.ack()
    }
    let text = String(decoding: received, as: UTF8.self)
    XCTAssertTrue(text.hasPrefix("HTTP/1.1 200 OK\r\n"), text)
    XCTAssertTrue(text.hasSuffix("\r\n\r\nHello, XDP!\n"), text)
    try server.expectDrop(client.ack())
  }
}
