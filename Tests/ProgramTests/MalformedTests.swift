import DataPlaneABI
import PacketKit
import XCTest

/// Every field wrong in turn: each frame is dropped for its own cause, none opens or changes a session.
final class MalformedTests: XCTestCase {
  private var server: TestServer!

  override func setUpWithError() throws { server = try TestServer.shared() }

  // MARK: IPv4

  func testIPv4Versions() throws {
    for version in UInt8.min...15 where version != 4 {
      try drop(ipv4 { $0.version = version }, \.dropped_ip_header)
    }
  }

  /// A header shorter than 20 bytes, whose "port" is one of its own fields.
  func testIPv4HeaderTooShort() throws {
    try drop(ipv4 { $0.headerLength = 0; $0.totalLength = 8080 }, \.dropped_ip_header)
    try drop(ipv4 { $0.headerLength = 2; $0.checksum = .exactly(8080) }, \.dropped_ip_header)
    var client = TestServer.stranger()
    client.address = "10.9.31.144"  // 8080 in its last two bytes
    client.ipv4.headerLength = 3
    try drop(client.segment(.syn), \.dropped_ip_header)
    // With four words it is the destination's last two bytes, and then the address is not ours.
    client = TestServer.stranger()
    client.server = "10.0.31.144"
    client.ipv4.headerLength = 4
    try server.expectPass(client.segment(.syn).bytes)
  }

  func testIPv4HeaderTooLong() throws {
    // The "port" then is the sequence number's lower half.
    var client = TestServer.stranger()
    client.next = 8080
    client.ipv4.headerLength = 6
    try drop(client.segment(.syn), \.dropped_truncated)
    client.ipv4.checksum = .wrong
    try drop(client.segment(.ack, [0, 0, 0, 0]), \.dropped_ip_header)
  }

  func testIPv4TotalLength() throws {
    for length in UInt16.min..<40 { try drop(ipv4 { $0.totalLength = length }, \.dropped_truncated) }
    for length: UInt16 in [41, 42, 60, 1500, 65535] { try drop(ipv4 { $0.totalLength = length }, \.dropped_truncated) }
    // Shorter than the segment: what is cut off was summed.
    var client = TestServer.stranger()
    client.ipv4.totalLength = 40
    try drop(client.segment(.syn, Array("abc".utf8)), \.dropped_tcp_checksum)
  }

  func testIPv4Checksum() throws {
    for bit in 0..<16 { try drop(ipv4 { $0.checksum = .wrong(xor: 1 << bit) }, \.dropped_ip_header) }
    for length in stride(from: 4, through: 40, by: 4) {
      try drop(
        ipv4 { $0.options = [UInt8](repeating: 1, count: length); $0.checksum = .wrong }, \.dropped_ip_header)
    }
  }

  func testFirstFragments() throws {
    for bits: UInt16 in [0x2000, 0x6000] { try drop(ipv4 { $0.fragment = bits }, \.dropped_fragment) }
    var client = TestServer.stranger(ipv6: true)
    client.ipv6.extensions = [.fragment(offset: 0, more: true)]
    try drop(client.segment(.syn), \.dropped_fragment)
    client.ipv6.extensions = [.hopByHop(), .fragment(offset: 0, more: true), .destinationOptions()]
    try drop(client.segment(.syn), \.dropped_fragment)
  }

  // MARK: IPv6

  func testIPv6Versions() throws {
    for version in UInt8.min...15 where version != 6 {
      var client = TestServer.stranger(ipv6: true)
      client.ipv6.version = version
      try server.expectPass(client.segment(.syn).bytes)
    }
  }

  func testIPv6PayloadLength() throws {
    for length in [UInt16](0..<20) + [21, 22, 1440, 65535] {
      var client = TestServer.stranger(ipv6: true)
      client.ipv6.payloadLength = length
      try drop(client.segment(.syn), \.dropped_truncated)
      // The length counts extension headers in.
      client.ipv6.extensions = [.hopByHop()]
      client.ipv6.payloadLength = length == 65535 ? length : length + 8
      try drop(client.segment(.syn), \.dropped_truncated)
    }
  }

  // MARK: TCP

  func testDataOffset() throws {
    for client in TestServer.strangers() {
      for words in UInt8.min...15 where words != 5 {
        let segment = client.segment(.syn).with { $0.tcp.dataOffset = words }
        try drop(segment, \.dropped_tcp_header)
      }
    }
  }

  func testTruncatedAtEveryByte() throws {
    for var client in TestServer.strangers() {
      client.expected = 1
      for segment in [client.syn(), client.segment([.ack, .psh], Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8))] {
        let bytes = segment.bytes
        // What is shorter than an IPv4 and a TCP header can't be told apart; see PassTests.
        let shortest = client.address.isIPv4 ? 54 : 74
        for length in shortest..<bytes.count {
          try server.expectDrop(Array(bytes.prefix(length)), counting: [\.dropped_truncated: 1])
        }
      }
      XCTAssertNil(try server.session(of: client))
    }
  }

  /// One wrong bit anywhere in the segment, for no session, a half-open one and an established one.
  func testEveryBitOfTheChecksumAndEveryByteOfTheSegment() throws {
    for stranger in TestServer.strangers() {
      var opening = stranger
      try flip(opening.syn())
      XCTAssertNil(try server.session(of: stranger))
      opening = stranger
      _ = try server.answer(to: opening.syn(), for: &opening)
      try flip(opening.ack(), of: opening)
      try server.expectDrop(opening.ack())
      try flip(opening.segment([.ack, .psh], Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8)), of: opening)
    }
  }

  private func flip(_ frame: Frame, of client: Client? = nil, line: UInt = #line) throws {
    let before = try client.flatMap { try server.session(of: $0) }
    let bytes = frame.bytes
    let start = frame.ip.source.isIPv4 ? 34 : 54
    // Another destination port is not ours, another source port another session; the data offset is tested above.
    let places = Array(start + 4..<start + 12) + Array(start + 13..<bytes.count)
    for place in places {
      for bit in place == start + 16 || place == start + 17 ? Array(0..<8) : [place % 8] {
        var wrong = bytes
        wrong[place] ^= 1 << bit
        try server.expectDrop(wrong, counting: [\.dropped_tcp_checksum: 1], "byte \(place - start)", line: line)
      }
    }
    let after = try client.flatMap { try server.session(of: $0) }
    XCTAssertEqual(after?.segments_received, before?.segments_received, line: line)
    XCTAssertEqual(after?.tcp.receive.next, before?.tcp.receive.next, line: line)
  }

  func testChecksumsThatAreNotRightByChance() throws {
    for client in TestServer.strangers() {
      for mode: ChecksumMode in [.partial, .exactly(0), .exactly(0xffff), .wrong(xor: 0xffff)] {
        try drop(client.segment(.syn).with { $0.tcp.checksum = mode }, \.dropped_tcp_checksum)
      }
    }
  }

  // MARK: -

  private func ipv4(_ change: (inout IPv4Fields) -> Void) -> Frame {
    var client = TestServer.stranger()
    change(&client.ipv4)
    return client.segment(.syn)
  }

  private func drop(
    _ frame: Frame, _ cause: KeyPath<statistics, u64>, file: StaticString = #filePath, line: UInt = #line
  ) throws {
    let sessions = try server.counter(\.sessions_opened)
    try server.expectDrop(frame.bytes, counting: [cause: 1], "\(frame)", file: file, line: line)
    XCTAssertEqual(try server.counter(\.sessions_opened), sessions, file: file, line: line)
  }
}
