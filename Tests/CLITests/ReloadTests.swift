import Foundation
import LabKit
import ServerControl
import XCTest

/// A new version of the content is swapped in while the server runs. Needs root.
final class ReloadTests: XCTestCase {
  private var folder = URL(fileURLWithPath: "/")
  private var root: String { folder.appendingPathComponent("public").path }

  override func setUpWithError() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("public"), withIntermediateDirectories: true)
    try write("one\n", "public/index.html")
  }

  override func tearDownWithError() throws { try? FileManager.default.removeItem(at: folder) }

  private func write(_ text: String, _ name: String) throws { try write(Array(text.utf8), name) }

  private func write(_ bytes: [UInt8], _ name: String) throws {
    try Data(bytes).write(to: folder.appendingPathComponent(name))
  }

  private func site(_ lab: LoaderLab) throws -> [String: Any] {
    let status = try lab.loader("status", lab.interface, "--json").object()
    let servers = try XCTUnwrap(status["servers"] as? [[String: Any]])
    return try XCTUnwrap(servers[0]["site"] as? [String: Any])
  }

  private func curl(_ lab: LoaderLab, _ path: String, _ options: String...) throws -> String {
    try lab.lab.client.namespace.run(
      ["curl", "-sS", "--max-time", "15"] + options + ["http://\(lab.lab.server.ipv4):8080\(path)"])
  }

  func testWithoutOptionsItServesWhatItWasToldAsItIsNow() throws {
    let lab = try LoaderLab()
    try lab.attach("--root", root)
    XCTAssertEqual(try lab.curl(), "one\n")
    XCTAssertEqual(try site(lab)["generation"] as? Int, 1)
    try write("two\n", "public/index.html")
    try write("new\n", "public/new.txt")
    XCTAssertEqual(try lab.curl(), "one\n")
    let report = try lab.loader("reload", lab.interface, "--json").object()
    XCTAssertEqual(Set(report.keys), ["outcome", "interface", "generation", "resources", "bytes", "held", "notices"])
    XCTAssertEqual(report["outcome"] as? String, "reloaded")
    XCTAssertEqual(report["generation"] as? Int, 2)
    XCTAssertEqual((report["held"] as? [Any])?.count, 0)
    XCTAssertEqual(try lab.curl(), "two\n")
    XCTAssertEqual(try curl(lab, "/new.txt"), "new\n")
    let site = try site(lab)
    XCTAssertEqual(site["generation"] as? Int, 2)
    XCTAssertEqual((site["held"] as? [Any])?.count, 0)
    // A port, a folder: nothing else is needed, and nothing is left.
    XCTAssertEqual(try lab.loader("detach", lab.interface).code, 0)
    let records = try FileManager.default.contentsOfDirectory(atPath: "/run/xdp_tcp_server")
    try lab.attach("--root", root)
    XCTAssertEqual(try FileManager.default.contentsOfDirectory(atPath: "/run/xdp_tcp_server").count, records.count + 1)
    try lab.loader("detach", lab.interface)
    XCTAssertEqual(
      try FileManager.default.contentsOfDirectory(atPath: "/run/xdp_tcp_server").sorted(), records.sorted())
  }

  /// Of two commands at once the one that looked at the files last wins, whichever of them comes to its end first.
  func testTheLaterLookAtTheFilesWins() throws {
    let lab = try LoaderLab()
    // What takes time to pack.
    try write(String(repeating: "a { color: red }\n", count: 1000), "public/style.css")
    try lab.attach("--root", root)
    let interface = lab.interface
    var other: LoaderResult?
    // While the first one packs, a file comes, and another command that has seen it.
    let report = try lab.lab.server.namespace.inside {
      try Server.reload(interface: NetworkInterface(named: interface), site: nil, wait: .zero) { _ in
        guard other == nil else { return }
        do {
          try self.write("new\n", "public/new.txt")
          other = try lab.loader("reload", interface)
        } catch {
          XCTFail("\(error)")
        }
      }
    }
    XCTAssertEqual(other?.code, 0, "\(String(describing: other))")
    XCTAssertEqual(report.current.number, 3)
    XCTAssertEqual(try curl(lab, "/new.txt"), "new\n")
  }

  func testWithOptionsItServesThose() throws {
    let lab = try LoaderLab()
    try lab.attach("--root", root)
    let result = try lab.loader("reload", lab.interface, "--respond", "/ping=200:pong")
    XCTAssertEqual(result.code, 0, "\(result)")
    XCTAssertEqual(try curl(lab, "/ping"), "pong")
    XCTAssertEqual(try curl(lab, "/", "-o", "/dev/null", "-w", "%{http_code}"), "404")
    // And goes on with them.
    try lab.loader("reload", lab.interface)
    XCTAssertEqual(try curl(lab, "/ping"), "pong")
  }

  func testTransfersEndWithTheOldBytes() throws {
    let lab = try LoaderLab()
    let old = (0..<4_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 11) }
    try write(old, "public/big.bin")
    try lab.attach("--root", root, "--no-compress")
    // While nobody reads, the kernel's buffer does not grow.
    let download = try TCPConnection(in: lab.lab.client.namespace, to: lab.lab.server.ipv4, port: 8080)
    try download.send("GET /big.bin HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    var got = try download.receive(50_000)
    try write(old.map { ~$0 }, "public/big.bin")
    let report = try lab.loader("reload", lab.interface, "--json", "--wait", "100ms").object()
    let held = try XCTUnwrap(report["held"] as? [[String: Any]])
    XCTAssertEqual(held.map { $0["generation"] as? Int }, [1])
    XCTAssertEqual((try site(lab)["held"] as? [Any])?.count, 1)
    XCTAssertEqual(try curl(lab, "/big.bin", "-r", "0-0", "-o", "/dev/null", "-w", "%{http_code}"), "206")
    got += try download.receive(.max, timeout: .seconds(60))
    let end = try XCTUnwrap(got.firstRange(of: Array("\r\n\r\n".utf8))).upperBound
    XCTAssertTrue(got[end...].elementsEqual(old))
    // Nobody has the old one any more; this reload frees it.
    let next = try lab.loader("reload", lab.interface, "--json").object()
    XCTAssertEqual((next["held"] as? [Any])?.count, 0)
    XCTAssertEqual((try site(lab)["held"] as? [Any])?.count, 0)
  }

  /// Requests one after the other, with a reload after the other: each answer is whole, of one version.
  func testNothingIsDropped() throws {
    let lab = try LoaderLab()
    try lab.attach("--root", root)
    let text = { (version: Int) in String(repeating: "version \(version) ", count: 3000) }
    try write(text(0), "public/index.html")
    try lab.loader("reload", lab.interface)
    let path = folder.appendingPathComponent("answers").path
    let script = "for i in $(seq 1 150); do curl -sS --max-time 15 http://\(lab.lab.server.ipv4):8080/ || echo FAILED; "
      + "echo; done > \(path)"
    let client = try ChildProcess(lab.lab.client.namespace.entering(["sh", "-c", script]))
    var version = 0
    while client.isRunning, version < 30 {
      version += 1
      try write(text(version), "public/index.html")
      let result = try lab.loader("reload", lab.interface)
      XCTAssertEqual(result.code, 0, "\(result)")
    }
    XCTAssertEqual(client.wait(timeout: .seconds(60)), .exited(0), client.standardError)
    let answers = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    XCTAssertEqual(answers.count, 150)
    let whole = Set((0...version).map { Substring(text($0)) })
    for answer in answers { XCTAssertTrue(whole.contains(answer), String(answer.prefix(40))) }
    XCTAssertGreaterThan(version, 1)
  }

  func testWhatCannotBeServedLeavesWhatIs() throws {
    let lab = try LoaderLab()
    try write("root: public\n", "site.yaml")
    let config = folder.appendingPathComponent("site.yaml").path
    try lab.attach("--config", config)
    try write("root: public\nroott: x\n", "site.yaml")
    assertFails(
      try lab.loader("reload", lab.interface), 64, "\(config):2:1: the file has no key \"roott\"; did you mean root?")
    XCTAssertEqual(try lab.curl(), "one\n")
    XCTAssertEqual(try site(lab)["generation"] as? Int, 1)
    let none = try lab.loader("reload", "lo")
    XCTAssertEqual(none.code, 67, "\(none)")
  }

  func testAttachWithOtherContentLeavesTheProgramsAlone() throws {
    let lab = try LoaderLab()
    let before = try lab.attach("--root", root)["program_id"] as? Int
    let after = try lab.attach("--respond", "/a=200:b")
    XCTAssertEqual(after["program_id"] as? Int, before)
    XCTAssertEqual(after["outcome"] as? String, "updated")
    XCTAssertEqual(try curl(lab, "/a"), "b")
    // Another setting needs another program, or the same again.
    XCTAssertNotEqual(try lab.attach("--respond", "/a=200:b", "--port", "81")["program_id"] as? Int, before)
    XCTAssertNotEqual(try lab.attach("--respond", "/a=200:b")["program_id"] as? Int, before)
  }

  func testHangupReloads() throws {
    let lab = try LoaderLab()
    let run = try ChildProcess(
      lab.lab.server.namespace.entering([Products.loader, "run", lab.interface, "--json", "--root", root]))
    try run.waitForOutput("\"outcome\":\"attached\"", timeout: .seconds(60))
    XCTAssertEqual(try lab.curl(), "one\n")
    try write("two\n", "public/index.html")
    run.signal(SIGHUP)
    try run.waitForOutput("\"outcome\":\"reloaded\"", timeout: .seconds(60))
    XCTAssertEqual(try lab.curl(), "two\n")
    run.signal(SIGINT)
    XCTAssertEqual(run.wait(timeout: .seconds(60)), .exited(0), run.standardError)
  }

  func testWatch() throws {
    let lab = try LoaderLab()
    let run = try ChildProcess(
      lab.lab.server.namespace.entering([Products.loader, "run", lab.interface, "--watch", "--root", root]))
    try run.waitForOutput("Ctrl-C detaches", timeout: .seconds(60))
    for version in ["two\n", "three\n"] {
      try write(version, "public/index.html")
      try waitUntil("\(version) is served") { try lab.curl() == version }
    }
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("public/a/b"), withIntermediateDirectories: true)
    try write("deep\n", "public/a/b/c.txt")
    try waitUntil("a new folder is served") { try curl(lab, "/a/b/c.txt") == "deep\n" }
    XCTAssertTrue(run.isRunning)
    run.signal(SIGTERM)
    XCTAssertEqual(run.wait(timeout: .seconds(60)), .exited(0), run.standardError)
  }
}
