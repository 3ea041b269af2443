import BPF
import Foundation
import LabKit
import ServerControl
import XCTest

/// What stays and what goes: pins, updates in place, namespaces, dead runs. Needs root.
final class LifetimeTests: XCTestCase {
  func testAttachStaysAndDetachLeavesNothing() throws {
    let lab = try LoaderLab()
    for _ in 0..<5 {
      let report = try lab.attach()
      XCTAssertEqual(report["outcome"] as? String, "attached")
      let pins = try XCTUnwrap(report["pins"] as? String)
      // The server's state, and the programs that the attached one calls.
      let present = Set(try Object(bytes: DataPlaneObjectFile.embedded.bytes, name: "xdp_tcp_server").mapNames)
      let maps = DataPlaneName.keptMaps.filter(present.contains) + ["stages", "pump_stages"]
      XCTAssertTrue(pins.hasPrefix("/sys/fs/bpf/xdp_tcp_server/"), pins)
      XCTAssertEqual(
        Set(try FileManager.default.contentsOfDirectory(atPath: pins)),
        Set(["link", "program"] + maps.map { "map_\($0)" }))
      let id = try XCTUnwrap(report["program_id"] as? Int)
      let mapIDs = try mapIDs(program: id)
      XCTAssertGreaterThanOrEqual(mapIDs.count, present.count)
      XCTAssertEqual(try lab.curl(), "Hello, XDP!\n")
      let detached = try lab.loader("detach", lab.interface)
      XCTAssertEqual(detached.output, "detached from \(lab.interface)\n", "\(detached)")
      XCTAssertFalse(FileManager.default.fileExists(atPath: pins))
      // The kernel frees after a grace period.
      try waitUntil("program \(id) is gone") {
        try !Command.attempt("bpftool", "prog", "show", "id", "\(id)").succeeded
      }
      for map in mapIDs {
        try waitUntil("map \(map) is gone") { try !Command.attempt("bpftool", "map", "show", "id", "\(map)").succeeded }
      }
    }
  }

  func testSecondAttachKeepsSessions() throws {
    let lab = try LoaderLab()
    let before = try XCTUnwrap(try lab.attach()["program_id"] as? Int)
    let connection = try TCPConnection(in: lab.lab.client.namespace, to: lab.lab.server.ipv4, port: 8080)
    let request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    try connection.send(request)
    // But for the date.
    func answer() throws -> String {
      String(decoding: try connection.receive(129), as: UTF8.self).replacing(/Date: [^\r]*\r\n/, with: "")
    }
    let first = try answer()
    XCTAssertTrue(first.hasSuffix("Hello, XDP!\n"), first)
    let report = try lab.attach("--port", "8080", "--port", "81", "--idle-timeout", "2m")
    XCTAssertEqual(report["outcome"] as? String, "updated")
    try connection.send(request)
    XCTAssertEqual(try answer(), first)
    let status = try lab.loader("status", lab.interface).output
    XCTAssertTrue(status.contains("port 81, 8080"), status)
    XCTAssertTrue(status.contains("idle 2m00s"), status)
    XCTAssertTrue(status.contains("1 of 10000, 2500 in time-wait at most: 1 established"), status)
    XCTAssertEqual(try lab.curl(port: 81), "Hello, XDP!\n")
    try waitUntil("the old program is gone") {
      try !Command.attempt("bpftool", "prog", "show", "id", "\(before)").succeeded
    }
  }

  func testPortThatIsNoLongerServedGoesToTheKernel() throws {
    let lab = try LoaderLab()
    try lab.attach("--port", "81")
    XCTAssertEqual(try lab.curl(port: 81), "Hello, XDP!\n")
    try lab.attach("--port", "82")
    XCTAssertEqual(try lab.curl(port: 82), "Hello, XDP!\n")
    XCTAssertThrowsError(try TCPConnection(in: lab.lab.client.namespace, to: lab.lab.server.ipv4, port: 81)) { error in
      XCTAssertEqual((error as? ConnectionError)?.code, ECONNREFUSED)
    }
  }

  func testAddressesThatComeLaterAreServedAfterASecondAttach() throws {
    let lab = try LoaderLab()
    try lab.attach()
    try lab.lab.server.namespace.run("ip", "addr", "add", "10.77.0.9/24", "dev", lab.interface)
    let url = "http://10.77.0.9:8080/"
    XCTAssertThrowsError(try lab.lab.client.namespace.run("curl", "-sS", "--max-time", "2", url))
    try lab.attach()
    XCTAssertEqual(try lab.lab.client.namespace.run("curl", "-sS", "--max-time", "15", url), "Hello, XDP!\n")
    try lab.lab.server.namespace.run("ip", "addr", "del", "10.77.0.9/24", "dev", lab.interface)
    try lab.attach()
    let status = try lab.loader("status", lab.interface).output
    XCTAssertFalse(status.contains("10.77.0.9"), status)
  }

  func testForegroundRunDetachesOnInterrupt() throws {
    let lab = try LoaderLab()
    for signal in [SIGINT, SIGTERM] {
      let process = try lab.lab.server.namespace.start(Products.loader, "run", lab.interface)
      try process.waitForOutput("frames_received", timeout: .seconds(30))
      XCTAssertEqual(try lab.curl(), "Hello, XDP!\n")
      let status = try lab.loader("status", lab.interface)
      XCTAssertTrue(status.output.contains("goes with the process that holds it"), "\(status)")
      process.signal(signal)
      XCTAssertEqual(process.wait(timeout: .seconds(30)), .exited(0), process.standardError)
      XCTAssertTrue(process.standardOutput.hasSuffix("detached from \(lab.interface)\n"), process.standardOutput)
      XCTAssertEqual(try lab.loader("status").output, "no interface is served\n")
    }
  }

  func testForegroundRunThatIsKilledLeavesNothing() throws {
    let lab = try LoaderLab()
    let process = try lab.lab.server.namespace.start(Products.loader, lab.interface)
    try process.waitForOutput("frames_received", timeout: .seconds(30))
    let again = try lab.loader("run", lab.interface)
    XCTAssertEqual(again.code, 75, "\(again)")
    process.kill()
    try waitUntil("nothing is attached") { try lab.loader("status").output == "no interface is served\n" }
    XCTAssertEqual(try pinFolders(of: lab), [])
  }

  func testLeftoverPinsAreFoundCleanedAndSaid() throws {
    let lab = try LoaderLab()
    let pins = try XCTUnwrap(try lab.attach()["pins"] as? String)
    // The interface goes away under the server, and another one of that name comes.
    let (server, client) = (lab.lab.server, lab.lab.client)
    try server.namespace.run("ip", "link", "del", server.interface)
    try server.namespace.run(
      "ip", "link", "add", server.interface, "type", "veth", "peer", "name", client.interface, "netns",
      client.namespace.name)
    try server.namespace.run("ip", "addr", "add", "10.77.0.1/24", "dev", server.interface)
    try server.namespace.run("ip", "link", "set", "dev", server.interface, "up")
    let result = try lab.loader("attach", lab.interface, "-S")
    XCTAssertEqual(result.code, 0, "\(result)")
    XCTAssertEqual(
      result.errors.split(separator: "\n").first.map(String.init),
      "xdp_loader: removed the leftover pins of a dead run on \(lab.interface) (\(pins))")
  }

  func testPinsAreFoundFromBothKindsOfShell() throws {
    let lab = try LoaderLab()
    XCTAssertEqual(try lab.loaderUnderNetns("attach", lab.interface).code, 0)
    XCTAssertEqual(try pinFolders(of: lab).count, 1)
    XCTAssertEqual(try lab.curl(), "Hello, XDP!\n")
    for result in [try lab.loader("status"), try lab.loaderUnderNetns("status")] {
      XCTAssertTrue(result.output.contains("stays until detached (pinned): /sys/fs/bpf/xdp_tcp_server/"), "\(result)")
    }
    let check = try lab.loaderUnderNetns("check", lab.interface).output
    XCTAssertTrue(check.contains("which the /sys of this shell hides"), check)
    XCTAssertEqual(try lab.loaderUnderNetns("detach", lab.interface).code, 0)
    XCTAssertEqual(try pinFolders(of: lab), [])
    // And the other way round.
    try lab.attach()
    let again = try lab.loaderUnderNetns("attach", lab.interface, "--json").object()
    XCTAssertEqual(again["outcome"] as? String, "updated")
    XCTAssertEqual(try lab.loaderUnderNetns("detach", lab.interface).code, 0)
    XCTAssertEqual(try pinFolders(of: lab), [])
  }

  func testTwoNamespacesWithAnInterfaceOfTheSameName() throws {
    let labs = [try LoaderLab(), try LoaderLab()]
    for lab in labs {
      let server = lab.lab.server
      for words in [["down"], ["name", "eth0.1"], ["up"]] {
        let name = words == ["up"] ? "eth0.1" : server.interface
        try server.namespace.run(["ip", "link", "set", "dev", name] + words)
      }
    }
    let pins = try labs.map { lab -> String in
      let report = try lab.loader("attach", "eth0.1", "--json").object()
      return try XCTUnwrap(report["pins"] as? String)
    }
    XCTAssertNotEqual(pins[0], pins[1])
    for lab in labs {
      XCTAssertEqual(try lab.loader("detach", "eth0.1").code, 0)
    }
    for path in pins { XCTAssertFalse(FileManager.default.fileExists(atPath: path), path) }
  }

  private func mapIDs(program: Int) throws -> [Int] {
    let text = try Command.run("bpftool", "-j", "prog", "show", "id", "\(program)")
    let json = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    return try XCTUnwrap(json?["map_ids"] as? [Int])
  }

  private func pinFolders(of lab: LoaderLab) throws -> [String] {
    let root = try XCTUnwrap(PinRoot.find())
    return try Command.run("find", root, "-name", lab.interface).split(separator: "\n").map(String.init)
  }
}
