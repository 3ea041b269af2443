import TCPCore
import XCTest

/// New data that waits until half of the window is free. In a dialogue nothing takes time unless it says so: paths are
/// short.
final class SendDeferralTests: XCTestCase {
  private let size: UInt32 = 1460

  /// An answer of so many segments has begun with the initial window's ten. In slow start the window grows by what is
  /// acknowledged.
  private func transferring(
    _ segments: UInt32, window: UInt32 = 64240, file: StaticString = #filePath, line: UInt = #line,
    _ part: Dialogue.Part
  ) {
    Dialogue.established(offering: .init(sack: true), file: file, line: line) { server in
      server.clientWindow = window
      server.application.answer = segments * size
      server.receives(.data(1))
      XCTAssertEqual(server.takeOutput().count, Int(min(10, window / size)), file: file, line: line)
      part(&server)
    }
  }

  func testRoomIsGatheredUpToHalfTheWindow() {
    transferring(40) { server in
      // 12 segments of window and 8 under way, 13 and 7, 14 and 6.
      server.receives(.acknowledgment(2 * 1460))
      server.sendsNothing()
      server.receives(.acknowledgment(3 * 1460))
      server.sendsNothing()
      server.receives(.acknowledgment(4 * 1460))
      let burst = server.takeOutput()
      XCTAssertEqual(burst.map(\.payload), Array(repeating: size, count: 8))
      XCTAssertEqual(burst.first?.position, 10 * 1460)
      XCTAssertEqual(server.session!.outstanding, 14 * size)
    }
  }

  func testLongPathsAreSentToAtOnce() {
    transferring(40) { server in
      server.session!.roundTrip.minimum = .max
      server.passes(milliseconds: 1)
      server.receives(.acknowledgment(2 * 1460))
      XCTAssertGreaterThan(server.session!.roundTrip.minimum, 900)
      XCTAssertEqual(server.takeOutput().count, 4)
    }
  }

  func testThePathIsNotKnownBeforeItIsMeasured() {
    transferring(40) { server in
      server.session!.roundTrip.minimum = .max
      server.session!.roundTrip.timedStart = 0
      server.receives(.acknowledgment(2 * 1460))
      XCTAssertEqual(server.takeOutput().count, 4)
    }
  }

  /// What ends the answer is not held back: nothing more could come to it.
  func testTheRestOfAnAnswerGoesOutAtOnce() {
    transferring(13) { server in
      server.receives(.acknowledgment(2 * 1460))
      XCTAssertEqual(server.takeOutput().count, 3)
      XCTAssertEqual(server.session!.unsent, 0)
    }
  }

  /// With few segments under way one loss could leave the receiver a single one, whose ACK it delays.
  func testFewSegmentsUnderWayMakeNothingWait() {
    for window in [6, 8] as [UInt32] {
      transferring(40, window: window * size) { server in
        server.receives(.acknowledgment(Int(window - 3) * 1460))
        XCTAssertEqual(server.takeOutput().count, Int(window) - 3, "3 under way of \(window)")
        server.receives(.acknowledgment(Int(2 * window - 7) * 1460))
        XCTAssertEqual(server.takeOutput().count, 0, "4 under way of \(window)")
      }
    }
  }

  /// The peer's window is the window where it is the smaller one.
  func testAPeersWindowCounts() {
    transferring(40, window: 10 * size) { server in
      server.receives(.acknowledgment(5 * 1460))
      server.sendsNothing()
      server.receives(.acknowledgment(6 * 1460))
      XCTAssertEqual(server.takeOutput().count, 6)
    }
  }

  /// Limited transmit (RFC 3042): something may be missing, and each segment that arrives helps to tell.
  func testNothingWaitsWhileSomethingIsMissing() {
    transferring(40) { server in
      server.selects(1460..<(2 * 1460))
      server.receives(.acknowledgment(0))
      XCTAssertEqual(server.takeOutput().count, 1)
    }
  }

  /// The receiver owes an ACK. If it does not come, the tail loss probe is what goes on (RFC 8985 7.3).
  func testWithoutAnAcknowledgmentTheProbeSends() {
    transferring(40) { server in
      server.receives(.acknowledgment(2 * 1460))
      server.sendsNothing()
      XCTAssertEqual(server.session!.timer, .tailProbe)
      server.timerExpires()
      server.sends(.data(size, acknowledging: 1, push: false))
      server.receives(.acknowledgment(10 * 1460))
      XCTAssertGreaterThan(server.takeOutput().count, 8)
    }
  }

  /// A client without SACK is not probed: the retransmission timer goes on (RFC 6298 5.4).
  func testWithoutSelectiveAcknowledgmentTheTimeoutSends() {
    Dialogue.established { server in
      server.application.answer = 40 * size
      server.receives(.data(1))
      XCTAssertEqual(server.takeOutput().count, 10)
      server.receives(.acknowledgment(2 * 1460))
      server.sendsNothing()
      XCTAssertEqual(server.session!.timer, .retransmission)
      server.timerExpires()
      XCTAssertEqual(server.takeOutput().map(\.position), [2 * 1460])
    }
  }

  /// A window whose half is gathered is used all the same: it grows as one that is filled at each ACK.
  func testWindowsGrowAsWithoutIt() {
    var windows: [UInt32] = []
    for milliseconds in [0, 1] as [UInt64] {
      transferring(400) { server in
        server.session!.roundTrip.minimum = .max
        var acknowledged = 0
        for _ in 0..<12 {
          server.passes(milliseconds: milliseconds)
          acknowledged += 2
          server.receives(.acknowledgment(acknowledged * 1460))
          _ = server.takeOutput()
        }
        windows.append(server.session!.congestion.window)
      }
    }
    XCTAssertEqual(Set(windows), [34 * size])
  }
}
