import Foundation
import LabKit
import XCTest

/// Surroundings that lack something: bpffs, privileges, a program that the verifier takes. Needs root.
final class SetUpTests: XCTestCase {
  /// A shell in mount and process namespaces of its own, where `script` finds the loader as $LOADER and the
  /// interface as $INTERFACE, and no bpffs.
  private func withoutBPFFS(_ lab: LoaderLab, _ script: String) throws -> LoaderResult {
    let shell = "umount /sys/fs/bpf 2>/dev/null; \(script)"
    return LoaderResult(
      try Command.attempt(
        lab.lab.server.namespace.entering([
          "env", "LOADER=\(Products.loader)", "INTERFACE=\(lab.interface)", "unshare", "--mount", "--pid", "--fork",
          "--mount-proc", "--propagation", "private", "sh", "-c", shell,
        ])))
  }

  func testMissingBPFFSIsMounted() throws {
    let lab = try LoaderLab()
    let result = try withoutBPFFS(
      lab,
      "mountpoint -q /sys/fs/bpf && exit 99; $LOADER attach $INTERFACE && mountpoint /sys/fs/bpf && ls /sys/fs/bpf")
    XCTAssertEqual(result.code, 0, "\(result)")
    XCTAssertTrue(result.output.contains("/sys/fs/bpf is a mountpoint\n"), "\(result)")
    XCTAssertTrue(result.output.hasSuffix("\nxdp_tcp_server\n"), "\(result)")
    // The pins went with that mount namespace, and the server with its pins.
    try waitUntil("nothing is attached") { try lab.loader("status").output == "no interface is served\n" }
  }

  func testBPFFSThatCannotBeMounted() throws {
    let lab = try LoaderLab()
    let drop = "setpriv --bounding-set -sys_admin --inh-caps -sys_admin"
    let result = try withoutBPFFS(lab, "\(drop) $LOADER attach $INTERFACE")
    assertFails(
      result, 72,
      "there is no bpffs at /sys/fs/bpf, and it cannot be mounted: Operation not permitted; mount one and try again: "
        + "mount -t bpf bpf /sys/fs/bpf; or stay in the foreground, which needs no pins: xdp_loader run")
    XCTAssertEqual(try lab.loader("status").output, "no interface is served\n")
  }

  func testForegroundNeedsOnlyTwoCapabilities() throws {
    let lab = try LoaderLab()
    let process = try lab.lab.server.namespace.start(
      "setpriv", "--bounding-set", "-sys_admin", "--inh-caps", "-sys_admin", Products.loader, "run", lab.interface)
    try process.waitForOutput("frames_received", timeout: .seconds(30))
    XCTAssertEqual(try lab.curl(), "Hello, XDP!\n")
    process.signal(SIGINT)
    XCTAssertEqual(process.wait(timeout: .seconds(30)), .exited(0), process.standardError)
    XCTAssertEqual(try lab.loader("status").output, "no interface is served\n")
  }

  func testVerifierRejectionTellsPlaceAndKeepsTheLog() throws {
    let lab = try LoaderLab()
    let object = try CObject(source: "rejected")
    let result = try lab.loader("attach", lab.interface, "--object", object.path)
    XCTAssertEqual(result.code, 70, "\(result)")
    XCTAssertTrue(
      result.errors.contains("the kernel's verifier refused program xdp_tcp_server at "), result.errors)
    XCTAssertTrue(result.errors.contains("rejected.c:19: "), result.errors)
    XCTAssertTrue(result.errors.contains("invalid mem access 'map_value_or_null'"), result.errors)
    let path = try XCTUnwrap(result.errors.split(separator: " ").last?.trimmingCharacters(in: .whitespacesAndNewlines))
    let log = try String(contentsOfFile: path, encoding: .utf8)
    try FileManager.default.removeItem(atPath: path)
    XCTAssertTrue(log.contains("processed "), log)
    XCTAssertEqual(try lab.loader("status").output, "no interface is served\n")
  }

  func testObjectOfAnotherProgram() throws {
    let lab = try LoaderLab()
    let result = try lab.loader("attach", lab.interface, "--object", Products.labPrograms)
    XCTAssertEqual(result.code, 66, "\(result)")
    XCTAssertTrue(
      result.errors.hasPrefix("xdp_loader: xdp_tcp_server has no map local_addresses, only "), result.errors)
  }

  func testTimersGoOnAfterTheLoaderAndThroughAnUpdate() throws {
    let lab = try LoaderLab()
    try lab.attach("--idle-timeout", "1500ms")
    let connection = try TCPConnection(in: lab.lab.client.namespace, to: lab.lab.server.ipv4, port: 8080)
    try connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    XCTAssertEqual(try connection.receive(129).count, 129)
    try lab.attach("--idle-timeout", "1500ms")
    try waitUntil("the session expires") {
      try lab.loader("stats").output.contains("expired_idle")
    }
    XCTAssertFalse(try lab.loader("sessions").output.contains("established"))
  }
}
