import TCPCore
import XCTest

/// The rate of challenge ACKs (RFC 5961 7), a session's own.
final class ChallengeTests: XCTestCase {
  private func exhaust(_ server: inout Dialogue) {
    for _ in 0..<10 {
      server.receives(.synchronize(at: 5))
      server.judged(.challenge, .synchronize)
      server.sends(.acknowledgment(0))
    }
  }

  func testTenInFiveSecondsAndNoMore() {
    Dialogue.established { server in
      exhaust(&server)
      server.receives(.synchronize(at: 5))
      server.judged(.discard, .challengeLimited)
      server.passes(milliseconds: 4999)
      server.receives(.reset(at: 7))
      server.judged(.discard, .challengeLimited)
      server.passes(milliseconds: 1)
      exhaust(&server)
      server.receives(.synchronize(at: 5))
      server.judged(.discard, .challengeLimited)
    }
  }

  func testEveryCauseDrawsOnTheSameAllowance() {
    Dialogue.established { server in
      for round in 0..<12 {
        switch round % 4 {
        case 0: server.receives(.synchronize(at: 5))
        case 1: server.receives(.reset(at: 7))
        case 2: server.receives(.acknowledgment(90_000, at: 0))
        default: server.receives(.acknowledgment(0, at: 90_000))
        }
        if round < 10 {
          server.sends(.acknowledgment(0))
        } else {
          server.judged(.discard, .challengeLimited)
        }
      }
    }
  }

  func testAnotherSessionIsNotAffected() {
    Dialogue.established { server in
      exhaust(&server)
      var other = Dialogue(origin: server.origin)
      other.receives(.synchronize())
      other.sends(.synchronizeAcknowledgment)
      other.receives(.acknowledgment)
      exhaust(&other)
    }
  }

  func testOrdinaryTrafficIsNotLimited() {
    Dialogue.established { server in
      exhaust(&server)
      for round in 1...30 {
        server.receives(.data(10))
        server.sends(.acknowledgment(round * 10))
      }
      server.receives(.data(10, at: 0))
      server.sends(.acknowledgment(300))
      server.receives(.finish())
      server.sends(.acknowledgment(301))
      server.receives(.reset(at: 301))
      server.isGone()
    }
  }

  func testPeriodOutlivesTheClocksWrap() {
    Dialogue.established { server in
      // 2^32 ms less 2 s: the count's start and end lie on either side of the wrap.
      server.now = Instant(nanoseconds: (0x1_0000_0000 - 2000) * 1_000_000)
      exhaust(&server)
      server.passes(milliseconds: 4000)
      server.receives(.synchronize(at: 5))
      server.judged(.discard, .challengeLimited)
      server.passes(milliseconds: 1000)
      exhaust(&server)
    }
  }

  func testFirstMillisecondsAfterBoot() {
    Dialogue.established { server in
      server.now = Instant(nanoseconds: 0)
      exhaust(&server)
      server.receives(.synchronize(at: 5))
      server.judged(.discard, .challengeLimited)
    }
  }

  /// Two ends that take each other's ACKs for unacceptable fall silent.
  func testLoopOfAcknowledgmentsEnds() {
    Dialogue.established { server in
      var answered = 0
      for _ in 0..<1000 {
        server.receives(.acknowledgment(0, at: -3))
        if server.reaction?.verdict == .challenge {
          server.sends(.acknowledgment(0))
          answered += 1
        }
      }
      XCTAssertEqual(answered, 10)
    }
  }
}
