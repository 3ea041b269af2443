import TCPCore
import XCTest

/// The retransmission timer (RFC 6298). A dialogue's handshake takes no time, so RTO is the smallest there is, 200 ms.
final class RetransmissionTests: XCTestCase {
  func testTimeoutRepeatsAndDoublesUpToTheMaximum() {
    Dialogue.established { server in
      server.application.answer = 41
      server.receives(.data(10))
      server.sends(.data(41, acknowledging: 10))
      var expected: UInt64 = 200
      for _ in 0..<11 {
        XCTAssertEqual(server.timeLeft, expected)
        server.timerExpires()
        server.sends(.data(41, at: 0, acknowledging: 10))
        expected = min(expected * 2, 120_000)
      }
      XCTAssertEqual(server.timeLeft, 120_000)
    }
  }

  func testConnectionIsGivenUp() {
    Dialogue.established { server in
      server.parameters.giveUpTime = 10_000
      server.application.answer = 41
      server.receives(.data(10))
      server.sends(.data(41, acknowledging: 10))
      let start = server.now.nanoseconds
      for _ in 0..<5 {
        server.timerExpires()
        server.sends(.data(41, at: 0, acknowledging: 10))
      }
      server.timerExpires()
      server.sends(ServerSegment(position: 41, acknowledgment: 10, flags: .reset.union(.acknowledge)))
      server.isGone()
      XCTAssertGreaterThanOrEqual(server.now.nanoseconds - start, 10_000_000_000)
    }
  }

  func testAcknowledgmentOfEverythingStopsTheTimer() {
    Dialogue.established { server in
      server.application.answer = 41
      server.receives(.data(10))
      server.sends(.data(41, acknowledging: 10))
      server.receives(.acknowledgment)
      XCTAssertNil(server.timeLeft)
    }
  }

  func testAcknowledgmentOfSomeStartsItAnew() {
    Dialogue.established { server in
      server.sendsFlight(2)
      server.passes(milliseconds: 150)
      server.receives(.acknowledgment(1460))
      // The measured 150 ms, whose variation is half of that, make SRTT 18.75 and RTTVAR 37.5 of what was 0.
      XCTAssertEqual(server.timeLeft, 218)
    }
  }

  func testEarlyExpiryChangesNothing() {
    Dialogue.established { server in
      server.sendsFlight(1)
      var tcb = server.session!
      XCTAssertEqual(tcb.expire(parameters: Parameters(), now: server.now), .none)
      XCTAssertEqual(tcb.timerDeadline, server.session!.timerDeadline)
    }
  }

  /// RFC 5681 3.1: one segment, then slow start; everything outstanding counts as lost.
  func testAllIsSentAgainInSlowStartAfterATimeout() {
    Dialogue.established { server in
      server.sendsFlight(6, of: 1460)
      server.timerExpires()
      server.sends(.data(1460, at: 0, acknowledging: 1, push: false))
      server.receives(.acknowledgment(1460))
      server.sends(.data(1460, at: 1460, acknowledging: 1, push: false))
      server.sends(.data(1460, at: 2920, acknowledging: 1, push: false))
      // What the peer had kept need not be sent again.
      server.receives(.acknowledgment(8760))
      XCTAssertNil(server.timeLeft)
    }
  }

  /// Karn: an ACK of what was sent twice measures nothing, and the back-off stays until one does (RFC 6298 5.7, 3).
  func testBackOffStaysUntilARoundTripIsMeasured() {
    Dialogue.established { server in
      server.sendsFlight(1)
      server.timerExpires()
      server.sends(.data(1460, at: 0, acknowledging: 1))
      server.receives(.acknowledgment)
      server.sendsFlight(1)
      XCTAssertEqual(server.timeLeft, 400)
      server.receives(.acknowledgment)
      server.sendsFlight(1)
      XCTAssertEqual(server.timeLeft, 200)
    }
  }

  func testTimestampsMeasureWhatWasSentTwice() {
    Dialogue.established(offering: .init(timestamps: true)) { server in
      server.sendsFlight(1, of: 1448)
      server.timerExpires()
      server.sends(.data(1448, at: 0, acknowledging: 1))
      server.passes(milliseconds: 20)
      server.stamps(sent: 20)
      server.receives(.acknowledgment)
      server.sendsFlight(1, of: 1448)
      XCTAssertLessThan(server.timeLeft!, 250)
    }
  }

  func testSynchronizeAcknowledgmentIsRepeatedFiveTimes() {
    Dialogue.halfOpen { server in
      var expected: UInt64 = 1000
      for _ in 0..<5 {
        XCTAssertEqual(server.timeLeft, expected)
        server.timerExpires()
        server.sends(.synchronizeAcknowledgment)
        expected *= 2
      }
      server.timerExpires()
      server.sendsNothing()
      XCTAssertNil(server.timeLeft)
      server.receives(.acknowledgment)
      server.isIn(.established)
      // After such a loss a connection starts with one segment (RFC 5681 3.1), and RTO with 3 s (RFC 6298 5.7).
      server.queues(4000)
      server.receives(.data(1))
      server.sends(.data(1460, acknowledging: 1, push: false))
      XCTAssertEqual(server.timeLeft, 3000)
    }
  }

  func testInitialWindowIsTenSegments() {
    Dialogue.established { server in
      server.queues(40_000)
      server.receives(.data(1))
      for _ in 0..<10 { server.sends(.data(1460, acknowledging: 1, push: false)) }
      // On a short path the ACK of two segments lets nothing out (SendDeferralTests).
      server.session!.roundTrip.minimum = .max
      server.passes(milliseconds: 1)
      server.receives(.acknowledgment(2920))
      for _ in 0..<4 { server.sends(.data(1460, acknowledging: 1, push: false)) }
    }
  }

  /// RFC 5681 4.1.
  func testIdleConnectionStartsSlowlyAgain() {
    Dialogue.established { server in
      server.sendsFlight(10, of: 1460)
      server.receives(.acknowledgment(2920))
      server.receives(.acknowledgment)
      server.session!.congestion.window = 100_000
      server.passes(milliseconds: 1000)
      server.queues(40_000)
      server.receives(.data(1))
      for _ in 0..<10 { server.sends(.data(1460, acknowledging: 2, push: false)) }
    }
  }

  /// Who waits for its turn at a connection has looked at the clock before whoever had it meanwhile.
  func testConnectionIsNotIdleThatWasInUseAMomentLater() {
    Dialogue.established { server in
      server.sendsFlight(10, of: 1460)
      server.receives(.acknowledgment(2920))
      server.receives(.acknowledgment)
      server.session!.congestion.window = 100_000
      server.session!.progress &+= 1
      server.queues(27 * 1460)
      server.receives(.data(1))
      for number in 1...27 { server.sends(.data(1460, acknowledging: 2, push: number == 27)) }
    }
  }

  func testEveryStateWithAFinishOutRepeatsIt() {
    Dialogue.finWait1 { server in
      server.timerExpires()
      server.sends(.finish(data: 20, at: 0, acknowledging: 10))
    }
    Dialogue.closing { server in
      server.timerExpires()
      server.sends(.finish(data: 20, at: 0, acknowledging: 11))
    }
    Dialogue.lastAck { server in
      server.timerExpires()
      server.sends(.finish(at: 0, acknowledging: 11))
    }
    Dialogue.finWait2 { server in XCTAssertNil(server.timeLeft) }
    Dialogue.timeWait { server in XCTAssertNil(server.timeLeft) }
  }

  func testLowerSegmentSizeSendsAgainInShorterSegments() {
    Dialogue.established { server in
      server.sendsFlight(3, of: 1460)
      let window = server.session!.congestion.window
      XCTAssertFalse(server.session!.lowerSegmentSize(to: 536, quoted: server.origin.server.at(4380)))
      XCTAssertFalse(server.session!.lowerSegmentSize(to: 1460, quoted: server.origin.server.at(0)))
      XCTAssertTrue(server.session!.lowerSegmentSize(to: 1000, quoted: server.origin.server.at(1460)))
      XCTAssertEqual(server.session!.congestion.window, window)
      server.receives(.acknowledgment(0))
      for place in [0, 1000, 2000, 3000] {
        server.sends(.data(1000, at: place, acknowledging: 1, push: false))
      }
      server.sends(.data(380, at: 4000, acknowledging: 1))
    }
  }
}
