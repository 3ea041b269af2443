import Foundation
import LabKit
import XCTest

/// --body and --content-type: what is served then, and what is refused. Needs root.
final class ContentOptionTests: XCTestCase {
  private var path = ""

  override func setUpWithError() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
  }

  override func tearDownWithError() throws { try? FileManager.default.removeItem(atPath: path) }

  private func write(_ bytes: [UInt8]) throws { try Data(bytes).write(to: URL(fileURLWithPath: path)) }

  private func curl(_ lab: LoaderLab, _ options: String...) throws -> String {
    try lab.lab.client.namespace.run(
      ["curl", "-sS", "--max-time", "15"] + options + ["http://\(lab.lab.server.ipv4):8080/"])
  }

  func testAFileAndItsType() throws {
    let lab = try LoaderLab()
    try write(Array("<p>Hi</p>\n".utf8))
    try lab.attach("--body", path)
    XCTAssertEqual(try curl(lab), "<p>Hi</p>\n")
    let head = try curl(lab, "-I")
    XCTAssertTrue(head.contains("\r\nContent-Type: application/octet-stream\r\n"), head)
    XCTAssertTrue(head.contains("\r\nContent-Length: 10\r\n"), head)
    try lab.attach("--body", path, "--content-type", "text/html; charset=utf-8")
    XCTAssertEqual(try curl(lab), "<p>Hi</p>\n")
    let typed = try curl(lab, "-I")
    XCTAssertTrue(typed.contains("\r\nContent-Type: text/html; charset=utf-8\r\n"), typed)
    try lab.attach()
    XCTAssertEqual(try curl(lab), "Hello, XDP!\n")
  }

  /// What a build has compressed already goes to the clients that take it, whatever is in it.
  func testPrecompressedFiles() throws {
    let lab = try LoaderLab()
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    try Command.run(
      "sh", "-c",
      "cd \(path) && yes plain | head -100 >a.js && cp a.js b.js && echo from gzip | gzip >a.js.gz "
        + "&& echo from brotli | brotli >a.js.br")
    let plain = String(repeating: "plain\n", count: 100)
    func get(_ options: String..., name: String = "a.js") throws -> String {
      try lab.lab.client.namespace.run(
        ["curl", "-sS", "--max-time", "15"] + options + ["http://\(lab.lab.server.ipv4):8080/\(name)"])
    }
    try lab.attach("--root", path, "--precompressed")
    XCTAssertEqual(try get(), plain)
    XCTAssertEqual(try get("--compressed", "-H", "Accept-Encoding: gzip"), "from gzip\n")
    XCTAssertEqual(try get("--compressed", "-H", "Accept-Encoding: br"), "from brotli\n")
    // As browsers have it. No zstd was made of it, which would come first.
    XCTAssertEqual(try get("--compressed", "-H", "Accept-Encoding: gzip, deflate, br, zstd"), "from brotli\n")
    XCTAssertEqual(try get("-H", "Accept-Encoding: zstd"), plain)
    let head = try get("-I", "-H", "Accept-Encoding: gzip, br")
    for line in ["Content-Encoding: br", "Vary: Accept-Encoding", "Content-Type: text/javascript; charset=utf-8"] {
      XCTAssertTrue(head.contains("\r\n\(line)\r\n"), head)
    }
    // What has none beside it is compressed as ever.
    XCTAssertTrue(try get("-I", "-H", "Accept-Encoding: zstd", name: "b.js").contains("\r\nContent-Encoding: zstd\r\n"))
    // Not unless it is asked for.
    try lab.attach("--root", path)
    XCTAssertEqual(try get("--compressed", "-H", "Accept-Encoding: gzip"), plain)
  }

  func testAnEmptyFile() throws {
    let lab = try LoaderLab()
    try write([])
    try lab.attach("--body", path)
    XCTAssertEqual(try curl(lab), "")
    XCTAssertEqual(try curl(lab), "")
    XCTAssertTrue(try curl(lab, "-I").contains("Content-Length: 0\r\n"))
  }

  func testManyUpdatesInTurn() throws {
    let lab = try LoaderLab()
    for round in 0..<20 {
      let text = String(repeating: "\(round) ", count: round * 1000 + 1)
      try write(Array(text.utf8))
      try lab.attach("--body", path)
      XCTAssertTrue(try curl(lab) == text, "round \(round)")
    }
  }

  func testWhatCannotBeServedIsRefusedAndTheServerStays() throws {
    let lab = try LoaderLab()
    assertFails(
      try lab.loader("attach", lab.interface, "--body", path), 64, "cannot read \(path): No such file or directory")
    try lab.attach()
    assertFails(
      try lab.loader("attach", lab.interface, "--body", path), 64, "cannot read \(path): No such file or directory")
    assertFails(try lab.loader("attach", lab.interface, "--body", "/tmp"), 64, "/tmp is a directory; name a file")
    assertFails(
      try lab.loader("attach", lab.interface, "--body", "/dev/zero"), 64, "/dev/zero is no regular file; name a file")
    try write([])
    XCTAssertEqual(truncate(path, 1 << 30), 0)
    assertFails(
      try lab.loader("attach", lab.interface, "--body", path), 64,
      "\(path) has 1073741824 bytes, and at most 1073741823 can be served")
    XCTAssertEqual(try lab.curl(), "Hello, XDP!\n")
  }

  func testTypes() throws {
    for (arguments, text) in [
      (["--content-type", "a/b"], "--content-type is the type of --body's file"),
      (["--body", "x", "--content-type", "html"], "\"html\" is not a media type; write it as in text/html"),
      (["--body", "x", "--content-type", "a/b\r\nX: y"], "is not a media type"),
    ] {
      let result = LoaderResult(try Command.attempt([Products.loader, "attach", "eth9"] + arguments))
      XCTAssertEqual(result.code, 64, "\(result)")
      XCTAssertTrue(result.errors.contains(text), result.errors)
    }
  }
}
