import TCPCore
import XCTest

/// What goes out, and how much of it (RFC 9293 3.7.1, 3.8.6, 3.9.1.2).
final class TransmitTests: XCTestCase {
  func testQueueGoesOutInSegmentsWithPushOnTheLast() {
    Dialogue.established { server in
      server.application.answer = 3000
      server.receives(.data(10))
      server.sends(.data(1460, acknowledging: 10, push: false))
      server.receives(.acknowledgment)
      server.sends(.data(1460, acknowledging: 10, push: false))
      server.receives(.acknowledgment)
      server.sends(.data(80, acknowledging: 10))
      server.receives(.acknowledgment)
      XCTAssertEqual(server.session!.unsent, 0)
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
      XCTAssertEqual(server.session!.unsent, 64)
      server.receives(.acknowledgment)
      server.sends(.data(64, acknowledging: 10))
    }
  }

  func testRoomOfTheFrameLimits() {
    Dialogue.established { server in
      server.room = 16
      server.application.answer = 20
      server.application.closesAfterAnswer = true
      server.receives(.data(10))
      server.sends(.data(16, acknowledging: 10, push: false))
      server.isIn(.established)
      server.receives(.acknowledgment)
      server.sends(.finish(data: 4, acknowledging: 10))
      server.isIn(.finWait1)
    }
  }

  func testFrameWithoutRoomStillCarriesAnAcknowledgmentOrAFinish() {
    Dialogue.established { server in
      server.room = 0
      server.application.answer = 20
      server.receives(.data(10))
      server.sends(.acknowledgment(10))
      server.room = 1460
      server.receives(.acknowledgment)
      server.sends(.data(20, acknowledging: 10))
      server.closes()
      server.room = 0
      server.receives(.acknowledgment)
      server.sends(.finish(acknowledging: 10))
    }
  }

  func testPeersWindowLimits() {
    Dialogue.established { server in
      server.application.answer = 1000
      server.receives(.data(10).offering(300))
      server.sends(.data(300, acknowledging: 10, push: false))
      // All of the window is out: nothing until some of it is acknowledged.
      server.receives(.acknowledgment(0).offering(300))
      server.receives(.acknowledgment(100).offering(300))
      server.sends(.data(100, acknowledging: 10, push: false))
      server.receives(.acknowledgment(400).offering(65535))
      server.sends(.data(600, acknowledging: 10))
    }
  }

  func testClosedWindowHoldsEverythingBackUntilItOpens() {
    Dialogue.established { server in
      server.application.answer = 100
      server.receives(.data(10).offering(0))
      server.sends(.acknowledgment(10))
      XCTAssertEqual(server.session!.unsent, 100)
      server.receives(.acknowledgment(0).offering(0))
      server.receives(.acknowledgment(0).offering(60))
      server.sends(.data(60, acknowledging: 10, push: false))
      server.receives(.acknowledgment(60).offering(60))
      server.sends(.data(40, acknowledging: 10))
    }
  }

  func testShrunkenWindowSendsNothingNew() {
    Dialogue.established { server in
      server.application.answer = 1000
      server.receives(.data(10).offering(800))
      server.sends(.data(800, acknowledging: 10, push: false))
      server.receives(.acknowledgment(100).offering(200))
      XCTAssertEqual(server.session!.send.next, server.origin.server.at(800))
      XCTAssertEqual(server.session!.unsent, 200)
      // What was sent beyond the new edge may still be acknowledged.
      server.receives(.acknowledgment(800).offering(1000))
      server.sends(.data(200, acknowledging: 10))
    }
  }

  func testRepetitionStaysInsideAShrunkenWindow() {
    Dialogue.established { server in
      server.application.answer = 1000
      server.receives(.data(10))
      server.sends(.data(1000, acknowledging: 10))
      server.receives(.acknowledgment(100).offering(200))
      server.receives(.data(10, at: 0).acknowledging(100))
      server.sends(.data(200, at: 100, acknowledging: 10, push: false))
      XCTAssertEqual(server.session!.send.next, server.origin.server.at(1000))
    }
  }

  /// With nothing to repeat, the acknowledgment has SEQ=SND.NXT as ever: at SND.UNA the peer would not accept it.
  func testRepetitionThatTheWindowForbidsIsAnAcknowledgmentAtSendNext() {
    Dialogue.established { server in
      server.application.answer = 100
      server.receives(.data(10))
      server.sends(.data(100, acknowledging: 10))
      server.receives(.acknowledgment(50).offering(0))
      server.receives(.data(10, at: 0).acknowledging(50))
      server.sends(.acknowledgment(10, at: 100))
    }
  }

  func testRepetitionWithoutRoomIsAnAcknowledgmentAtSendNext() {
    Dialogue.established { server in
      server.application.answer = 100
      server.receives(.data(10))
      server.sends(.data(100, acknowledging: 10))
      server.room = 0
      server.receives(.data(10, at: 0).acknowledging(0))
      server.sends(.acknowledgment(10, at: 100))
    }
  }

  func testRepetitionIsMarkedAndNewDataIsNot() {
    Dialogue.established { server in
      var tcb = server.session!
      tcb.queue(100)
      let first = tcb.transmit(room: 60, acknowledgmentDue: false, repeating: false)
      XCTAssertFalse(first.isRepetition)
      XCTAssertEqual(first.length, 60)
      let again = tcb.transmit(room: 1460, acknowledgmentDue: false, repeating: true)
      XCTAssertTrue(again.isRepetition)
      XCTAssertEqual(again.sequence, server.origin.server.at(0))
      XCTAssertEqual(again.length, 100)
      XCTAssertEqual(tcb.send.next, server.origin.server.at(100))
      let nothing = tcb.transmit(room: 1460, acknowledgmentDue: false, repeating: false)
      XCTAssertFalse(nothing.isDue)
      XCTAssertFalse(nothing.isRepetition)
      XCTAssertEqual(nothing.length, 0)
    }
  }

  func testRepetitionWithNothingOutstandingSendsWhatIsNew() {
    Dialogue.established { server in
      var tcb = server.session!
      tcb.queue(10)
      let transmission = tcb.transmit(room: 1460, acknowledgmentDue: true, repeating: true)
      XCTAssertEqual(transmission.length, 10)
      XCTAssertFalse(transmission.isRepetition)
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
