import DataPlaneABI
import PacketKit
import XCTest

/// The SYN's options, whatever they are: the connection opens, and the segment size is what a sane list says.
final class OptionTests: XCTestCase {
  private var server: TestServer!
  private let size: [UInt8] = [2, 4, 0x03, 0xe8]  // 1000

  override func setUpWithError() throws { server = try TestServer.shared() }

  func testSegmentSizeAmongOtherOptions() throws {
    let usual: [TCPOption] = [
      .maximumSegmentSize(1000), .sackPermitted, .timestamps(value: 1, echo: 0), .noOperation, .windowScale(7),
    ]
    try expect(1000, usual)
    try expect(1000, usual.reversed())
    try expect(1000, [.raw([UInt8](repeating: 1, count: 36) + size)])
  }

  func testSegmentSizeAtEveryPlace() throws {
    for place in 0...36 { try expect(1000, [.raw([UInt8](repeating: 1, count: place) + size)]) }
  }

  func testNothingCountsBehindTheEndOfTheList() throws {
    try expect(536, [.raw([0] + size)])
    try expect(1000, [.raw(size + [0, 2, 4, 0, 100])])
  }

  func testUnknownOptionsAreSkipped() throws {
    for kind in UInt8(3)...255 {
      for length in [2, 3, 10, 36] {
        let data = [UInt8](repeating: 2, count: length - 2)
        try expect(1000, [.raw([kind, UInt8(length)] + data + size)])
      }
    }
  }

  /// A length below 2 would stand still or go back, one beyond the list would leave it (RFC 9293 MUST-7).
  func testMalformedLengthsEndTheList() throws {
    for kind in UInt8(2)...255 {
      for length: UInt8 in [0, 1, 41, 255] {
        try expect(536, [.raw([kind, length] + size)])
        try expect(1000, [.raw(size + [kind, length])])
      }
      // One byte beyond the end, and a kind without its length.
      try expect(536, [.raw([kind, 9] + size + [1, 1])])
      try expect(1000, [.raw(size + [1, 1, 1, kind])])
    }
  }

  func testSegmentSizeOptionOfAnotherLength() throws {
    for length: UInt8 in [2, 3, 5, 6, 8] { try expect(536, [.raw([2, length, 0x03, 0xe8, 1, 1, 1, 1])]) }
  }

  func testFortyBytesOfNothing() throws {
    try expect(536, [.raw([UInt8](repeating: 1, count: 40))])
    try expect(536, [.raw([UInt8](repeating: 0, count: 40))])
  }

  /// Outside a SYN no option means anything here, and none does harm (RFC 9293 MUST-5).
  func testOptionsOnOrdinarySegments() throws {
    let request = Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8)
    let lists: [[TCPOption]] = [
      [.noOperation, .noOperation, .timestamps(value: 1, echo: 2)], [.maximumSegmentSize(100)], [.windowScale(14)],
      [.sack([.init(left: 1, right: 2), .init(left: 3, right: 4)])], [.raw([2, 0, 2, 255])], [.raw([19, 18])],
      [.raw([UInt8](repeating: 1, count: 40))], [.raw([UInt8](repeating: 0, count: 40))],
    ]
    for options in lists {
      for stranger in TestServer.strangers() {
        var client = try server.connect(stranger)
        let size = try server.session(of: client)?.tcp.maximum_segment_size
        try server.expectDrop(client.segment(.ack, options: options), counting: [:])
        let segment = client.segment([.ack, .psh], request, options: options)
        client.next &+= UInt32(request.count)
        let expected = TestServer.content(.ok)
        let answer = try server.expectAnswer(
          to: segment, for: &client, counting: .taken(request.count, sent: expected.count, requests: 1))
        server.expect(answer, [.ack, .psh], expected)
        XCTAssertEqual(try server.session(of: client)?.tcp.maximum_segment_size, size)
      }
    }
  }

  /// A connection that this SYN opens, and closes again.
  private func expect(_ expected: UInt16, _ options: [TCPOption], line: UInt = #line) throws {
    var client = TestServer.stranger()
    _ = try server.answer(to: client.syn(options: options), for: &client)
    XCTAssertEqual(try server.session(of: client)?.tcp.maximum_segment_size, expected, "\(options)", line: line)
    try server.expectDrop(client.rst(), line: line)
  }
}
