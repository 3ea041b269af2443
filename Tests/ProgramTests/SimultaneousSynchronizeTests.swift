import PacketKit
import XCTest

/// The same SYN on two CPUs at once, as a network that duplicates may have it.
final class SimultaneousSynchronizeTests: XCTestCase {
  /// The one that comes second finds the session there, which is not a full table.
  func testNobodyHasToMakeWayForADuplicate() throws {
    let server = try TestServer(maxSessions: 100)
    for port in 0..<20 {
      var client = try server.connect(Client(port: UInt16(41_000 + port)))
      let request = client.data("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
      _ = try server.answer(to: request, for: &client)
      _ = try server.answer(to: client.fin(), for: &client)
    }
    var client = Client(port: 50_000)
    let syn = client.syn().bytes
    let reset = client.rst().bytes
    nonisolated(unsafe) let program = server
    try onAllCPUs(2) { _ in
      // Few enough for all of them to find a place in the clock's queue, which keeps ended sessions for a while.
      for _ in 0..<30_000 {
        _ = try? program.run(syn)
        _ = try? program.run(reset)
      }
    }
    XCTAssertEqual(try server.counter(\.time_wait_recycled), 0)
    XCTAssertEqual(try server.counter(\.sessions_refused), 0)
    XCTAssertGreaterThanOrEqual(try server.sessionCount(), 20)
  }
}
