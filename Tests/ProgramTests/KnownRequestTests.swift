import BPF
import DataPlaneABI
import HTTPContent
import HTTPCore
import PacketKit
import XCTest

/// A request that has just been answered is known by its bytes when it comes again. Whether it was must make no
/// difference.
final class KnownRequestTests: XCTestCase {
  private static let source = SiteSource(
    entries: ["/teapot", "/teapou", "/tea-pot", "/t"].map { path in
      SiteEntry(path: path, .fixed(status: 200, body: Array("\(path)\n".utf8), type: "text/plain"))
    })
  private let request = "GET /teapot HTTP/1.1\r\nHost: a.example\r\n\r\n"
  private var server: TestServer!

  override func setUpWithError() throws {
    server = try TestServer.patient(maxSessions: 1000)
    try writeSite(Self.source, to: server.object)
  }

  // Every map and program is an open file, and tests are kept to the end of all.
  override func tearDown() { server = nil }

  private func answer(_ text: [UInt8], _ client: inout Client) throws -> [UInt8] {
    try server.answer(to: client.data(text), for: &client).tcp.payload
  }

  /// Sends a text over a connection of its own, in one segment or in two, and returns what is answered in all.
  private func ask(_ text: [UInt8], cutAt cut: Int? = nil) throws -> [UInt8] {
    var client = try server.connect(TestServer.stranger())
    guard let cut else { return try answer(text, &client) }
    let first = try answer(Array(text.prefix(cut)), &client)
    // One that is refused by its first bytes is not read on.
    return try first.isEmpty ? answer(Array(text.dropFirst(cut)), &client) : first
  }

  private func ask(_ text: String) throws -> [UInt8] { try ask(Array(text.utf8)) }

  /// Has the request known, whichever was before.
  private func makeKnown() throws {
    var client = try server.connect(TestServer.stranger())
    for _ in 0..<10 { _ = try answer(Array(request.utf8), &client) }
  }

  private func body(_ answer: [UInt8]) -> String {
    String(decoding: answer, as: UTF8.self).components(separatedBy: "\r\n\r\n").last ?? ""
  }

  func testItIsCountedLikeAnyOther() throws {
    let expected = try ask(request)
    XCTAssertEqual(body(expected), "/teapot\n")
    for stranger in TestServer.strangers() {
      var client = try server.connect(stranger)
      for _ in 0..<20 {
        let answer = try server.expectAnswer(
          to: client.data(request), for: &client,
          counting: .taken(request.utf8.count, sent: expected.count, requests: 1))
        server.expect(answer, [.ack, .psh], expected)
      }
      XCTAssertEqual(try server.session(of: client)?.requests, 20)
      try server.expectDrop(client.rst())
    }
  }

  /// A request that differs from the known one in any byte, or by its end, is another one. Those that come in two
  /// segments are never looked for among the known.
  func testAnyOtherByteMakesAnotherRequest() throws {
    let known = Array(request.utf8)
    var kinds: Set<[UInt8]> = []
    for index in known.indices {
      for bit in [UInt8(1), 0x20] {
        var other = known
        other[index] ^= bit
        try makeKnown()
        let whole = try ask(other)
        XCTAssertEqual(whole, try ask(other, cutAt: 3), "byte \(index) is \(other[index])")
        kinds.insert(whole)
      }
    }
    XCTAssertGreaterThan(kinds.count, 4)
    try makeKnown()
    // No answer until the rest has come.
    XCTAssertEqual(try ask(Array(known.dropLast())), [])
    XCTAssertEqual(body(try ask(known + known)), "/teapot\n")
    XCTAssertEqual(try ask(known + known).count, 2 * (try ask(known)).count)
  }

  /// One that is the last of its connection is so again.
  func testItClosesAgain() throws {
    let texts = [
      "GET /t HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "GET /t HTTP/1.0\r\n\r\n", "HEAD /t HTTP/1.0\r\n\r\n",
    ]
    for text in texts {
      var answers: Set<[UInt8]> = []
      for _ in 0..<20 {
        var client = try server.connect(TestServer.stranger())
        let answer = try server.answer(to: client.data(text), for: &client)
        XCTAssertEqual(answer.tcp.flags, [.ack, .psh, .fin])
        answers.insert(answer.tcp.payload)
        XCTAssertEqual(UInt32(try XCTUnwrap(try server.session(of: client)).tcp.state), TCP_STATE_FIN_WAIT_1.rawValue)
        // What comes behind it is ignored.
        XCTAssertEqual(try server.answer(to: client.data(request), for: &client).tcp.payload, [])
      }
      XCTAssertEqual(answers, [try ask(Array(text.utf8), cutAt: 5)])
    }
  }

  /// The same bytes within another request are a part of that.
  func testItsBytesWithinAnotherRequestAreNotIt() throws {
    try makeKnown()
    var client = try server.connect(TestServer.stranger())
    let begin = "GET /t HTTP/1.1\r\nHost: x\r\nContent-Length: \(request.utf8.count)\r\n\r\n"
    XCTAssertEqual(try answer(Array(begin.utf8), &client), [])
    XCTAssertEqual(body(try answer(Array(request.utf8), &client)), "/t\n")
    XCTAssertEqual(body(try answer(Array(request.utf8), &client)), "/teapot\n")
  }

  func testAnotherSiteGivesItsOwnAnswer() throws {
    for generation in [UInt8(0), 1, 1] {
      try makeKnown()
      let text = "generation \(generation), \(UInt32.random(in: 0 ... .max))\n"
      try writeContent(.bytes(Array(text.utf8)), to: server.object, generation: generation)
      XCTAssertEqual(body(try ask(request)), text)
      XCTAssertEqual(body(try ask(request)), text)
    }
  }

  func testItsDateIsThatOfTheAnswer() throws {
    let site = try PackedSite(Self.source)
    try makeKnown()
    for seconds in [testDate + 1, testDate + 86_400] {
      try stopClock(of: server.object, at: seconds)
      let teapot = site.reader.find(path: "/teapot").representation
      XCTAssertEqual(try ask(request), site.reader.answer(teapot, date: seconds))
    }
  }

  func testItIsLogged() throws {
    try makeKnown()
    try server.configured({ $0.logs_requests = 1 }) {
      for _ in 0..<5 { _ = try ask(request) }
    }
    var paths: [String] = []
    try RingBuffer(server.object.map("access_log")).consume { record in
      let length = Int(record.loadUnaligned(as: log_entry.self).request_length)
      paths.append(String(decoding: record[MemoryLayout<log_entry>.size...].prefix(length), as: UTF8.self))
    }
    XCTAssertEqual(paths, Array(repeating: "/teapot", count: 5))
  }

  /// Answers of any length: some leave at once, others in bursts.
  func testLongAnswers() throws {
    let server = try TestServer.sending(.bytes(pattern(40_000)))
    var answers: Set<[UInt8]> = []
    let (opened, _) = try TestServer.stranger().connected(to: server, options: [.maximumSegmentSize(1460)])
    var client = opened
    try server.expectDrop(client.ack())
    for _ in 0..<12 { answers.insert(try server.download(client.data(request), for: &client, size: 1460).payload) }
    XCTAssertEqual(answers.count, 1)
    XCTAssertEqual(answers.first?.suffix(40_000), pattern(40_000)[...])
    try server.expectDrop(client.rst())
  }
}
