import Foundation
@testable import HTTPContent
import HTTPCore
import XCTest

/// Which paths a directory leads to.
final class DirectoryWalkTests: XCTestCase {
  private var folder: Folder!

  override func setUpWithError() throws { folder = try Folder() }
  override func tearDown() { folder = nil }

  private func walk(_ change: (inout DirectoryWalk.Options) -> Void = { _ in }) throws -> DirectoryWalk {
    var options = DirectoryWalk.Options()
    options.types = MediaTypes(mimeTypes: DebianMediaTypes.list)
    change(&options)
    return try DirectoryWalk(folder.path, options: options)
  }

  private func paths(_ walk: DirectoryWalk) -> [String] {
    walk.entries.map { String(decoding: $0.path, as: UTF8.self) }
  }

  func testFilesIndexesAndRedirects() throws {
    try folder.file("index.html", "home")
    try folder.file("a b.txt", "text")
    try folder.file("docs/index.html", "docs")
    try folder.file("docs/deep/er/x.png", "image")
    try folder.file("100%/index.html", "percent")
    try FileManager.default.createDirectory(atPath: folder.path + "/empty", withIntermediateDirectories: true)
    let walk = try walk()
    XCTAssertEqual(
      paths(walk),
      ["/", "/100%", "/100%/", "/100%/index.html", "/a b.txt", "/docs", "/docs/", "/docs/deep/er/x.png",
        "/docs/index.html", "/index.html"])
    XCTAssertEqual(walk.omitted, [])
    let site = try PackedSite(SiteSource(entries: walk.entries))
    XCTAssertTrue(site.text("/").hasSuffix("\r\n\r\nhome"))
    XCTAssertTrue(site.text("/docs/").hasSuffix("\r\n\r\ndocs"))
    XCTAssertTrue(site.text("/a b.txt").contains("\r\nContent-Type: text/plain; charset=utf-8\r\n"))
    XCTAssertTrue(site.text("/docs/deep/er/x.png").contains("\r\nContent-Type: image/png\r\n"))
    XCTAssertTrue(site.text("/").contains("\r\nLast-Modified: Sun, 09 Sep 2001 01:46:40 GMT\r\n"))
    for missing in ["/docs/deep", "/docs/deep/", "/empty", "/empty/", "/Index.html", "/A b.txt", "/docs/x", "//"] {
      XCTAssertTrue(site.text(missing).hasPrefix("HTTP/1.1 404 Not Found\r\n"), missing)
    }
    XCTAssertTrue(site.text("/100%").hasPrefix("HTTP/1.1 301 Moved Permanently\r\n"))
    let folder = try XCTUnwrap(site.reader.find(path: "/100%").resource)
    for query in ["", "?a=b"] {
      let location = site.reader.location(folder, host: [], target: Array("/100%25\(query)".utf8), rest: [])
      XCTAssertEqual(String(decoding: location, as: UTF8.self), "/100%25/\(query)")
    }
  }

  func testDotFilesAreHiddenUnlessAsked() throws {
    try folder.file(".htpasswd", "secret")
    try folder.file(".git/config", "secret")
    try folder.file("a/.b/c", "secret")
    try folder.file("a/d", "shown")
    XCTAssertEqual(paths(try walk()), ["/a/d"])
    XCTAssertEqual(
      paths(try walk { $0.servesDotFiles = true }), ["/.git/config", "/.htpasswd", "/a/.b/c", "/a/d"])
  }

  func testLinksOnlyInsideTheRoot() throws {
    let outside = try Folder()
    try outside.file("secret", "secret")
    try folder.file("a/file", "inside")
    try folder.file("a/index.html", "index")
    try folder.link("same", to: "a/file")
    try folder.link("folder", to: folder.path + "/a")
    try folder.link("out", to: outside.path + "/secret")
    try folder.link("outfolder", to: outside.path)
    try folder.link("up", to: "..")
    try folder.link("nowhere", to: "missing")
    try folder.link("self", to: "self")
    try folder.link("a/back", to: "..")
    // A sibling whose name begins like the root's.
    let sibling = folder.path + "x"
    try Data([1]).write(to: URL(fileURLWithPath: sibling))
    defer { try? FileManager.default.removeItem(atPath: sibling) }
    try folder.link("sibling", to: sibling)
    XCTAssertEqual(mkfifo(folder.path + "/pipe", 0o600), 0)
    let walk = try walk()
    XCTAssertEqual(
      paths(walk),
      ["/a", "/a/", "/a/file", "/a/index.html", "/folder", "/folder/", "/folder/file", "/folder/index.html", "/same"])
    let root = folder.path
    XCTAssertEqual(
      Set(walk.omitted),
      [
        "the link \(root)/out leads out of \(root)", "the link \(root)/outfolder leads out of \(root)",
        "the link \(root)/up leads out of \(root)", "the link \(root)/sibling leads out of \(root)",
        "the link \(root)/nowhere leads nowhere", "the link \(root)/self leads nowhere",
        "\(root)/a/back leads back to a directory that it lies in", "\(root)/pipe is neither a file nor a directory",
      ])
    let site = try PackedSite(SiteSource(entries: walk.entries))
    XCTAssertTrue(site.text("/same").hasSuffix("\r\n\r\ninside"))
    XCTAssertTrue(site.text("/folder/").hasSuffix("\r\n\r\nindex"))
  }

  func testNamesNeedNotBeText() throws {
    let name: [UInt8] = [0x2F, 0xE9, 0x0A, 0xFF]
    let file = (Array(folder.path.utf8) + name + [0]).map { CChar(bitPattern: $0) }
    let descriptor = open(file, O_CREAT | O_WRONLY, 0o600)
    XCTAssertGreaterThanOrEqual(descriptor, 0)
    XCTAssertEqual(Glibc.write(descriptor, "raw", 3), 3)
    close(descriptor)
    let site = try PackedSite(SiteSource(entries: try walk().entries))
    let found = site.reader.find(path: name)
    XCTAssertNotNil(found.resource)
    XCTAssertEqual(site.reader.bytes(found.representation.body_offset, 3), Array("raw".utf8))
  }

  func testLimitsNameTheFile() throws {
    let segment = String(repeating: "d", count: 250)
    let deep = [segment, segment, segment, segment, String(repeating: "f", count: 19)].joined(separator: "/")
    let place = try folder.file(deep, "x")
    XCTAssertEqual(paths(try walk()), ["/" + deep])
    assertError("the path of \(place) has 1028 bytes, and at most 1024 are served") {
      _ = try walk { $0.prefix = "/abc" }
    }
    try folder.file("a", "x")
    assertError("\(folder.path) has more than 1 files: \(folder.path)/a is one too many") {
      _ = try walk { $0.mostFiles = 1 }
    }
    let large = try folder.file("large", "")
    XCTAssertEqual(truncate(large, off_t(ContentSource.largestBody) + 1), 0)
    assertError("\(large) has 1073741824 bytes, and at most 1073741823 can be served") { _ = try walk() }
  }

  func testWhatIsNoDirectory() throws {
    let file = try folder.file("file", "x")
    assertError("\(file) is no directory") { _ = try DirectoryWalk(file) }
    assertError("cannot read \(file)x: No such file or directory") { _ = try DirectoryWalk(file + "x") }
  }

  func testIndexesPrefixHostAndSidecars() throws {
    try folder.file("index.htm", "home")
    try folder.file("a.js", "plain text")
    try folder.file("a.js.gz", "gzip")
    try folder.file("a.js.br", "brotli")
    let walk = try walk {
      $0.indexes = ["index.html", "index.htm"]
      $0.prefix = "/x"
      $0.host = "h"
      $0.usesSidecars = true
    }
    XCTAssertEqual(paths(walk), ["/x", "/x/", "/x/a.js", "/x/a.js.br", "/x/a.js.gz", "/x/index.htm"])
    let site = try PackedSite(SiteSource(entries: walk.entries, hosts: [SiteHost("h")]))
    XCTAssertTrue(site.text("/x/", host: "h").hasSuffix("\r\n\r\nhome"))
    XCTAssertTrue(site.text("/x/").hasPrefix("HTTP/1.1 404"))
    let script = try XCTUnwrap(site.reader.find(host: "h", path: "/x/a.js").resource)
    XCTAssertEqual(script.codings, 0b0111)
    for (coding, text) in [(ContentCoding.identity, "plain text"), (.gzip, "gzip"), (.brotli, "brotli")] {
      let part = try XCTUnwrap(site.reader.representation(script, in: coding))
      let answer = String(decoding: site.reader.answer(part, date: 0), as: UTF8.self)
      XCTAssertTrue(answer.hasSuffix("\r\n\r\n" + text))
      XCTAssertTrue(answer.contains("\r\nVary: Accept-Encoding\r\n"))
      XCTAssertTrue(answer.contains("\r\nContent-Type: text/javascript; charset=utf-8\r\n"))
      XCTAssertEqual(answer.contains("\r\nContent-Encoding: \(coding.name)\r\n"), coding != .identity)
    }
    // Unless asked, they are files like others.
    let plain = try PackedSite(SiteSource(entries: try self.walk().entries))
    XCTAssertEqual(plain.reader.find(path: "/a.js").resource?.codings, 1)
  }
}

/// That `body` throws a `ContentError` with this sentence.
func assertError(
  _ sentence: String, file: StaticString = #filePath, line: UInt = #line, _ body: () throws -> Void
) {
  XCTAssertThrowsError(try body(), file: file, line: line) { error in
    XCTAssertEqual((error as? ContentError)?.sentence, sentence, file: file, line: line)
  }
}
