import PacketKit
import XCTest

/// Frames that look as if they were for a served port and are not, or come from where nobody is.
final class ForeignFrameTests: XCTestCase {
  /// A fragment but the first has no ports: what lies in their place is payload, of whoever's datagram.
  func testLaterFragmentIsTheKernels() throws {
    let server = try TestServer.shared()
    var client = Client(to: "10.0.0.99")
    client.ipv4.fragment = 0x2000 | 185
    XCTAssertEqual(try server.run(client.syn().bytes).action, .pass)
    client.ipv4.fragment = 185
    XCTAssertEqual(try server.run(client.syn().bytes).action, .pass)
  }

  /// A host that routes sees fragments on their way to the same port of others.
  func testFirstFragmentForAnotherHostIsTheKernels() throws {
    let server = try TestServer.shared()
    var client = Client(to: "10.0.0.99")
    client.ipv4.fragment = 0x2000
    XCTAssertEqual(try server.run(client.syn().bytes).action, .pass)
    var ipv6 = Client(from: "fd00::2", to: "fd00::99")
    ipv6.ipv6.extensions = [.fragment(offset: 0, more: true)]
    XCTAssertEqual(try server.run(ipv6.syn().bytes).action, .pass)
  }

  /// IPv4-mapped addresses are the session table's form of IPv4 addresses, and must not appear on the wire
  /// (Linux drops them too, ip6_rcv_core).
  func testIPv4MappedAddressesOnTheWireAreNotAnswered() throws {
    let server = try TestServer.shared()
    let sessions = try server.sessionCount()
    var mapped = Client(from: "0:0:0:0:0:ffff:a00:2", to: "0:0:0:0:0:ffff:a00:1")
    XCTAssertNotEqual(try server.run(mapped.syn().bytes).action, .transmit)
    var loopback = Client(from: "0:0:0:0:0:ffff:7f00:1", to: "fd00::1")
    XCTAssertNotEqual(try server.run(loopback.syn().bytes).action, .transmit)
    XCTAssertEqual(try server.sessionCount(), sessions)
  }

  /// An IPv6 segment must not reach an IPv4 session.
  func testIPv4MappedSegmentDoesNotReachTheIPv4Session() throws {
    let server = try TestServer.shared()
    let client = try server.connect(TestServer.stranger())
    var impostor = client
    impostor.address = "0:0:0:0:0:ffff:a00:2"
    impostor.server = "0:0:0:0:0:ffff:a00:1"
    XCTAssertNotEqual(try server.run(impostor.rst().bytes).action, .transmit)
    XCTAssertNotNil(try server.session(of: client), "the IPv4 session was reset by an IPv6 segment")
  }

  /// The answer would go to everybody on the link.
  func testGroupSourceAddressOfTheLinkIsNotAnswered() throws {
    let server = try TestServer.shared()
    var client = Client()
    client.ethernet = EthernetHeader(from: .broadcast, to: .server)
    XCTAssertNotEqual(try server.run(client.syn().bytes).action, .transmit)
  }
}
