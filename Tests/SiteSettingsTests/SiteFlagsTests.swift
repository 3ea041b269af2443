import Foundation
import SiteSettings
import XCTest

/// Flags: what they come to, and which do not go together.
final class SiteFlagsTests: XCTestCase {
  private func host(_ fill: (inout SiteFlags) -> Void) throws -> HostConfiguration? {
    var flags = SiteFlags()
    fill(&flags)
    guard case .hosts(let hosts) = try flags.configuration().content else { return nil }
    XCTAssertEqual(hosts.count, 1)
    return hosts.first
  }

  private func assertError(
    _ expected: String, file: StaticString = #filePath, line: UInt = #line, _ fill: (inout SiteFlags) -> Void
  ) {
    var flags = SiteFlags()
    fill(&flags)
    XCTAssertThrowsError(try flags.configuration(), file: file, line: line) { error in
      XCTAssertEqual("\(error)", expected, file: file, line: line)
    }
  }

  func testNothingIsAGreeting() throws {
    XCTAssertEqual(try SiteFlags().configuration(), SiteConfiguration())
    var flags = SiteFlags()
    flags.accessLog = true
    XCTAssertTrue(flags.isEmpty)
    XCTAssertEqual(try flags.configuration(), SiteConfiguration(logsAccess: true))
  }

  func testAFolder() throws {
    XCTAssertEqual(
      try host {
        $0.root = "public"
        $0.dotFiles = true
        $0.precompressed = true
        $0.notFound = "404.html"
        $0.headers = ["X-A: b: c", "/f/=X-B:d"]
        $0.cacheControl = ["no-cache", "/assets/=max-age=60"]
        $0.healthz = true
      },
      HostConfiguration(
        root: Root(path: "public", includesDotFiles: true, isPrecompressed: true),
        routes: [Route(.path("/healthz"), .respond(.healthy))],
        notFound: "404.html",
        headers: [
          HeaderRule(prefix: "/", HeaderLine("X-A", "b: c")), HeaderRule(prefix: "/f/", HeaderLine("X-B", "d")),
        ],
        cacheControl: [CacheRule(prefix: "/", value: "no-cache"), CacheRule(prefix: "/assets/", value: "max-age=60")]))
  }

  func testRedirects() throws {
    XCTAssertEqual(
      try host {
        $0.redirects = ["https", "302:/a=/b=c", "308:/old/*=http://{host}/new/{rest}"]
      }?.routes,
      [
        Route(.prefix("/"), .redirect(status: 301, .secure)),
        Route(.path("/a"), .redirect(status: 302, try LocationTemplate("/b=c"))),
        Route(.prefix("/old/"), .redirect(status: 308, try LocationTemplate("http://{host}/new/{rest}"))),
      ])
    XCTAssertEqual(LocationTemplate.secure.description, "https://{host}{target}")
  }

  func testAnswers() throws {
    XCTAssertEqual(
      try host { $0.responds = ["/ping=200:a:b=c", "/gone/*=410"] }?.routes,
      [
        Route(.path("/ping"), .respond(FixedAnswer(body: .text("a:b=c")))),
        Route(.prefix("/gone/"), .respond(FixedAnswer(status: 410))),
      ])
  }

  func testABody() throws {
    var flags = SiteFlags()
    flags.body = "f"
    flags.contentType = "text/html"
    XCTAssertEqual(try flags.configuration(), SiteConfiguration(content: .body(path: "f", type: "text/html")))
    flags.root = "d"
    XCTAssertThrowsError(try flags.configuration()) { error in
      XCTAssertEqual("\(error)", "--root does not go with --body; use --root or --respond")
    }
  }

  func testMistakes() {
    assertError("--content-type is the type of --body's file") { $0.contentType = "a/b" }
    assertError("--dot-files is about files; name their folder with --root") { $0.dotFiles = true }
    assertError("--precompressed is about files; name their folder with --root") { $0.precompressed = true }
    assertError("--header is given, and nothing to serve; add --root, --redirect or --respond") {
      $0.headers = ["A: b"]
    }
    assertError("--header does not go with --config; write it into a.yaml") {
      $0.config = "a.yaml"
      $0.headers = ["A: b"]
    }
    assertError("--header \"A\": it has no colon; write it as in \"X-Frame-Options: DENY\"") { $0.headers = ["A"] }
    assertError(
      "--redirect \"/new\": it leads nowhere, or from every path to one; write PATH=LOCATION, or for every path /*=/new"
    ) { $0.redirects = ["/new"] }
    assertError("--redirect \"303:/a=/b\": a redirect's status is 303, and can be 301, 302, 307 or 308") {
      $0.redirects = ["303:/a=/b"]
    }
    assertError("--respond \"/a\": it has no status; write it as in /ping=200:pong") { $0.responds = ["/a"] }
    assertError("--respond \"/a=x\": \"x\" is no status; write it as in /ping=200:pong") { $0.responds = ["/a=x"] }
    assertError("--redirect \"/a=/c\": there are two routes for /a; leave out one of them") {
      $0.redirects = ["/a=/b", "/a=/c"]
    }
    assertError("--cache-control \"/a/=\": it has no value; write it as in max-age=3600") { $0.cacheControl = ["/a/="] }
  }

  func testTheyCanBeKept() throws {
    var flags = SiteFlags()
    flags.root = "public"
    flags.notFound = "/x/404.html"
    flags.headers = ["A: b"]
    let kept = flags.absolute(from: "/srv")
    XCTAssertEqual(kept.root, "/srv/public")
    XCTAssertEqual(kept.notFound, "/x/404.html")
    XCTAssertEqual(try JSONDecoder().decode(SiteFlags.self, from: JSONEncoder().encode(kept)), kept)
  }
}
