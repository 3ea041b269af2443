import DataPlaneABI
import PacketKit
import XCTest

/// From SYN to ESTABLISHED, in every wrapping that a segment can come in.
final class HandshakeTests: XCTestCase {
  private var server: TestServer!

  override func setUpWithError() throws { server = try TestServer.shared() }

  func testBothFamiliesWithUpToTwoTags() throws {
    let stacks: [[VLANTag]] = [
      [], [.dot1Q(5)], [.dot1ad(6)], [VLANTag(0, priority: 5)], [VLANTag(4094, priority: 7)],
      [.dot1Q(7), .dot1Q(8)], [.dot1ad(9), VLANTag(10, priority: 3)],
    ]
    for tags in stacks {
      try converse(TestServer.stranger(tags: tags))
      try converse(TestServer.stranger(ipv6: true, tags: tags))
    }
  }

  /// The same addresses and ports in another VLAN are another connection.
  func testVLANsAreApart() throws {
    let port = TestServer.stranger().port
    let stacks: [[VLANTag]] = [[], [.dot1Q(1)], [.dot1Q(2)], [.dot1Q(1), .dot1Q(2)], [.dot1Q(2), .dot1Q(1)]]
    var initial: Set<UInt32> = []
    for tags in stacks {
      var client = Client(port: port, tags: tags)
      initial.insert(try server.expectAnswer(to: client.syn(), for: &client, counting: .opening).tcp.sequence)
    }
    XCTAssertEqual(initial.count, stacks.count)
  }

  func testIPv4OptionsOfEveryLength() throws {
    for length in stride(from: 4, through: 40, by: 4) {
      for tags: [VLANTag] in [[], [.dot1Q(1), .dot1Q(2)]] {
        var client = TestServer.stranger(tags: tags)
        client.ipv4.options = [UInt8](repeating: 1, count: length)
        try converse(client)
      }
    }
  }

  func testIPv6ExtensionHeaders() throws {
    let chains: [[ExtensionHeader]] = [
      [.hopByHop()], [.destinationOptions()], [.routing], [.fragment(offset: 0, more: false)],
      [.hopByHop(), .destinationOptions(), .routing, .fragment(offset: 0, more: false), .destinationOptions()],
      [ExtensionHeader](repeating: .destinationOptions(), count: 6), [.hopByHop(units: 2)], [.hopByHop(units: 20)],
    ]
    for chain in chains {
      for tags: [VLANTag] in [[], [.dot1ad(1), .dot1Q(2)]] {
        var client = TestServer.stranger(ipv6: true, tags: tags)
        client.ipv6.extensions = chain
        try converse(client)
      }
    }
  }

  /// Every field that a server does not have to look at.
  func testFieldsThatDoNotMatter() throws {
    var client = TestServer.stranger()
    client.ipv4.typeOfService = 0xff
    client.ipv4.identification = 0xbeef
    client.ipv4.timeToLive = 1
    client.ipv4.fragment = 0x8000  // the evil bit (RFC 3514)
    try converse(client)
    client = TestServer.stranger(ipv6: true)
    client.ipv6.trafficClass = 0xff
    client.ipv6.flowLabel = 0xfffff
    client.ipv6.hopLimit = 0
    try converse(client)
  }

  /// 54 bytes are the shortest TCP segment there is; Ethernet pads to 60, with anything.
  func testSmallestFrames() throws {
    for padding in [[], [UInt8](repeating: 0, count: 6), [UInt8](repeating: 0x47, count: 6)] {
      var client = TestServer.stranger()
      let syn = client.syn(options: [])
      XCTAssertEqual(syn.bytes.count, 54)
      let synAck = try server.expectAnswer(to: syn.bytes + padding, for: &client, counting: .opening)
      XCTAssertEqual(synAck.bytes.count, 58)
      try server.expectDrop(client.ack().bytes + padding, counting: [\.sessions_established: 1])
      try server.expectDrop(client.ack().bytes + padding, counting: [:])
      XCTAssertEqual(try server.session(of: client)?.bytes_received, 0)
    }
  }

  func testDataOnTheAcknowledgmentOfTheHandshake() throws {
    for var client in TestServer.strangers() {
      _ = try server.expectAnswer(to: client.syn(), for: &client, counting: .opening)
      let request = client.data("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
      let expected = TestServer.content(.ok)
      let changes = Changes.taken(request.tcp.payload.count, sent: expected.count, requests: 1)
      let answer = try server.expectAnswer(
        to: request, for: &client, counting: changes.adding([\.sessions_established: 1]))
      server.expect(answer, [.ack, .psh], expected)
    }
  }

  func testFinishOnTheAcknowledgmentOfTheHandshake() throws {
    var client = TestServer.stranger()
    _ = try server.expectAnswer(to: client.syn(), for: &client, counting: .opening)
    let answer = try server.expectAnswer(to: client.fin(), for: &client, counting: [\.sessions_established: 1])
    server.expect(answer, [.ack, .fin], [])
    try server.expectDrop(client.ack(), counting: [\.sessions_closed: 1])
    XCTAssertNil(try server.session(of: client))
  }

  func testWrongAcknowledgmentIsReset() throws {
    for wrong: UInt32 in [0xffff_ffff, 1, 1000, 0x8000_0000] {
      var client = TestServer.stranger()
      _ = try server.expectAnswer(to: client.syn(), for: &client, counting: .opening)
      var liar = client
      liar.expected &+= wrong
      let ack = liar.ack()
      let reset = try server.expectAnswer(
        to: ack, for: &liar, counting: [\.resets_sent: 1, \.dropped_acknowledgment: 1])
      try reset.check(.reset(for: ack))
      // RFC 9293 3.10.7.4: the half-open connection stays.
      try server.expectDrop(client.ack(), counting: [\.sessions_established: 1])
    }
  }

  /// A whole conversation: handshake, request, close.
  private func converse(_ stranger: Client, line: UInt = #line) throws {
    var client = stranger
    let size: UInt16 = client.address.isIPv4 ? 1460 : 1440
    XCTAssertNil(try server.session(of: client), line: line)
    let syn = client.syn()
    let synAck = try server.expectAnswer(to: syn, for: &client, counting: .opening, line: line)
    XCTAssertEqual(synAck.tcp.flags, [.syn, .ack], line: line)
    XCTAssertEqual(synAck.tcp.acknowledgment, syn.tcp.sequence &+ 1, line: line)
    XCTAssertEqual(synAck.tcp.options, [.maximumSegmentSize(size)], line: line)
    XCTAssertEqual(synAck.tcp.window, 65535, line: line)
    XCTAssertEqual(synAck.tcp.payload, [], line: line)
    XCTAssertEqual(try state(of: client), TCP_STATE_SYN_RECEIVED, line: line)

    try server.expectDrop(client.ack(), counting: [\.sessions_established: 1], line: line)
    XCTAssertEqual(try state(of: client), TCP_STATE_ESTABLISHED, line: line)

    let request = client.data("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    let expected = TestServer.content(.ok)
    let changes = Changes.taken(request.tcp.payload.count, sent: expected.count, requests: 1)
    let answer = try server.expectAnswer(to: request, for: &client, counting: changes, line: line)
    server.expect(answer, [.ack, .psh], expected, line: line)
    XCTAssertEqual(answer.tcp.sequence, synAck.tcp.sequence &+ 1, line: line)
    XCTAssertEqual(answer.tcp.acknowledgment, client.next, line: line)

    let last = try server.expectAnswer(to: client.fin(), for: &client, counting: [:], line: line)
    server.expect(last, [.ack, .fin], [], line: line)
    try server.expectDrop(client.ack(), counting: [\.sessions_closed: 1], line: line)
    XCTAssertNil(try server.session(of: client), line: line)
  }

  private func state(of client: Client) throws -> tcp_state? {
    try server.session(of: client).map { tcp_state(UInt32($0.tcp.state)) }
  }
}
