import TCPCore
import XCTest

/// RFC 9293 3.10.7.4, TIME-WAIT, and the SYN that may take over such a connection (3.6.1, RFC 6191 2). RCV.NXT is at
/// offset 11, SND.NXT at 21.
final class TimeWaitTests: XCTestCase {
  func testRepeatedFinishIsAcknowledgedAgain() {
    Dialogue.timeWait { server in
      for _ in 0..<20 {
        server.receives(.finish(at: 10))
        server.judged(.acknowledge, .outOfWindow)
        server.sends(.acknowledgment(11))
      }
      server.isIn(.timeWait)
    }
  }

  func testAcknowledgmentIsNotAnswered() {
    Dialogue.timeWait { server in
      server.receives(.acknowledgment(21, at: 11))
      server.judged(.proceed)
      server.isIn(.timeWait)
    }
  }

  func testDataAfterTheFinishIsNotTaken() {
    Dialogue.timeWait { server in
      server.receives(.finish(data: 10, at: 11))
      server.delivered(0..<0)
      server.sends(.acknowledgment(11))
      server.isIn(.timeWait)
    }
  }

  func testNewerSynchronizeTakesTheConnectionOver() {
    for position in [11, 12, 5000, 100_000, 0x7fff_ff00] {
      Dialogue.timeWait { server in
        let last = server.session!.send.next
        server.receives(.synchronize(at: position))
        server.judged(.reopen)
        server.sends(.synchronizeAcknowledgment)
        server.isIn(.synReceived)
        XCTAssertTrue(last.precedes(server.session!.send.initial))
        server.receives(.data(10))
        server.sends(.acknowledgment(10))
        server.isIn(.established)
      }
    }
  }

  func testOlderSynchronizeIsChallenged() {
    for position in [10, -1, -5000, -0x7fff_ff00] {
      Dialogue.timeWait { server in
        server.receives(.synchronize(at: position))
        server.judged(.challenge, .synchronize)
        server.sends(.acknowledgment(11))
        server.isIn(.timeWait)
      }
    }
  }

  func testSynchronizeAcknowledgmentDoesNotTakeTheConnectionOver() {
    Dialogue.timeWait { server in
      server.receives(.synchronize(at: 5000).with(.acknowledge))
      server.judged(.challenge, .synchronize)
      server.sends(.acknowledgment(11))
      server.isIn(.timeWait)
    }
  }

  func testSynchronizeWithFinishDoesNotTakeTheConnectionOver() {
    Dialogue.timeWait { server in
      server.receives(.synchronize(at: 5000).with(.finish))
      server.judged(.challenge, .synchronize)
      server.sends(.acknowledgment(11))
      server.isIn(.timeWait)
    }
  }
}
