import TCPCore
import XCTest

/// RFC 9293 3.10.7.2 (LISTEN) and 3.10.7.1.
final class ListenTests: XCTestCase {
  func testSynchronizeOpensAndIsAnsweredWithSynchronizeAcknowledgment() {
    Dialogue.listening { server in
      server.receives(.synchronize())
      server.sends(.synchronizeAcknowledgment)
      server.isIn(.synReceived)
      let tcb = server.session!
      XCTAssertEqual(tcb.receive.initial, server.origin.client)
      XCTAssertEqual(tcb.receive.next, server.origin.client.at(0))
      XCTAssertEqual(tcb.receive.window, 65535)
      XCTAssertEqual(tcb.send.initial, server.origin.server)
      XCTAssertEqual(tcb.send.unacknowledged, server.origin.server)
      XCTAssertEqual(tcb.send.next, server.origin.server.at(0))
      XCTAssertEqual(tcb.send.queued, server.origin.server.at(0))
      XCTAssertEqual(tcb.send.window, 64240)
    }
  }

  func testPayloadOfTheSynchronizeIsNotTakenAndComesAgain() {
    Dialogue.listening { server in
      server.receives(.synchronize(data: 10))
      server.sends(.synchronizeAcknowledgment)
      server.receives(.data(10))
      server.sends(.acknowledgment(10))
      server.delivered(0..<10)
      server.isIn(.established)
    }
  }

  func testAcknowledgmentIsAnsweredWithReset() {
    Dialogue.listening { server in
      server.receives(.acknowledgment(700))
      server.sends(.reset(at: 700))
      server.receives(.data(10).acknowledging(-5))
      server.sends(.reset(at: -5))
      server.receives(.finish().acknowledging(0))
      server.sends(.reset(at: 0))
      server.receives(.synchronize().with(.acknowledge).acknowledging(3))
      server.sends(.reset(at: 3))
      server.isGone()
    }
  }

  func testResetIsIgnored() {
    Dialogue.listening { server in
      server.receives(.reset())
      server.receives(.reset().with(.acknowledge))
      server.receives(.synchronize().with(.reset))
      server.isGone()
    }
  }

  func testSegmentWithoutSynchronizeAcknowledgmentAndResetIsDropped() {
    Dialogue.listening { server in
      server.receives(.data(10).without(.acknowledge))
      server.receives(.finish().without(.acknowledge))
      server.receives(.data(1).without(.acknowledge).with(.urgent))
      server.isGone()
    }
  }

  func testSynchronizeWithFinishIsDropped() {
    Dialogue.listening { server in
      server.receives(.synchronize().with(.finish))
      server.isGone()
    }
  }

  func testSegmentSizeIsTheSmallerOfBothEndsAndNeverTiny() {
    let cases: [(peer: UInt16, own: UInt16, expected: UInt16)] = [
      (1460, 1460, 1460), (536, 1460, 536), (8960, 1460, 1460), (1, 1460, 48), (0, 1460, 48), (48, 1460, 48),
      (65535, 1440, 1440), (49, 1440, 49),
    ]
    for (peer, own, expected) in cases {
      var tcb = ControlBlock()
      tcb.open(
        Segment(
          sequence: SequenceNumber(1), acknowledgment: SequenceNumber(0), window: 1000, flags: .synchronize,
          payloadLength: 0),
        initial: SequenceNumber(9), window: 65535, peerMaximumSegmentSize: peer, ownMaximumSegmentSize: own)
      XCTAssertEqual(tcb.maximumSegmentSize, expected, "peer \(peer), own \(own)")
    }
  }

  func testOpenLeavesNothingOfTheConnectionBefore() {
    let synchronize = Segment(
      sequence: SequenceNumber(1), acknowledgment: SequenceNumber(0), window: 1000, flags: .synchronize,
      payloadLength: 0)
    var fresh = ControlBlock()
    fresh.open(
      synchronize, initial: SequenceNumber(9), window: 500, peerMaximumSegmentSize: 600, ownMaximumSegmentSize: 700)
    Dialogue.timeWait { server in
      var used = server.session!
      for _ in 0..<3 { _ = used.receive(Segment(
        sequence: used.receive.next.advanced(by: 200_000), acknowledgment: used.send.next, window: 9,
        flags: .acknowledge, payloadLength: 0), now: server.now) }
      XCTAssertEqual(used.challengeCount, 3)
      used.open(
        synchronize, initial: SequenceNumber(9), window: 500, peerMaximumSegmentSize: 600,
        ownMaximumSegmentSize: 700)
      XCTAssertEqual(bytes(of: used), bytes(of: fresh))
    }
  }

  private func bytes(of block: ControlBlock) -> [UInt8] { withUnsafeBytes(of: block, Array.init) }

  func testResetAnsweringASegmentWithoutAcknowledgmentCoversIt() {
    let number = SequenceNumber(0xffff_fffe)
    let cases: [(flags: ControlBits, payload: UInt32, expected: UInt32)] = [
      (.synchronize, 0, 0xffff_ffff), (.synchronize, 10, 9), (.finish, 0, 0xffff_ffff), (.push, 5, 3),
      (.synchronize.union(.finish), 0, 0),
    ]
    for (flags, payload, expected) in cases {
      let reset = Reset(
        answering: Segment(
          sequence: number, acknowledgment: SequenceNumber(77), window: 0, flags: flags, payloadLength: payload))
      XCTAssertEqual(reset.sequence.value, 0)
      XCTAssertEqual(reset.acknowledgment.value, expected)
      XCTAssertEqual(reset.flags, ControlBits.reset.union(.acknowledge))
    }
  }
}
