import BPF
import LabKit
import XCTest

/// Another program is attached already. Needs root.
final class ForeignProgramTests: XCTestCase {
  /// Attaches the lab's passing program as `ip link` does it: over netlink.
  private func occupy(_ lab: LoaderLab, _ mode: String) throws {
    try lab.lab.server.namespace.run(
      "ip", "link", "set", "dev", lab.interface, mode, "obj", Products.labPrograms, "program", "xdp_pass")
  }

  func testItIsNamedAndLeftAlone() throws {
    let lab = try LoaderLab()
    try occupy(lab, "xdpdrv")
    for command in ["attach", "run"] {
      let result = try lab.loader(command, lab.interface)
      XCTAssertEqual(result.code, 75, "\(result)")
      let words = result.errors
      XCTAssertTrue(words.hasPrefix("xdp_loader: \(lab.interface) has program xdp_pass (id "), words)
      XCTAssertTrue(words.contains("native mode) attached, which was left alone; replace it with -F"), words)
    }
    XCTAssertTrue(try attached(lab).contains("xdp_pass"))
    let failure = try lab.loader("detach", lab.interface)
    XCTAssertEqual(failure.code, 67, "\(failure)")
    XCTAssertTrue(try attached(lab).contains("xdp_pass"))
  }

  func testOneAttachedOverNetlinkGivesWay() throws {
    let lab = try LoaderLab()
    try occupy(lab, "xdpdrv")
    XCTAssertEqual(try lab.attach("-F")["outcome"] as? String, "replaced")
    XCTAssertEqual(try lab.curl(), "Hello, XDP!\n")
    let status = try lab.loader("status", "--json")
    XCTAssertTrue(status.output.contains("\"kept_by\": \"interface\""), status.output)
    // Also such a server is updated in place, and detached.
    XCTAssertEqual(try lab.attach()["outcome"] as? String, "updated")
    XCTAssertEqual(try lab.curl(), "Hello, XDP!\n")
    XCTAssertEqual(try lab.loader("detach", lab.interface).code, 0)
    XCTAssertFalse(try attached(lab).contains("prog/xdp"))
  }

  func testOneInAnotherModeGivesWayWithAGap() throws {
    let lab = try LoaderLab()
    try occupy(lab, "xdpgeneric")
    let result = try lab.loader("attach", lab.interface, "-F")
    XCTAssertEqual(result.code, 0, "\(result)")
    XCTAssertEqual(
      result.errors,
      "xdp_loader: the kernel cannot change from skb to native mode in one step: for a moment nothing was attached\n")
    XCTAssertEqual(try lab.curl(), "Hello, XDP!\n")
  }

  func testItGoesBackIfTheServerCannotBeAttached() throws {
    let lab = try LoaderLab(mtu: 9000, clientHasProgram: false)
    try occupy(lab, "xdpgeneric")
    let result = try lab.loader("attach", lab.interface, "-F")
    XCTAssertEqual(result.code, 69, "\(result)")
    let link = try attached(lab)
    XCTAssertTrue(link.contains("xdpgeneric") && link.contains("xdp_pass"), link)
  }

  func testForegroundRunThatReplacesStillGoesWithItsProcess() throws {
    let lab = try LoaderLab()
    try occupy(lab, "xdpdrv")
    let process = try lab.lab.server.namespace.start(Products.loader, "run", lab.interface, "-F")
    try process.waitForOutput("frames_received", timeout: .seconds(30))
    XCTAssertEqual(
      process.standardError,
      "xdp_loader: a server that goes with this process cannot take over another one's attachment: for a moment "
        + "nothing was attached\n")
    XCTAssertEqual(try lab.curl(), "Hello, XDP!\n")
    process.kill()
    try waitUntil("nothing is attached") { try !attached(lab).contains("prog/xdp") }
  }

  func testOneHeldByALinkGivesWay() throws {
    let lab = try LoaderLab()
    let object = try Object(path: Products.labPrograms)
    try object.load()
    let foreign = try object.program("xdp_pass")
    let link = try lab.lab.server.namespace.inside {
      let index = if_nametoindex(lab.interface)
      return Held(try Link.attachXDP(foreign, interface: index, mode: .native))
    }
    XCTAssertEqual(try lab.loader("attach", lab.interface).code, 75)
    XCTAssertEqual(try lab.attach("-F")["outcome"] as? String, "replaced")
    // The other program's owner lets go, and the server stays.
    link.release()
    XCTAssertEqual(try lab.curl(), "Hello, XDP!\n")
    XCTAssertEqual(try lab.loader("detach", lab.interface).code, 0)
    XCTAssertFalse(try attached(lab).contains("prog/xdp"))
  }

  private func attached(_ lab: LoaderLab) throws -> String {
    try lab.lab.server.namespace.run("ip", "-d", "link", "show", "dev", lab.interface)
  }

  /// A link that can be carried out of a closure.
  private final class Held {
    private var link: Link?
    init(_ link: consuming Link) { self.link = consume link }
    func release() { link = nil }
  }
}
