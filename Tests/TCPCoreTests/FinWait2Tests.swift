import TCPCore
import XCTest

/// RFC 9293 3.10.7.4, FIN-WAIT-2: the client's half is still open.
final class FinWait2Tests: XCTestCase {
  func testFinishLeadsToTimeWait() {
    Dialogue.finWait2 { server in
      server.receives(.finish())
      server.judged(.proceed)
      server.sends(.acknowledgment(11))
      server.isIn(.timeWait)
    }
  }

  func testDataIsTakenAndAcknowledged() {
    Dialogue.finWait2 { server in
      server.receives(.data(100))
      server.delivered(0..<100)
      server.sends(.acknowledgment(110))
      server.isIn(.finWait2)
      server.receives(.finish(data: 5))
      server.delivered(0..<5)
      server.sends(.acknowledgment(116))
      server.isIn(.timeWait)
    }
  }

  func testDataOutOfOrderIsAskedForAgain() {
    Dialogue.finWait2 { server in
      server.receives(.finish(data: 5, at: 15))
      server.judged(.proceed, .outOfOrder)
      server.sends(.acknowledgment(10))
      server.isIn(.finWait2)
    }
  }

  func testAcknowledgmentChangesNothing() {
    Dialogue.finWait2 { server in
      server.receives(.acknowledgment)
      server.judged(.proceed)
      server.isIn(.finWait2)
    }
  }

  func testRepeatedRequestIsAcknowledgedAndNothingRepeated() {
    Dialogue.finWait2 { server in
      server.receives(.data(10, at: 0))
      server.judged(.acknowledge, .outOfWindow)
      server.sends(.acknowledgment(10))
      server.isIn(.finWait2)
    }
  }

  func testSegmentWithoutAcknowledgmentIsDropped() {
    Dialogue.finWait2 { server in
      server.receives(.finish().without(.acknowledge))
      server.judged(.discard, .noAcknowledgment)
      server.isIn(.finWait2)
    }
  }
}
