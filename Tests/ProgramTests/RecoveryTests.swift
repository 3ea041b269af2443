import DataPlaneABI
import PacketKit
import XCTest

/// Segments of a burst are lost, and the client's acknowledgments say so: what is missing comes again at once.
final class RecoveryTests: XCTestCase {
  private static let body = pattern(30_000)
  private var server: TestServer!
  private let lastGet = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
  private let size = 1000

  override func setUpWithError() throws {
    server = try TestServer.sending(.bytes(Self.body))
  }

  /// What a client has of the stream, in whatever order it came.
  private struct Received {
    let start: UInt32
    private(set) var pieces: [Int: [UInt8]] = [:]
    private(set) var finished = false

    init(from start: UInt32) { self.start = start }

    mutating func take(_ segment: Frame) {
      let offset = Int(segment.tcp.sequence &- start)
      if !segment.tcp.payload.isEmpty { pieces[offset] = segment.tcp.payload }
      if segment.tcp.flags.contains(.fin) { finished = true }
    }

    /// The bytes up to the first that is missing.
    var contiguous: [UInt8] {
      var bytes: [UInt8] = []
      while let more = pieces[bytes.count] { bytes += more }
      return bytes
    }

    /// One past the highest byte that has come.
    var end: Int { pieces.map { $0.key + $0.value.count }.max() ?? 0 }
  }

  private func decoded(_ departure: Departure) throws -> [Frame] {
    try departure.segments.map { try Frame(decoding: $0) }
  }

  /// A burst of the initial window, ten segments, of which the client gets all but one.
  private func lose(_ lost: Int, _ stranger: Client, sack: Bool) throws -> (Client, Received, Frame) {
    let options: [TCPOption] = [.maximumSegmentSize(UInt16(size))] + (sack ? [.sackPermitted] : [])
    var (client, _) = try stranger.connected(to: server, options: options)
    try server.expectDrop(client.ack())
    var received = Received(from: client.expected)
    let segments = try decoded(try server.depart(client.data(lastGet).bytes))
    XCTAssertEqual(segments.count, 10)
    for (index, segment) in segments.enumerated() where index != lost { received.take(segment) }
    client.expected = received.start &+ UInt32(lost * size)
    return (client, received, segments[lost])
  }

  private func expectRest(_ client: Client, _ received: Received) throws {
    var client = client
    var received = received
    for _ in 0..<100 where !received.finished || received.end > received.contiguous.count {
      client.expected = received.start &+ UInt32(received.contiguous.count)
      for segment in try decoded(try server.depart(client.ack().bytes)) { received.take(segment) }
    }
    XCTAssertEqual(received.contiguous, BurstTests.head(Self.body.count, .close) + Self.body)
    XCTAssertTrue(received.finished)
    try server.expectDrop(client.rst())
  }

  /// RFC 6675 5: what SACK says of the segments behind is enough.
  func testSelectiveAcknowledgment() throws {
    for lost in [0, 1, 5] {
      for stranger in TestServer.strangers() {
        let (opened, before, missing) = try lose(lost, stranger, sack: true)
        var received = before
        let start = missing.tcp.sequence &+ UInt32(size)
        let block = TCPOption.ClosedEdge(left: start, right: start &+ UInt32(4 * size))
        let ack = opened.segment(.ack, options: [.noOperation, .noOperation, .sack([block])])
        let recoveries = try server.counter(\.fast_recoveries)
        let repeated = try server.counter(\.segments_retransmitted)
        let segments = try decoded(try server.depart(ack.bytes))
        XCTAssertEqual(try server.counter(\.fast_recoveries), recoveries + 1)
        XCTAssertEqual(try server.counter(\.segments_retransmitted), repeated + 1)
        XCTAssertEqual(segments.first?.tcp.sequence, missing.tcp.sequence)
        XCTAssertEqual(segments.first?.tcp.payload, missing.tcp.payload)
        for segment in segments { received.take(segment) }
        XCTAssertEqual(try server.session(of: opened)?.segments_retransmitted, 1)
        try expectRest(opened, received)
      }
    }
  }

  /// RFC 5681 3.2: the third duplicate, and not before.
  func testDuplicateAcknowledgments() throws {
    for stranger in TestServer.strangers() {
      let (opened, before, missing) = try lose(0, stranger, sack: false)
      var received = before
      let recoveries = try server.counter(\.fast_recoveries)
      for _ in 0..<2 {
        for segment in try decoded(try server.depart(opened.ack().bytes)) {
          XCTAssertNotEqual(segment.tcp.sequence, missing.tcp.sequence)
          received.take(segment)
        }
        XCTAssertEqual(try server.counter(\.fast_recoveries), recoveries)
      }
      let segments = try decoded(try server.depart(opened.ack().bytes))
      XCTAssertEqual(try server.counter(\.fast_recoveries), recoveries + 1)
      XCTAssertEqual(segments.first?.tcp.sequence, missing.tcp.sequence)
      XCTAssertEqual(segments.first?.tcp.payload, missing.tcp.payload)
      for segment in segments { received.take(segment) }
      try expectRest(opened, received)
    }
  }

  /// A block of what was never sent, or has been acknowledged, is no sign of loss.
  func testNonsenseBlocksAreIgnored() throws {
    for stranger in TestServer.strangers() {
      let (opened, _, missing) = try lose(0, stranger, sack: true)
      let recoveries = try server.counter(\.fast_recoveries)
      let far = missing.tcp.sequence &+ 1_000_000
      let blocks: [TCPOption.ClosedEdge] = [
        .init(left: far, right: far &+ 5000), .init(left: missing.tcp.sequence &- 9000, right: missing.tcp.sequence),
        .init(left: missing.tcp.sequence &+ 5000, right: missing.tcp.sequence &+ 1000),
      ]
      for block in blocks {
        let ack = opened.segment(.ack, options: [.sack([block]), .noOperation, .noOperation])
        for segment in try decoded(try server.depart(ack.bytes)) {
          XCTAssertNotEqual(segment.tcp.sequence, missing.tcp.sequence)
        }
        XCTAssertEqual(try server.counter(\.fast_recoveries), recoveries, "\(block)")
      }
      try server.expectDrop(opened.rst())
    }
  }
}
