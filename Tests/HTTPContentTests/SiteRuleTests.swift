import DataPlaneABI
import Foundation
@testable import HTTPContent
import HTTPCore
import Redirects
import XCTest

/// What cannot be served is named in one sentence.
final class SiteRuleTests: XCTestCase {
  private let page = SiteContent.bytes([], type: "a/b", modified: 0)

  private func assertRefused(
    _ source: SiteSource, _ sentence: String, file: StaticString = #filePath, line: UInt = #line
  ) {
    assertError(sentence, file: file, line: line) { _ = try SiteImage(source) }
  }

  private func one(_ path: String, _ content: SiteContent? = nil, _ headers: [SiteHeader] = []) -> SiteSource {
    SiteSource(entries: [SiteEntry(path: path, content ?? page, headers: headers)])
  }

  func testPaths() throws {
    assertRefused(one("a"), "the path \"a\" does not begin with a slash")
    assertRefused(one(""), "the path \"\" does not begin with a slash")
    let long = "/" + String(repeating: "x", count: 1024)
    assertRefused(one(long), "the path \(long) has 1025 bytes, and at most 1024 are taken")
    assertRefused(one("/a\0b"), "the path /a\0b has a byte 0 in it")
    for path in ["/a//b", "/./a", "/a/..", "/..", "//"] {
      assertRefused(
        one(path),
        "the path \(path) has an empty segment or a dot segment in it, which no request's path has when it is looked "
          + "up")
    }
    for path in ["/", "/a/", "/...", "/.a/b.", "/" + String(repeating: "x", count: 1023)] {
      XCTAssertNoThrow(try SiteImage(one(path)), path)
    }
    assertRefused(
      SiteSource(entries: [SiteEntry(path: "/a", page), SiteEntry(path: "/a", page)]), "two entries have the path /a")
  }

  func testStatuses() throws {
    for status in [99, 100, 199, 205, 206, 304, 600] {
      assertRefused(
        one("/a", .fixed(status: status, body: [], type: "a/b")), "the answer of /a cannot have the status \(status)")
    }
    assertRefused(one("/a", .fixed(status: 302, body: [], type: "a/b")), "the answer of /a has the status 302")
    assertRefused(
      one("/a", .fixed(status: 204, body: [1], type: "a/b")), "the answer of /a has the status 204 and a body")
    for status in [200, 201, 404, 599] {
      XCTAssertNoThrow(try SiteImage(one("/a", .fixed(status: status, body: [1], type: "a/b"))))
    }
    for status in [200, 300, 304, 305, 309] {
      assertRefused(
        one("/a", .redirect(status: status, location: "/")), "the redirect of /a cannot have the status \(status)")
    }
    assertRefused(one("/a", .bytes([], type: "text", modified: 0)), "\"text\" is not a media type")
  }

  func testHeaders() throws {
    for name in ["", "X Y", "X:", "X\r\nY", "é", String(repeating: "x", count: 256)] {
      assertRefused(one("/a", nil, [SiteHeader(name, "x")]), "\"\(name)\", a header of /a, is not the name of one")
    }
    for value in ["a\r\nb", " a", "a ", "\u{7F}", "ü", String(repeating: "x", count: 4097), "\0"] {
      assertRefused(one("/a", nil, [SiteHeader("X", value)]), "the value of X, a header of /a, is not one")
    }
    for name in ["Content-Length", "date", "ETag", "LOCATION", "Connection", "Transfer-Encoding", "Vary"] {
      assertRefused(one("/a", nil, [SiteHeader(name, "x")]), "\(name), a header of /a, is made by the server itself")
    }
    XCTAssertNoThrow(try SiteImage(one("/a", nil, [SiteHeader("X-A.b", "\"a\"\t b"), SiteHeader("Y", "")])))
    let long = SiteHeader("X", String(repeating: "x", count: 4096))
    assertError("the head of /a has 8344 bytes, and at most 8192 are taken") {
      _ = try SiteImage(self.one("/a", nil, [long, long]))
    }
    var source = one("/a")
    source.options.headers = [SiteHeaderRule(prefix: "a", [])]
    assertRefused(source, "the prefix \"a\" of a header does not begin with a slash")
    source.options.headers = [SiteHeaderRule(host: "h", [])]
    assertRefused(source, "there is no virtual host called h")
    source.options.headers = [SiteHeaderRule(prefix: "/none", [SiteHeader("X", "\n")])]
    assertRefused(source, "the value of X, a header of /none, is not one")
    source.options.headers = []
    source.options.cacheControl = "no\nstore"
    assertRefused(source, "the value of Cache-Control, a header of the site, is not one")
  }

  func testHosts() throws {
    assertRefused(SiteSource(entries: [SiteEntry(host: "h", path: "/", page)]), "there is no virtual host called h")
    assertRefused(SiteSource(hosts: [SiteHost("H"), SiteHost("a", aliases: ["h"])]), "two virtual hosts are called h")
    assertRefused(SiteSource(hosts: [SiteHost(), SiteHost()]), "there are 2 default hosts")
    for name in ["", "a b", "a:80", "a/b", "ä.example", "[::1", "[x]"] {
      assertRefused(SiteSource(hosts: [SiteHost(name)]), "\"\(name)\" is not the name of a host")
    }
    let long = String(repeating: "a", count: 254)
    assertRefused(SiteSource(hosts: [SiteHost(long)]), "the host name \(long) is longer than 253 bytes")
    for name in ["a", "a-b.c_d", "10.0.0.1", "[::1]", "xn--4ca.example"] {
      XCTAssertNoThrow(try SiteImage(SiteSource(hosts: [SiteHost(name)])), name)
    }
    assertRefused(
      SiteSource(hosts: [SiteHost(notFound: .redirect(status: 301, location: "/"))]), "a 404 page cannot be a redirect")
  }

  func testRoutes() throws {
    func source(_ count: Int) -> SiteSource {
      SiteSource(routes: (0..<count).map { SiteRoute(prefix: "/\($0)", page) })
    }
    XCTAssertNoThrow(try SiteImage(source(256)))
    assertRefused(source(257), "a virtual host has 257 routes, and at most 256 are taken")
    assertRefused(
      SiteSource(routes: [SiteRoute(prefix: "/a", page), SiteRoute(prefix: "/a", page)]),
      "two routes have the prefix /a")
    assertRefused(SiteSource(routes: [SiteRoute(prefix: "", page)]), "the path \"\" does not begin with a slash")
  }

  func testLocations() throws {
    func source(_ location: String) -> SiteSource {
      SiteSource(routes: [SiteRoute(prefix: "/a/", .redirect(status: 301, location: location))])
    }
    assertRefused(source("/{target}"), "\"/{target}\" is not a location: {target} has a slash of its own")
    let long = "/" + String(repeating: "x", count: 3088)
    assertRefused(source(long), "the location of a redirect is 3089 bytes long, and at most 3088 are taken")
    XCTAssertNoThrow(try SiteImage(source(String(long.dropLast()))))
    XCTAssertEqual(LocationTemplate.largestCount, Int(LOCATION_PIECES))
  }

  func testAllContentHasALimit() throws {
    let folder = try Folder()
    for number in 0..<4 {
      let path = try folder.file("\(number).bin", "")
      XCTAssertEqual(truncate(path, off_t(ContentSource.largestBody)), 0)
    }
    XCTAssertThrowsError(try SiteImage(SiteSource(entries: DirectoryWalk(folder.path).entries))) { error in
      let sentence = (error as? ContentError)?.sentence ?? ""
      XCTAssertTrue(sentence.hasPrefix("the site takes 42949"), sentence)
      XCTAssertTrue(sentence.hasSuffix(" bytes with all its codings, and at most 4294967296 can be served"), sentence)
    }
  }

  func testLevels() {
    var source = one("/a", .bytes([UInt8](repeating: 65, count: 1000), type: "text/plain", modified: 0))
    source.options.levels.zstd = 20
    assertRefused(source, "zstd has no level 20")
    source.options.levels.zstd = 19
    source.options.levels.gzip = 0
    assertRefused(source, "gzip has no level 0")
  }
}
