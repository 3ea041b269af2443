import BPF
import PacketKit
import XCTest

/// What this host only forwards is the kernel's, whatever is wrong with it.
final class NeighbourTests: XCTestCase {
  /// This host may be a router, and the frame for a server behind it that has the same port.
  func testFramesForAnotherAddressPassUnjudged() throws {
    let server = try TestServer.shared()
    let passed = try server.counter(\.frames_passed)
    let received = try server.counter(\.segments_received)
    let changes: [(String, (inout Frame) -> Void)] = [
      ("nothing", { _ in }),
      ("a fragment", { $0.ip.ipv4.fragment = 0x2000; $0.ip.ipv6.extensions = [.fragment(offset: 0, more: true)] }),
      ("a wrong checksum", { $0.tcp.checksum = .wrong }),
      ("a short data offset", { $0.tcp.dataOffset = 4 }),
      ("a long data offset", { $0.tcp.dataOffset = 15 }),
    ]
    for var client in [Client(to: "10.0.0.9"), Client(from: "fd00::2", to: "fd00::9")] {
      for (what, change) in changes {
        XCTAssertEqual(try server.run(client.syn().with(change).bytes).action, .pass, what)
      }
    }
    XCTAssertEqual(try server.counter(\.frames_passed), passed + UInt64(2 * changes.count))
    XCTAssertEqual(try server.counter(\.segments_received), received)
  }
}
