import Foundation
import LabKit
import XCTest

/// Attaching and detaching, from a user's seat.
final class AttachTests: XCTestCase {
  func testAttachAndDetachInALoopLeaveNothingBehind() throws {
    for mode in ServerLab.Mode.allCases {
      var left: [(program: Int, maps: [Int])] = []
      let server = try ServerLab(mode)
      left.append(try XCTUnwrap(try server.kernelObjects()))
      let interface = server.lab.server.interface
      let pins = try pinFolder(of: server)
      XCTAssertTrue(FileManager.default.fileExists(atPath: pins), pins)
      for _ in 0..<10 {
        try server.loader("detach", interface)
        try server.loader("attach", interface, mode.rawValue)
        left.append(try XCTUnwrap(try server.kernelObjects()))
        try waitUntil("the server answers") {
          try server.curl(.ipv4, "--max-time", "1").output == Response.hello
        }
      }
      try server.loader("detach", interface)
      XCTAssertFalse(FileManager.default.fileExists(atPath: pins), pins)
      XCTAssertNil(try server.kernelObjects())
      // The kernel frees after a grace period.
      try waitUntil("programs, maps and links are gone") { try left.allSatisfy(isGone) }
    }
  }

  func testServerNeedsNoProcess() throws {
    let server = try ServerLab()
    let name = server.lab.server.namespace.name
    XCTAssertEqual(try Command.run("ip", "netns", "pids", name), "")
    XCTAssertEqual(try server.lab.server.namespace.run("ss", "-Htln"), "")
    let before = try inputSegments(server)
    XCTAssertEqual(try server.curl(.ipv4).output, Response.hello)
    XCTAssertEqual(try inputSegments(server), before, "the server's kernel saw segments")
  }

  /// Tcp: InSegs of /proc/net/snmp in the server's namespace.
  private func inputSegments(_ server: ServerLab) throws -> String {
    let lines = try server.lab.server.namespace.run("cat", "/proc/net/snmp").split(separator: "\n")
      .filter { $0.hasPrefix("Tcp:") }.map { $0.split(separator: " ") }
    let column = try XCTUnwrap(lines[0].firstIndex(of: "InSegs"))
    return String(lines[1][column])
  }

  /// Where the loader pins: below bpffs, a folder for the namespace's number and one for the interface.
  private func pinFolder(of server: ServerLab) throws -> String {
    let number = try Command.run("stat", "-Lc", "%i", "/run/netns/\(server.lab.server.namespace.name)")
      .trimmingCharacters(in: .whitespacesAndNewlines)
    return "/sys/fs/bpf/xdp_tcp_server/\(number)/\(server.lab.server.interface)"
  }

  private func isGone(_ objects: (program: Int, maps: [Int])) throws -> Bool {
    let links = try Command.run("bpftool", "-j", "link", "show")
    return try !links.contains("\"prog_id\":\(objects.program),")
      && !Command.attempt("bpftool", "prog", "show", "id", "\(objects.program)").succeeded
      && objects.maps.allSatisfy { try !Command.attempt("bpftool", "map", "show", "id", "\($0)").succeeded }
  }
}
