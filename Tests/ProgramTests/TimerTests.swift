import DataPlaneABI
import PacketKit
import XCTest

/// What a session's timer asks for, sent by the pump's program. Times are the kernel's own and short; nothing here has
/// to be quick.
final class TimerTests: XCTestCase {
  private static let body = pattern(30_000)
  private var server: TestServer!
  private var wire: Wire!
  private let get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
  private let lastGet = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
  private let head = "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n"

  override func setUpWithError() throws {
    server = try TestServer.sending(.bytes(Self.body)) {
      $0.minimum_timeout = 5000
      $0.maximum_segment_size_ipv4 = 8960
      $0.maximum_segment_size_ipv6 = 8940
    }
    wire = try Wire()
  }

  override func tearDown() { wire?.close() }

  private func session(_ client: Client) throws -> session { try XCTUnwrap(try server.session(of: client)) }

  /// An answer that nobody acknowledges comes again, byte for byte, after RTO, and then after twice as long each time
  /// (RFC 6298 5.4 to 5.6).
  func testRetransmission() throws {
    let tags: [[VLANTag]] = [[], [.dot1Q(5)], [.dot1ad(6), .dot1Q(7)]]
    for stranger in tags.flatMap({ [TestServer.stranger(tags: $0), TestServer.stranger(ipv6: true, tags: $0)] }) {
      var client = try server.connect(stranger)
      let first = try server.run(client.data(head).bytes)
      XCTAssertEqual(first.action, .transmit)
      for count in 1...3 {
        let before = try session(client).tcp
        XCTAssertEqual(UInt32(before.timer), TIMER_RETRANSMISSION.rawValue)
        let again = try server.expectCounters([
          \.segments_sent: 1, \.segments_retransmitted: 1, \.retransmission_timeouts: 1,
        ]) { try server.rounds(on: wire) }
        let now = TestServer.now()
        XCTAssertEqual(again, [first.output])
        XCTAssertGreaterThanOrEqual(now, before.timer_deadline)
        let after = try session(client).tcp
        XCTAssertEqual(Int(after.backoff), count)
        let timeout = UInt64(before.round_trip.timeout) * 1000 << UInt64(count)
        XCTAssertGreaterThanOrEqual(after.timer_deadline, before.timer_deadline + timeout)
        XCTAssertLessThanOrEqual(after.timer_deadline, now + timeout)
      }
      XCTAssertEqual(try session(client).segments_retransmitted, 3)
      _ = try client.hear(first.output)
      try server.expectDrop(client.ack(), counting: [:])
      XCTAssertEqual(try session(client).tcp.timer_deadline, 0)
      XCTAssertEqual(try server.roundsToRest(on: wire), [])
      try server.expectDrop(client.rst())
    }
  }

  /// With SACK the first thing is a probe of the tail (RFC 8985 7).
  func testTailLossProbe() throws {
    var (client, _) = try TestServer.stranger().connected(
      to: server, options: [.maximumSegmentSize(1460), .sackPermitted])
    try server.expectDrop(client.ack())
    let first = try server.run(client.data(head).bytes)
    XCTAssertEqual(try session(client).tcp.timer, UInt8(TIMER_TAIL_PROBE.rawValue))
    let probe = try server.expectCounters([
      \.segments_sent: 1, \.segments_retransmitted: 1, \.tail_loss_probes: 1,
    ]) { try server.rounds(on: wire) }
    XCTAssertEqual(probe, [first.output])
    XCTAssertEqual(try session(client).tcp.timer, UInt8(TIMER_RETRANSMISSION.rawValue))
    try server.expectDrop(client.rst())
  }

  /// The whole first burst is lost: what comes again is repaired from the first segment on, and the stream is whole.
  func testLostBurst() throws {
    for stranger in TestServer.strangers() {
      var client = try server.connect(stranger)
      let size = client.address.isIPv4 ? 1460 : 1440
      let request = client.data(lastGet)
      XCTAssertEqual(try server.depart(request.bytes).segments.count, 10, "initial window")
      let again = try server.rounds(on: wire)
      XCTAssertEqual(again.count, 1, "after a timeout the window is one segment (RFC 5681 3.1)")
      let frames = try again.map { try client.hear($0) }
      XCTAssertEqual(frames.payload.count, 1460)
      let rest = try server.download(client.ack(), for: &client, size: 1460)
      let expected = BurstTests.head(Self.body.count, .close) + Self.body
      XCTAssertEqual(frames.payload + rest.payload, expected, "\(size)")
      XCTAssertEqual(rest.last?.tcp.flags, [.ack, .psh, .fin])
      try server.expectDrop(client.rst())
    }
  }

  /// The peer echoes the time of what was sent first: nothing had been lost, and the timeout is undone (RFC 4015).
  func testSpuriousTimeout() throws {
    for stranger in TestServer.strangers() {
      var (client, _) = try stranger.connected(
        to: server, options: [.maximumSegmentSize(1000), .timestamps(value: 5, echo: 0)])
      func stamped(_ frame: Frame, _ echo: UInt32) -> Frame {
        frame.with { $0.tcp.options = [.noOperation, .noOperation, .timestamps(value: 5, echo: echo)] }
      }
      try server.expectDrop(stamped(client.ack(), 0))
      let segments = try server.exchange(stamped(client.data(get), 0), for: &client)
      XCTAssertEqual(segments.count, 10)
      guard let first = segments.first, case .timestamps(let time, _)? = first.tcp.options.last else {
        return XCTFail("no timestamps")
      }
      let again = try server.rounds(on: wire).map { try Frame(decoding: $0) }
      XCTAssertEqual(again.map(\.tcp.sequence), [first.tcp.sequence])
      let before = try session(client).tcp.congestion
      client.expected = first.tcp.sequence &+ first.tcp.length
      let undone = try server.counter(\.recoveries_undone)
      _ = try server.depart(stamped(client.ack(), time).bytes)
      XCTAssertEqual(try server.counter(\.recoveries_undone), undone + 1)
      XCTAssertGreaterThan(try session(client).tcp.congestion.window, before.window)
      try server.expectDrop(client.rst())
    }
  }

  /// The pump's frame becomes as long as the segment has to be.
  func testLongSegments() throws {
    for stranger in TestServer.strangers() {
      var (client, _) = try stranger.connected(to: server, options: [.maximumSegmentSize(8900)])
      try server.expectDrop(client.ack())
      // What the driver would copy does not matter here; it is lost.
      let request = client.data(get)
      XCTAssertEqual(try server.run(request.bytes).action, .redirect)
      let again = try server.rounds(on: wire)
      XCTAssertEqual(again.count, 1)
      let segment = try client.hear(again[0])
      XCTAssertEqual(segment.tcp.payload, Array((BurstTests.head(Self.body.count) + Self.body)[..<8900]))
      XCTAssertEqual(segment.tcp.flags, .ack)
      try server.expectDrop(client.rst())
    }
  }

  /// RFC 9293 3.8.3: in the end the connection is reset, and nobody knows it any more.
  func testGivingUp() throws {
    try server.configured({ $0.give_up_time = 60 }) {
      for stranger in TestServer.strangers() {
        var client = try server.connect(stranger)
        _ = try server.answer(to: client.data(head), for: &client)
        let given = try server.counter(\.sessions_given_up)
        var frames: [Frame] = []
        while frames.last?.tcp.flags.contains(.rst) != true {
          frames += try server.rounds(on: wire).map { try Frame(decoding: $0) }
          guard frames.count < 20 else { return XCTFail("no reset after \(frames.count) segments") }
        }
        XCTAssertGreaterThan(frames.count, 1)
        let reset = try XCTUnwrap(frames.last)
        try reset.check(.flags([.rst, .ack]), .sequence(client.expected), .acknowledges(client.next), .noPayload)
        XCTAssertNil(try server.session(of: client))
        XCTAssertEqual(try server.counter(\.sessions_given_up), given + 1)
        XCTAssertEqual(try server.roundsToRest(on: wire), [])
        try server.changePump { $0.is_running = 1 }
      }
    }
  }

  func testSynAckIsRepeated() throws {
    try server.configured({ $0.maximum_timeout = 15_000 }) {
      for var client in TestServer.strangers() {
        let first = try server.run(client.syn().bytes)
        XCTAssertEqual(first.action, .transmit)
        for _ in 0..<5 {
          let deadline = try session(client).tcp.timer_deadline
          let again = try server.expectCounters([\.segments_sent: 1, \.syn_acknowledgments_sent: 1]) {
            try server.rounds(on: wire)
          }
          XCTAssertGreaterThanOrEqual(TestServer.now(), deadline)
          XCTAssertEqual(again, [first.output])
        }
        XCTAssertEqual(try server.roundsToRest(on: wire), [], "five times are enough")
        try server.changePump { $0.is_running = 1 }
        XCTAssertEqual(try session(client).tcp.timer_deadline, 0)
        // The session still waits for its end, and the client may be late.
        _ = try client.hear(first.output)
        try server.expectDrop(client.ack(), counting: [\.sessions_established: 1])
        try server.expectDrop(client.rst())
      }
    }
  }

  /// RFC 9293 3.8.6.1: a byte, again and again, until the window is open.
  func testClosedWindowIsProbed() throws {
    for stranger in TestServer.strangers() {
      var client = try server.connect(stranger)
      let expected = BurstTests.head(Self.body.count)
      client.window = 0
      try server.expectAcknowledgment(
        of: client.data(head), for: &client, counting: .taken(head.utf8.count, requests: 1))
      XCTAssertEqual(try session(client).tcp.timer, UInt8(TIMER_WINDOW_PROBE.rawValue))
      let probe = try server.expectCounters([\.segments_sent: 1, \.bytes_sent: 1, \.window_probes: 1]) {
        try server.rounds(on: wire)
      }
      XCTAssertEqual(try probe.map { try Frame(decoding: $0).tcp.payload }, [[expected[0]]])
      let second = try server.expectCounters([
        \.segments_sent: 1, \.segments_retransmitted: 1, \.window_probes: 1,
      ]) { try server.rounds(on: wire) }
      XCTAssertEqual(second, probe)
      // It was not taken; now there is room.
      client.window = 65535
      let answer = try server.exchange(client.ack(), for: &client)
      XCTAssertEqual(answer.payload, expected)
      XCTAssertEqual(answer.last?.tcp.flags, [.ack, .psh])
      try server.expectDrop(client.rst())
    }
  }

  /// RFC 9293 3.8.4: <SEQ=SND.NXT-1>, which an open connection answers.
  func testKeepAlive() throws {
    try server.configured({
      $0.keep_alive_idle = 30
      $0.keep_alive_interval = 20
      $0.keep_alive_probes = 2
    }) {
      for stranger in TestServer.strangers() {
        var client = try server.connect(stranger)
        func expectProbe() throws {
          let deadline = try session(client).tcp.timer_deadline
          let probe = try server.expectCounters([\.segments_sent: 1, \.keep_alive_probes: 1]) {
            try server.rounds(on: wire)
          }
          XCTAssertGreaterThanOrEqual(TestServer.now(), deadline)
          XCTAssertEqual(probe.count, 1)
          let frame = try Frame(decoding: probe[0])
          try frame.check(.flags(.ack), .sequence(client.expected &- 1), .acknowledges(client.next), .noPayload)
        }
        try expectProbe()
        try server.expectDrop(client.ack(), counting: [:])
        XCTAssertEqual(try session(client).tcp.probes, 0, "somebody is there")
        try expectProbe()
        try expectProbe()
        let end = try server.expectCounters([\.segments_sent: 1, \.sessions_given_up: 1]) {
          try server.rounds(on: wire)
        }
        try Frame(decoding: try XCTUnwrap(end.first)).check(.flags([.rst, .ack]), .sequence(client.expected))
        XCTAssertNil(try server.session(of: client))
      }
    }
  }

  /// Somebody works on the session just then: the next round is soon enough.
  func testClaimedSessionIsLookedAtAgain() throws {
    var client = try server.connect(TestServer.stranger())
    let first = try server.run(client.data(head).bytes)
    try server.change(client) { $0.claimed = 1 }
    let end = TestServer.now() + 60_000_000
    while TestServer.now() < end {
      XCTAssertEqual(try server.round().end, .goesOn)
      XCTAssertEqual(wire.sent(), [])
      usleep(100)
    }
    try server.change(client) { $0.claimed = 0 }
    XCTAssertEqual(try server.rounds(on: wire), [first.output])
    try server.expectDrop(client.rst())
  }

  /// A session that has ended leaves its entry, and another of the same flow has its own.
  func testEntriesOfEndedSessionsAreForgotten() throws {
    let stranger = TestServer.stranger()
    var client = try server.connect(stranger)
    _ = try server.answer(to: client.data(head), for: &client)
    try server.expectDrop(client.rst())
    XCTAssertEqual(try server.roundsToRest(on: wire), [])
    try server.changePump { $0.is_running = 1 }

    client = try server.connect(stranger)
    _ = try server.answer(to: client.data(head), for: &client)
    try server.expectDrop(client.rst())
    client = try server.connect(stranger)
    XCTAssertEqual(try server.roundsToRest(on: wire), [])
    XCTAssertNotNil(try server.session(of: client))
    try server.expectDrop(client.rst())
  }

  /// What waits for a time far away moves from queue to queue, and nothing is sent before.
  func testLongTimers() throws {
    try server.configured({ $0.minimum_timeout = 150_000 }) {
      var client = try server.connect(TestServer.stranger())
      _ = try server.answer(to: client.data(head), for: &client)
      let deadline = try session(client).tcp.timer_deadline
      var entries = Set<UInt64>()
      while TestServer.now() < deadline - 1_000_000 {
        let session = try session(client)
        XCTAssertGreaterThan(session.timer_entry, 0)
        // The shortest queue's delay may end behind it.
        XCTAssertLessThanOrEqual(session.timer_entry, deadline + 2_000_000)
        entries.insert(session.timer_entry)
        _ = try server.round()
        let frames = wire.sent()
        if !frames.isEmpty { XCTAssertGreaterThanOrEqual(TestServer.now(), deadline) }
        usleep(500)
      }
      XCTAssertGreaterThan(entries.count, 1)
      _ = try server.rounds(on: wire)
      try server.expectDrop(client.rst())
    }
  }
}
