import TCPCore
import XCTest

/// RFC 9293 3.10.7.4, CLOSE-WAIT: the client has closed its half, ours is open.
final class CloseWaitTests: XCTestCase {
  func testQueuedDataStillGoesOut() {
    Dialogue.closeWait { server in
      server.budget = 1
      server.queues(3120)
      server.receives(.acknowledgment)
      server.sends(.data(1460, acknowledging: 11, push: false))
      server.receives(.acknowledgment)
      server.sends(.data(1460, acknowledging: 11, push: false))
      server.receives(.acknowledgment)
      server.sends(.data(200, acknowledging: 11))
      server.isIn(.closeWait)
      server.receives(.acknowledgment)
    }
  }

  func testOurFinishLeadsToLastAck() {
    Dialogue.closeWait { server in
      server.queues(100)
      server.closes()
      server.receives(.acknowledgment)
      server.sends(.finish(data: 100, acknowledging: 11))
      server.isIn(.lastAck)
    }
  }

  func testRequestWithFinishIsAnsweredAndClosedInOneSegment() {
    Dialogue.established { server in
      server.application.answer = 41
      server.application.closesAfterPeer = true
      server.receives(.finish(data: 10))
      server.sends(.finish(data: 41, acknowledging: 11))
      server.isIn(.lastAck)
      server.receives(.acknowledgment)
      server.judged(.close)
      server.isGone()
    }
  }

  func testRepeatedFinishIsAcknowledgedAgain() {
    Dialogue.closeWait { server in
      server.receives(.finish(at: 10))
      server.judged(.acknowledge, .outOfWindow)
      server.sends(.acknowledgment(11))
      server.receives(.finish(data: 10, at: 0))
      server.sends(.acknowledgment(11))
      server.isIn(.closeWait)
      XCTAssertEqual(server.application.received, 10)
    }
  }

  func testDataAfterTheFinishIsNotTaken() {
    Dialogue.closeWait { server in
      server.receives(.data(10, at: 11))
      server.delivered(0..<0)
      server.sends(.acknowledgment(11))
      server.receives(.finish(at: 11))
      server.sends(.acknowledgment(11))
      server.receives(.finish(data: 20, at: 5))
      server.delivered(0..<0)
      server.sends(.acknowledgment(11))
      server.isIn(.closeWait)
    }
  }

  func testAcknowledgmentsAndWindowsCountAsInEstablished() {
    Dialogue.closeWait { server in
      server.queues(50)
      server.receives(.acknowledgment)
      server.sends(.data(50, acknowledging: 11))
      server.receives(.acknowledgment(30).offering(4))
      XCTAssertEqual(server.session!.send.unacknowledged, server.origin.server.at(30))
      XCTAssertEqual(server.session!.send.window, 4)
      server.receives(.acknowledgment(51))
      server.judged(.challenge, .acknowledgment)
      server.sends(.acknowledgment(11))
    }
  }
}
