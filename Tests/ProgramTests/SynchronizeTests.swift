import DataPlaneABI
import Glibc
import PacketKit
import XCTest

/// SYNs: repeated, laden, contradictory, and on connections that exist.
final class SynchronizeTests: XCTestCase {
  private var server: TestServer!

  override func setUpWithError() throws { server = try TestServer.shared() }

  func testRepeatedSynIsAnsweredAlike() throws {
    for var client in TestServer.strangers() {
      let first = try server.expectAnswer(to: client.syn(), for: &client, counting: .opening)
      for _ in 0..<5 {
        let again = try server.expectAnswer(to: client.syn(), for: &client, counting: [\.syn_acknowledgments_sent: 1])
        XCTAssertEqual(again, first)
      }
      try server.expectDrop(client.ack(), counting: [\.sessions_established: 1])
    }
  }

  /// RFC 9293 3.10.7.2 lets data of a SYN be queued; here it is left to a repetition.
  func testDataOnTheSynComesAgain() throws {
    for var client in TestServer.strangers() {
      let payload = Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8)
      let syn = client.syn().with { $0.tcp.payload = payload }
      let synAck = try server.expectAnswer(to: syn, for: &client, counting: .opening)
      XCTAssertEqual(synAck.tcp.acknowledgment, client.initial &+ 1)
      XCTAssertEqual(synAck.tcp.payload, [])
      let expected = TestServer.content(.ok)
      let answer = try server.expectAnswer(
        to: client.data(payload), for: &client,
        counting: Changes.taken(payload.count, sent: expected.count, requests: 1).adding([\.sessions_established: 1]))
      server.expect(answer, [.ack, .psh], expected)
    }
  }

  /// RFC 5961 4.2.
  func testSynOnALiveSessionIsChallenged() throws {
    for stranger in TestServer.strangers() {
      var client = try server.connect(stranger)
      for sequence in [client.initial, client.next, client.next &+ 1000, client.next &+ 0x8000_0000] {
        let before = try XCTUnwrap(try server.session(of: client))
        let syn = client.segment(.syn).with { $0.tcp.sequence = sequence }
        let changes: Changes = [\.challenge_acknowledgments_sent: 1, \.dropped_flags: 1]
        try server.expectAcknowledgment(of: syn, for: &client, counting: changes)
        let after = try XCTUnwrap(try server.session(of: client))
        XCTAssertEqual(after.tcp.state, before.tcp.state)
        XCTAssertEqual(after.tcp.receive.next, before.tcp.receive.next)
        XCTAssertEqual(after.tcp.send.next, before.tcp.send.next)
        XCTAssertEqual(after.tcp.send.window, before.tcp.send.window)
        XCTAssertEqual(after.created, before.created)
        XCTAssertEqual(after.deadline, before.deadline)
      }
      let request = client.data("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
      let expected = TestServer.content(.ok)
      let answer = try server.expectAnswer(
        to: request, for: &client,
        counting: .taken(request.tcp.payload.count, sent: expected.count, requests: 1))
      server.expect(answer, [.ack, .psh], expected)
    }
  }

  /// RFC 9293 3.10.7.4, fourth step: a SYN in the window takes a half-open connection back to LISTEN.
  func testOtherSynOnAHalfOpenSession() throws {
    var client = TestServer.stranger()
    _ = try server.expectAnswer(to: client.syn(), for: &client, counting: .opening)
    let outside = client.segment(.syn).with { $0.tcp.sequence = client.next &+ 100_000 }
    try server.expectAcknowledgment(
      of: outside, for: &client, counting: [\.challenge_acknowledgments_sent: 1, \.dropped_out_of_window: 1])
    let inside = client.segment(.syn).with { $0.tcp.sequence = client.next &+ 10 }
    try server.expectDrop(inside, counting: [\.sessions_reset: 1, \.dropped_flags: 1])
    XCTAssertNil(try server.session(of: client))
  }

  /// What a segment with each set of control bits does where there is no session (RFC 9293 3.10.7.1 and 3.10.7.2).
  func testEverySetOfControlBitsWithoutASession() throws {
    for bits in UInt8.min...255 {
      let flags = TCPFlags(rawValue: bits)
      var client = TestServer.stranger(ipv6: bits % 2 == 1)
      client.expected = 0x1234_5678
      let segment = client.segment(flags)
      if flags.contains(.rst) {
        try server.expectDrop(segment, counting: [\.dropped_reset: 1])
      } else if flags.contains(.ack) {
        let reset = try server.expectAnswer(to: segment, for: &client, counting: [\.resets_sent: 1])
        try reset.check(.reset(for: segment), .noOptions, .window(0...0))
      } else if flags.contains(.syn), !flags.contains(.fin) {
        let synAck = try server.expectAnswer(to: segment, for: &client, counting: .opening)
        // An ECN-setup SYN has both bits (RFC 3168 6.1.1).
        XCTAssertEqual(synAck.tcp.flags, flags.contains([.ece, .cwr]) ? [.syn, .ack, .ece] : [.syn, .ack])
        continue
      } else {
        try server.expectDrop(segment, counting: [\.dropped_flags: 1])
      }
      XCTAssertNil(try server.session(of: client), "\(flags)")
    }
  }

  func testResetForAnUnknownFlowCarriesItsAcknowledgment() throws {
    for ack: UInt32 in [0, 1, 0x7fff_ffff, 0xffff_ffff] {
      for var client in TestServer.strangers() {
        client.expected = ack
        for segment in [client.ack(), client.segment([.ack, .fin], Array("x".utf8)), client.segment([.syn, .ack])] {
          let reset = try server.expectAnswer(to: segment, for: &client, counting: [\.resets_sent: 1])
          try reset.check(.reset(for: segment), .flags(.rst), .sequence(ack))
        }
      }
    }
  }

  /// RFC 6528: numbers of different flows have nothing to do with each other.
  func testInitialNumbersOfFlowsDiffer() throws {
    var numbers: [UInt32] = []
    for index in 0..<64 {
      var client = TestServer.stranger(ipv6: index % 2 == 1)
      numbers.append(try server.expectAnswer(to: client.syn(), for: &client, counting: .opening).tcp.sequence)
    }
    let distances = zip(numbers, numbers.dropFirst(2)).map { Int32(bitPattern: $1 &- $0).magnitude }
    // The clock alone would put them within a few thousand of each other; chance does so for one in 2^17.
    XCTAssertGreaterThan(distances.filter { $0 > 0x1_0000 }.count, 55)
  }

  /// RFC 6528 and RFC 9293 3.4.1: the same flow's next number is ahead by the time that has passed, in steps of 4 us.
  func testInitialNumberMovesWithTime() throws {
    var client = TestServer.stranger()
    func open() throws -> (number: UInt32, from: UInt64, to: UInt64) {
      let from = Self.microseconds()
      let number = try server.expectAnswer(to: client.syn(), for: &client, counting: .opening).tcp.sequence
      let to = Self.microseconds()
      try server.expectDrop(client.rst(), counting: [\.sessions_reset: 1])
      return (number, from, to)
    }
    let first = try open()
    usleep(20_000)
    let second = try open()
    let moved = UInt64(second.number &- first.number)
    XCTAssertGreaterThanOrEqual(moved + 1, (second.from - first.to) / 4)
    XCTAssertLessThanOrEqual(moved, (second.to - first.from) / 4 + 1)
  }

  private static func microseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_nsec) / 1000
  }
}
