import HTTPCore
import Randomness
import XCTest

/// RFC 3986 2.1 and 5.2.4, RFC 9110 4.2.3, and nginx where they leave a choice: the path of a target.
final class PathTests: XCTestCase {
  private func path(_ target: String) -> String? {
    let conversation = Conversation.of(request(target: target))
    guard let seen = conversation.seen.first, seen.reply.answer == nil else { return nil }
    return seen.path
  }

  private func expectPaths(_ pairs: [(String, String?)], file: StaticString = #filePath, line: UInt = #line) {
    for (target, expected) in pairs { XCTAssertEqual(path(target), expected, target, file: file, line: line) }
  }

  func testPlainPathsStayWhatTheyAre() {
    for target in ["/", "/a", "/a/b/c.html", "/a;b", "/a.b.", "/a~b", "/1234567", "/12345678/", "/a../b"] {
      XCTAssertEqual(path(target), target)
    }
    expectPaths([("/...", "/..."), ("/..a/b", "/..a/b"), ("/.a", "/.a"), ("/a/.b/", "/a/.b/")])
  }

  func testQueryIsLeftOut() {
    expectPaths([
      ("/?", "/"), ("/?a=b", "/"), ("/a?b?c", "/a"), ("/a?/../..", "/a"), ("/1234567?x", "/1234567"),
      ("/12345678?%zz", "/12345678"), ("/%61?%00", "/a"), ("/a/..?b", "/"),
    ])
    for length in 1...40 {
      let name = "/" + String(repeating: "n", count: length)
      expectPaths([(name + "?q//../%", name), (name + "?", name), (name, name)])
    }
  }

  func testEscapesAreDecoded() {
    expectPaths([
      ("/%41%62%2e", "/Ab."), ("/%2F", "/"), ("/a%2fb", "/a/b"), ("/%3Fx", "/?x"), ("/%25", "/%"), ("/%2541", "/%41"),
      ("/a%20b", "/a b"), ("/%e4%F6", String(decoding: [0x2F, 0xE4, 0xF6], as: UTF8.self)), ("/%23", "/#"),
    ])
    for bad in ["/%", "/%4", "/%4?1", "/%g1", "/%1g", "/a%", "/%%41", "/%00", "/a%00b", "/% 1", "/%4/1", "/1234567%",
      "/12345%4"] {
      expect(request(target: bad), .refused(.badRequest))
    }
  }

  func testSlashesAreMerged() {
    expectPaths([("//", "/"), ("///a//b///", "/a/b/"), ("/a%2f/b", "/a/b"), ("/%2f%2f", "/"), ("/123456//",
      "/123456/")])
  }

  func testDotSegmentsAreRemoved() {
    expectPaths([
      ("/.", "/"), ("/./", "/"), ("/a/.", "/a/"), ("/a/./b", "/a/b"), ("/a/..", "/"), ("/a/../", "/"),
      ("/a/../b", "/b"), ("/a/b/..", "/a/"), ("/a/b/../..", "/"), ("/a/b/../../c", "/c"), ("/a/b/.././c", "/a/c"),
      ("/a/%2e%2E/b", "/b"), ("/a/.%2e", "/"), ("/a%2f..%2fb", "/b"), ("/a//../b", "/b"), ("/a/...", "/a/..."),
      ("/1234567/../x", "/x"),
    ])
  }

  func testPathsAboveTheRootAreMalformed() {
    for target in [
      "/..", "/../", "/a/../..", "/a/../../", "/../a", "/%2e%2e/", "/./..", "//..", "/a/b/../../../c", "/..?a",
      "/..%2f",
    ] { expect(request(target: target), .refused(.badRequest)) }
  }

  /// Against segments in an array.
  func testWhateverIsMadeOfTargets() {
    let seed = randomSeed("HTTP_FUZZ_SEED")
    var random = SplitMix(seed: seed)
    let parts = ["/", "/", "/", ".", "..", "a", "bcdefgh", "%2e", "%2F", "%41", "x.y", "ijklmnopqrstuvw"]
    for _ in 0..<4_000 {
      var target = "/"
      for _ in 0..<random.below(12) { target += random.pick(parts) }
      if random.once(in: 4) { target += "?" + random.pick(parts) }
      XCTAssertEqual(path(target), reference(target), "seed \(seed): \(target)")
    }
  }

  private func reference(_ target: String) -> String? {
    let whole = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)[0]
    let decoded = whole.replacingOccurrences(of: "%2e", with: ".").replacingOccurrences(of: "%2F", with: "/")
      .replacingOccurrences(of: "%41", with: "A")
    var segments: [Substring] = []
    let all = decoded.split(separator: "/", omittingEmptySubsequences: true)
    for segment in all {
      if segment == ".." {
        if segments.isEmpty { return nil }
        segments.removeLast()
      } else if segment != "." {
        segments.append(segment)
      }
    }
    let endsInSlash = decoded.hasSuffix("/") || all.last == "." || all.last == ".."
    return "/" + segments.joined(separator: "/") + (endsInSlash && !segments.isEmpty ? "/" : "")
  }

  func testLongTargets() throws {
    // The longest that is looked up, and some that are cut: in the path, and behind it.
    let longest = "/" + String(repeating: "a", count: 2046)
    for target in [longest, "/%61" + longest.dropFirst(4), longest.dropLast(3) + "%61"] {
      let taken = try seen(request(target: String(target)))
      XCTAssertEqual(taken.target, String(target))
      XCTAssertEqual(taken.path.first, "/")
    }
    for cut in [longest + "b", longest + "bc", "/%61" + longest + "bc"] {
      let taken = try seen(request(target: cut))
      XCTAssertEqual(taken.reply, .ok)
      XCTAssertEqual(taken.target, String(cut.prefix(2048)))
      XCTAssertEqual(taken.path, "")
    }
    for path in ["/page", "/p%61ge"] {
      let taken = try seen(request(target: path + "?" + longest))
      XCTAssertEqual(taken.target.utf8.count, 2048)
      XCTAssertEqual(taken.path, "/page")
    }
    let dots = "/a" + String(repeating: "/b/..", count: 400)
    XCTAssertEqual(path(dots), "/a/")
  }
}
