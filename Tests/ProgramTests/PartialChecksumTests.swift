import PacketKit
import XCTest

/// Checksums that a local sender left to its device (CHECKSUM_PARTIAL), where the configuration takes them.
final class PartialChecksumTests: XCTestCase {
  private var server: TestServer!

  override func setUpWithError() throws { server = try TestServer.shared() }

  func testRightAndPartialChecksumsAreTaken() throws {
    try server.configured({ $0.accept_partial_checksums = 1 }) { try expectBothTaken() }
  }

  private func expectBothTaken() throws {
    for mode: ChecksumMode in [.right, .partial] {
      for var client in TestServer.strangers() {
        client.checksum = mode
        // The answers' are whole all the same: `hear` checks them.
        _ = try server.expectAnswer(to: client.syn(), for: &client, counting: .opening)
        try server.expectDrop(client.ack(), counting: [\.sessions_established: 1])
        let request = client.data("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        let expected = TestServer.content(.ok)
        let changes = Changes.taken(request.tcp.payload.count, sent: expected.count, requests: 1)
        let answer = try server.expectAnswer(to: request, for: &client, counting: changes)
        server.expect(answer, [.ack, .psh], expected)
      }
    }
  }

  func testWrongOnesAreNot() throws {
    try server.configured({ $0.accept_partial_checksums = 1 }) {
      for client in TestServer.strangers() {
        for bit in 0..<16 {
          let segment = client.segment(.syn).with { $0.tcp.checksum = .wrong(xor: 1 << bit) }
          try server.expectDrop(segment, counting: [\.dropped_tcp_checksum: 1])
        }
      }
    }
  }
}
