import Foundation
import LabKit
import XCTest

/// What is served, as the command line says it: what is refused, and what `check` tells. Needs no root.
final class SiteOptionTests: XCTestCase {
  private var folder = URL(fileURLWithPath: "/")

  override func setUpWithError() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("public/a"), withIntermediateDirectories: true)
    try write("<p>Hi</p>\n", "public/index.html")
    try write("b {}\n", "public/a/b.css")
    try write("hidden", "public/.secret")
  }

  override func tearDownWithError() throws { try? FileManager.default.removeItem(at: folder) }

  private func write(_ text: String, _ name: String) throws {
    try Data(text.utf8).write(to: folder.appendingPathComponent(name))
  }

  private func check(_ arguments: String...) throws -> LoaderResult {
    LoaderResult(try Command.attempt([Products.loader, "check"] + arguments))
  }

  func testAFolder() throws {
    let root = folder.appendingPathComponent("public").path
    XCTAssertEqual(
      try check("--root", root, "--healthz").output,
      """
      every host
        root                   \(root): 2 files, 15 bytes
        /healthz               200, 3 bytes
      4 paths; files are kept compressed as well; requests are not logged

      """)
    let all = try check("--root", root, "--dot-files", "--no-compress", "--access-log").output
    XCTAssertTrue(all.contains(": 3 files, 21 bytes, dot-files too\n"), all)
    XCTAssertTrue(all.hasSuffix("4 paths; files are not compressed; requests are logged\n"), all)
    let ready = try check("--root", root, "--precompressed").output
    XCTAssertTrue(ready.contains(": 2 files, 15 bytes, precompressed\n"), ready)
  }

  func testAConfigurationFile() throws {
    try write(
      """
      root: public
      hosts:
        - names: [a.example, b.example]
          redirect: https
      """, "site.yaml")
    let path = folder.appendingPathComponent("site.yaml").path
    XCTAssertEqual(
      try check("--config", path).output,
      """
      all other hosts
        root                   \(folder.path)/public: 2 files, 15 bytes
      a.example, b.example
        /*                     301 to https://{host}{target}
      3 paths; files are kept compressed as well; requests are not logged

      """)
    let json = try check("--config", path, "--json").object()
    XCTAssertEqual(Set(json.keys), ["site"])
    let site = try XCTUnwrap(json["site"] as? [String: Any])
    XCTAssertEqual(
      Set(site.keys), ["hosts", "body", "paths", "compress", "access_log", "notices"])
    let hosts = try XCTUnwrap(site["hosts"] as? [[String: Any]])
    XCTAssertEqual(
      Set(hosts[0].keys), ["names", "root", "routes", "not_found", "headers", "cache_control"])
    XCTAssertEqual(hosts[1]["names"] as? [String], ["a.example", "b.example"])
  }

  func testMistakesInAConfigurationFile() throws {
    let path = folder.appendingPathComponent("site.yaml").path
    for (text, error) in [
      ("root: public\nhealth: true\n", ":2:1: the file has no key \"health\"; did you mean healthz?"),
      (
        "routes:\n  - path: /a\n    redirect: /b\n    status: 200\n",
        ":4:13: a redirect's status is 200, and can be 301, 302, 307 or 308"
      ),
      ("root: 'public\n", ":2:1: this is no YAML: found unexpected end of stream"),
    ] {
      try write(text, "site.yaml")
      assertFails(try check("--config", path), 64, path + error)
      let failure = try check("--config", path, "--json").failure()
      XCTAssertEqual(failure["kind"] as? String, "invalid_setting")
    }
    assertFails(try check("--config", "/nonexistent"), 64, "cannot read /nonexistent: No such file or directory")
    try write("root: elsewhere\n", "site.yaml")
    assertFails(
      try check("--config", path), 64, "cannot read \(folder.path)/elsewhere: No such file or directory")
  }

  func testWhatDoesNotGoTogether() throws {
    for (arguments, text) in [
      (["check", "--config", "a", "--root", "b"], "--root does not go with --config; write it into a."),
      (["check", "--body", "a", "--root", "b"], "--root does not go with --body; use --root or --respond."),
      (["check", "--dot-files"], "--dot-files is about files; name their folder with --root."),
      (["check", "--redirect", "303:/a=/b"], "a redirect's status is 303, and can be 301, 302, 307 or 308."),
      (["check", "--header", "Date: x", "--root", "a"], "the server sets Date itself; leave it out."),
      (["run", "eth9", "--watch"], "--watch is about files: name them with --root, --config or --body."),
      (["reload", "eth9", "--access-log"], "--access-log is given, and nothing to serve: say both, or neither."),
      (["log", "eth9", "--format", "apache"], "'apache' is invalid"),
    ] {
      let result = LoaderResult(try Command.attempt([Products.loader] + arguments))
      XCTAssertEqual(result.code, 64, "\(result)")
      XCTAssertTrue(result.errors.contains(text), result.errors)
    }
  }
}
