import TCPCore
import XCTest

/// The fifth step of RFC 9293 3.10.7.4 in ESTABLISHED, with the narrower range of RFC 5961 5.2.
final class AcknowledgmentTests: XCTestCase {
  /// 100 bytes at offset 0 are out, none acknowledged.
  private func withOutstanding(_ part: (inout Dialogue) -> Void) {
    Dialogue.established { server in
      server.application.answer = 100
      server.receives(.data(10))
      server.sends(.data(100, acknowledging: 10))
      server.application.answer = 0
      part(&server)
    }
  }

  func testAcknowledgmentAdvances() {
    withOutstanding { server in
      server.receives(.acknowledgment(1))
      XCTAssertEqual(server.session!.send.unacknowledged, server.origin.server.at(1))
      server.receives(.acknowledgment(100))
      XCTAssertEqual(server.session!.send.unacknowledged, server.origin.server.at(100))
    }
  }

  func testOldAcknowledgmentIsIgnoredButItsDataIsTaken() {
    withOutstanding { server in
      server.receives(.acknowledgment(100))
      server.receives(.data(10).acknowledging(50))
      server.judged(.proceed)
      server.delivered(0..<10)
      server.sends(.acknowledgment(20))
      XCTAssertEqual(server.session!.send.unacknowledged, server.origin.server.at(100))
    }
  }

  func testAcknowledgmentOfWhatWasNeverSentIsChallengedWithItsDataDropped() {
    withOutstanding { server in
      for acknowledgment in [101, 5000, 0x7fff_ff00] {
        server.receives(.data(10, at: 10).acknowledging(acknowledgment))
        server.judged(.challenge, .acknowledgment)
        server.delivered(0..<0)
        server.sends(.acknowledgment(10))
      }
      XCTAssertEqual(server.session!.send.unacknowledged, server.origin.server.at(0))
    }
  }

  func testAcknowledgmentOlderThanTheLargestWindowIsChallengedWithItsDataDropped() {
    withOutstanding { server in
      server.receives(.data(10, at: 10).acknowledging(-64240))
      server.judged(.proceed)
      server.sends(.acknowledgment(20))
      for acknowledgment in [-64241, -1_000_000, -0x7fff_ff00] {
        server.receives(.data(10, at: 20).acknowledging(acknowledgment))
        server.judged(.challenge, .acknowledgment)
        server.sends(.acknowledgment(20))
      }
    }
  }

  func testEveryDistanceOfAnAcknowledgmentFromTheWindowIsJudgedAlike() {
    withOutstanding { server in
      let tcb = server.session!
      for exponent in 0..<32 {
        for nudge in [-1, 0, 1] {
          let offset = (1 << exponent) + nudge
          for signed in [offset, -offset] {
            var copy = tcb
            copy.challengeCount = 0
            let reaction = copy.receive(
              Segment(
                sequence: tcb.receive.next, acknowledgment: server.origin.server.at(signed), window: 1,
                flags: .acknowledge, payloadLength: 0), now: server.now)
            let inRange = signed >= -64240 && signed <= 100
            XCTAssertEqual(reaction.verdict, inRange ? .proceed : .challenge, "SEG.ACK \(signed)")
            let advanced = inRange && signed > 0
            XCTAssertEqual(
              copy.send.unacknowledged, advanced ? server.origin.server.at(signed) : tcb.send.unacknowledged)
          }
        }
      }
    }
  }

  func testWindowUpdateOfANewerSegmentIsTaken() {
    withOutstanding { server in
      server.receives(.acknowledgment(100).offering(7))
      XCTAssertEqual(server.session!.send.window, 7)
      server.receives(.acknowledgment(100).offering(900))
      XCTAssertEqual(server.session!.send.window, 900)
    }
  }

  func testWindowOfAnOlderSegmentIsNot() {
    withOutstanding { server in
      server.receives(.data(10).acknowledging(100).offering(500))
      server.sends(.acknowledgment(20))
      // It repeats old data, so it is not acceptable at all.
      server.receives(.data(10, at: 10).acknowledging(100).offering(9))
      server.sends(.acknowledgment(20))
      XCTAssertEqual(server.session!.send.window, 500)
      // It is in the window, but older than WL1: out of order, then the gap is filled.
      server.receives(.data(10, at: 40).acknowledging(100).offering(300))
      server.sends(.acknowledgment(20))
      XCTAssertEqual(server.session!.send.window, 300)
      server.receives(.data(10, at: 20).acknowledging(100).offering(800))
      server.sends(.acknowledgment(30))
      XCTAssertEqual(server.session!.send.window, 300)
      // An old acknowledgment brings no window.
      server.receives(.data(10, at: 30).acknowledging(99).offering(4))
      server.sends(.acknowledgment(40))
      XCTAssertEqual(server.session!.send.window, 300)
    }
  }

  /// Out-of-order segments bring ACKs too. One that acknowledges more was sent later, whatever its number: with the
  /// window of the earlier one, counted from the new SND.UNA, we would overrun what the peer offers.
  func testWindowOfARepeatedSegmentThatAcknowledgesMoreIsTaken() {
    withOutstanding { server in
      server.application.answer = 1000
      server.receives(.data(10, at: 20).acknowledging(0).offering(500))
      server.sends(.acknowledgment(10))
      server.receives(.data(10, at: 10).acknowledging(100).offering(400))
      server.sends(.acknowledgment(20))
      XCTAssertEqual(server.session!.send.window, 400)
    }
  }

  func testLargestWindowIsRemembered() {
    withOutstanding { server in
      server.receives(.acknowledgment(10).offering(65535))
      server.receives(.acknowledgment(20).offering(1))
      XCTAssertEqual(server.session!.send.window, 1)
      XCTAssertEqual(server.session!.send.maximumWindow, 65535)
    }
  }
}
