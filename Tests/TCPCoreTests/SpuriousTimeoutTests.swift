import TCPCore
import XCTest

/// Timeouts that were not called for: the path stood still, and lost nothing (RFC 3522).
final class SpuriousTimeoutTests: XCTestCase {
  /// Of several timeouts the first one's timestamp counts, and all of them are undone or none.
  func testAllTimeoutsOfAStallAreUndone() {
    // 200, 400 and 800 ms pass; the first repetition is sent 1200 ms before the ACK comes.
    for (age, isUndone) in [(1390, true), (1210, true), (1190, false), (10, false)] as [(UInt64, Bool)] {
      Dialogue.established(offering: .init(timestamps: true)) { server in
        server.sendsFlight(10, of: 1448)
        let window = server.session!.congestion.window
        for _ in 0..<3 { server.timerExpires() }
        XCTAssertEqual(server.takeOutput().filter { $0.position == 0 }.count, 3)
        XCTAssertLessThan(server.session!.congestion.window, window)
        server.stamps(sent: age)
        server.receives(.acknowledgment(1448))
        XCTAssertEqual(server.session!.recovery.mode, isUndone ? .open : .timeout, "\(age) ms")
        XCTAssertEqual(server.session!.congestion.window >= window, isUndone, "\(age) ms")
        _ = server.takeOutput()
      }
    }
  }
}
