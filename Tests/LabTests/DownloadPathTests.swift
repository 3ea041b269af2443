import LabKit
import XCTest

/// Paths that take less than the links at both ends say.
final class DownloadPathTests: XCTestCase {
  /// The router's word is heeded (RFC 1191, RFC 8201): what was too big is sent again in pieces, and soon nothing is.
  func testPathIsNarrowerThanTheLinks() throws {
    for server in DownloadLab.Server.every {
      let lab = try DownloadLab(server, size: 3_000_000)
      let (near, router, far) = try lab.lab.addRoutedClient(mtu: 1300)
      if server != .nginx { try lab.attach(to: near, body: lab.body) }
      for (family, address) in [(ServerLab.Family.ipv4, near.ipv4), (.ipv6, near.ipv6)] {
        let capture = try Capture(on: router)
        for _ in 0..<2 {
          let result = try Download.run(in: far.namespace, to: address, expecting: [lab.body], .patient)
          print("\(server) \(family): \(result.duration), longest gap \(result.longestGap)")
          XCTAssertLessThan(result.longestGap, .seconds(2), "\(server) \(family)")
        }
        try capture.stop()
        let counts = try capture.count(["tcp.srcport == 8080 && frame.len > 1314", "tcp.srcport == 8080"])
        let tooBig = counts[0]
        print("\(server) \(family): \(tooBig) of \(counts[1]) frames are too big")
        XCTAssertGreaterThan(tooBig, 0, "\(server) \(family): the path was never too narrow")
        XCTAssertLessThan(tooBig, 200, "\(server) \(family)")
      }
      XCTAssertGreaterThan(try router.kernelCounter("FragFails", of: "Ip"), 0, "\(server)")
    }
  }
}
