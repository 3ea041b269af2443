import DataPlaneABI
import Foundation
@testable import HTTPContent
import HTTPCore
import XCTest

/// A packed site, read back as a client would read it.
final class SiteAnswerTests: XCTestCase {
  private static let date = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"

  func testGreeting() throws {
    let site = try PackedSite(.only(.hello))
    let expected = "HTTP/1.1 200 OK\r\n" + Self.date
      + "Content-Type: text/plain; charset=utf-8\r\nContent-Length: 12\r\n\r\n"
    for path in ["/", "/a/b", "/" + String(repeating: "x", count: 2000)] {
      XCTAssertEqual(site.text(path), expected + "Hello, XDP!\n")
      XCTAssertEqual(site.text(path, host: "example.org", headOnly: true), expected)
    }
    XCTAssertEqual(site.reader.find(path: "/").resource?.kind, UInt8(RESOURCE_FIXED.rawValue))
    XCTAssertEqual(site.reader.header.generation, 5)
  }

  func testBodiesOfOnesOwn() throws {
    let bytes = try PackedSite(.only(.bytes(Array("<p>".utf8), type: "text/html")))
    XCTAssertEqual(
      bytes.text("/x"), "HTTP/1.1 200 OK\r\n" + Self.date + "Content-Type: text/html\r\nContent-Length: 3\r\n\r\n<p>")
    let folder = try Folder()
    let file = try PackedSite(.only(.file(path: folder.file("f", Array("<p>".utf8), modified: 784_111_777))))
    let resource = try XCTUnwrap(file.reader.find(path: "/x").resource)
    XCTAssertEqual(resource.kind, UInt8(RESOURCE_FILE.rawValue))
    XCTAssertEqual(resource.codings, 1)
    XCTAssertEqual(resource.modified, 784_111_777)
    let tag = EntityTags.text(resource.representations.0.tag)
    XCTAssertNotEqual(resource.representations.0.tag, 0)
    XCTAssertEqual(
      file.text("/x"),
      "HTTP/1.1 200 OK\r\n" + Self.date + "ETag: \(tag)\r\nLast-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
        + "Content-Type: application/octet-stream\r\nAccept-Ranges: bytes\r\nContent-Length: 3\r\n\r\n<p>")
  }

  /// RFC 9110 8.8.2.1: what is dated in the future was modified now, as far as anybody is told.
  func testNoDateOfTheFuture() throws {
    let folder = try Folder()
    let path = try folder.file("f", Array("<p>".utf8), modified: 4_102_444_800)
    let begin = UInt32(time(nil))
    let site = try PackedSite(
      SiteSource(entries: [
        SiteEntry(path: "/file", .file(SiteFile(path: path, type: "text/html"))),
        SiteEntry(path: "/bytes", .bytes([1], type: "text/html", modified: .max)),
        SiteEntry(path: "/old", .bytes([1], type: "text/html", modified: begin - 1)),
        SiteEntry(path: "/none", .bytes([1], type: "text/html", modified: 0)),
      ]))
    let end = UInt32(time(nil))
    for path in ["/file", "/bytes"] {
      let modified = try XCTUnwrap(site.reader.find(path: path).resource).modified
      XCTAssertTrue((begin...end).contains(modified), "\(path): \(modified)")
      XCTAssertTrue(site.text(path).contains("\r\nLast-Modified: \(DateField.text(modified))\r\n"), site.text(path))
    }
    XCTAssertEqual(site.reader.find(path: "/old").resource?.modified, begin - 1)
    XCTAssertFalse(site.text("/none").contains("Last-Modified"))
  }

  func testCommonAnswers() throws {
    let reader = try PackedSite(SiteSource()).reader
    let statuses = [100, 204, 304, 206, 400, 405, 412, 413, 414, 416, 417, 431, 501, 503, 505]
    XCTAssertEqual(statuses.count, Int(COMMON_COUNT.rawValue))
    for (number, status) in statuses.enumerated() {
      let part = reader.common(common_answer(UInt32(number)))
      XCTAssertEqual(Int(part.status), status)
      XCTAssertEqual(part.is_dated, status == 100 ? 0 : 1)
      let head = reader.head(part, date: 784_111_777).map { String(decoding: $0, as: UTF8.self) }
      XCTAssertTrue(head[0].hasPrefix("HTTP/1.1 \(status) \(SiteHead.reason(status))\r\n"))
      XCTAssertEqual(head[0].hasSuffix(Self.date), status != 100)
      XCTAssertEqual(head[0].contains("\r\nAllow: GET, HEAD, OPTIONS\r\n"), [204, 405].contains(status))
      let body = reader.bytes(part.body_offset, Int(part.body_length))
      // RFC 9110 8.6, and what a 206 and a 304 have of the representation instead.
      let hasBody = status >= 400
      XCTAssertEqual(!body.isEmpty, hasBody)
      XCTAssertEqual(head[3], hasBody ? "Content-Length: \(body.count)\r\n" : "")
      XCTAssertEqual(head[2], hasBody ? "Content-Type: text/plain; charset=utf-8\r\n" : "")
      XCTAssertEqual(body.last, hasBody ? 10 : nil)
    }
    XCTAssertEqual(reader.tail(.implied), Array("\r\n".utf8))
    XCTAssertEqual(reader.tail(.close), Array("Connection: close\r\n\r\n".utf8))
    XCTAssertEqual(reader.tail(.keepAlive), Array("Connection: keep-alive\r\n\r\n".utf8))
  }

  func testFixedAnswersAndRedirects() throws {
    let site = try PackedSite(
      SiteSource(entries: [
        .health(),
        SiteEntry(path: "/gone", .fixed(status: 410, body: Array("gone\n".utf8), type: "text/plain")),
        SiteEntry(path: "/none", .fixed(status: 204, body: [], type: "a/b"), headers: [SiteHeader("X-A", "b c")]),
        SiteEntry(path: "/old", .redirect(status: 308, location: "/new?x=%7B")),
        SiteEntry(path: "/secure", .redirect(status: 302, location: "https://{host}:8443/a{target}#{rest}")),
      ]))
    XCTAssertEqual(
      site.text("/healthz"),
      "HTTP/1.1 200 OK\r\n" + Self.date + "Cache-Control: no-store\r\nContent-Type: text/plain; charset=utf-8\r\n"
        + "Content-Length: 3\r\n\r\nok\n")
    XCTAssertEqual(
      site.text("/gone"),
      "HTTP/1.1 410 Gone\r\n" + Self.date + "Content-Type: text/plain\r\nContent-Length: 5\r\n\r\ngone\n")
    XCTAssertEqual(site.text("/none"), "HTTP/1.1 204 No Content\r\n" + Self.date + "X-A: b c\r\n\r\n")
    let body = "Content-Type: text/plain; charset=utf-8\r\nContent-Length: 23\r\n\r\n308 Permanent Redirect\n"
    XCTAssertEqual(
      site.text("/old"), "HTTP/1.1 308 Permanent Redirect\r\nLocation: /new?x=%7B\r\n" + Self.date + body)
    XCTAssertEqual(site.reader.find(path: "/old").resource?.kind, UInt8(RESOURCE_FIXED.rawValue))
    let secure = try XCTUnwrap(site.reader.find(path: "/secure").resource)
    XCTAssertEqual(secure.kind, UInt8(RESOURCE_REDIRECT.rawValue))
    XCTAssertEqual(secure.location_count, 6)
    let location = site.reader.location(
      secure, host: Array("h.example".utf8), target: Array("/secure?q".utf8), rest: Array("re".utf8))
    XCTAssertEqual(String(decoding: location, as: UTF8.self), "https://h.example:8443/a/secure?q#re")
  }

  func testRoutesAreTriedTheLongestFirstAndAfterEntries() throws {
    func text(_ text: String) -> SiteContent { .fixed(status: 200, body: Array(text.utf8), type: "a/b") }
    let site = try PackedSite(
      SiteSource(
        entries: [SiteEntry(path: "/a/entry", text("entry"))],
        routes: [
          SiteRoute(prefix: "/a/", text("a")), SiteRoute(prefix: "/a/b/", text("ab")),
          SiteRoute(host: "h", prefix: "/", .redirect(status: 301, location: "https://x/{rest}")),
          SiteRoute(prefix: "/c", text("c")),
        ], hosts: [SiteHost("h")]))
    for (path, body) in [
      ("/a/entry", "entry"), ("/a/", "a"), ("/a/x/y", "a"), ("/a/b", "a"), ("/a/b/", "ab"), ("/a/b/c", "ab"),
      ("/cd", "c"), ("/c", "c"),
    ] {
      XCTAssertTrue(site.text(path).hasSuffix("\r\n\r\n" + body), path)
    }
    XCTAssertEqual(site.reader.find(path: "/a/b/c").matched, 5)
    XCTAssertNil(site.reader.find(path: "/a/entry").matched)
    XCTAssertTrue(site.text("/a").hasPrefix("HTTP/1.1 404"))
    XCTAssertTrue(site.text("/a/entry", host: "h").hasPrefix("HTTP/1.1 301"))
    XCTAssertEqual(site.reader.find(host: "h", path: "/a/entry").matched, 1)
  }

  func testHosts() throws {
    func page(_ text: String) -> SiteContent { .bytes(Array(text.utf8), type: "text/html", modified: 0) }
    let site = try PackedSite(
      SiteSource(
        entries: [
          SiteEntry(path: "/", page("default")), SiteEntry(host: "A.example", path: "/", page("a")),
          SiteEntry(host: "www.a.example", path: "/x", page("x")),
        ],
        hosts: [
          SiteHost("a.Example", aliases: ["www.a.example", "[2001:DB8::1]"], notFound: page("nothing")),
          SiteHost("b.example", only: .redirect(status: 301, location: "https://a.example{target}")),
        ]))
    XCTAssertTrue(site.text("/").hasSuffix("default"))
    XCTAssertTrue(site.text("/", host: "c.example").hasSuffix("default"))
    for name in ["a.example", "www.a.example", "[2001:db8::1]"] {
      XCTAssertTrue(site.text("/", host: name).hasSuffix("\r\n\r\na"), name)
      XCTAssertTrue(site.text("/x", host: name).hasSuffix("\r\n\r\nx"), name)
      let missing = site.text("/y", host: name)
      XCTAssertTrue(missing.hasPrefix("HTTP/1.1 404 Not Found\r\n" + Self.date + "Content-Type: text/html\r\n"))
      XCTAssertTrue(missing.hasSuffix("\r\n\r\nnothing"))
    }
    XCTAssertTrue(site.text("/x").hasSuffix("\r\n\r\nThere is nothing here.\n"))
    XCTAssertTrue(site.text("/any", host: "b.example").hasPrefix("HTTP/1.1 301 "))
  }

  func testHeadersByPrefix() throws {
    var options = SiteOptions()
    options.cacheControl = "max-age=60"
    options.headers = [
      SiteHeaderRule([SiteHeader("X-All", "1")]), SiteHeaderRule([SiteHeader("x-all", "2")]),
      SiteHeaderRule(prefix: "/assets/", [SiteHeader("Cache-Control", "immutable"), SiteHeader("X-ALL", "3")]),
      SiteHeaderRule(host: "h", [SiteHeader("X-Host", "h")]),
    ]
    let page = SiteContent.bytes([], type: "a/b", modified: 0)
    let site = try PackedSite(
      SiteSource(
        entries: [
          SiteEntry(path: "/", page), SiteEntry(path: "/assets/x", page, headers: [SiteHeader("X-Own", "0")]),
          SiteEntry(host: "h", path: "/", page), SiteEntry(path: "/r", .redirect(status: 301, location: "/")),
          SiteEntry(path: "/e", .fixed(status: 500, body: [], type: "a/b")),
        ], hosts: [SiteHost("h")], options: options))
    func validators(_ path: String, _ host: String = "") -> String {
      let part = site.reader.find(host: host, path: path).representation
      let text = String(decoding: site.reader.head(part, date: 0)[1], as: UTF8.self)
      return text.split(separator: "\r\n").filter { !$0.hasPrefix("ETag") }.joined(separator: "|")
    }
    XCTAssertEqual(validators("/"), "X-All: 1|x-all: 2|Cache-Control: max-age=60")
    XCTAssertEqual(validators("/assets/x"), "X-Own: 0|Cache-Control: immutable|X-ALL: 3")
    XCTAssertEqual(validators("/", "h"), "X-Host: h|Cache-Control: max-age=60")
    XCTAssertEqual(validators("/r"), "X-All: 1|x-all: 2")
    XCTAssertEqual(validators("/e"), "")
    XCTAssertEqual(validators("/missing"), "")
  }

  func testDates() {
    for (seconds, text) in [
      (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
      (951_782_399, "Mon, 28 Feb 2000 23:59:59 GMT"), (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
      (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"), (4_294_967_295, "Sun, 07 Feb 2106 06:28:15 GMT"),
    ] as [(UInt32, String)] {
      XCTAssertEqual(DateField.text(seconds), text)
      XCTAssertEqual(text.utf8.count, SiteHead.dateLength)
    }
  }
}

/// What conditions and ranges make of an answer.
final class SiteSelectionTests: XCTestCase {
  func testEachSelection() throws {
    let body = Array("0123456789".utf8)
    let site = try PackedSite(SiteSource(entries: [SiteEntry(path: "/", .bytes(body, type: "a/b", modified: 0))]))
    let resource = try XCTUnwrap(site.reader.find(path: "/").resource)
    func text(_ kind: SelectionKind, first: UInt32 = 0, length: UInt32 = 10, headOnly: Bool = false) -> String {
      let selection = Selection(kind: kind, coding: 0, first: first, length: length)
      let answer = site.reader.answer(resource, selection, .close, date: 784_111_777, headOnly: headOnly)
      return String(decoding: answer, as: UTF8.self)
    }
    let date = "\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
    let tag = "ETag: \(EntityTags.text(resource.representations.0.tag))\r\n"
    let entity = "Content-Type: a/b\r\nAccept-Ranges: bytes\r\n"
    let close = "Connection: close\r\n\r\n"
    XCTAssertEqual(
      text(.whole), "HTTP/1.1 200 OK" + date + tag + entity + "Content-Length: 10\r\n" + close + "0123456789")
    XCTAssertEqual(text(.notModified), "HTTP/1.1 304 Not Modified" + date + tag + close)
    let part = "HTTP/1.1 206 Partial Content" + date + tag + entity
      + "Content-Range: bytes 3-6/10\r\nContent-Length: 4\r\n" + close
    XCTAssertEqual(text(.partial, first: 3, length: 4), part + "3456")
    XCTAssertEqual(text(.partial, first: 3, length: 4, headOnly: true), part)
    let beyond = text(.unsatisfiable)
    XCTAssertTrue(beyond.hasPrefix("HTTP/1.1 416 Range Not Satisfiable" + date))
    XCTAssertTrue(beyond.contains("\r\nContent-Range: bytes */10\r\n" + close))
    XCTAssertTrue(text(.preconditionFailed).hasPrefix("HTTP/1.1 412 Precondition Failed\r\n"))
    XCTAssertTrue(text(.methodNotAllowed).hasPrefix("HTTP/1.1 405 Method Not Allowed\r\n"))
  }
}
