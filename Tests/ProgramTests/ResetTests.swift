import DataPlaneABI
import HTTPCore
import PacketKit
import XCTest

/// Resets, challenges (RFC 5961) and segments that a session does not take.
final class ResetTests: XCTestCase {
  private var server: TestServer!
  private let get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

  override func setUpWithError() throws { server = try TestServer.shared() }

  func testExactResetEndsTheSession() throws {
    let cases: [(TCPFlags, [UInt8])] = [(.rst, []), ([.rst, .ack], []), (.rst, [1, 2, 3]), ([.rst, .fin], [])]
    for (flags, payload) in cases {
      for stranger in TestServer.strangers() {
        let client = try server.connect(stranger)
        try server.expectDrop(client.segment(flags, payload), counting: [\.sessions_reset: 1])
        XCTAssertNil(try server.session(of: client))
        // And then it is for no session.
        try server.expectDrop(client.segment(flags, payload), counting: [\.dropped_reset: 1])
      }
    }
  }

  func testExactResetEndsAHalfOpenSession() throws {
    var client = TestServer.stranger()
    _ = try server.expectAnswer(to: client.syn(), for: &client, counting: .opening)
    try server.expectDrop(client.rst(), counting: [\.sessions_reset: 1])
    XCTAssertNil(try server.session(of: client))
  }

  func testResetElsewhereInTheWindowIsChallenged() throws {
    for ahead: UInt32 in [1, 2, 1000, 65534] {
      for stranger in TestServer.strangers() {
        var client = try server.connect(stranger)
        let rst = client.rst().with { $0.tcp.sequence &+= ahead }
        try server.expectAcknowledgment(
          of: rst, for: &client, counting: [\.challenge_acknowledgments_sent: 1, \.dropped_reset: 1])
        try works(client)
      }
    }
  }

  func testResetOutsideTheWindowIsIgnored() throws {
    for ahead: UInt32 in [65535, 100_000, 0x8000_0000, 0xffff_ffff] {
      let client = try server.connect(TestServer.stranger())
      try server.expectDrop(client.rst().with { $0.tcp.sequence &+= ahead }, counting: [\.dropped_reset: 1])
      try works(client)
    }
  }

  /// Ten in five seconds, each session by itself (RFC 5961 7).
  func testChallengesAreLimited() throws {
    var client = try server.connect(TestServer.stranger())
    var other = try server.connect(TestServer.stranger())
    let rst = client.rst().with { $0.tcp.sequence &+= 1 }
    for _ in 0..<10 {
      try server.expectAcknowledgment(
        of: rst, for: &client, counting: [\.challenge_acknowledgments_sent: 1, \.dropped_reset: 1])
    }
    for _ in 0..<5 { try server.expectDrop(rst, counting: [\.challenge_acknowledgments_limited: 1]) }
    // SYNs and ACKs share the count, other sessions do not.
    try server.expectDrop(client.segment(.syn), counting: [\.challenge_acknowledgments_limited: 1])
    try server.expectAcknowledgment(
      of: other.segment(.syn), for: &other, counting: [\.challenge_acknowledgments_sent: 1, \.dropped_flags: 1])
    try works(client)
    // As if the five seconds had passed.
    try server.change(client) { $0.tcp.challenge_start &-= 5000 }
    client.next = try XCTUnwrap(try server.session(of: client)).tcp.receive.next
    client.expected = try XCTUnwrap(try server.session(of: client)).tcp.send.next
    try server.expectAcknowledgment(
      of: client.segment(.syn), for: &client, counting: [\.challenge_acknowledgments_sent: 1, \.dropped_flags: 1])
  }

  func testSegmentsWithoutAcknowledgmentAreIgnored() throws {
    for flags: TCPFlags in [[], .psh, .urg, [.fin], [.ece, .cwr]] {
      let client = try server.connect(TestServer.stranger())
      try server.expectDrop(
        client.segment(flags, Array(get.utf8)), counting: [\.dropped_no_acknowledgment: 1])
      try works(client)
    }
  }

  func testAcknowledgmentOfWhatWasNeverSent() throws {
    for ahead: UInt32 in [1, 1000, 0x7fff_ffff] {
      var client = try server.connect(TestServer.stranger())
      var liar = client
      liar.expected &+= ahead
      let answer = try server.expectAnswer(
        to: liar.segment(.ack, Array(get.utf8)), for: &client,
        counting: [\.challenge_acknowledgments_sent: 1, \.dropped_acknowledgment: 1])
      try answer.check(.pureAcknowledgment(of: client.next))
      try works(client)
    }
  }

  func testDataOutsideTheWindowIsAcknowledged() throws {
    for ahead: UInt32 in [65535, 100_000, 0x4000_0000, 0x8000_0000] {
      var client = try server.connect(TestServer.stranger())
      let far = client.segment(.ack, Array(get.utf8)).with { $0.tcp.sequence &+= ahead }
      try server.expectAcknowledgment(
        of: far, for: &client, counting: [\.duplicate_acknowledgments_sent: 1, \.dropped_out_of_window: 1])
      try works(client)
    }
  }

  func testDataOutOfOrderIsAskedForAgain() throws {
    for stranger in TestServer.strangers() {
      var client = try server.connect(stranger)
      let bytes = Array(get.utf8)
      let second = client.segment(.ack, Array(bytes[10...])).with { $0.tcp.sequence &+= 10 }
      try server.expectAcknowledgment(of: second, for: &client, counting: [\.dropped_out_of_order: 1])
      try works(client)
    }
  }

  func testKeepAliveProbes() throws {
    var client = try server.connect(TestServer.stranger())
    let probe = client.ack().with { $0.tcp.sequence &-= 1 }
    try server.expectAcknowledgment(
      of: probe, for: &client, counting: [\.challenge_acknowledgments_sent: 1, \.dropped_out_of_window: 1])
    let laden = client.segment(.ack, [0]).with { $0.tcp.sequence &-= 1 }
    try server.expectAcknowledgment(
      of: laden, for: &client, counting: [\.duplicate_acknowledgments_sent: 1, \.dropped_out_of_window: 1])
    try works(client)
  }

  func testEverySetOfControlBitsOnASessionLeavesItOrEndsIt() throws {
    for bits in UInt8.min...255 {
      let flags = TCPFlags(rawValue: bits)
      let client = try server.connect(TestServer.stranger())
      let result = try server.run(client.segment(flags).bytes)
      let state = try server.session(of: client).map { UInt32($0.tcp.state) }
      if flags.contains(.rst) {
        XCTAssertNil(state, "\(flags)")
        XCTAssertEqual(result.action, .drop, "\(flags)")
      } else if flags.isSuperset(of: [.ack, .fin]), !flags.contains(.syn) {
        XCTAssertEqual(state, TCP_STATE_LAST_ACK.rawValue, "\(flags)")
      } else {
        XCTAssertEqual(state, TCP_STATE_ESTABLISHED.rawValue, "\(flags)")
        XCTAssertEqual(result.action, flags.contains(.syn) ? .transmit : .drop, "\(flags)")
      }
    }
  }

  /// The session still answers requests.
  private func works(_ client: Client, file: StaticString = #filePath, line: UInt = #line) throws {
    var client = client
    let expected = TestServer.content(.ok)
    let answer = try server.expectAnswer(
      to: client.data(get), for: &client, counting: .taken(get.utf8.count, sent: expected.count, requests: 1),
      file: file, line: line)
    server.expect(answer, [.ack, .psh], expected, file: file, line: line)
  }
}
