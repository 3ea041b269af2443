import PacketKit
import XCTest

final class CapacityTests: XCTestCase {
  func testTenThousandSessionsFitAndTheNextIsRefused() throws {
    let server = try TestServer(maxSessions: 10_000) { $0.half_open_timeout = 3_600_000_000_000 }
    for port in 0..<10_000 {
      var client = Client(port: UInt16(10_000 + port))
      let result = try server.run(client.syn().bytes)
      guard result.action == .transmit else { return XCTFail("SYN \(port) of 10,000 was refused") }
    }
    var oneMore = Client(port: 9_999)
    try server.expectDrop(oneMore.syn())
    XCTAssertEqual(try server.counter(\.sessions_refused), 1)
    XCTAssertEqual(try server.sessionCount(), 10_000)
  }
}
