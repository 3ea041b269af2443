import Foundation
import LabKit
import XCTest

/// `xdp_loader log`: an entry for each answer. Needs root.
final class AccessLogTests: XCTestCase {
  private func get(_ lab: LoaderLab, _ path: String, _ options: String...) throws {
    try lab.lab.client.namespace.run(
      ["curl", "-sS", "--max-time", "15", "-o", "/dev/null"] + options
        + ["http://\(lab.lab.server.ipv4):8080\(path)"])
  }

  func testEachRequestIsOneLineOnce() throws {
    let lab = try LoaderLab()
    try lab.attach("--respond", "/a=200:hello", "--access-log")
    try get(lab, "/a?x=1", "-A", "agent \"7\"", "-e", "http://from.example/")
    try get(lab, "/none", "-I", "-A", "")
    let lines = try lab.loader("log", lab.interface).output.split(separator: "\n")
    XCTAssertEqual(lines.count, 2, "\(lines)")
    guard lines.count == 2 else { return }
    let address = "\(lab.lab.client.ipv4) - - ["
    XCTAssertTrue(lines[0].hasPrefix(address), "\(lines)")
    XCTAssertTrue(
      lines[0].hasSuffix("] \"GET /a?x=1 HTTP/1.1\" 200 5 \"http://from.example/\" \"agent \\x227\\x22\""), "\(lines)")
    XCTAssertTrue(lines[1].contains("] \"HEAD /none HTTP/1.1\" 404 0 \"-\" \"-\""), "\(lines)")
    XCTAssertEqual(try lab.loader("log", lab.interface).output, "")
  }

  func testFormats() throws {
    let lab = try LoaderLab()
    try lab.attach("--respond", "/a=410", "--access-log")
    let now = Date().timeIntervalSince1970
    try get(lab, "/a")
    let entry = try lab.loader("log", lab.interface, "--format", "json").object()
    XCTAssertEqual(entry["status"] as? Int, 410)
    XCTAssertEqual(entry["host"] as? String, "\(lab.lab.server.ipv4)")
    XCTAssertEqual(entry["local_port"] as? Int, 8080)
    XCTAssertEqual(entry["method"] as? String, "GET")
    XCTAssertEqual(Double(try XCTUnwrap(entry["time_ns"] as? Int)) / 1e9, now, accuracy: 20)
    try get(lab, "/a", "-e", "http://from.example/")
    let line = try lab.loader("log", lab.interface, "--format", "common").output
    XCTAssertTrue(line.hasSuffix("\"GET /a HTTP/1.1\" 410 0\n"), line)
  }

  func testNoLogUnlessItIsAskedFor() throws {
    let lab = try LoaderLab()
    try lab.attach("--respond", "/a=200")
    try get(lab, "/a")
    XCTAssertEqual(try lab.loader("log", lab.interface).output, "")
    try lab.attach("--respond", "/a=200", "--access-log")
    try get(lab, "/a")
    XCTAssertEqual(try lab.loader("log", lab.interface).output.split(separator: "\n").count, 1)
  }

  func testFollowAndOneReader() throws {
    let lab = try LoaderLab()
    try lab.attach("--respond", "/a=200", "--access-log")
    let log = try ChildProcess(
      lab.lab.server.namespace.entering([Products.loader, "log", lab.interface, "--follow"]))
    for request in 1...3 {
      try get(lab, "/a?\(request)")
      try log.waitForOutput("/a?\(request) ", timeout: .seconds(30))
    }
    assertFails(
      try lab.loader("log", lab.interface), 75,
      "somebody reads the log of \(lab.interface) already, and each entry is given once; end that xdp_loader log first")
    try lab.loader("detach", lab.interface)
    XCTAssertEqual(log.wait(timeout: .seconds(30)), .exited(0), log.standardError)
  }

  private static let locks = "/run/xdp_tcp_server"

  private func lockFiles() throws -> Set<String> {
    Set(try FileManager.default.contentsOfDirectory(atPath: Self.locks).filter { $0.hasPrefix("log-") })
  }

  /// Who is not root cannot be the one reader, nor keep others from it; and one that is killed does not.
  func testWhoKeepsOthersFromReading() throws {
    let lab = try LoaderLab()
    try lab.attach("--respond", "/a=200", "--access-log")
    let before = try lockFiles()
    let log = try ChildProcess(
      lab.lab.server.namespace.entering([Products.loader, "log", lab.interface, "--follow"]))
    try get(lab, "/a?1")
    try log.waitForOutput("/a?1 ", timeout: .seconds(30))
    let file = try XCTUnwrap(try lockFiles().subtracting(before).first)
    log.kill()
    _ = log.wait(timeout: .seconds(30))
    try get(lab, "/a?2")
    XCTAssertTrue(try lab.loader("log", lab.interface).output.contains("/a?2 "))
    XCTAssertFalse(try lockFiles().contains(file))
    let stranger = try Command.attempt(
      "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "flock", "-n", "\(Self.locks)/\(file)", "true")
    XCTAssertFalse(stranger.succeeded)
    XCTAssertTrue(stranger.errors.contains("Permission denied"), "\(stranger)")
  }
}
