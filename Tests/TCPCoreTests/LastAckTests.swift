import TCPCore
import XCTest

/// RFC 9293 3.10.7.4, LAST-ACK. The client's FIN is taken, ours is at offset 0.
final class LastAckTests: XCTestCase {
  func testAcknowledgmentOfOurFinishEndsTheConnection() {
    Dialogue.lastAck { server in
      server.receives(.acknowledgment(1))
      server.judged(.close)
      server.isGone()
    }
  }

  func testOlderAcknowledgmentDoesNot() {
    Dialogue.lastAck { server in
      server.receives(.acknowledgment(0))
      server.judged(.proceed)
      server.isIn(.lastAck)
    }
  }

  func testAcknowledgmentBeyondOurFinishDoesNot() {
    Dialogue.lastAck { server in
      server.receives(.acknowledgment(2))
      server.judged(.challenge, .acknowledgment)
      server.sends(.acknowledgment(11))
      server.isIn(.lastAck)
    }
  }

  func testRepeatedFinishIsAcknowledgedAndTheTimerBringsOursAgain() {
    Dialogue.lastAck { server in
      server.receives(.finish(at: 10).acknowledging(0))
      server.sends(.acknowledgment(11))
      server.timerExpires()
      server.sends(.finish(at: 0, acknowledging: 11))
      server.isIn(.lastAck)
      server.receives(.acknowledgment(1))
      server.isGone()
    }
  }

  func testDataAfterTheFinishIsNotTaken() {
    Dialogue.lastAck { server in
      server.receives(.data(10, at: 11).acknowledging(0))
      server.delivered(0..<0)
      server.sends(.acknowledgment(11))
      server.isIn(.lastAck)
    }
  }

  func testFinishThatTheWindowHeldBackGoesOutWithTheUpdate() {
    Dialogue.closeWait { server in
      server.queues(10)
      server.closes()
      server.receives(.acknowledgment.offering(10))
      server.sends(.data(10, acknowledging: 11))
      server.isIn(.closeWait)
      server.receives(.acknowledgment(10).offering(0))
      server.isIn(.closeWait)
      server.receives(.acknowledgment(10).offering(1))
      server.sends(.finish(at: 10, acknowledging: 11))
      server.isIn(.lastAck)
    }
  }
}
