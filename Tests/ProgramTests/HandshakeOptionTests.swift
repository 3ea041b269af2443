import DataPlaneABI
import PacketKit
import XCTest

/// What the SYN-ACK says for each thing that a client may offer, to the byte, and what the connection does with it.
final class HandshakeOptionTests: XCTestCase {
  private var server: TestServer!
  private let get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
  private let time: UInt32 = 0x1122_3344

  override func setUpWithError() throws { server = try TestServer.shared() }

  /// A SYN-ACK's options as they lie on the wire.
  private func options(of answer: Frame, in bytes: [UInt8]) -> [UInt8] {
    let start = (answer.ip.source.isIPv4 ? 34 : 54) + answer.ethernet.tags.count * 4 + 20
    return Array(bytes[start...])
  }

  private func expected(_ ipv6: Bool, scale: UInt8?, sack: Bool, timestamps: UInt32?) -> [UInt8] {
    let size: UInt16 = ipv6 ? 1440 : 1460
    var bytes: [UInt8] = [2, 4, UInt8(size >> 8), UInt8(size & 0xff)]
    let echo: [UInt8] = [0x11, 0x22, 0x33, 0x44]
    if let timestamps {
      bytes += sack ? [4, 2, 8, 10] : [1, 1, 8, 10]
      bytes += (0..<4).map { UInt8(truncatingIfNeeded: timestamps >> (24 - 8 * UInt32($0))) } + echo
    } else if sack {
      bytes += [1, 1, 4, 2]
    }
    if let scale { bytes += [1, 3, 3, scale] }
    return bytes
  }

  /// Each of the three offered or not, allowed or not; a SYN-ACK has no option that the SYN had not (RFC 7323 1.3, RFC
  /// 2018 2).
  func testEverySetOfOffersAndPermissions() throws {
    for offered in 0..<8 {
      for allowed in UInt32(0)..<8 {
        try server.configured({
          $0.features = allowed
          $0.receive_window = 1 << 20
        }) {
          for stranger in TestServer.strangers() {
            for isInLinuxOrder in [false, true] {
              try expectAgreement(stranger, offered, allowed, isInLinuxOrder: isInLinuxOrder)
            }
          }
        }
      }
    }
  }

  private func expectAgreement(
    _ stranger: Client, _ offered: Int, _ allowed: UInt32, isInLinuxOrder: Bool
  ) throws {
    var client = stranger
    let agreed = UInt32(offered) & allowed
    var offers: [TCPOption] = [.maximumSegmentSize(1400)]
    let scale: [TCPOption] = offered & 1 != 0 ? [.noOperation, .windowScale(3)] : []
    if !isInLinuxOrder { offers += scale }
    if offered & 4 != 0 { offers.append(.sackPermitted) }
    if offered & 2 != 0 { offers.append(.timestamps(value: time, echo: 0)) }
    // With all three these are the bytes that Linux sends.
    if isInLinuxOrder { offers += scale }
    let bytes = try server.run(client.syn(options: offers).bytes)
    XCTAssertEqual(bytes.action, .transmit)
    let answer = try client.hear(bytes.output)
    var stamp: UInt32?
    if agreed & 2 != 0 {
      for case .timestamps(let value, _) in answer.tcp.options { stamp = value }
      XCTAssertNotNil(stamp)
    }
    // 2^20 takes 21 bits, five more than the header's field has.
    XCTAssertEqual(
      options(of: answer, in: bytes.output),
      expected(!client.address.isIPv4, scale: agreed & 1 != 0 ? 5 : nil, sack: agreed & 4 != 0, timestamps: stamp),
      "offered \(offered), allowed \(allowed)")
    XCTAssertEqual(answer.tcp.window, 65535, "never scaled (RFC 7323 2.2)")

    let session = try XCTUnwrap(try server.session(of: client)).tcp
    XCTAssertEqual(session.features, UInt8(agreed))
    XCTAssertEqual(session.maximum_segment_size, 1400)
    if agreed & 2 != 0 { XCTAssertEqual(session.timestamps.recent, time) }
    XCTAssertEqual(session.send_scale, agreed & 1 != 0 ? 3 : 0)
    XCTAssertEqual(session.receive_scale, agreed & 1 != 0 ? 5 : 0)
    XCTAssertEqual(session.receive.window, agreed & 1 != 0 ? 1 << 20 : 65535)

    let own: [TCPOption] = agreed & 2 != 0
      ? [.noOperation, .noOperation, .timestamps(value: time &+ 1, echo: stamp ?? 0)] : []
    try server.expectDrop(client.ack().with { $0.tcp.options = own })
    client.window = 8192
    let request = client.data(get).with { $0.tcp.options = own }
    let reply = try server.answer(to: request, for: &client)
    XCTAssertEqual(reply.tcp.payload, TestServer.content(.ok))
    XCTAssertEqual(reply.tcp.window, agreed & 1 != 0 ? 1 << 15 : 65535)
    XCTAssertEqual(
      try XCTUnwrap(try server.session(of: client)).tcp.send.window, agreed & 1 != 0 ? 8192 << 3 : 8192)
    if agreed & 2 != 0 {
      guard reply.tcp.options.count == 3, case .timestamps(let value, let echo) = reply.tcp.options[2] else {
        return XCTFail("options \(reply.tcp.options)")
      }
      XCTAssertEqual(reply.tcp.options[..<2], [.noOperation, .noOperation])
      XCTAssertEqual(echo, time &+ 1)
      XCTAssertLessThan(value &- (stamp ?? 0), 60_000)
    } else {
      XCTAssertEqual(reply.tcp.options, [])
    }
    try server.expectDrop(client.rst())
  }

  /// Order and padding are the sender's affair.
  func testOptionsInStrangeOrder() throws {
    let all: [TCPOption] = [
      .windowScale(9), .timestamps(value: time, echo: 0), .sackPermitted, .maximumSegmentSize(1000),
    ]
    for turn in 0..<24 {
      var rest = all
      var list: [TCPOption] = []
      for (place, count) in [(turn / 6, 4), (turn / 2 % 3, 3), (turn % 2, 2), (0, 1)] {
        XCTAssertEqual(rest.count, count)
        list.append(rest.remove(at: place))
        if (turn + count) % 3 == 0 { list.append(.noOperation) }
      }
      var client = TestServer.stranger(ipv6: turn % 2 == 0)
      let answer = try server.answer(to: client.syn(options: list), for: &client)
      XCTAssertEqual(answer.tcp.options.count, 6 - 1, "\(list)")
      let tcp = try XCTUnwrap(try server.session(of: client)).tcp
      XCTAssertEqual(tcp.features, 7, "\(list)")
      XCTAssertEqual(tcp.send_scale, 9)
      XCTAssertEqual(tcp.maximum_segment_size, 1000)
      XCTAssertEqual(tcp.timestamps.recent, time)
      try server.expectDrop(client.rst())
    }
  }

  /// A shift count above 14 is taken for 14 (RFC 7323 2.3).
  func testLargestShiftCount() throws {
    for shift: UInt8 in [0, 1, 14, 15, 255] {
      var client = TestServer.stranger()
      _ = try server.answer(to: client.syn(options: [.windowScale(shift)]), for: &client)
      XCTAssertEqual(try server.session(of: client)?.tcp.send_scale, min(shift, 14))
      try server.expectDrop(client.rst())
    }
  }

  /// A segment without timestamps, or with older ones, is not taken once both ends have agreed on them (RFC 7323 3.2,
  /// 5.3).
  func testOldTimestampsAreRefused() throws {
    for stranger in TestServer.strangers() {
      var client = stranger
      let syn = client.syn(options: [.maximumSegmentSize(1460), .timestamps(value: time, echo: 0)])
      _ = try server.answer(to: syn, for: &client)
      func stamped(_ frame: Frame, _ value: UInt32) -> Frame {
        frame.with { $0.tcp.options = [.noOperation, .noOperation, .timestamps(value: value, echo: 0)] }
      }
      try server.expectDrop(stamped(client.ack(), time &+ 10))
      let next = client.next
      let request = client.data(get)
      for refused in [request, stamped(request, time &+ 9), stamped(request, time &- 0x7fff_0000)] {
        let before = try server.counter(\.dropped_timestamp)
        let answer = try server.answer(to: refused, for: &client)
        try answer.check(.pureAcknowledgment(of: next))
        XCTAssertEqual(try server.counter(\.dropped_timestamp), before + 1)
      }
      let answer = try server.answer(to: stamped(request, time &+ 10), for: &client)
      XCTAssertEqual(answer.tcp.payload, TestServer.content(.ok))
      try server.expectDrop(client.rst())
    }
  }

  // MARK: - Explicit congestion notification

  /// Both bits make an ECN-setup SYN, and ECE alone the answer (RFC 3168 6.1.1).
  func testNotificationIsAgreedOn() throws {
    for allowed: UInt32 in [15, 7] {
      try server.configured({ $0.features = allowed }) {
        for flags: TCPFlags in [.syn, [.syn, .ece], [.syn, .cwr], [.syn, .ece, .cwr]] {
          for stranger in TestServer.strangers() {
            let (client, answer) = try stranger.connected(
              to: server, options: [.maximumSegmentSize(1460)], flags: flags)
            let agrees = allowed == 15 && flags == [.syn, .ece, .cwr]
            XCTAssertEqual(answer.tcp.flags, agrees ? [.syn, .ack, .ece] : [.syn, .ack])
            XCTAssertEqual(Self.codepoint(answer), 0, "no SYN-ACK is ECN-capable (RFC 3168 6.1.1)")
            try server.expectDrop(client.rst())
          }
        }
      }
    }
  }

  /// New data is ECN-capable, and acknowledgments are not (RFC 3168 6.1.4). A mark is echoed until CWR (6.1.3).
  func testMarksAreEchoed() throws {
    for stranger in TestServer.strangers() {
      var (client, _) = try stranger.connected(
        to: server, options: [.maximumSegmentSize(1460)], flags: [.syn, .ece, .cwr])
      try server.expectDrop(client.ack())
      func answer(_ text: String, marked: Bool = false, _ flags: TCPFlags = [.ack, .psh]) throws -> Frame {
        let frame = client.data(text, flags: flags).with {
          $0.ip.ipv4.typeOfService = marked ? 3 : 2
          $0.ip.ipv6.trafficClass = marked ? 3 : 2
        }
        return try server.answer(to: frame, for: &client)
      }
      let first = try answer(get)
      XCTAssertEqual(Self.codepoint(first), 2)
      XCTAssertEqual(first.tcp.flags, [.ack, .psh])
      let part = try answer("GET / HT", marked: true)
      XCTAssertEqual(part.tcp.flags, [.ack, .ece])
      XCTAssertEqual(Self.codepoint(part), 0)
      let second = try answer("TP/1.1\r\nHost: x\r\n\r\n")
      XCTAssertEqual(second.tcp.flags, [.ack, .psh, .ece])
      XCTAssertEqual(Self.codepoint(second), 2)
      let third = try answer(get, [.ack, .psh, .cwr])
      XCTAssertEqual(third.tcp.flags, [.ack, .psh])
      XCTAssertEqual(try answer(get).tcp.flags, [.ack, .psh])
      try server.expectDrop(client.rst())
    }
  }

  /// The peer has seen a mark on ours: the window is reduced once, and new data says so (RFC 3168 6.1.2).
  func testAnEchoReducesTheWindow() throws {
    for stranger in TestServer.strangers() {
      var (client, _) = try stranger.connected(
        to: server, options: [.maximumSegmentSize(100)], flags: [.syn, .ece, .cwr])
      try server.expectDrop(client.ack())
      let first = try server.answer(to: client.data(get + get), for: &client)
      XCTAssertEqual(first.tcp.flags, .ack)
      let before = try XCTUnwrap(try server.session(of: client)).tcp.congestion.window
      let marks = try server.counter(\.congestion_marks)
      // A part of the segment is still under way.
      client.expected &-= 50
      let echo = client.ack().with { $0.tcp.flags = [.ack, .ece] }
      client.expected &+= 50
      let second = try server.answer(to: echo, for: &client)
      XCTAssertEqual(second.tcp.flags, [.ack, .cwr])
      XCTAssertEqual(Self.codepoint(second), 2)
      XCTAssertLessThan(try XCTUnwrap(try server.session(of: client)).tcp.congestion.window, before)
      XCTAssertEqual(try server.counter(\.congestion_marks), marks + 1)
      XCTAssertEqual(try server.answer(to: client.ack(), for: &client).tcp.flags, [.ack, .psh])
      try server.expectDrop(client.rst())
    }
  }

  /// The ECN bits of an IP header (RFC 3168 5).
  private static func codepoint(_ frame: Frame) -> UInt8 {
    (frame.ip.source.isIPv4 ? frame.ip.ipv4.typeOfService : frame.ip.ipv6.trafficClass) & 3
  }
}
