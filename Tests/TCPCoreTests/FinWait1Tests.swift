import TCPCore
import XCTest

/// RFC 9293 3.10.7.4, FIN-WAIT-1. 20 bytes and our FIN, at offset 20, are out.
final class FinWait1Tests: XCTestCase {
  func testAcknowledgmentOfOurFinishLeadsToFinWait2() {
    Dialogue.finWait1 { server in
      server.receives(.acknowledgment(21))
      server.judged(.proceed)
      server.isIn(.finWait2)
    }
  }

  func testAcknowledgmentOfThePayloadAloneDoesNot() {
    Dialogue.finWait1 { server in
      server.receives(.acknowledgment(20))
      server.judged(.proceed)
      server.isIn(.finWait1)
      server.receives(.acknowledgment(21))
      server.isIn(.finWait2)
    }
  }

  func testFinishThatAcknowledgesOursLeadsToTimeWait() {
    Dialogue.finWait1 { server in
      server.receives(.finish())
      server.sends(.acknowledgment(11))
      server.isIn(.timeWait)
    }
  }

  func testFinishThatCrossesOursLeadsToClosing() {
    Dialogue.finWait1 { server in
      server.receives(.finish().acknowledging(20))
      server.sends(.acknowledgment(11))
      server.isIn(.closing)
    }
  }

  func testDataIsStillTaken() {
    Dialogue.finWait1 { server in
      server.receives(.data(30).acknowledging(0))
      server.delivered(0..<30)
      server.sends(.acknowledgment(40))
      server.isIn(.finWait1)
      server.receives(.finish(data: 5))
      server.delivered(0..<5)
      server.sends(.acknowledgment(46))
      server.isIn(.timeWait)
    }
  }

  func testTimerBringsAnswerAndFinishAgain() {
    Dialogue.finWait1 { server in
      server.receives(.data(10, at: 0).acknowledging(0))
      server.sends(.acknowledgment(10))
      server.timerExpires()
      server.sends(.finish(data: 20, at: 0, acknowledging: 10))
      server.isIn(.finWait1)
      server.receives(.acknowledgment(21))
      server.isIn(.finWait2)
    }
  }

  func testOnlyTheFinishIsRepeatedOnceThePayloadIsAcknowledged() {
    Dialogue.finWait1 { server in
      server.receives(.acknowledgment(20))
      server.timerExpires()
      server.sends(.finish(at: 20, acknowledging: 10))
      server.isIn(.finWait1)
    }
  }

  func testAcknowledgmentBeyondOurFinishIsChallenged() {
    Dialogue.finWait1 { server in
      server.receives(.acknowledgment(22))
      server.judged(.challenge, .acknowledgment)
      server.sends(.acknowledgment(10))
      server.isIn(.finWait1)
    }
  }

  func testFinishOutOfOrderIsNotTaken() {
    Dialogue.finWait1 { server in
      server.receives(.finish(at: 15).acknowledging(21))
      server.judged(.proceed, .outOfOrder)
      server.sends(.acknowledgment(10))
      server.isIn(.finWait2)
    }
  }
}
