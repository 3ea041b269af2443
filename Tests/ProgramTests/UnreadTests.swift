import BPF
import DataPlaneABI
import HTTPCore
import PacketKit
import XCTest

/// Requests that find no room among a session's answers: they are acknowledged, kept, and answered as those before them
/// are acknowledged.
final class UnreadTests: XCTestCase {
  private var server: TestServer!
  private let get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
  private let head = "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n"
  private let answers = TestServer.content(.ok) + TestServer.content(.ok, headOnly: true)
  private let limit = Int(UNREAD_LIMIT)

  override func setUpWithError() throws { server = try TestServer.shared() }

  private var pair: String { self.get + head }
  private func pairs(_ count: Int) -> String { String(repeating: pair, count: count) }
  private func answers(_ count: Int) -> [UInt8] { Array(repeatElement(answers, count: count).joined()) }

  private func blocks() throws -> Int { try entries("unread") }

  private func entries(_ map: String) throws -> Int {
    var count = 0
    try server.object.map(map).forEachKey { _ in count += 1 }
    return count
  }

  func testWindowIsWhatIsLeft() throws {
    for stranger in TestServer.strangers() {
      var client = try server.connect(stranger)
      let first = try server.expectAnswer(
        to: client.data(pairs(5)), for: &client,
        counting: Changes.taken(pairs(5).utf8.count, sent: answers.count * 2, requests: 4).adding([\.segments_kept: 1]))
      XCTAssertEqual(first.tcp.payload, answers(2))
      XCTAssertEqual(first.tcp.acknowledgment, client.next)
      XCTAssertEqual(Int(first.tcp.window), limit - pairs(3).utf8.count)
      XCTAssertEqual(try blocks(), 1)
      let second = try server.expectAnswer(
        to: client.ack(), for: &client, counting: .taken(sent: answers.count * 2, requests: 4))
      XCTAssertEqual(second.tcp.payload, answers(2))
      // What has been read is not offered again until all has.
      XCTAssertEqual(second.tcp.window, first.tcp.window)
      let third = try server.expectAnswer(
        to: client.ack(), for: &client, counting: .taken(sent: answers.count, requests: 2))
      server.expect(third, [.ack, .psh], answers)
      XCTAssertEqual(try blocks(), 0)
      try server.expectDrop(client.ack(), counting: [:])
      try server.expectDrop(client.rst(), counting: [\.sessions_reset: 1])
    }
  }

  /// Wherever the input is cut between what is kept and what comes behind it, and whether that comes before the ACK or
  /// with it.
  func testRequestsCutAnywhere() throws {
    let text = pairs(5)
    let bytes = Array(text.utf8)
    for cut in stride(from: pairs(2).utf8.count - 3, to: bytes.count, by: 1) {
      for acknowledges in [false, true] {
        var client = try server.connect(TestServer.stranger())
        let begin = client.expected
        var received: [UInt8] = []
        let first = try server.answer(to: client.data(Array(bytes[..<cut])), for: &client)
        XCTAssertEqual(first.tcp.acknowledgment, client.next)
        received += first.tcp.payload
        if !acknowledges { client.expected = begin }
        let second = try server.answer(to: client.data(Array(bytes[cut...])), for: &client)
        XCTAssertEqual(second.tcp.acknowledgment, client.next, "cut at \(cut)")
        if acknowledges {
          received += second.tcp.payload
        } else if client.expected == begin {
          client.expected = begin &+ UInt32(received.count)
          if second.tcp.sequence == client.expected {
            received += second.tcp.payload
            client.expected &+= second.tcp.length
          }
        }
        received += try server.collect(client.ack(), for: &client)
        XCTAssertEqual(received, answers(5), "cut at \(cut), \(acknowledges)")
        try server.expectDrop(client.rst())
      }
    }
    XCTAssertEqual(try blocks(), 0)
  }

  /// The FIN is taken at once, and answered when all requests before it have been.
  func testFinishBehindUnreadRequests() throws {
    var client = try server.connect(TestServer.stranger())
    let first = try server.answer(to: client.fin(pairs(5)), for: &client)
    XCTAssertEqual(first.tcp.flags, [.ack, .psh])
    XCTAssertEqual(first.tcp.acknowledgment, client.next)
    XCTAssertEqual(try server.session(of: client)?.tcp.state, UInt8(TCP_STATE_CLOSE_WAIT.rawValue))
    let second = try server.answer(to: client.ack(), for: &client)
    XCTAssertEqual(second.tcp.flags, [.ack, .psh])
    let third = try server.answer(to: client.ack(), for: &client)
    XCTAssertEqual(third.tcp.flags, [.ack, .psh, .fin])
    XCTAssertEqual(first.tcp.payload + second.tcp.payload + third.tcp.payload, answers(5))
    try server.expectDrop(client.ack(), counting: [\.sessions_closed: 1])
    XCTAssertNil(try server.session(of: client))
    XCTAssertEqual(try blocks(), 0)
  }

  /// What is not whole when the client has closed its side is not answered.
  func testFinishWithinAnUnreadRequest() throws {
    let pending = try entries("requests")
    var client = try server.connect(TestServer.stranger())
    let first = try server.answer(to: client.fin(pairs(2) + get + "GET / HT"), for: &client)
    let second = try server.answer(to: client.ack(), for: &client)
    XCTAssertEqual(second.tcp.flags, [.ack, .psh, .fin])
    XCTAssertEqual(first.tcp.payload + second.tcp.payload, answers(2) + TestServer.content(.ok))
    try server.expectDrop(client.ack(), counting: [\.sessions_closed: 1])
    XCTAssertEqual(try entries("requests"), pending)
  }

  /// Whatever ends the connection, nothing behind it is answered, and nothing is left of it.
  func testEndsAmongUnreadRequests() throws {
    let close = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    for (end, answer) in [
      (close, TestServer.content(.ok, .close)), ("nonsense\r\n", TestServer.content(.badRequest, .close)),
    ] {
      for before in 0..<6 {
        var client = try server.connect(TestServer.stranger())
        let expected = answers(2) + answers(before) + answer
        let first = try server.answer(to: client.data(pairs(2 + before) + end + pairs(5)), for: &client)
        XCTAssertEqual(first.tcp.acknowledgment, client.next)
        var received = first.tcp.payload
        var last = first
        while !last.tcp.flags.contains(.fin) {
          last = try server.answer(to: client.ack(), for: &client)
          received += last.tcp.payload
          guard received.count <= expected.count else { break }
        }
        XCTAssertEqual(received, expected, "\(end), \(before) pairs before it")
        XCTAssertEqual(try blocks(), 0)
        XCTAssertEqual(last.tcp.window, 65535)
        try server.expectDrop(client.rst())
      }
    }
  }

  func testContentAmongUnreadRequests() throws {
    let length = 700
    let post = "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: \(length)\r\n\r\n" + String(repeating: "x", count: length)
    let chunked =
      "HEAD / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n"
    var client = try server.connect(TestServer.stranger())
    let text = pairs(2) + post + chunked + pair
    let received = try server.collect(client.data(text), for: &client)
    XCTAssertEqual(received, answers(4))
    try server.expectDrop(client.rst())
  }

  func testNothingIsLeftOfASession() throws {
    var client = try server.connect(TestServer.stranger())
    _ = try server.answer(to: client.data(pairs(5)), for: &client)
    XCTAssertEqual(try blocks(), 1)
    try server.expectDrop(client.rst(), counting: [\.sessions_reset: 1])
    XCTAssertEqual(try blocks(), 0)
  }

  /// A client that acknowledges no answer, and sends as much as the window allows, and then more.
  func testWindowCloses() throws {
    var client = try server.connect(TestServer.stranger())
    let begin = client.expected
    let segment = Array(pairs(20).utf8)
    var requests = 0
    var edge = client.next &+ 65535
    var sent: [UInt8] = []
    let first = client.next
    while true {
      let room = Int(edge &- client.next)
      // Cut anywhere in a request, as a client does that fills the window.
      let next = segment[(sent.count % segment.count)...].prefix(room)
      guard !next.isEmpty else { break }
      sent += next
      let answer = try server.answer(to: client.data(Array(next)), for: &client)
      XCTAssertEqual(answer.tcp.acknowledgment, client.next, "after \(sent.count) bytes")
      let now = answer.tcp.acknowledgment &+ UInt32(answer.tcp.window)
      XCTAssertGreaterThanOrEqual(now &- first, edge &- first, "the right edge moved back")
      edge = now
      client.expected = begin
      requests = sent.count
    }
    // Not of what was read at once.
    XCTAssertEqual(requests, limit + pairs(2).utf8.count)
    XCTAssertEqual(try server.session(of: client)?.tcp.receive.window, 0)
    XCTAssertEqual(try blocks(), Int(UNREAD_BLOCKS))
    // A byte into the closed window.
    var pushy = client
    let probe = pushy.data("G")
    let refused = try server.expectAnswer(
      to: probe, for: &pushy, counting: [\.dropped_out_of_window: 1])
    XCTAssertEqual(refused.tcp.acknowledgment, client.next)
    XCTAssertEqual(refused.tcp.window, 0)
    XCTAssertEqual(refused.tcp.payload, [])
    // One that acknowledges: the ACK counts, though the byte does not.
    client.expected = begin &+ UInt32(answers(2).count)
    pushy.expected = client.expected
    pushy.next = client.next
    let second = try server.expectAnswer(
      to: pushy.data("G"), for: &pushy,
      counting: Changes.taken(sent: answers.count * 2, requests: 4).adding([\.dropped_out_of_window: 1]))
    XCTAssertEqual(second.tcp.payload, answers(2))
    XCTAssertEqual(second.tcp.acknowledgment, client.next)
    client.expected = pushy.expected
    // The rest comes, and with its end the window opens.
    var received = answers(4)
    var window: UInt16 = 0
    while true {
      let result = try server.run(client.ack().bytes)
      guard result.action == .transmit else { break }
      let part = try client.hear(result.output)
      received += part.tcp.payload
      window = part.tcp.window
    }
    let whole = requests / pair.utf8.count
    var expected = answers(whole)
    if requests % pair.utf8.count >= get.utf8.count { expected += TestServer.content(.ok) }
    XCTAssertEqual(received, expected)
    XCTAssertEqual(window, 65535)
    XCTAssertEqual(try blocks(), 0)
    try server.expectDrop(client.rst())
  }

  /// The window opens without an answer to tell of it: the end of what is unread is content that is skipped.
  func testOpenWindowIsTold() throws {
    var client = try server.connect(TestServer.stranger())
    let begin = client.expected
    let first = try server.answer(to: client.data(pairs(2)), for: &client)
    let answered = client.expected
    client.expected = begin
    let head = "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n"
    let kept = try server.answer(to: client.data(head + String(repeating: "x", count: 1000)), for: &client)
    XCTAssertEqual(Int(kept.tcp.window), limit - head.utf8.count - 1000)
    client.expected = answered
    let update = try server.expectAnswer(to: client.ack(), for: &client, counting: [:])
    XCTAssertEqual(update.tcp.flags, .ack)
    XCTAssertEqual(update.tcp.window, 65535)
    XCTAssertEqual(first.tcp.payload, answers(2))
    try server.expectDrop(client.rst())
  }

  /// Without memory for it, what finds no room is not acknowledged, and comes again.
  func testNoRoomToKeep() throws {
    let map = try server.object.map("unread")
    var key = unread_key()
    let block = [UInt8](repeating: 0, count: MemoryLayout<unread_block>.size)
    var count: UInt32 = 0
    defer {
      for number in 0..<count {
        key.block = 100 + number
        try? map.delete(bytes: withUnsafeBytes(of: key) { Array($0) })
      }
    }
    while count < map.info.maxEntries {
      key.block = 100 + count
      try map.update(bytes: withUnsafeBytes(of: key) { Array($0) }, block)
      count += 1
    }
    var client = try server.connect(TestServer.stranger())
    let taken = pairs(2).utf8.count
    let start = client.next
    let first = try server.expectAnswer(
      to: client.data(pairs(3)), for: &client,
      counting: Changes.taken(taken, sent: answers.count * 2, requests: 4).adding([\.dropped_queue_full: 1]))
    server.expect(first, [.ack, .psh], answers(2))
    XCTAssertEqual(first.tcp.acknowledgment, start &+ UInt32(taken))
    // The rest again, now that the answers are acknowledged.
    client.next = first.tcp.acknowledgment
    let second = try server.expectAnswer(
      to: client.data(pair), for: &client, counting: .taken(pair.utf8.count, sent: answers.count, requests: 2))
    server.expect(second, [.ack, .psh], answers)
    try server.expectDrop(client.rst())
  }

  /// A window beyond what can be kept: meanwhile no more is offered than that.
  func testLargeWindow() throws {
    try server.configured({ $0.receive_window = 1 << 20 }) {
      var client = TestServer.stranger()
      let scaling = [TCPOption.maximumSegmentSize(1460), .windowScale(0)]
      _ = try server.answer(to: client.syn(options: scaling), for: &client)
      try server.expectDrop(client.ack())
      XCTAssertEqual(try server.session(of: client)?.tcp.receive.window, 1 << 20)
      let first = try server.answer(to: client.data(pairs(3)), for: &client)
      let left = UInt32(limit - pair.utf8.count)
      XCTAssertEqual(try server.session(of: client)?.tcp.receive.window, left)
      XCTAssertLessThanOrEqual(UInt32(first.tcp.window) << 5, left)
      let second = try server.answer(to: client.ack(), for: &client)
      XCTAssertEqual(UInt32(second.tcp.window) << 5, 1 << 20)
      XCTAssertEqual(first.tcp.payload + second.tcp.payload, answers(3))
      try server.expectDrop(client.rst())
    }
  }
}
