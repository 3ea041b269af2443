import Glibc
import LabKit
import XCTest

/// The lab itself: these need root, and fail without.
final class LabKitTests: XCTestCase {
  func testNamespaceIsRemovedWithItsObject() throws {
    let name = try NetworkNamespace().name
    XCTAssertFalse(try Command.run("ip", "netns", "list").contains(name))
  }

  func testHostsReachEachOtherOverBothFamilies() throws {
    let lab = try Lab()
    XCTAssertTrue(lab.client.reaches(lab.server.ipv4))
    XCTAssertTrue(lab.client.reaches(lab.server.ipv6))
    XCTAssertFalse(lab.client.reaches("10.77.0.99", within: .milliseconds(300)))
  }

  func testPassingProgramIsOnTheClientsEndInNativeMode() throws {
    let lab = try Lab()
    let link = try lab.client.namespace.run("ip", "-d", "link", "show", "dev", lab.client.interface)
    XCTAssertTrue(link.contains("prog/xdp"), link)
    XCTAssertFalse(link.contains("xdpgeneric"), link)
  }

  func testTaggedClientIsNotHeardByTheServersKernel() throws {
    for tagging in [Lab.Tagging.one, .two] {
      let lab = try Lab()
      try lab.tag(tagging)
      XCTAssertFalse(lab.client.reaches(lab.server.ipv4, within: .milliseconds(300)))
      XCTAssertFalse(lab.client.reaches(lab.server.ipv6, within: .milliseconds(300)))
    }
  }

  func testMTUIsThatOfBothEnds() throws {
    let lab = try Lab(mtu: 1280)
    for host in [lab.client, lab.server] {
      XCTAssertTrue(try host.namespace.run("ip", "link", "show", host.interface).contains("mtu 1280"))
    }
  }

  func testProcessThatTakesTooLongIsKilledWithItsGroup() throws {
    let process = try ChildProcess(["sh", "-c", "sleep 100 & echo $!; wait"])
    try process.waitForOutput("\n", timeout: .seconds(20))
    let grandchild = try XCTUnwrap(pid_t(process.standardOutput.trimmingCharacters(in: .whitespacesAndNewlines)))
    XCTAssertEqual(process.wait(timeout: .milliseconds(100)), .timedOut)
    var waited = 0
    while runs(grandchild), waited < 1000 {
      usleep(10_000)
      waited += 1
    }
    XCTAssertFalse(runs(grandchild))
  }

  /// Whether a process is there and not merely waiting to be reaped.
  private func runs(_ pid: pid_t) -> Bool {
    guard let status = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return false }
    return !status.contains(") Z")
  }

  func testCommandGivesItsOutputAndEnding() throws {
    let result = try Command.attempt(["sh", "-c", "echo out; echo err >&2; exit 3"])
    XCTAssertEqual(result.ending, .exited(3))
    XCTAssertEqual(result.output, "out\n")
    XCTAssertEqual(result.errors, "err\n")
    XCTAssertThrowsError(try Command.run("false"))
    XCTAssertThrowsError(try Command.run("no-such-program-as-this"))
  }

  func testConnectionCarriesBytesAndRefusalIsAnError() throws {
    let lab = try Lab()
    let server = try lab.server.namespace.start(
      "python3", "-m", "http.server", "8000", "--directory", "/usr/share/common-licenses")
    var connection: TCPConnection?
    for _ in 0..<100 where connection == nil {
      connection = try? TCPConnection(in: lab.client.namespace, to: lab.server.ipv4, port: 8000)
      usleep(50_000)
    }
    let open = try XCTUnwrap(connection)
    try open.send("GET /GPL-2 HTTP/1.0\r\n\r\n")
    XCTAssertTrue(try open.receiveToEnd().contains("GNU GENERAL PUBLIC LICENSE"))
    XCTAssertThrowsError(try TCPConnection(in: lab.client.namespace, to: lab.server.ipv4, port: 8001)) {
      XCTAssertEqual(($0 as? ConnectionError)?.code, ECONNREFUSED)
    }
    server.kill()
  }

  func testManyConnectionsReportEachRefusal() throws {
    let lab = try Lab()
    let connections = try TCPConnection.many(
      20, in: lab.client.namespace, to: lab.server.ipv6, port: 9, timeout: .seconds(20))
    XCTAssertEqual(connections.count, 20)
    XCTAssertTrue(connections.allSatisfy { $0 == nil })
  }

  func testNamespaceOfADeadProcessIsRemoved() throws {
    let process = try ChildProcess(["true"])
    _ = process.wait(timeout: .seconds(20))
    let name = "xts-\(process.pid)-1"
    try Command.run("ip", "netns", "add", name)
    StaleLabs.remove()
    XCTAssertFalse(try Command.run("ip", "netns", "list").contains(name))
  }
}
