import TCPCore
import XCTest

/// The sequence number "recover" and the timer in a recovery without SACK (RFC 6582 3.2 and 4).
final class RecoveryPointTests: XCTestCase {
  /// Ten full segments are out.
  private func flight(_ part: Dialogue.Part) {
    Dialogue.established { server in
      server.sendsFlight(10)
      part(&server)
    }
  }

  /// Step 4: duplicates that the repetitions after a timeout bring about begin no fast recovery, neither while they go
  /// on nor where they end.
  func testDuplicatesAfterATimeoutBeginNoRecovery() {
    flight { server in
      server.timerExpires()
      server.sends(.data(1460, at: 0, acknowledging: 1, push: false))
      for _ in 0..<4 { server.receives(.acknowledgment(0)) }
      server.sendsNothing()
      XCTAssertEqual(server.session!.recovery.mode, .timeout)
      server.receives(.acknowledgment(14_600))
      XCTAssertEqual(server.session!.recovery.mode, .open)
      server.sendsFlight(2)
      let threshold = server.session!.congestion.threshold
      for _ in 0..<4 { server.receives(.acknowledgment(14_600)) }
      server.sendsNothing()
      XCTAssertEqual(server.session!.recovery.mode, .open)
      XCTAssertEqual(server.session!.congestion.threshold, threshold)
    }
  }

  /// "Slow-but-Steady": with a timer that runs from the first partial ACK, a window of losses would end in a timeout.
  func testEachPartialAcknowledgmentStartsTheTimerAnew() {
    flight { server in
      for _ in 0..<3 { server.receives(.acknowledgment(0)) }
      server.sends(.data(1460, at: 0, acknowledging: 1, push: false))
      for place in [1460, 2920, 4380] {
        XCTAssertEqual(server.timeLeft, 200)
        server.passes(milliseconds: 150)
        server.receives(.acknowledgment(place))
        server.sends(.data(1460, at: place, acknowledging: 1, push: false))
      }
      XCTAssertEqual(server.session!.recovery.mode, .fast)
    }
  }
}
