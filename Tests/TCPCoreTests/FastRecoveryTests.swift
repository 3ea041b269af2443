import TCPCore
import XCTest

/// Loss recovery without SACK (RFC 5681 3.2, RFC 6582, RFC 3042), and with it (RFC 6675).
final class FastRecoveryTests: XCTestCase {
  private let sack = Dialogue.Offer(sack: true)

  /// `count` full segments are out, and more is queued than the window lets go.
  private func flight(_ offer: Dialogue.Offer = .init(), more: UInt32 = 0, _ part: Dialogue.Part) {
    Dialogue.established(offering: offer) { server in
      server.session!.congestion.window = 14_600
      server.queues(14_600 + more)
      server.receives(.data(1))
      for index in 0..<10 { server.sends(.data(1460, acknowledging: 1, push: more == 0 && index == 9)) }
      part(&server)
    }
  }

  func testTwoDuplicatesLetOneNewSegmentGoEachAndTheThirdRepeats() {
    flight(more: 29_200) { server in
      server.receives(.acknowledgment(0))
      server.sends(.data(1460, acknowledging: 1, push: false))
      server.receives(.acknowledgment(0))
      server.sends(.data(1460, acknowledging: 1, push: false))
      server.receives(.acknowledgment(0))
      server.sends(.data(1460, at: 0, acknowledging: 1, push: false))
      XCTAssertEqual(server.session!.recovery.mode, .fast)
      XCTAssertLessThan(server.session!.congestion.threshold, 14_600)
    }
  }

  func testPartialAcknowledgmentRepeatsTheNextSegment() {
    flight { server in
      for _ in 0..<3 { server.receives(.acknowledgment(0)) }
      server.sends(.data(1460, at: 0, acknowledging: 1, push: false))
      server.receives(.acknowledgment(4380))
      server.sends(.data(1460, at: 4380, acknowledging: 1, push: false))
      server.receives(.acknowledgment(14_600))
      XCTAssertEqual(server.session!.recovery.mode, .open)
      XCTAssertEqual(server.session!.congestion.window, server.session!.congestion.threshold)
    }
  }

  /// The careful variant (RFC 6582 4.1): duplicates that the repetitions themselves cause begin no second recovery.
  func testDuplicatesAtTheRecoveryPointBeginNoOther() {
    flight { server in
      for _ in 0..<3 { server.receives(.acknowledgment(0)) }
      server.sends(.data(1460, at: 0, acknowledging: 1, push: false))
      server.receives(.acknowledgment(14_600))
      server.sendsFlight(2)
      for _ in 0..<4 { server.receives(.acknowledgment(14_600)) }
      XCTAssertEqual(server.session!.recovery.mode, .open)
    }
  }

  func testAcknowledgmentsThatAreNoDuplicatesDoNotCount() {
    flight { server in
      server.receives(.acknowledgment(0).offering(60_000))
      server.receives(.acknowledgment(0).offering(50_000))
      server.receives(.acknowledgment(0).offering(40_000))
      XCTAssertEqual(server.session!.recovery.mode, .open)
    }
  }

  func testSelectiveAcknowledgmentRepeatsTheHolesOnly() {
    flight(sack) { server in
      server.selects(1460..<2920, 4380..<7300)
      server.receives(.acknowledgment(0))
      server.sends(.data(1460, at: 0, acknowledging: 1, push: false))
      server.selects(1460..<2920, 4380..<11_680)
      server.receives(.acknowledgment(0))
      server.sends(.data(1460, at: 2920, acknowledging: 1, push: false))
      // With nothing new to send the last segment is, once: no later one could tell that it was lost (NextSeg (4)).
      server.sends(.data(1460, at: 13_140, acknowledging: 1))
      server.selects(1460..<2920, 4380..<11_680)
      server.receives(.acknowledgment(0))
      server.sendsNothing()
    }
  }

  func testRecoveryEndsAtItsPoint() {
    flight(sack) { server in
      server.selects(1460..<14_600)
      server.receives(.acknowledgment(0))
      server.sends(.data(1460, at: 0, acknowledging: 1, push: false))
      server.selects()
      server.receives(.acknowledgment(14_600))
      XCTAssertEqual(server.session!.recovery.mode, .open)
      XCTAssertEqual(server.session!.congestion.window, server.session!.congestion.threshold)
      XCTAssertNil(server.timeLeft)
    }
  }

  /// Without it the timeout would be the only way out.
  func testRepetitionThatIsLostIsRepeated() {
    flight(sack, more: 43_800) { server in
      server.selects(1460..<14_600)
      server.receives(.acknowledgment(0))
      server.sends(.data(1460, at: 0, acknowledging: 1, push: false))
      // New data follows; what arrives of it was sent after the repetition.
      var edge = 14_600
      var repeated = false
      for _ in 0..<12 where !repeated {
        let sent = server.session!.send.next
        edge = server.origin.server.offset(of: sent)
        server.selects(1460..<edge)
        server.receives(.acknowledgment(0))
        repeated = server.takeOutput().contains { $0.position == 0 }
      }
      XCTAssertTrue(repeated)
      XCTAssertGreaterThan(edge, 14_600 + 3 * 1460)
      XCTAssertEqual(server.session!.recovery.mode, .fast)
    }
  }

  /// RFC 3522: the ACK echoes a timestamp from before the repetition.
  func testNeedlessRepetitionIsUndone() {
    Dialogue.established(offering: .init(sack: true, timestamps: true)) { server in
      server.queues(14_480)
      server.stamps()
      server.receives(.data(1))
      for index in 0..<10 { server.sends(.data(1448, acknowledging: 1, push: index == 9)) }
      let window = server.session!.congestion.window
      server.passes(milliseconds: 50)
      server.stamps(sent: 50)
      server.selects(1448..<8688)
      server.receives(.acknowledgment(0))
      XCTAssertEqual(server.takeOutput().first?.position, 0)
      XCTAssertLessThan(server.session!.congestion.threshold, window)
      server.selects()
      server.receives(.acknowledgment(8688))
      XCTAssertEqual(server.session!.recovery.mode, .open)
      XCTAssertEqual(server.session!.congestion.window, window)
    }
  }

  func testNeedlessTimeoutIsUndone() {
    Dialogue.established(offering: .init(timestamps: true)) { server in
      server.queues(14_480)
      server.stamps()
      server.receives(.data(1))
      for index in 0..<10 { server.sends(.data(1448, acknowledging: 1, push: index == 9)) }
      let window = server.session!.congestion.window
      server.timerExpires()
      server.sends(.data(1448, at: 0, acknowledging: 1, push: false))
      server.stamps(sent: 150)
      server.receives(.acknowledgment(1448))
      XCTAssertEqual(server.session!.recovery.mode, .open)
      XCTAssertGreaterThanOrEqual(server.session!.congestion.window, window)
    }
  }

  /// RFC 2018 8: a receiver that acknowledges up to a block, and not the block, has dropped it.
  func testDroppedSelectionsAreSentAgainAfterATimeout() {
    flight(sack) { server in
      server.selects(1460..<14_600)
      server.receives(.acknowledgment(0))
      server.sends(.data(1460, at: 0, acknowledging: 1, push: false))
      server.selects()
      server.receives(.acknowledgment(1460))
      server.timerExpires()
      server.timerExpires()
      let output = server.takeOutput()
      XCTAssertTrue(output.contains { $0.position == 1460 }, "\(output)")
    }
  }
}
