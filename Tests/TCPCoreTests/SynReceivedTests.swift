import TCPCore
import XCTest

/// RFC 9293 3.10.7.4, SYN-RECEIVED.
final class SynReceivedTests: XCTestCase {
  func testAcknowledgmentEstablishes() {
    Dialogue.halfOpen { server in
      server.receives(.acknowledgment.offering(5000))
      server.judged(.establish)
      server.isIn(.established)
      XCTAssertEqual(server.session!.send.unacknowledged, server.origin.server.at(0))
      XCTAssertEqual(server.session!.send.window, 5000)
    }
  }

  func testDataOnTheHandshakesAcknowledgmentIsTaken() {
    Dialogue.halfOpen { server in
      server.application.answer = 41
      server.receives(.data(100))
      server.judged(.establish)
      server.delivered(0..<100)
      server.sends(.data(41, acknowledging: 100))
      server.isIn(.established)
    }
  }

  func testDataAndFinishOnTheHandshakesAcknowledgmentAreTaken() {
    Dialogue.halfOpen { server in
      server.receives(.finish(data: 100))
      server.judged(.establish)
      server.delivered(0..<100)
      server.sends(.acknowledgment(101))
      server.isIn(.closeWait)
    }
  }

  func testDataAfterALostAcknowledgmentEstablishesToo() {
    Dialogue.halfOpen { server in
      server.receives(.data(10, at: 10))
      server.judged(.establish, .outOfOrder)
      server.sends(.acknowledgment(0))
      server.isIn(.established)
      server.receives(.data(20, at: 0))
      server.sends(.acknowledgment(20))
    }
  }

  func testRepeatedSynchronizeIsAnsweredAgain() {
    Dialogue.halfOpen { server in
      for _ in 0..<20 {
        server.receives(.synchronize())
        server.judged(.synchronize)
        server.sends(.synchronizeAcknowledgment)
      }
      server.isIn(.synReceived)
      server.receives(.synchronize(data: 30))
      server.sends(.synchronizeAcknowledgment)
      server.receives(.acknowledgment)
      server.isIn(.established)
    }
  }

  func testUnacceptableAcknowledgmentIsAnsweredWithResetAndChangesNothing() {
    Dialogue.halfOpen { server in
      for acknowledgment in [-1, 1, 1000, -70000] {
        server.receives(.acknowledgment(acknowledgment))
        server.judged(.reset, .acknowledgment)
        server.sends(.reset(at: acknowledgment))
        server.isIn(.synReceived)
      }
      server.receives(.acknowledgment(0))
      server.isIn(.established)
    }
  }

  func testResetReturnsToListen() {
    Dialogue.halfOpen { server in
      server.receives(.reset())
      server.judged(.abort)
      server.isGone()
      server.receives(.synchronize())
      server.sends(.synchronizeAcknowledgment)
    }
  }

  func testResetElsewhereInTheWindowIsChallenged() {
    Dialogue.halfOpen { server in
      server.receives(.reset(at: 1))
      server.judged(.challenge, .reset)
      server.sends(.acknowledgment(0))
      server.isIn(.synReceived)
    }
  }

  func testResetOutsideTheWindowIsDropped() {
    Dialogue.halfOpen { server in
      server.receives(.reset(at: -1))
      server.judged(.discard, .reset)
      server.receives(.reset(at: 65535))
      server.judged(.discard, .reset)
      server.isIn(.synReceived)
    }
  }

  func testSynchronizeInTheWindowReturnsToListen() {
    Dialogue.halfOpen { server in
      server.receives(.synchronize(at: 100))
      server.judged(.abort, .synchronize)
      server.isGone()
    }
  }

  func testSynchronizeOutsideTheWindowIsAcknowledged() {
    Dialogue.halfOpen { server in
      server.receives(.synchronize(at: 100_000))
      server.judged(.challenge, .outOfWindow)
      server.sends(.acknowledgment(0))
      server.isIn(.synReceived)
    }
  }

  func testSynchronizeBeforeTheWindowWhosePayloadReachesIntoItIsAcknowledged() {
    Dialogue.halfOpen { server in
      server.receives(.synchronize(at: -5, data: 10))
      server.judged(.challenge, .outOfWindow)
      server.sends(.acknowledgment(0))
      server.isIn(.synReceived)
    }
  }

  func testSynchronizeAcknowledgmentOfASimultaneousOpenIsAcknowledged() {
    Dialogue.halfOpen { server in
      server.receives(.synchronize().with(.acknowledge).acknowledging(0))
      server.sends(.acknowledgment(0))
      server.isIn(.synReceived)
    }
  }

  func testSegmentWithoutAcknowledgmentIsDropped() {
    Dialogue.halfOpen { server in
      server.receives(.data(10).without(.acknowledge))
      server.judged(.discard, .noAcknowledgment)
      server.receives(.finish(at: 0).without(.acknowledge))
      server.judged(.discard, .noAcknowledgment)
      server.isIn(.synReceived)
    }
  }

  /// Nothing but the SYN is outstanding, and a SYN is not repeated as if it were payload.
  func testOldDataIsAcknowledgedWithoutRepeatingAnything() {
    Dialogue.halfOpen { server in
      server.receives(.data(10, at: -10))
      server.judged(.acknowledge, .outOfWindow)
      server.sends(.acknowledgment(0))
      server.receives(.data(10, at: 70000))
      server.judged(.acknowledge, .outOfWindow)
      server.sends(.acknowledgment(0))
      server.isIn(.synReceived)
    }
  }
}
