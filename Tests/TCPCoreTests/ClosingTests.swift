import TCPCore
import XCTest

/// RFC 9293 3.10.7.4, CLOSING, and the simultaneous close of its figure 13.
final class ClosingTests: XCTestCase {
  func testAcknowledgmentOfOurFinishLeadsToTimeWait() {
    Dialogue.closing { server in
      server.receives(.acknowledgment(21))
      server.judged(.proceed)
      server.isIn(.timeWait)
    }
  }

  func testAcknowledgmentOfThePayloadAloneDoesNot() {
    Dialogue.closing { server in
      server.receives(.acknowledgment(20))
      server.isIn(.closing)
    }
  }

  func testRepeatedFinishIsAcknowledgedAndTheTimerBringsOursAgain() {
    Dialogue.closing { server in
      server.receives(.finish(at: 10).acknowledging(0))
      server.sends(.acknowledgment(11))
      server.timerExpires()
      server.sends(.finish(data: 20, at: 0, acknowledging: 11))
      server.isIn(.closing)
      server.receives(.acknowledgment(21))
      server.isIn(.timeWait)
    }
  }

  func testDataAfterTheFinishIsNotTaken() {
    Dialogue.closing { server in
      server.receives(.data(10, at: 11).acknowledging(20))
      server.delivered(0..<0)
      server.sends(.acknowledgment(11))
      server.isIn(.closing)
    }
  }

  func testSimultaneousCloseWithEveryAcknowledgmentLostOnce() {
    Dialogue.finWait1 { server in
      server.receives(.finish().acknowledging(0))
      server.sends(.acknowledgment(11))
      server.isIn(.closing)
      // Neither that ACK nor the client's arrived: the client repeats its FIN.
      server.receives(.finish(at: 10).acknowledging(0))
      server.sends(.acknowledgment(11))
      server.timerExpires()
      server.sends(.finish(data: 20, at: 0, acknowledging: 11))
      // The client knows our FIN now, and acknowledges it from behind its own.
      server.receives(.acknowledgment(21, at: 11))
      server.isIn(.timeWait)
      server.receives(.finish(at: 10).acknowledging(21))
      server.sends(.acknowledgment(11))
      server.isIn(.timeWait)
    }
  }
}
