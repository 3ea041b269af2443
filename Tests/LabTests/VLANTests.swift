import LabKit
import XCTest

/// Clients behind VLAN tags are answered behind the same tags. The server's kernel knows no VLAN here.
final class VLANTests: XCTestCase {
  func testOneTag() throws { try check(.one, vlans: [7]) }
  func testTwoTags() throws { try check(.two, vlans: [9, 10]) }

  /// Bursts, in SKB mode made by a program that sees frames without their tags; and the pump, which a tagged frame sets
  /// going and which goes on with what is sent again.
  func testDownloads() throws {
    for mode in ServerLab.Mode.allCases {
      for tagging in [Lab.Tagging.one, .two] {
        let lab = try DownloadLab(.xdp(mode), size: 300_000)
        try lab.lab.tag(tagging)
        // Room for the tags: the interfaces take 1500 bytes behind one of them.
        for (address, option) in [(lab.lab.server.ipv4, "-4"), (lab.lab.server.ipv6, "-6")] {
          try lab.lab.client.namespace.run(
            "ip", option, "route", "add", address, "dev", lab.lab.client.interface, "advmss", "1300")
        }
        for family in ServerLab.Family.allCases { try lab.download(family) }
      }
    }
  }

  private func check(_ tagging: Lab.Tagging, vlans: [Int]) throws {
    for mode in ServerLab.Mode.allCases {
      let server = try ServerLab(mode)
      try server.lab.tag(tagging)
      for family in ServerLab.Family.allCases {
        let connection = try server.connect(family)
        try connection.send("GET / HTTP/1.1\r\nHost: lab\r\n\r\n")
        assertHello(try Response.read(from: connection))
        let session = try XCTUnwrap(try server.openSessions().last)
        XCTAssertEqual(session["vlans"] as? [Int], vlans, "\(session)")
        connection.reset()
        try waitUntil("the session is gone") { try server.openSessions().isEmpty }
      }
    }
  }
}
