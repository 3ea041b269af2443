import BPF
import DataPlaneABI
import PacketKit
import XCTest

/// Several processors at one session.
final class ClaimTests: XCTestCase {
  private let request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

  func testSegmentForASessionThatIsNotLetGoIsDropped() throws {
    let server = try TestServer.shared()
    var client = try server.connect(TestServer.stranger())
    try server.change(client) { $0.claimed = 1 }
    let before = try server.session(of: client)
    try server.expectDrop(client.data(request), counting: [\.dropped_race: 1])
    XCTAssertEqual(try server.session(of: client)?.tcp.receive.next, before?.tcp.receive.next)
    XCTAssertEqual(try server.session(of: client)?.segments_received, before?.segments_received)
  }

  func testClaimIsReleased() throws {
    let server = try TestServer.shared()
    var client = try server.connect(TestServer.stranger())
    _ = try server.answer(to: client.data(request), for: &client)
    XCTAssertEqual(try server.session(of: client)?.claimed, 0)
  }

  /// Whoever finds a session that is still blank waits until it is filled. If it could be claimed meanwhile, the one
  /// that makes it might find it held, and leave it blank for ever.
  func testSessionIsClaimedFromItsFirstMoment() throws {
    let server = try TestServer()
    let client = try server.connect()
    let blank = try XCTUnwrap(try server.object.map("blank").lookup(bytes: [0, 0, 0, 0]))
    XCTAssertEqual(blank.withUnsafeBytes { $0.loadUnaligned(as: session.self) }.claimed, 1)
    XCTAssertTrue(blank.dropFirst(4).allSatisfy { $0 == 0 })
    XCTAssertEqual(try server.session(of: client)?.claimed, 0)
  }

  /// The same SYNs from two sides at once: each opens one session, and its copy finds that or comes too late.
  func testTwoProcessorsWithOneSynchronizeOpenOneSession() throws {
    let count = 5000
    let server = try TestServer(maxSessions: UInt32(count))
    var clients = (0..<count).map { _ in TestServer.stranger() }
    let frames = clients.indices.map { clients[$0].syn().bytes }
    nonisolated(unsafe) let shared = server
    try onAllCPUs(2) { _ in
      for frame in frames { _ = try? shared.run(frame) }
    }
    XCTAssertEqual(try server.counter(\.sessions_opened), UInt64(count))
    for client in clients {
      let session = try XCTUnwrap(try server.session(of: client))
      XCTAssertNotEqual(session.identity, 0)
      XCTAssertEqual(session.claimed, 0)
      XCTAssertEqual(session.tcp.state, UInt8(TCP_STATE_SYN_RECEIVED.rawValue))
    }
  }

  /// The same segments from two sides at once: whoever comes first, each request is taken once.
  func testTwoProcessorsAtOneSessionTakeEachRequestOnce() throws {
    let server = try TestServer()
    var client = try server.connect()
    let answerLength = UInt32(try server.answer(to: client.data(request), for: &client).tcp.payload.count)
    let rounds = 3000
    var frames: [[UInt8]] = []
    for _ in 0..<rounds {
      frames.append(client.data(request).bytes)
      client.expected &+= answerLength
    }
    nonisolated(unsafe) let shared = server
    let copies = frames
    try onAllCPUs(2) { _ in
      for frame in copies { _ = try? shared.run(frame) }
    }
    // What each side lost to the other comes again.
    for frame in frames { _ = try server.run(frame) }

    let session = try XCTUnwrap(try server.session(of: client))
    XCTAssertEqual(session.requests, UInt32(rounds + 1))
    XCTAssertEqual(session.bytes_received, UInt64((rounds + 1) * request.utf8.count))
    XCTAssertEqual(session.tcp.send.queued &- session.tcp.send.initial &- 1, UInt32(rounds + 1) &* answerLength)
    XCTAssertEqual(try server.counter(\.requests), UInt64(rounds + 1))
    XCTAssertEqual(try server.counter(\.bytes_sent), session.bytes_sent)
    XCTAssertEqual(session.claimed, 0)
    // Three passes and the handshake's ACK; those that found the session claimed for too long were dropped.
    let races = UInt32(try server.counter(\.dropped_race))
    XCTAssertEqual(session.segments_received &+ races, UInt32(3 * rounds + 3))
  }

  /// Segments on one side, and on the other the pump, whose timers are short enough to come up all the time.
  func testAProcessorAndThePumpAtOneSession() throws {
    let server = try TestServer {
      $0.minimum_timeout = 5000
      $0.pump_interface = 1
    }
    var client = try server.connect()
    let answerLength = UInt32(try server.answer(to: client.data(request), for: &client).tcp.payload.count)
    let rounds = 3000
    var frames: [[UInt8]] = []
    for _ in 0..<rounds {
      frames.append(client.data(request).bytes)
      client.expected &+= answerLength
    }
    nonisolated(unsafe) let shared = server
    let copies = frames
    try onAllCPUs(2) { number in
      for frame in copies {
        // As long as each other, and more often than the pump has its rounds.
        if number == 0 { _ = try? shared.run(frame) } else { _ = try? shared.round() }
        usleep(200)
      }
    }
    for frame in frames { _ = try server.run(frame) }

    let session = try XCTUnwrap(try server.session(of: client))
    XCTAssertGreaterThan(try server.pump().rounds, 100)
    XCTAssertEqual(session.requests, UInt32(rounds + 1))
    XCTAssertEqual(session.bytes_received, UInt64((rounds + 1) * request.utf8.count))
    XCTAssertEqual(session.tcp.send.queued &- session.tcp.send.initial &- 1, UInt32(rounds + 1) &* answerLength)
    XCTAssertEqual(try server.counter(\.bytes_sent), session.bytes_sent)
    XCTAssertEqual(try server.counter(\.dropped_internal), 0)
    XCTAssertEqual(session.claimed, 0)
  }
}
