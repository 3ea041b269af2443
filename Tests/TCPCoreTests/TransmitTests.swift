import TCPCore
import XCTest

/// What goes out, and how much of it (RFC 9293 3.7.1, 3.8.6, 3.9.1.2).
final class TransmitTests: XCTestCase {
  func testQueueGoesOutInSegmentsWithPushOnTheLast() {
    Dialogue.established { server in
      server.application.answer = 3000
      server.receives(.data(10))
      server.sends(.data(1460, acknowledging: 10, push: false))
      server.sends(.data(1460, acknowledging: 10, push: false))
      server.sends(.data(80, acknowledging: 10))
      server.receives(.acknowledgment)
      XCTAssertEqual(server.session!.unsent, 0)
    }
  }

  func testBudgetLimits() {
    Dialogue.established { server in
      server.budget = 2
      server.application.answer = 3000
      server.application.closesAfterAnswer = true
      server.receives(.data(10))
      server.sends(.data(1460, acknowledging: 10, push: false))
      server.sends(.data(1460, acknowledging: 10, push: false))
      server.isIn(.established)
      server.receives(.acknowledgment(1460))
      server.sends(.finish(data: 80, acknowledging: 10))
      server.isIn(.finWait1)
    }
  }

  func testPeersSegmentSizeLimits() {
    Dialogue.listening { server in
      server.clientMaximumSegmentSize = 536
      server.receives(.synchronize())
      server.sends(.synchronizeAcknowledgment)
      server.application.answer = 600
      server.receives(.data(10))
      server.sends(.data(536, acknowledging: 10, push: false))
      server.sends(.data(64, acknowledging: 10))
    }
  }

  func testPeersWindowLimits() {
    Dialogue.established { server in
      server.application.answer = 40_000
      server.receives(.data(10).offering(2920))
      server.sends(.data(1460, acknowledging: 10, push: false))
      server.sends(.data(1460, acknowledging: 10, push: false))
      // All of the window is out: nothing until some of it is acknowledged.
      server.receives(.acknowledgment(0).offering(2920))
      server.receives(.acknowledgment(1460).offering(2920))
      server.sends(.data(1460, acknowledging: 10, push: false))
    }
  }

  /// A peer whose window is never larger than a segment gets what fits it.
  func testTinyWindowIsFilled() {
    Dialogue.listening { server in
      server.clientWindow = 300
      server.receives(.synchronize())
      server.sends(.synchronizeAcknowledgment)
      server.receives(.acknowledgment)
      server.application.answer = 500
      server.receives(.data(10))
      server.sends(.data(300, acknowledging: 10, push: false))
      server.receives(.acknowledgment(150))
      server.receives(.acknowledgment(300))
      server.sends(.data(200, acknowledging: 10))
    }
  }

  /// Silly window avoidance (RFC 9293 3.8.6.2.1): what is left of the window is less than a segment and less than half
  /// of the most that there was, so it is left alone until the timer overrides that.
  func testSillyWindowIsNotFilledUntilTheTimerOverrides() {
    Dialogue.established { server in
      server.application.answer = 1000
      server.receives(.data(10).offering(700))
      server.sends(.acknowledgment(10))
      XCTAssertEqual(server.session!.timer, .windowProbe)
      server.timerExpires()
      server.sends(.data(700, acknowledging: 10, push: false))
      server.receives(.acknowledgment(700).offering(700))
      server.sends(.data(300, acknowledging: 10))
    }
  }

  func testAllThatIsQueuedGoesOutThoughItIsShort() {
    Dialogue.established { server in
      server.application.answer = 700
      server.receives(.data(10).offering(700))
      server.sends(.data(700, acknowledging: 10))
    }
  }

  func testClosedWindowHoldsEverythingBackUntilItOpens() {
    Dialogue.established { server in
      server.application.answer = 100
      server.receives(.data(10).offering(0))
      server.sends(.acknowledgment(10))
      XCTAssertEqual(server.session!.unsent, 100)
      server.receives(.acknowledgment(0).offering(0))
      server.receives(.acknowledgment(0).offering(100))
      server.sends(.data(100, acknowledging: 10))
    }
  }

  func testShrunkenWindowSendsNothingNew() {
    Dialogue.established { server in
      server.application.answer = 1000
      server.receives(.data(10).offering(1000))
      server.sends(.data(1000, acknowledging: 10))
      server.application.answer = 0
      server.queues(200)
      server.receives(.acknowledgment(100).offering(200))
      XCTAssertEqual(server.session!.send.next, server.origin.server.at(1000))
      XCTAssertEqual(server.session!.unsent, 200)
      // What was sent beyond the new edge may still be acknowledged.
      server.receives(.acknowledgment(1000).offering(1000))
      server.sends(.data(200, acknowledging: 10))
    }
  }

  func testRepetitionStaysInsideAShrunkenWindow() {
    Dialogue.established { server in
      server.application.answer = 1000
      server.receives(.data(10))
      server.sends(.data(1000, acknowledging: 10))
      server.receives(.acknowledgment(100).offering(200))
      server.timerExpires()
      server.sends(.data(200, at: 100, acknowledging: 10, push: false))
      XCTAssertEqual(server.session!.send.next, server.origin.server.at(1000))
    }
  }

  func testRepetitionIsMarkedAndNewDataIsNot() {
    Dialogue.established { server in
      var tcb = server.session!
      tcb.queue(100)
      let first = tcb.transmit(now: server.now)
      XCTAssertFalse(first.isRepetition)
      XCTAssertEqual(first.length, 100)
      XCTAssertEqual(first.newLength, 100)
      let nothing = tcb.transmit(now: server.now)
      XCTAssertFalse(nothing.isDue)
      XCTAssertFalse(nothing.isRepetition)
      XCTAssertEqual(nothing.length, 0)
      let later = Instant(nanoseconds: tcb.timerDeadline)
      XCTAssertEqual(tcb.expire(parameters: Parameters(), now: later), .transmit)
      let again = tcb.transmit(now: later)
      XCTAssertTrue(again.isRepetition)
      XCTAssertEqual(again.sequence, server.origin.server.at(0))
      XCTAssertEqual(again.length, 100)
      XCTAssertEqual(again.newLength, 0)
      XCTAssertEqual(tcb.send.next, server.origin.server.at(100))
    }
  }

  func testAdvertisedRightEdgeNeverMovesBack() {
    Dialogue.established(window: 1000) { server in
      var edge = server.session!.receive.next.advanced(by: server.session!.receive.window)
      for segment: ClientSegment in [
        .data(10), .data(10, at: 0), .data(500, at: 400), .data(990, at: 10), .data(1, at: 5000), .finish(at: 1000),
      ] {
        server.receives(segment)
        let now = server.session!.receive.next.advanced(by: server.session!.receive.window)
        XCTAssertTrue(edge.precedesOrEquals(now))
        edge = now
      }
      for acknowledged in [10, 10, 10, 1000, 1000, 1001] { server.sends(.acknowledgment(acknowledged)) }
    }
  }
}
