import TCPCore
import XCTest

/// Tail loss probes (RFC 8985 7), probes of the window (RFC 9293 3.8.6.1) and keep-alive probes (3.8.4).
final class ProbeTests: XCTestCase {
  func testTailIsProbedBeforeTheTimeout() {
    Dialogue.established(offering: .init(sack: true)) { server in
      server.sendsFlight(3)
      XCTAssertEqual(server.timeLeft, 10)
      server.timerExpires()
      server.sends(.data(1460, at: 2920, acknowledging: 1))
      XCTAssertEqual(server.session!.recovery.mode, .open)
      XCTAssertEqual(server.timeLeft, 200)
      server.timerExpires()
      server.sends(.data(1460, at: 0, acknowledging: 1, push: false))
      XCTAssertEqual(server.session!.recovery.mode, .timeout)
    }
  }

  func testSingleSegmentWaitsForTheWholeTimeout() {
    Dialogue.established(offering: .init(sack: true)) { server in
      server.sendsFlight(1)
      XCTAssertEqual(server.timeLeft, 200)
      let window = server.session!.congestion.window
      server.timerExpires()
      server.sends(.data(1460, at: 0, acknowledging: 1))
      XCTAssertEqual(server.session!.congestion.window, window)
    }
  }

  /// What the probe finds missing is repaired at once, however few segments there are.
  func testSelectionOfAFewSegmentsEndsInRecoveryWithoutATimeout() {
    Dialogue.established(offering: .init(sack: true)) { server in
      server.sendsFlight(2)
      server.selects(1460..<2920)
      server.receives(.acknowledgment(0))
      server.timerExpires()
      server.sends(.data(1460, at: 0, acknowledging: 1, push: false))
      XCTAssertEqual(server.session!.recovery.mode, .fast)
    }
  }

  /// RFC 8985 7.4.2: a probe that repaired a loss is followed by a reduction, one that was not needed is not.
  func testRepairByAProbeReducesTheWindow() {
    for wasNeeded in [true, false] {
      Dialogue.established(offering: .init(sack: true)) { server in
        server.sendsFlight(3)
        server.timerExpires()
        server.sends(.data(1460, at: 2920, acknowledging: 1))
        server.receives(.acknowledgment(4380))
        if !wasNeeded { server.receives(.acknowledgment(4380)) }
        let window = server.session!.congestion.window
        server.sendsFlight(1)
        server.receives(.acknowledgment(5840))
        XCTAssertEqual(server.session!.congestion.window < window, wasNeeded)
      }
    }
  }

  func testClosedWindowIsProbedWithAByteAndFinallyGivenUp() {
    Dialogue.established { server in
      server.parameters.giveUpTime = 5000
      server.application.answer = 1000
      server.receives(.data(10).offering(0))
      server.sends(.acknowledgment(10))
      var expected: UInt64 = 200
      for _ in 0..<4 {
        XCTAssertEqual(server.timeLeft, expected)
        server.timerExpires()
        server.sends(.data(1, at: 0, acknowledging: 10, push: false))
        server.receives(.acknowledgment(0).offering(0))
        expected *= 2
      }
      server.timerExpires()
      server.sends(ServerSegment(position: 1, acknowledgment: 10, flags: .reset.union(.acknowledge)))
      server.isGone()
    }
  }

  func testWindowThatOpensAfterAProbeGetsEverything() {
    for takesTheByte in [false, true] {
      Dialogue.established { server in
        server.application.answer = 1000
        server.receives(.data(10).offering(0))
        server.sends(.acknowledgment(10))
        let window = server.session!.congestion.window
        server.timerExpires()
        server.sends(.data(1, at: 0, acknowledging: 10, push: false))
        server.receives(.acknowledgment(takesTheByte ? 1 : 0).offering(5000))
        if !takesTheByte { server.sends(.data(1, at: 0, acknowledging: 10, push: false)) }
        server.sends(.data(999, at: 1, acknowledging: 10))
        XCTAssertEqual(server.session!.congestion.window, window)
        server.receives(.acknowledgment(1000))
        XCTAssertNil(server.timeLeft)
      }
    }
  }

  func testFinishAloneProbesAClosedWindow() {
    Dialogue.established { server in
      server.closes()
      server.receives(.data(10).offering(0))
      server.sends(.acknowledgment(10))
      server.timerExpires()
      server.sends(.finish(at: 0, acknowledging: 10))
      server.isIn(.finWait1)
    }
  }

  func testKeepAliveIsOffUnlessAskedFor() {
    Dialogue.established { server in XCTAssertNil(server.timeLeft) }
  }

  func testIdleConnectionIsProbedAndFinallyGivenUp() {
    Dialogue.established { server in
      server.parameters.keepAliveIdle = 60_000
      server.parameters.keepAliveInterval = 5000
      server.parameters.keepAliveProbes = 3
      server.receives(.data(1))
      server.sends(.acknowledgment(1))
      XCTAssertEqual(server.timeLeft, 60_000)
      server.timerExpires()
      server.sends(.acknowledgment(1, at: -1))
      XCTAssertEqual(server.timeLeft, 5000)
      server.receives(.acknowledgment)
      XCTAssertEqual(server.timeLeft, 60_000)
      for _ in 0..<3 {
        server.timerExpires()
        server.sends(.acknowledgment(1, at: -1))
      }
      server.timerExpires()
      server.sends(ServerSegment(position: 0, acknowledgment: 1, flags: .reset.union(.acknowledge)))
      server.isGone()
    }
  }
}
