import TCPCore
import XCTest

/// Probes of a closed window on a connection with ECN.
final class WindowProbeMarkingTests: XCTestCase {
  /// RFC 3168 6.1.6: a probe of a closed window is no ordinary data.
  func testProbeOfAClosedWindowIsNotECNCapable() {
    Dialogue.established(offering: .init(notification: true)) { server in
      server.application.answer = 1000
      server.receives(.data(10).offering(0))
      server.sends(.acknowledgment(10))
      var tcb = server.session!
      let later = Instant(nanoseconds: tcb.timerDeadline)
      XCTAssertEqual(tcb.expire(parameters: Parameters(), now: later), .transmit)
      let probe = tcb.transmit(now: later)
      XCTAssertEqual(probe.length, 1)
      XCTAssertFalse(probe.isCapable)
    }
  }
}
