import TCPCore
import XCTest

/// RFC 9293 3.8.6.2.2 and 3.10.7.4: the window that we offer while the application has not read all, and a closed one.
final class ClosedWindowTests: XCTestCase {
  func testOfferIsBoundedByTheRoom() {
    for (scaled, window) in [(false, UInt32(65535)), (false, 1000), (true, 1 << 20)] {
      var tcb = ControlBlock()
      if scaled {
        tcb.features = .windowScale
        tcb.receiveScale = 5
      }
      for room in [UInt32(0), 1, 999, 1000, 65534, 65535, 1 << 20, .max] {
        tcb.offerWindow(window, room: room)
        XCTAssertEqual(tcb.receive.window, min(window, room))
        XCTAssertLessThanOrEqual(tcb.windowToAdvertise << UInt32(tcb.receiveScale), room)
      }
    }
    // More than the header can say, without scaling and with it.
    var tcb = ControlBlock()
    tcb.offerWindow(1 << 20, room: .max)
    XCTAssertEqual(tcb.receive.window, 65535)
    tcb.features = .windowScale
    tcb.receiveScale = 4
    tcb.offerWindow(1000, room: .max)
    XCTAssertEqual(tcb.receive.window, 992)
  }

  /// What is sent into a closed window is not taken, whatever it is, and is answered with the window.
  func testNothingIsTakenIntoAClosedWindow() {
    for segment in [ClientSegment.data(1), .data(1460), .data(1).acknowledging(0), .data(3, at: 5), .finish(at: 10)] {
      Dialogue.established { server in
        server.receives(.data(10))
        server.sends(.acknowledgment(10))
        server.session!.offerWindow(65535, room: 0)
        server.receives(segment)
        server.delivered(0..<0)
        server.sends(.acknowledgment(10))
        server.isIn(.established)
        XCTAssertEqual(server.application.received, 10)
        XCTAssertEqual(server.reaction?.refusal, .outOfWindow)
      }
    }
  }

  /// "Special allowance should be made to accept valid ACKs."
  func testAcknowledgmentInAClosedWindowCounts() {
    for payload in [UInt32(0), 1, 100] {
      Dialogue.established { server in
        server.application.answer = 41
        server.receives(.data(10))
        server.sends(.data(41, acknowledging: 10))
        server.session!.offerWindow(65535, room: 0)
        server.receives(payload > 0 ? .data(payload, at: 10).acknowledging(41) : .acknowledgment(41))
        server.judged(.proceed, payload > 0 ? .outOfWindow : .none)
        if payload > 0 { server.sends(.acknowledgment(10)) }
        XCTAssertEqual(server.session!.send.unacknowledged, server.origin.server.at(41))
      }
    }
  }

  func testWindowOpensAgain() {
    Dialogue.established { server in
      server.session!.offerWindow(65535, room: 0)
      server.receives(.data(10, at: 0))
      server.sends(.acknowledgment(0))
      server.session!.offerWindow(65535, room: 65535)
      server.receives(.data(10, at: 0))
      server.delivered(0..<10)
      server.sends(.acknowledgment(10))
    }
  }
}
