import Foundation
import BPF
import Glibc
import PacketKit
import XCTest

/// The queue of sessions to be looked at, with more comings and goings than it holds.
final class ExpiryFloodTests: XCTestCase {
  /// Connections that are opened and reset leave an entry each. The queue is made small here, so that two threads can
  /// fill it; as it is by default it takes 131,072 in `expiry_interval`.
  func testLiveSessionsStillExpire() throws {
    let server = try TestServer(maxSessions: 1064, expiries: 1064 + 64) {
      $0.idle_timeout = 3_000_000_000
      $0.expiry_interval = 10_000_000
    }
    let live = try (0..<1000).map { try server.connect(Client(port: 41_000 + UInt16($0))) }
    let frames = (0..<64).flatMap { port -> [[UInt8]] in
      var client = Client(port: 50_000 + UInt16(port))
      let syn = client.syn()
      return [syn.bytes, client.rst().bytes]
    }
    nonisolated(unsafe) let program = server
    let stop = Date(timeIntervalSinceNow: 5)
    try onAllCPUs(2) { _ in
      while Date() < stop { for frame in frames { _ = try? program.run(frame) } }
    }
    print("refused:", try server.counter(\.sessions_refused), "opened:", try server.counter(\.sessions_opened))
    // They have been idle for three seconds by now or soon, and are looked at every hundredth of one.
    var left = live.count
    let end = Date(timeIntervalSinceNow: 30)
    while left > 0, Date() < end {
      usleep(100_000)
      left = try live.filter { try server.session(of: $0) != nil }.count
    }
    XCTAssertEqual(left, 0, "sessions that will never expire")
  }
}
