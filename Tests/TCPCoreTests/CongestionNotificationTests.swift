import TCPCore
import XCTest

/// Explicit congestion notification (RFC 3168).
final class CongestionNotificationTests: XCTestCase {
  private let ecn = Dialogue.Offer(notification: true)

  func testMarkIsEchoedUntilTheWindowIsReduced() {
    Dialogue.established(offering: ecn) { server in
      server.receives(.data(10).marked())
      server.sends(ServerSegment.acknowledgment(10).with(.congestionEcho))
      server.receives(.data(10))
      server.sends(ServerSegment.acknowledgment(20).with(.congestionEcho))
      server.receives(.data(10).with(.congestionWindowReduced))
      server.sends(.acknowledgment(30))
    }
  }

  func testMarkOnAConnectionWithoutItMeansNothing() {
    Dialogue.established { server in
      server.receives(.data(10).marked())
      server.sends(.acknowledgment(10))
    }
  }

  func testEchoReducesOnceAndIsAnswered() {
    Dialogue.established(offering: ecn) { server in
      server.sendsFlight(10, of: 1460)
      let window = server.session!.congestion.window
      server.queues(2920)
      server.receives(.acknowledgment(2920).with(.congestionEcho))
      let reduced = server.session!.congestion.threshold
      XCTAssertLessThan(reduced, window)
      server.receives(.acknowledgment(8760).with(.congestionEcho))
      XCTAssertEqual(server.session!.congestion.threshold, reduced)
      let sent = server.takeOutput()
      XCTAssertEqual(sent.filter { $0.flags.contains(.congestionWindowReduced) }.count, 1)
      XCTAssertTrue(sent[0].flags.contains(.congestionWindowReduced))
    }
  }

  func testOnlyNewDataIsCapable() {
    Dialogue.established(offering: ecn) { server in
      var tcb = server.session!
      tcb.queue(100)
      XCTAssertTrue(tcb.transmit(now: server.now).isCapable)
      let later = Instant(nanoseconds: tcb.timerDeadline)
      XCTAssertEqual(tcb.expire(parameters: Parameters(), now: later), .transmit)
      XCTAssertFalse(tcb.transmit(now: later).isCapable)
      XCTAssertFalse(tcb.transmit(acknowledgmentDue: true, now: later).isCapable)
    }
  }
}
