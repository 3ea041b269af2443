import BPF
import LabKit
import ServerControl
import XCTest

/// Everything that can be in the way, provoked: one sentence, the mend, and an exit code of its own. Needs root.
final class RefusalTests: XCTestCase {
  func testUnknownInterface() throws {
    let lab = try LoaderLab()
    for command in ["attach", "detach", "run", "status", "stats", "sessions", "check"] {
      let result = try lab.loader(command, "nosuch0")
      XCTAssertEqual(result.code, 68, "\(result)")
      XCTAssertEqual(
        result.errors,
        "xdp_loader: there is no interface nosuch0 in this network namespace; it has: lo, \(lab.interface)\n")
    }
  }

  func testLoopback() throws {
    let lab = try LoaderLab()
    assertFails(try lab.loader("attach", "lo"), 69, "lo is the loopback interface; name a network interface")
  }

  func testNothingAttached() throws {
    let lab = try LoaderLab()
    for command in ["detach", "status", "stats", "sessions"] {
      assertFails(
        try lab.loader(command, lab.interface), 67,
        "\(lab.interface) is not served: nothing is attached to it; attach the server: xdp_loader attach "
          + lab.interface)
    }
  }

  func testMissingObject() throws {
    let lab = try LoaderLab()
    assertFails(
      try lab.loader("attach", lab.interface, "--object", "/nonexistent.o"), 66,
      "cannot read the object /nonexistent.o: No such file or directory; name the built xdp_tcp_server.o with --object")
    let result = try lab.loader("attach", lab.interface, "--object", "/etc/passwd")
    XCTAssertEqual(result.code, 66, "\(result)")
  }

  func testNoPrivilege() throws {
    let nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", Products.loader]
    for (arguments, missing) in [
      (["attach", "lo"], "CAP_SYS_ADMIN (or CAP_BPF with CAP_NET_ADMIN)"), (["status"], "CAP_SYS_ADMIN"),
      (["detach", "lo"], "CAP_SYS_ADMIN"),
    ] {
      let result = LoaderResult(try Command.attempt(nobody + arguments))
      assertFails(result, 77, "the privilege \(missing) is missing; run it as root, with sudo")
    }
  }

  func testOffloadOnVeth() throws {
    let lab = try LoaderLab()
    let result = try lab.loader("attach", lab.interface, "-O")
    XCTAssertEqual(result.code, 69, "\(result)")
    XCTAssertTrue(
      result.errors.hasPrefix(
        "xdp_loader: \(lab.interface) (driver veth) cannot run this program on the network card: "),
      result.errors)
    XCTAssertTrue(
      result.errors.hasSuffix("; run it in the driver: xdp_loader attach \(lab.interface) -N\n"), result.errors)
    XCTAssertEqual(try lab.loader("status").output, "no interface is served\n")
  }

  func testMTUTooLargeForNativeMode() throws {
    let lab = try LoaderLab(mtu: 9000, clientHasProgram: false)
    let result = try lab.loader("attach", lab.interface)
    XCTAssertEqual(result.code, 69, "\(result)")
    XCTAssertTrue(
      result.errors.hasPrefix(
        "xdp_loader: \(lab.interface) (driver veth, MTU 9000 of at most 3506 in native mode, "), result.errors)
    XCTAssertTrue(
      result.errors.hasSuffix("; SKB mode works with every driver: xdp_loader attach \(lab.interface) -S\n"),
      result.errors)
    XCTAssertNil(PinRoot.find().flatMap { pins(of: lab, root: $0) }, "pins are left")
    XCTAssertEqual(try lab.attach("-S")["mode"] as? String, "skb")
  }

  /// The limit that the sentence names is the driver's.
  func testMTUAtTheLimitIsTaken() throws {
    let lab = try LoaderLab(mtu: 3506, clientHasProgram: false)
    XCTAssertEqual(try lab.attach("-N")["mode"] as? String, "native")
    try lab.loader("detach", lab.interface)
    for host in [lab.lab.server, lab.lab.client] {
      try host.namespace.run("ip", "link", "set", "dev", host.interface, "mtu", "3507")
    }
    XCTAssertEqual(try lab.loader("attach", lab.interface, "-N").code, 69)
  }

  func testAutomaticModeSaysWhatItChose() throws {
    let large = try LoaderLab(mtu: 9000, clientHasProgram: false)
    let bare = try LoaderLab(clientHasProgram: false)
    for lab in [large, bare] {
      let result = try lab.loader("attach", lab.interface, "--mode", "auto")
      XCTAssertEqual(result.code, 0, "\(result)")
      XCTAssertTrue(result.errors.hasPrefix("xdp_loader: chose SKB mode: "), result.errors)
      XCTAssertTrue(result.output.contains("skb mode"), result.output)
      XCTAssertEqual(try lab.curl(), "Hello, XDP!\n")
    }
    let good = try LoaderLab()
    XCTAssertEqual(try good.attach("--mode", "auto")["mode"] as? String, "native")
  }

  func testPeerWithoutAProgramIsTold() throws {
    let lab = try LoaderLab(clientHasProgram: false)
    let result = try lab.loader("attach", lab.interface)
    XCTAssertEqual(result.code, 0)
    XCTAssertTrue(
      result.errors.hasPrefix(
        "xdp_loader: \(lab.lab.client.interface), the other end of \(lab.interface), has no XDP "),
      result.errors)
  }

  func testModeCannotBeChangedInPlace() throws {
    let lab = try LoaderLab()
    try lab.attach("-N")
    assertFails(
      try lab.loader("attach", lab.interface, "-S"), 75,
      "\(lab.interface) is served in native mode, and a mode cannot be changed in place; detach it first, which ends "
        + "its sessions: xdp_loader detach \(lab.interface)")
  }

  func testSizeCannotBeChangedInPlace() throws {
    let lab = try LoaderLab()
    try lab.attach("--max-sessions", "100")
    assertFails(
      try lab.loader("attach", lab.interface, "--max-sessions", "200"), 78,
      "the running server has room for 100 sessions, and 200 are asked for; leave out --max-sessions to keep its "
        + "sessions, or detach it first")
    XCTAssertEqual(try lab.attach()["outcome"] as? String, "updated")
  }

  func testRoomForTimeWaitCannotBeChangedInPlace() throws {
    let lab = try LoaderLab()
    try lab.attach("--max-sessions", "100", "--max-time-wait", "7")
    assertFails(
      try lab.loader("attach", lab.interface, "--max-time-wait", "8"), 78,
      "the running server has room for 7 sessions in TIME-WAIT, and 8 are asked for; leave out --max-time-wait to keep "
        + "its sessions, or detach it first")
    XCTAssertEqual(try lab.attach("--max-time-wait", "7")["outcome"] as? String, "updated")
    let status = try lab.loader("status", lab.interface).output
    XCTAssertTrue(status.contains("0 of 100, 7 in time-wait at most"), status)
  }

  private func pins(of lab: LoaderLab, root: String) -> String? {
    let found = (try? Command.run("find", root, "-name", lab.interface)) ?? ""
    return found.isEmpty ? nil : found
  }
}
