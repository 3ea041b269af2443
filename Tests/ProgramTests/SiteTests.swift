import DataPlaneABI
import HTTPContent
import HTTPCore
import PacketKit
import XCTest

/// A site in the content store: what each request gets, to the last byte, and cut into segments at every place.
final class SiteTests: XCTestCase {
  private static let long = pattern(50_000)
  private static let modified: UInt32 = 784_000_000
  private static let source = SiteSource(
    entries: [
      SiteEntry(path: "/", .bytes(Array("<title>start</title>".utf8), type: "text/html", modified: modified)),
      SiteEntry(path: "/long", .bytes(long, type: "application/octet-stream", modified: modified)),
      SiteEntry(path: "/empty", .bytes([], type: "text/plain", modified: 0)),
      SiteEntry(path: "/a b/\u{e9}", .fixed(status: 200, body: Array("fixed\n".utf8), type: "text/plain")),
      SiteEntry(path: "/teapot", .fixed(status: 418, body: Array("short and stout\n".utf8), type: "text/plain")),
      SiteEntry(host: "other.example", path: "/", .fixed(status: 200, body: Array("other\n".utf8), type: "text/plain")),
    ],
    routes: [
      SiteRoute(prefix: "/old/", .redirect(status: 301, location: "https://{host}/new/{rest}")),
      SiteRoute(prefix: "/query/", .redirect(status: 307, location: "/search{query}")),
      SiteRoute(prefix: "/old/deep/", .redirect(status: 308, location: "https://{host}{target}")),
    ],
    hosts: [SiteHost("other.example")])
  private nonisolated(unsafe) static let packed = Result { try PackedSite(source) }

  private var server: TestServer!
  private var reader: SiteReader!

  override func setUpWithError() throws {
    server = try TestServer.sending()
    reader = try Self.packed.get().reader
    try writeSite(Self.source, to: server.object, generation: 15)
    try server.object.map("current").update(UInt32(0), UInt32(15))
  }

  /// Sends a request over a connection of its own and returns all that comes, the segments being `size` bytes long.
  private func ask(_ text: String, size: Int = 1460, ipv6: Bool = false) throws -> [UInt8] {
    let (opened, _) = try TestServer.stranger(ipv6: ipv6).connected(
      to: server, options: [.maximumSegmentSize(UInt16(size))])
    var client = opened
    try server.expectDrop(client.ack())
    let segments = try server.download(client.data(text), for: &client, size: size)
    try server.expectDrop(client.rst())
    return segments.payload
  }

  private func get(_ target: String, host: String = "x", fields: String = "") -> String {
    "GET \(target) HTTP/1.1\r\nHost: \(host)\r\n\(fields)\r\n"
  }

  private func whole(_ path: String, host: String = "", headOnly: Bool = false) -> [UInt8] {
    reader.answer(reader.find(host: host, path: path).representation, date: testDate, headOnly: headOnly)
  }

  func testPathsLeadToTheirResources() throws {
    for path in ["/", "/long", "/empty", "/teapot"] {
      XCTAssertEqual(try ask(get(path)), whole(path), path)
      XCTAssertEqual(try ask(get(path + "?query=/../x")), whole(path), path)
      XCTAssertEqual(try ask(get(path).replacingMethod("HEAD")), whole(path, headOnly: true), path)
    }
    XCTAssertEqual(try ask(get("/a%20b/%C3%A9")), whole("/a b/\u{e9}"))
    XCTAssertEqual(try ask(get("/x/..//./teapot")), whole("/teapot"))
    XCTAssertEqual(try ask("GET http://x/teapot HTTP/1.1\r\nHost: x\r\n\r\n"), whole("/teapot"))
  }

  func testStrangePathsAreNotFound() throws {
    let expected = whole("/nothing")
    XCTAssertTrue(String(decoding: expected, as: UTF8.self).hasPrefix("HTTP/1.1 404 Not Found\r\n"))
    for path in ["/nothing", "/Long", "/long/", "/lon", "/longer", "/" + String(repeating: "a", count: 3000)] {
      XCTAssertEqual(try ask(get(path)), expected, path)
    }
    XCTAssertEqual(try ask(get("/" + String(repeating: "./", count: 1100) + "teapot")), expected)
    XCTAssertEqual(try ask(get("/teapot?" + String(repeating: "a", count: 3000))), whole("/teapot"))
    XCTAssertEqual(try ask(get("/%74eapot?" + String(repeating: "a", count: 3000))), whole("/teapot"))
    XCTAssertEqual(try ask(get("/teapot%00x")).prefix(12), Array("HTTP/1.1 400".utf8)[...])
    XCTAssertEqual(try ask(get("/../teapot")).prefix(12), Array("HTTP/1.1 400".utf8)[...])
  }

  func testVirtualHosts() throws {
    for name in ["other.example", "OTHER.example:8080", "Other.Example"] {
      XCTAssertEqual(try ask(get("/", host: name)), whole("/", host: "other.example"), name)
    }
    XCTAssertEqual(try ask(get("/teapot", host: "other.example")), whole("/nothing", host: "other.example"))
    XCTAssertEqual(try ask(get("/", host: "another.example")), whole("/"))
  }

  /// A segment may end or begin anywhere in a head, within its date too.
  func testSegmentsOfEverySize() throws {
    let expected = whole("/")
    for size in 48...(expected.count + 1) {
      XCTAssertEqual(try ask(get("/"), size: size, ipv6: size % 2 == 0), expected, "segments of \(size)")
    }
  }

  func testPipelinedAnswersAreCutAnywhere() throws {
    let text = get("/") + get("/teapot") + get("/old/x?y", fields: "") + get("/long", fields: "Range: bytes=7-1006\r\n")
    let expected = whole("/") + whole("/teapot") + redirection("/old/x?y", rest: "x?y")
      + part("/long", 7..<1007)
    for size in Array(stride(from: 48, to: 300, by: 1)) + [536, 1460] {
      XCTAssertEqual(try ask(text, size: size), expected, "segments of \(size)")
    }
    XCTAssertEqual(try keptTexts(), 0, "texts that were kept")
  }

  private func keptTexts() throws -> Int {
    var count = 0
    try server.object.map("kept").forEachKey { _ in count += 1 }
    return count
  }

  private func redirection(_ target: String, rest: String, host: String = "x") -> [UInt8] {
    let path = String(target.prefix { $0 != "?" })
    let found = reader.find(path: path)
    let location = found.resource.map {
      reader.location($0, host: Array(host.utf8), target: Array(target.utf8), rest: Array(rest.utf8))
    }
    return reader.answer(
      found.representation, date: testDate, fields: Array("Location: ".utf8) + (location ?? []) + Array("\r\n".utf8))
  }

  func testRedirections() throws {
    XCTAssertEqual(try ask(get("/old/x?y=z")), redirection("/old/x?y=z", rest: "x?y=z"))
    XCTAssertEqual(try ask(get("/old/deep/x")), redirection("/old/deep/x", rest: "x"))
    XCTAssertEqual(try ask(get("/old/", host: "h.example:8080")), redirection("/old/", rest: "", host: "h.example"))
    let text = String(decoding: try ask(get("/old/deep/a%20b", host: "h")), as: UTF8.self)
    XCTAssertTrue(text.hasPrefix("HTTP/1.1 308 Permanent Redirect\r\n"), text)
    XCTAssertTrue(text.contains("\r\nLocation: https://h/old/deep/a%20b\r\n"), text)
    XCTAssertEqual(try ask(get("/query/x?a=%41&b")), redirection("/query/x?a=%41&b", rest: "x?a=%41&b"))
    XCTAssertTrue(String(decoding: try ask(get("/query/%41")), as: UTF8.self).contains("\r\nLocation: /search\r\n"))
    XCTAssertEqual(try ask(get("/query/x?")), redirection("/query/x?", rest: "x?"))
    // A prefix in other letters, and nobody who says what this host is called.
    XCTAssertEqual(try ask(get("/%6fld/x")).prefix(12), Array("HTTP/1.1 400".utf8)[...])
    XCTAssertEqual(try ask("GET /old/x HTTP/1.0\r\n\r\n").prefix(12), Array("HTTP/1.1 400".utf8)[...])
    // No room for it: 414.
    let long = try ask(get("/old/" + String(repeating: "a", count: 2030)))
    XCTAssertEqual(long.prefix(12), Array("HTTP/1.1 414".utf8)[...])
    XCTAssertEqual(try keptTexts(), 0)
  }

  /// Where structures of a site lie across the borders of the content's chunks.
  func testManyRedirections() throws {
    let padding = String(repeating: "p", count: 50)
    let source = SiteSource(
      entries: (0..<1500).map {
        SiteEntry(path: "/\($0)", .redirect(status: 302, location: "https://x.example/\(padding)/\($0)/{query}"))
      })
    let packed = try PackedSite(source)
    reader = packed.reader
    try writeSite(source, to: server.object, generation: 14)
    let (opened, _) = try TestServer.stranger().connected(to: server, options: [.maximumSegmentSize(1460)])
    var client = opened
    try server.expectDrop(client.ack())
    for number in 0..<1500 {
      let segments = try server.exchange(client.data(get("/\(number)?q")), for: &client)
      let answer = segments.payload
      XCTAssertEqual(answer, redirection("/\(number)?q", rest: ""), "\(number)")
      guard answer.prefix(12) == Array("HTTP/1.1 302".utf8)[...] else { break }
      try server.expectDrop(client.ack())
    }
    try server.expectDrop(client.rst())
    withExtendedLifetime(packed) {}
  }

  /// No room for texts that are made of requests: a range gets the whole file, a redirection 503 (docs/http.md).
  func testNoRoomForTexts() throws {
    let kept = try server.object.map("kept")
    var key = kept_key()
    let text = kept_text()
    var count: UInt32 = 0
    defer {
      for number in 0..<count {
        key.place = 100 + number
        try? kept.delete(bytes: withUnsafeBytes(of: key) { Array($0) })
      }
    }
    while count < kept.info.maxEntries {
      key.place = 100 + count
      try kept.update(
        bytes: withUnsafeBytes(of: key) { Array($0) }, withUnsafeBytes(of: text) { Array($0) })
      count += 1
    }
    for range in ["5-6", "50000-"] {
      XCTAssertEqual(try ask(get("/long", fields: "Range: bytes=\(range)\r\n")), whole("/long"), range)
    }
    let refused = reader.answer(reader.common(COMMON_UNAVAILABLE), date: testDate)
    XCTAssertEqual(try ask(get("/old/x")), refused)
  }

  private func part(_ path: String, _ range: Range<Int>, _ persistence: String = "") -> [UInt8] {
    let representation = reader.find(path: path).representation
    let head = reader.head(representation, date: testDate)
    let start = reader.head(reader.common(COMMON_PARTIAL), date: testDate)[0]
    let total = Int(representation.body_length)
    let lines = "Content-Range: bytes \(range.lowerBound)-\(range.upperBound - 1)/\(total)\r\n"
      + "Content-Length: \(range.count)\r\n\(persistence)\r\n"
    let body = reader.bytes(representation.body_offset + UInt32(range.lowerBound), range.count)
    return start + head[1] + head[2] + Array(lines.utf8) + body
  }

  /// RFC 9110 14.2, 15.3.7
  func testRanges() throws {
    let cases: [(String, Range<Int>)] = [
      ("0-0", 0..<1), ("0-", 0..<50_000), ("-1", 49_999..<50_000), ("100-199", 100..<200),
      ("49999-60000", 49_999..<50_000),
      ("-60000", 0..<50_000), ("1-40001", 1..<40_002),
    ]
    for (text, range) in cases {
      for size in [1460, 536, 61] {
        XCTAssertEqual(
          try ask(get("/long", fields: "Range: bytes=\(text)\r\n"), size: size), part("/long", range),
          "\(text), \(size)")
      }
    }
    XCTAssertEqual(
      try ask(get("/long", fields: "Range: bytes=5-6\r\nConnection: close\r\n")),
      part("/long", 5..<7, "Connection: close\r\n"))
    XCTAssertEqual(try ask(get("/long", fields: "Range: bytes=0-1,5-6\r\n")), whole("/long"))
    let none = String(decoding: try ask(get("/long", fields: "Range: bytes=50000-\r\n")), as: UTF8.self)
    XCTAssertTrue(none.hasPrefix("HTTP/1.1 416 Range Not Satisfiable\r\n"), none)
    XCTAssertTrue(none.contains("\r\nContent-Range: bytes */50000\r\n"), none)
  }

  /// RFC 9110 13.1, 15.4.5
  func testConditions() throws {
    let representation = reader.find(path: "/long").representation
    let head = reader.head(representation, date: testDate)
    let notModified = reader.head(reader.common(COMMON_NOT_MODIFIED), date: testDate)[0] + head[1] + Array("\r\n".utf8)
    let tag = "\"" + String(representation.tag, radix: 16).leftPadded(16) + "\""
    for value in [tag, "W/\(tag)", "\"x\", \(tag)", "*"] {
      XCTAssertEqual(try ask(get("/long", fields: "If-None-Match: \(value)\r\n")), notModified, value)
    }
    XCTAssertEqual(
      try ask(get("/long", fields: "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n")), notModified)
    XCTAssertEqual(
      try ask(get("/long", fields: "If-Modified-Since: Sun, 06 Nov 1992 08:49:37 GMT\r\n")), whole("/long"))
    let failed = try ask(get("/long", fields: "If-Match: \"0123456789abcdef\"\r\n"))
    XCTAssertEqual(failed.prefix(12), Array("HTTP/1.1 412".utf8)[...])
    XCTAssertEqual(try ask(get("/long", fields: "If-Match: \(tag)\r\n")), whole("/long"))
  }

  /// What has been queued stays what it was, though its site has been replaced (docs/content.md).
  func testAnswersOutliveTheirSite() throws {
    let (opened, _) = try TestServer.stranger().connected(to: server, options: [.maximumSegmentSize(1000)])
    var client = opened
    try server.expectDrop(client.ack())
    let first = try server.exchange(client.data(get("/long")), for: &client)
    try server.object.map("current").update(UInt32(0), UInt32(0))
    try writeContent(.hello, to: server.object, generation: 0)
    let rest = try server.download(client.ack(), for: &client, size: 1000)
    XCTAssertEqual((first + rest).payload, whole("/long"))
    XCTAssertEqual(try server.exchange(client.data(get("/long")), for: &client).payload, TestServer.content(.ok))
    try server.expectDrop(client.rst())
  }
}

extension String {
  fileprivate func replacingMethod(_ method: String) -> String { method + dropFirst(3) }

  fileprivate func leftPadded(_ count: Int) -> String {
    String(repeating: "0", count: max(0, count - self.count)) + self
  }
}
