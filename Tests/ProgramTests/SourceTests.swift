import PacketKit
import XCTest

/// Segments from addresses that nobody has, which must not be answered (RFC 9293 3.9.2.3, MUST-57 and MUST-63).
final class SourceTests: XCTestCase {
  func testImpossibleSourcesAreIgnored() throws {
    let server = try TestServer.shared()
    let ipv4: [IPAddress] = [
      "0.0.0.0", "0.1.2.3", "127.0.0.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
    ]
    let ipv6: [IPAddress] = ["::", "::1", "::a00:2", "ff02::1", "ff0e::5"]
    let clients = ipv4.map { Client(from: $0) } + ipv6.map { Client(from: $0, to: "fd00::1") }
      + [Client(port: 0), Client(from: "fd00::2", port: 0, to: "fd00::1")]
    for client in clients {
      for flags: TCPFlags in [.syn, .ack, [.fin, .ack], .rst, []] {
        try server.expectDrop(client.segment(flags), counting: [\.dropped_source: 1])
      }
      XCTAssertNil(try server.session(of: client))
    }
  }

  func testOrdinarySourcesOnTheirEdgesAreAnswered() throws {
    let server = try TestServer.shared()
    for address: IPAddress in ["1.0.0.0", "126.255.255.255", "128.0.0.1", "223.255.255.255", "fe80::1"] {
      var client = Client(from: address, to: address.isIPv4 ? TestServer.ipv4 : TestServer.ipv6)
      _ = try server.expectAnswer(to: client.syn(), for: &client, counting: .opening)
    }
  }
}
