import LabKit
import XCTest

/// Another service on the same interface goes on as if nothing had been attached.
final class NeighbourTests: XCTestCase {
  func testAnotherServiceIsUndisturbed() throws {
    for mode in ServerLab.Mode.allCases {
      let server = try ServerLab(mode)
      let space = server.lab.client.namespace
      let file = "/usr/share/common-licenses/GPL-3"
      let other = try server.lab.server.namespace.start(
        "python3", "-m", "http.server", "8000", "--directory", "/usr/share/common-licenses")
      let url = server.url(.ipv4, port: 8000, "/GPL-3")
      try waitUntil("the other service answers") {
        try space.attempt("curl", "-sf", "--max-time", "1", "-o", "/dev/null", url).succeeded
      }
      let wanted = try Command.run("cat", file)
      // While the server is busy, and with it the CPUs: what is shown is that nothing gets lost, not how fast it is.
      let load = try space.start("wrk", "-t1", "-c32", "-d2s", server.url(.ipv4))
      while load.isRunning { XCTAssertEqual(try space.run("curl", "-sf", "--max-time", "15", url), wanted) }
      XCTAssertFalse(load.standardOutput.contains("Socket errors"), load.standardOutput)
      other.kill()
    }
  }

  func testRestOfTheHostIsUndisturbed() throws {
    let server = try ServerLab()
    // A closed port is refused by the kernel, over both families: the frames went to it and back.
    for family in ServerLab.Family.allCases { XCTAssertTrue(server.lab.client.reaches(server.address(family))) }
  }
}
