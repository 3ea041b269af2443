import DataPlaneABI
import Glibc
import PacketKit
import XCTest

/// Time-outs by the kernel's clock. Nothing here has to be quick: what must happen may take as long as a slow machine
/// takes, and what must not happen early is compared with the clock.
final class ClockTests: XCTestCase {
  private nonisolated(unsafe) static var loaded: TestServer?
  private var server: TestServer!
  private let lastGet = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
  private let second: UInt64 = 1_000_000_000
  /// The program reads the kernel's coarse clock, which lags by one tick of at most 10 ms; by a few where the machine
  /// is emulated, or shares its CPUs. The times that are compared are seconds.
  private let coarseness: UInt64 = 100_000_000

  override func setUpWithError() throws {
    server = try Self.loaded ?? TestServer { $0.expiry_interval = 50_000_000 }
    Self.loaded = server
  }

  override class func tearDown() { loaded = nil }

  /// Each state's deadline is its own time-out away from the last segment.
  func testEachStateHasItsOwnTimeOut() throws {
    try server.configured({ settings in
      settings.half_open_timeout = 1000 * second
      settings.idle_timeout = 2000 * second
      settings.closing_timeout = 3000 * second
      settings.time_wait_timeout = 4000 * second
    }) {
      var client = TestServer.stranger()
      try expectDeadline(&client, 1000) { _ = try server.answer(to: $0.syn(), for: &$0) }
      try expectDeadline(&client, 2000) { try server.expectDrop($0.ack()) }
      try expectDeadline(&client, 2000) { _ = try server.answer(to: $0.data("GET"), for: &$0) }
      try expectDeadline(&client, 3000) { _ = try server.answer(to: $0.data("\n"), for: &$0) }
      try expectDeadline(&client, 3000) { try server.expectDrop($0.ack()) }
      try expectDeadline(&client, 4000) { _ = try server.answer(to: $0.fin(), for: &$0) }
      try forget(client)
    }
  }

  private func expectDeadline(
    _ client: inout Client, _ seconds: UInt64, line: UInt = #line,
    _ step: (inout Client) throws -> Void
  ) throws {
    let before = Self.now()
    try step(&client)
    let after = Self.now()
    let deadline = try XCTUnwrap(try server.session(of: client), line: line).deadline
    XCTAssertGreaterThanOrEqual(deadline + coarseness, before + seconds * second, line: line)
    XCTAssertLessThanOrEqual(deadline, after + seconds * second, line: line)
  }

  /// What a session does not take does not keep it alive.
  func testRefusedSegmentsDoNotPostpone() throws {
    var client = try server.connect(TestServer.stranger())
    try server.change(client) { $0.deadline -= second }
    let before = try server.session(of: client)?.deadline
    _ = try server.answer(to: client.segment(.syn), for: &client)
    _ = try server.answer(to: client.segment(.ack, [1]).with { $0.tcp.sequence &+= 100_000 }, for: &client)
    try server.expectDrop(client.segment([], [1]))
    try server.expectDrop(client.rst().with { $0.tcp.sequence &+= 100_000 })
    XCTAssertEqual(try server.session(of: client)?.deadline, before)
    try server.expectDrop(client.ack())
    XCTAssertNotEqual(try server.session(of: client)?.deadline, before)
    try forget(client)
  }

  func testEveryStateExpiresAndTheClockRests() throws {
    let time = 3 * second / 2
    try server.configured({ settings in
      settings.half_open_timeout = time
      settings.idle_timeout = time
      settings.closing_timeout = time
      settings.time_wait_timeout = time
    }) {
      // Once more, since a clock that rests has to be started again.
      for _ in 0..<2 { try expectEveryStateExpires(after: time) }
    }
  }

  private func expectEveryStateExpires(after time: UInt64) throws {
    // What other tests left behind.
    try wait("the clock to rest") { try !isRunning() }
    let expired: Changes = [
      \.expired_half_open: 1, \.expired_idle: 1, \.expired_closing: 2, \.expired_time_wait: 1,
    ]
    let before = try expired.keys.map { try server.counter($0) }
    let start = Self.now()
    var halfOpen = TestServer.stranger()
    _ = try server.answer(to: halfOpen.syn(), for: &halfOpen)
    let idle = try server.connect(TestServer.stranger(ipv6: true))
    var closing = try server.connect(TestServer.stranger())
    _ = try server.answer(to: closing.data(lastGet), for: &closing)
    var lastAck = try server.connect(TestServer.stranger())
    _ = try server.answer(to: lastAck.fin(), for: &lastAck)
    var timeWait = try server.connect(TestServer.stranger())
    _ = try server.answer(to: timeWait.data(lastGet), for: &timeWait)
    _ = try server.answer(to: timeWait.fin(), for: &timeWait)
    XCTAssertEqual(try server.sessionCount(), 5)
    XCTAssertTrue(try isRunning())

    try wait("the sessions to expire") { try server.sessionCount() == 0 }
    XCTAssertGreaterThanOrEqual(Self.now() - start + coarseness, time)
    // A session is deleted a moment before it is counted.
    try wait("the clock to rest") { try !isRunning() }
    for (field, count) in zip(expired.keys, before) {
      XCTAssertEqual(try server.counter(field), count + expired[field]!)
    }
    // Nobody is told, and nobody is known.
    var ghost = idle
    let ack = ghost.ack()
    try server.expectAnswer(to: ack, for: &ghost, counting: [\.resets_sent: 1]).check(.reset(for: ack))
  }

  /// A session that ended leaves its entry with the clock; another of the same flow must not expire by it.
  func testLaterSessionOfTheSameFlowHasItsOwnTime() throws {
    try server.configured({ $0.half_open_timeout = second / 2 }) { try expectItsOwnTime() }
  }

  private func expectItsOwnTime() throws {
    let expired = try server.counter(\.expired_idle)
    let stranger = TestServer.stranger()
    var client = stranger
    _ = try server.answer(to: client.syn(), for: &client)
    try server.expectDrop(client.rst())
    client = try server.connect(stranger)
    var marker = TestServer.stranger()
    _ = try server.answer(to: marker.syn(), for: &marker)
    try wait("the half-open session to expire") { try server.session(of: marker) == nil }
    XCTAssertNotNil(try server.session(of: client))
    XCTAssertEqual(try server.counter(\.expired_idle), expired)
    try forget(client)
  }

  // MARK: -

  /// The clock forgets it too, when its entry comes up.
  private func forget(_ client: Client) throws {
    try server.object.map("sessions").delete(bytes: server.flowBytes(of: client))
  }

  private func wait(_ what: String, until condition: () throws -> Bool) throws {
    let end = Self.now() + 60 * second
    while try !condition() {
      guard Self.now() < end else { throw ProgramTestFailure(description: "waited 60 seconds for \(what)") }
      usleep(20_000)
    }
  }

  /// struct session_clock: the timer (16 bytes), its lock, whether it runs, and a count.
  private func isRunning() throws -> Bool {
    let bytes = try XCTUnwrap(try server.object.map("session_clock").lookup(bytes: [0, 0, 0, 0]))
    XCTAssertEqual(bytes.count, 32)
    return bytes[20] != 0
  }

  private static func now() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
