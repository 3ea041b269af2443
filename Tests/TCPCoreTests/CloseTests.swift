import TCPCore
import XCTest

/// The CLOSE call (RFC 9293 3.10.4): the FIN follows what is queued, and the state changes when it is sent.
final class CloseTests: XCTestCase {
  func testFinishGoesWithTheLastOfTheAnswer() {
    Dialogue.established { server in
      server.application.answer = 2000
      server.application.closesAfterAnswer = true
      server.receives(.data(10))
      server.sends(.data(1460, acknowledging: 10, push: false))
      server.sends(.finish(data: 540, acknowledging: 10))
      server.isIn(.finWait1)
    }
  }

  func testFinishTakesAPlaceInThePeersWindow() {
    Dialogue.established { server in
      server.application.answer = 100
      server.application.closesAfterAnswer = true
      server.receives(.data(10).offering(100))
      server.sends(.data(100, acknowledging: 10))
      server.isIn(.established)
      server.receives(.acknowledgment(100).offering(1))
      server.sends(.finish(at: 100, acknowledging: 10))
      server.isIn(.finWait1)
    }
  }

  func testFinishAloneAfterAnEmptyQueue() {
    Dialogue.established { server in
      server.closes()
      server.receives(.acknowledgment)
      server.sends(.finish(acknowledging: 0))
      server.isIn(.finWait1)
      server.receives(.acknowledgment)
      server.isIn(.finWait2)
    }
  }

  func testClosingTwiceSendsOneFinish() {
    Dialogue.established { server in
      server.closes()
      server.closes()
      server.receives(.acknowledgment)
      server.sends(.finish(acknowledging: 0))
      server.closes()
      server.receives(.acknowledgment(0))
      server.receives(.acknowledgment(1))
      server.isIn(.finWait2)
      XCTAssertEqual(server.session!.send.next, server.origin.server.at(1))
    }
  }

  func testWholeLifeClosedByTheServerFirst() {
    Dialogue.listening { server in
      server.receives(.synchronize())
      server.sends(.synchronizeAcknowledgment)
      server.receives(.acknowledgment)
      server.application.answer = 41
      server.application.closesAfterAnswer = true
      server.receives(.data(80))
      server.sends(.finish(data: 41, acknowledging: 80))
      server.receives(.acknowledgment(42))
      server.isIn(.finWait2)
      server.receives(.finish())
      server.sends(.acknowledgment(81))
      server.isIn(.timeWait)
    }
  }

  func testWholeLifeClosedByTheClientFirst() {
    Dialogue.listening { server in
      server.receives(.synchronize())
      server.sends(.synchronizeAcknowledgment)
      server.receives(.acknowledgment)
      server.application.answer = 41
      server.application.closesAfterPeer = true
      server.receives(.data(80))
      server.sends(.data(41, acknowledging: 80))
      server.receives(.acknowledgment(41))
      server.receives(.finish())
      server.sends(.finish(acknowledging: 81))
      server.isIn(.lastAck)
      server.receives(.acknowledgment(42))
      server.judged(.close)
      server.isGone()
      // The connection is no more: what comes late is answered with a reset.
      server.receives(.finish(at: 80).acknowledging(42))
      server.sends(.reset(at: 42))
    }
  }

  func testHalfCloseLeavesOurDirectionOpen() {
    Dialogue.established { server in
      server.application.answer = 41
      server.receives(.finish(data: 10))
      server.sends(.data(41, acknowledging: 11))
      server.isIn(.closeWait)
      server.queues(30)
      server.receives(.acknowledgment)
      server.sends(.data(30, acknowledging: 11))
      server.closes()
      server.receives(.acknowledgment)
      server.sends(.finish(acknowledging: 11))
      server.receives(.acknowledgment)
      server.isGone()
    }
  }
}
