import TCPCore
import XCTest

/// What goes out next where there is a choice: what is missing, or new data (RFC 6675 4, NextSeg; RFC 8985 7.3).
final class NextSegmentTests: XCTestCase {
  /// Ten full segments are out, to a client with SACK, and more is queued than the congestion window lets go.
  private func flight(more: UInt32 = 0, offering window: UInt32 = 64240, _ part: Dialogue.Part) {
    Dialogue.established(offering: .init(sack: true)) { server in
      server.session!.congestion.window = 14_600
      server.queues(14_600 + more)
      server.receives(.data(1).offering(window))
      for index in 0..<10 { server.sends(.data(1460, acknowledging: 1, push: more == 0 && index == 9)) }
      part(&server)
    }
  }

  /// Rule 3: what is missing but has too little above it to count as lost, where there is no new data.
  func testWhatIsMissingGoesOutWhereThereIsNoNewData() {
    flight { server in
      server.selects(1460..<11_680, 13_140..<14_600)
      server.receives(.acknowledgment(0))
      server.sends(.data(1460, at: 0, acknowledging: 1, push: false))
      server.sends(.data(1460, at: 11_680, acknowledging: 1, push: false))
      server.sendsNothing()
    }
  }

  /// Rule 2 goes before it.
  func testNewDataGoesBeforeWhatIsOnlyMissing() {
    flight(more: 14_600) { server in
      server.selects(1460..<11_680, 13_140..<14_600)
      server.receives(.acknowledgment(0))
      server.sends(.data(1460, at: 0, acknowledging: 1, push: false))
      server.sends(.data(1460, at: 14_600, acknowledging: 1, push: false))
      XCTAssertFalse(server.takeOutput().contains { $0.position == 11_680 })
    }
  }

  func testTailLossProbeIsOfNewDataIfThePeersWindowHasRoom() {
    flight(more: 2920) { server in
      server.timerExpires()
      server.sends(.data(1460, at: 14_600, acknowledging: 1, push: false))
      server.sendsNothing()
      XCTAssertEqual(server.session!.recovery.mode, .open)
    }
    flight(more: 2920, offering: 14_600) { server in
      server.timerExpires()
      server.sends(.data(1460, at: 13_140, acknowledging: 1, push: false))
      server.sendsNothing()
    }
  }
}
