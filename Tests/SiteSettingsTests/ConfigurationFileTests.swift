import SiteSettings
import XCTest

/// Configuration files: what they come to, and the place of each mistake.
final class ConfigurationFileTests: XCTestCase {
  private func hosts(_ text: String) throws -> [HostConfiguration] {
    guard case .hosts(let hosts) = try ConfigurationFile.parse(text, file: "etc/site.yaml").content else {
      XCTFail("no hosts")
      return []
    }
    return hosts
  }

  private func assertError(
    _ text: String, _ expected: String, file: StaticString = #filePath, line: UInt = #line
  ) {
    XCTAssertThrowsError(try ConfigurationFile.parse(text, file: "s.yaml"), file: file, line: line) { error in
      XCTAssertEqual("\(error)", expected, file: file, line: line)
    }
  }

  func testEverythingAtOnce() throws {
    let text = """
      compress: false
      access-log: yes
      root: public
      dot-files: true
      precompressed: true
      not-found: /srv/404.html
      healthz: true
      cache-control:
        /: max-age=60
        /assets/: public, max-age=31536000, immutable
      headers:
        X-Frame-Options: DENY
        /fonts/:
          Access-Control-Allow-Origin: "*"
      routes:
        - path: /old
          redirect: /new?a=1
        - prefix: /blog/
          redirect: https://blog.example.com/{rest}
          status: 308
        - path: /robots.txt
          respond: "User-agent: *\\n"
          headers: {X-A: b}
        - path: /gone
          status: 410
        - path: /key
          file: key.json
          type: application/json
      hosts:
        - names: [WWW.Example.com, example.org]
          redirect: https
        - names: "[2001:db8::1]"
          root: v6
      """
    let configuration = try ConfigurationFile.parse(text, file: "etc/site.yaml")
    XCTAssertFalse(configuration.isCompressed)
    XCTAssertTrue(configuration.logsAccess)
    let hosts = try hosts(text)
    XCTAssertEqual(
      hosts[0],
      HostConfiguration(
        root: Root(path: "etc/public", includesDotFiles: true, isPrecompressed: true),
        routes: [
          Route(.path("/old"), .redirect(status: 301, try LocationTemplate("/new?a=1"))),
          Route(.prefix("/blog/"), .redirect(status: 308, try LocationTemplate("https://blog.example.com/{rest}"))),
          Route(
            .path("/robots.txt"),
            .respond(FixedAnswer(headers: [HeaderLine("X-A", "b")], body: .text("User-agent: *\n")))),
          Route(.path("/gone"), .respond(FixedAnswer(status: 410))),
          Route(.path("/key"), .respond(FixedAnswer(type: "application/json", body: .file("etc/key.json")))),
          Route(.path("/healthz"), .respond(.healthy)),
        ],
        notFound: "/srv/404.html",
        headers: [
          HeaderRule(prefix: "/", HeaderLine("X-Frame-Options", "DENY")),
          HeaderRule(prefix: "/fonts/", HeaderLine("Access-Control-Allow-Origin", "*")),
        ],
        cacheControl: [
          CacheRule(prefix: "/", value: "max-age=60"),
          CacheRule(prefix: "/assets/", value: "public, max-age=31536000, immutable"),
        ]))
    XCTAssertEqual(
      hosts[1],
      HostConfiguration(
        names: ["www.example.com", "example.org"], routes: [Route(.prefix("/"), .redirect(status: 301, .secure))]))
    XCTAssertEqual(hosts[2], HostConfiguration(names: ["[2001:db8::1]"], root: Root(path: "etc/v6")))
  }

  func testShortForms() throws {
    XCTAssertEqual(
      try hosts("root: .\ncache-control: no-cache\nhealthz: /up\n")[0],
      HostConfiguration(
        root: Root(path: "etc/."), routes: [Route(.path("/up"), .respond(.healthy))],
        cacheControl: [CacheRule(prefix: "/", value: "no-cache")]))
    XCTAssertEqual(try hosts("root: /a\nhealthz: false\n")[0].routes, [])
  }

  func testUnknownKeysAreAnsweredWithTheNearest() {
    assertError("rout: a\n", "s.yaml:1:1: the file has no key \"rout\"; did you mean root?")
    assertError("root: a\nRoutes: []\n", "s.yaml:2:1: the file has no key \"Routes\"; did you mean routes?")
    assertError(
      "root: a\nhosts:\n  - name: a\n", "s.yaml:3:5: a host has no key \"name\"; did you mean names?")
    assertError(
      "routes:\n  - path: /a\n    redirect: /b\n    code: 301\n",
      "s.yaml:4:5: a route has no key \"code\"; there are file, headers, path, prefix, redirect, respond, status, type")
    assertError(
      "xyzzyxyzzy: 1\n",
      "s.yaml:1:1: the file has no key \"xyzzyxyzzy\"; there are access-log, cache-control, compress, dot-files, "
        + "headers, healthz, hosts, not-found, precompressed, redirect, root, routes")
  }

  func testWhatIsNoYAML() {
    assertError("", "s.yaml: it says nothing; name a folder: root: public")
    assertError("# nothing\n", "s.yaml: it says nothing; name a folder: root: public")
    assertError("root: [a\n", "s.yaml:2:1: this is no YAML: did not find expected ',' or ']'")
    assertError("root: a\n\tb: c\n", "s.yaml:2:1: this is no YAML: found a tab character that violates indentation")
    assertError("- root\n", "s.yaml:1:1: the file is a list, and has to be a mapping; write KEY: VALUE")
    assertError("root: a\nroot: b\n", "s.yaml:1:1: \"root\" is there twice; leave out one of them")
  }

  func testPlacesOfMistakes() {
    for (text, error) in [
      ("root: {a: b}", "1:7: root is a mapping, and has to be a text"),
      ("root:", "1:6: root has no value; write one, or leave it out"),
      ("root: a\ncompress: maybe", "2:11: compress is neither true nor false"),
      ("dot-files: true\nredirect: https", "1:12: dot-files is about files; add root"),
      ("precompressed: true\nredirect: https", "1:16: precompressed is about files; add root"),
      ("compress: true", "1:1: there is nothing to serve; add root, redirect, routes or hosts"),
      ("routes: a", "1:9: routes is a text, and has to be a list; begin each entry with a dash"),
      ("routes:\n- redirect: /b", "2:3: a route has neither path nor prefix; add path: /some/path"),
      ("routes:\n- path: /a", "2:3: a route does nothing; add redirect, respond or file"),
      (
        "routes:\n- path: /a\n  prefix: /b/\n  status: 410",
        "3:11: a route has path and prefix; leave out one of them"
      ),
      (
        "routes:\n- path: /a\n  respond: x\n  redirect: /b",
        "3:3: a route has redirect and respond; leave out one of them"
      ),
      ("routes:\n- path: a\n  status: 410", "2:9: the path \"a\" does not begin with a slash; write /a"),
      ("routes:\n- prefix: /a\n  status: 410", "2:11: the prefix \"/a\" does not end with a slash; write /a/"),
      ("routes:\n- path: /a/*\n  status: 410", "2:9: a path has no asterisk; write prefix: /a/"),
      (
        "routes:\n- path: /a//b\n  status: 410",
        "2:9: the path \"/a//b\" would never be asked for: a request's path loses double slashes; "
          + "write it as it is then"
      ),
      (
        "routes:\n- path: /a?b\n  status: 410",
        "2:9: the path \"/a?b\" has the character ?, and would never be asked for; leave out the query"
      ),
      ("routes:\n- path: /a\n  status: x", "3:11: status is no number"),
      ("routes:\n- path: /a\n  status: 99", "3:11: the status of an answer is 99, and can be 200 to 599"),
      (
        "routes:\n- path: /a\n  status: 304",
        "3:11: the status 304 is for the server to give: it depends on the request"
      ),
      ("routes:\n- path: /a\n  status: 301", "3:11: the status 301 is a redirect's; use redirect"),
      (
        "routes:\n- path: /a\n  status: 204\n  respond: x",
        "3:11: an answer with status 204 has no body; leave it out, or use 200"
      ),
      (
        "routes:\n- path: /a\n  redirect: /b\n  status: 303",
        "4:11: a redirect's status is 303, and can be 301, 302, 307 or 308"
      ),
      (
        "routes:\n- path: /a\n  redirect: /b/{rest}",
        "3:13: {rest} is what follows a prefix, and /a is a path; make it a prefix: /a/*"
      ),
      (
        "routes:\n- path: /a\n  redirect: /b/{path}",
        "3:13: \"/b/{path}\" is not a location: {path} is not known in it; use {host}, {target}, {rest} or {query}"
      ),
      (
        "routes:\n- path: /a\n  redirect: /b c",
        "3:13: \"/b c\" is not a location: it has a space, which no URI can have; write it as %XX, its bytes in "
          + "hexadecimal"
      ),
      ("routes:\n- path: /a\n  redirect: /b\n  type: a/b", "4:3: a redirect has no type"),
      (
        "routes:\n- path: /a\n  respond: x\n  type: html",
        "4:9: \"html\" is not a media type; write it as in text/html or text/plain; charset=utf-8"
      ),
      (
        "routes:\n- {path: /a, status: 410}\n- {path: /a, redirect: /b}",
        "3:3: there are two routes for /a; leave out one of them"
      ),
      ("root: a\nheaders:\n  Date: x", "3:3: the server sets Date itself; leave it out"),
      ("root: a\nheaders:\n  X Y: x", "3:3: \"X Y\" is not the name of a header field; write it as in X-Frame-Options"),
      (
        "root: a\nheaders:\n  X-Y: \"a\\nb\"",
        "3:3: the value of X-Y has a line's end, which no header field can have"
      ),
      ("root: a\nheaders:\n  Cache-Control: x", "3:3: Cache-Control is not set by a header; use cache-control"),
      ("root: a\ncache-control: {/a: x}", "2:17: the prefix \"/a\" does not end with a slash; write /a/"),
      (
        "hosts:\n- names: a:80\n  root: b",
        "2:10: the host \"a:80\" has a port, and any port counts; leave it out"
      ),
      (
        "hosts:\n- names: \"*.a.de\"\n  root: b",
        "2:10: the host \"*.a.de\" has a wildcard, and hosts are compared as a whole; list them"
      ),
      ("hosts:\n- names: a\n", "2:3: the host a has nothing to serve; add root, redirect or routes"),
      ("hosts:\n- root: a\n", "2:3: a host has no names; add names: [www.example.com]"),
      (
        "hosts:\n- {names: a, root: b}\n- {names: A, root: b}",
        "3:11: the host A is there twice; leave out one of them"
      ),
    ] {
      assertError(text, "s.yaml:\(error)")
    }
  }

  func testFilesThatCannotBeRead() throws {
    XCTAssertThrowsError(try ConfigurationFile.read("/nonexistent.yaml")) { error in
      XCTAssertEqual("\(error)", "cannot read /nonexistent.yaml: No such file or directory")
    }
    XCTAssertThrowsError(try ConfigurationFile.read("/tmp")) { error in
      XCTAssertEqual("\(error)", "cannot read /tmp: Is a directory")
    }
  }
}
