import TCPCore
import XCTest

/// RFC 9293 3.10.7.4, ESTABLISHED: payload and acknowledgments in and out of order.
final class EstablishedTests: XCTestCase {
  func testDataIsDeliveredAndAcknowledged() {
    Dialogue.established { server in
      server.receives(.data(10))
      server.judged(.proceed)
      server.delivered(0..<10)
      server.sends(.acknowledgment(10))
      server.receives(.data(1))
      server.delivered(0..<1)
      server.sends(.acknowledgment(11))
      server.isIn(.established)
    }
  }

  func testAnswerCarriesTheAcknowledgment() {
    Dialogue.established { server in
      server.application.answer = 41
      server.receives(.data(10))
      server.sends(.data(41, acknowledging: 10))
      server.receives(.data(10))
      server.sends(.data(41, at: 41, acknowledging: 20))
      server.receives(.acknowledgment)
      XCTAssertEqual(server.session!.send.unacknowledged, server.origin.server.at(82))
    }
  }

  func testPureAcknowledgmentIsNotAnswered() {
    Dialogue.established { server in
      server.application.answer = 41
      server.receives(.data(10))
      server.sends(.data(41, acknowledging: 10))
      server.receives(.acknowledgment(20))
      server.judged(.proceed)
      server.receives(.acknowledgment(41))
      server.receives(.acknowledgment(41))
      server.judged(.proceed)
    }
  }

  /// It says nothing of a gap: the data before it may have been lost, and is not asked for twice.
  func testPureAcknowledgmentBeyondTheNextIsTakenAndNotAnswered() {
    Dialogue.established { server in
      server.receives(.acknowledgment(0, at: 500).offering(77))
      server.judged(.proceed)
      XCTAssertEqual(server.session!.send.window, 77)
    }
  }

  func testRepeatedDataIsNotDeliveredAgain() {
    Dialogue.established { server in
      server.receives(.data(10))
      server.sends(.acknowledgment(10))
      server.receives(.data(10, at: 0))
      server.judged(.acknowledge, .outOfWindow)
      server.delivered(0..<0)
      server.sends(.acknowledgment(10))
      XCTAssertEqual(server.application.received, 10)
    }
  }

  /// The client repeats its request, since our answer, which acknowledged it, was lost: it gets the acknowledgment at
  /// once, and the answer from the timer.
  func testRepeatedRequestBringsAnAcknowledgmentAndTheTimerTheAnswer() {
    Dialogue.established { server in
      server.application.answer = 41
      server.receives(.data(10))
      server.sends(.data(41, acknowledging: 10))
      server.receives(.data(10, at: 0).acknowledging(0))
      server.sends(.acknowledgment(10))
      server.timerExpires()
      server.sends(.data(41, at: 0, acknowledging: 10))
      XCTAssertEqual(server.application.received, 10)
      XCTAssertEqual(server.session!.send.next, server.origin.server.at(41))
    }
  }

  /// A stranger's data from anywhere behind the window draws an ACK, and not the answer once more.
  func testDataFromLongAgoBringsNoRepetition() {
    Dialogue.established(window: 1000) { server in
      server.application.answer = 41
      server.receives(.data(10))
      server.sends(.data(41, acknowledging: 10))
      for position in [-1002, -70_000, -0x7fff_0000, 5000] {
        server.receives(.data(10, at: position).acknowledging(0))
        server.judged(.acknowledge, .outOfWindow)
        server.sends(.acknowledgment(10))
      }
    }
  }

  func testOverlappingDataIsTrimmedToWhatIsNew() {
    Dialogue.established { server in
      server.receives(.data(10))
      server.sends(.acknowledgment(10))
      server.receives(.data(12, at: 4))
      server.judged(.proceed)
      server.delivered(6..<12)
      server.sends(.acknowledgment(16))
    }
  }

  /// The client joined the request whose answer was lost with the next one.
  func testOverlappingRequestIsAnsweredAndTheLostAnswerSentAgain() {
    Dialogue.established { server in
      server.application.answer = 41
      server.receives(.data(10))
      server.sends(.data(41, acknowledging: 10))
      server.receives(.data(20, at: 0).acknowledging(0))
      server.delivered(10..<20)
      server.sends(.data(41, at: 41, acknowledging: 20))
      server.timerExpires()
      server.sends(.data(82, at: 0, acknowledging: 20))
    }
  }

  func testDataBeyondTheNextIsNotKeptAndAskedForAgain() {
    Dialogue.established { server in
      server.receives(.data(10, at: 10))
      server.judged(.proceed, .outOfOrder)
      server.delivered(0..<0)
      server.sends(.acknowledgment(0))
      server.receives(.data(20, at: 0))
      server.delivered(0..<20)
      server.sends(.acknowledgment(20))
    }
  }

  func testFinishBeyondTheNextIsNotTaken() {
    Dialogue.established { server in
      server.receives(.finish(data: 5, at: 10))
      server.sends(.acknowledgment(0))
      server.isIn(.established)
      server.receives(.finish(at: 15))
      server.sends(.acknowledgment(0))
      server.isIn(.established)
      server.receives(.finish(data: 15, at: 0))
      server.sends(.acknowledgment(16))
      server.isIn(.closeWait)
    }
  }

  func testDataOutsideTheWindowIsAcknowledgedAndDropped() {
    Dialogue.established(window: 1000) { server in
      for position in [1000, 5000, -10, 1_000_000, -1_000_000] {
        server.receives(.data(10, at: position))
        server.judged(.acknowledge, .outOfWindow)
        server.delivered(0..<0)
        server.sends(.acknowledgment(0))
      }
      server.isIn(.established)
    }
  }

  func testDataIsTrimmedToTheWindow() {
    Dialogue.established(window: 100) { server in
      server.receives(.data(150))
      server.delivered(0..<100)
      server.sends(.acknowledgment(100))
      server.receives(.data(50, at: 100))
      server.delivered(0..<50)
      server.sends(.acknowledgment(150))
    }
  }

  func testFinishBeyondTheWindowIsTrimmedToo() {
    Dialogue.established(window: 100) { server in
      server.receives(.finish(data: 150, at: 0))
      server.sends(.acknowledgment(100))
      server.isIn(.established)
      server.receives(.finish(data: 50, at: 100))
      server.sends(.acknowledgment(151))
      server.isIn(.closeWait)
    }
    Dialogue.established(window: 100) { server in
      server.receives(.finish(data: 100, at: 0))
      server.sends(.acknowledgment(100))
      server.isIn(.established)
      server.receives(.finish(at: 100))
      server.sends(.acknowledgment(101))
      server.isIn(.closeWait)
    }
  }

  func testLastPlaceOfTheWindowMayHoldTheFinish() {
    Dialogue.established(window: 100) { server in
      server.receives(.finish(data: 99))
      server.sends(.acknowledgment(100))
      server.isIn(.closeWait)
    }
  }

  func testWhatTheApplicationLeavesIsNotAcknowledged() {
    Dialogue.established { server in
      server.application.appetite = 4
      server.receives(.finish(data: 10, at: 0))
      server.delivered(0..<4)
      server.sends(.acknowledgment(4))
      server.isIn(.established)
      server.application.appetite = .max
      server.receives(.finish(data: 6, at: 4))
      server.delivered(0..<6)
      server.sends(.acknowledgment(11))
      server.isIn(.closeWait)
    }
  }

  func testFinishLeadsToCloseWait() {
    Dialogue.established { server in
      server.receives(.finish())
      server.judged(.proceed)
      server.sends(.acknowledgment(1))
      server.isIn(.closeWait)
    }
  }

  func testFinishAfterDataThatIsKnownAlready() {
    Dialogue.established { server in
      server.receives(.data(10))
      server.sends(.acknowledgment(10))
      server.receives(.finish(data: 10, at: 0))
      server.delivered(10..<10)
      server.sends(.acknowledgment(11))
      server.isIn(.closeWait)
      XCTAssertEqual(server.application.received, 10)
    }
  }

  func testUrgentDataIsDeliveredInLine() {
    Dialogue.established { server in
      server.receives(.data(10).with(.urgent))
      server.judged(.proceed)
      server.delivered(0..<10)
      server.sends(.acknowledgment(10))
    }
  }

  func testSegmentWithoutAcknowledgmentIsDropped() {
    Dialogue.established { server in
      server.receives(.data(10, at: 0).without(.acknowledge))
      server.judged(.discard, .noAcknowledgment)
      server.receives(.finish(at: 0).without(.acknowledge))
      server.judged(.discard, .noAcknowledgment)
      server.isIn(.established)
      XCTAssertEqual(server.session!.receive.next, server.origin.client.at(0))
    }
  }

  func testKeepAliveProbesAreAnswered() {
    Dialogue.established { server in
      server.receives(.data(10))
      server.sends(.acknowledgment(10))
      server.receives(.acknowledgment(at: 9))
      server.sends(.acknowledgment(10))
      server.receives(.data(1, at: 9))
      server.sends(.acknowledgment(10))
    }
  }

  func testSynchronizeOfThisConnectionThatComesLateIsChallenged() {
    Dialogue.established { server in
      server.receives(.synchronize())
      server.sends(.acknowledgment(0))
      server.isIn(.established)
    }
  }
}
