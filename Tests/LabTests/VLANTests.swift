import LabKit
import XCTest

/// Clients behind VLAN tags are answered behind the same tags. The server's kernel knows no VLAN here.
final class VLANTests: XCTestCase {
  func testOneTag() throws { try check(.one, vlans: [7]) }
  func testTwoTags() throws { try check(.two, vlans: [9, 10]) }

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
