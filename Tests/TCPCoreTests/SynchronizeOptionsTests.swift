import TCPCore
import XCTest

/// Window scaling and timestamps (RFC 7323), SACK permitted (RFC 2018), ECN (RFC 3168): only what both ends know.
final class SynchronizeOptionsTests: XCTestCase {
  func testBareSynchronizeGetsNothing() {
    Dialogue.established(window: 65535) { server in
      let tcb = server.session!
      XCTAssertEqual(tcb.features.rawValue, 0)
      XCTAssertEqual(tcb.synchronizeOptions.windowScale, 255)
      XCTAssertFalse(tcb.synchronizeOptions.sackPermitted || tcb.synchronizeOptions.timestamps)
      XCTAssertFalse(tcb.usesTimestamps)
      XCTAssertEqual(tcb.windowToAdvertise, 65535)
      XCTAssertEqual(tcb.segmentSize, 1460)
    }
  }

  func testConfigurationForbids() {
    for mask: UInt32 in 0..<16 {
      Dialogue.listening { server in
        server.parameters.features = mask
        server.options.present = 15
        server.receives(.synchronize().with(.congestionEcho.union(.congestionWindowReduced)))
        XCTAssertEqual(UInt32(server.session!.features.rawValue), mask)
        _ = server.takeOutput()
      }
    }
  }

  func testLargeWindowIsOfferedOnlyWithScaling() {
    Dialogue.established(offering: .init(), window: 1 << 20) { server in
      XCTAssertEqual(server.session!.receive.window, 65535)
    }
    for window: UInt32 in [1, 65535, 65536, 100_000, 1 << 20, 65535 << 14] {
      Dialogue.established(offering: .init(scale: 3), window: window) { server in
        let tcb = server.session!
        XCTAssertEqual(tcb.windowToAdvertise << UInt32(tcb.receiveScale), tcb.receive.window)
        XCTAssertLessThanOrEqual(tcb.windowToAdvertise, 65535)
        XCTAssertGreaterThan(tcb.receive.window, window - window / 1000 - 1)
        XCTAssertLessThanOrEqual(tcb.receive.window, window)
      }
    }
  }

  func testPeersWindowIsScaledButInTheSynchronize() {
    Dialogue.listening { server in
      server.options.present = SegmentOptions.windowScale
      server.options.windowScale = 200
      server.receives(.synchronize().with(.none))
      server.sends(.synchronizeAcknowledgment)
      XCTAssertEqual(server.session!.send.window, 64240)
      XCTAssertEqual(server.session!.sendScale, 14)
      server.receives(.acknowledgment)
      XCTAssertEqual(server.session!.send.window, 64240 << 14)
    }
  }

  func testOldTimestampIsRefused() {
    Dialogue.established(offering: .init(timestamps: true)) { server in
      server.passes(milliseconds: 100)
      server.stamps()
      server.receives(.data(10))
      server.sends(.acknowledgment(10))
      let recent = server.session!.timestampToEcho
      XCTAssertEqual(recent, server.options.timestamp)
      server.options.timestamp = recent &- 1
      server.receives(.data(10, at: 10))
      server.judged(.acknowledge, .timestamp)
      server.delivered(0..<0)
      server.sends(.acknowledgment(10))
      // A reset is not held to it (RFC 7323 5.2).
      server.receives(.reset(at: 10))
      server.isGone()
    }
  }

  func testSegmentWithoutTheAgreedTimestampIsRefused() {
    Dialogue.established(offering: .init(timestamps: true)) { server in
      server.options.present = 0
      server.receives(.data(10, at: 0))
      server.delivered(0..<0)
      server.sends(.acknowledgment(0))
    }
  }

  func testTimestampOfASegmentOutOfOrderIsNotEchoed() {
    Dialogue.established(offering: .init(timestamps: true)) { server in
      let recent = server.session!.timestampToEcho
      server.passes(milliseconds: 100)
      server.stamps()
      server.receives(.data(10, at: 5))
      server.sends(.acknowledgment(0))
      XCTAssertEqual(server.session!.timestampToEcho, recent)
    }
  }

  func testTimestampsTakeTheirPlaceInTheSegment() {
    Dialogue.established(offering: .init(timestamps: true)) { server in
      XCTAssertEqual(server.session!.segmentSize, 1448)
      XCTAssertEqual(server.session!.timestampToSend(server.now), server.now.ticks &+ 0x7000_0000)
    }
  }

  /// RFC 6191 2: a newer timestamp is enough for a SYN whose sequence number is not.
  func testNewerTimestampTakesOverTimeWait() {
    Dialogue.established(offering: .init(timestamps: true)) { server in
      server.stamps()
      server.closes()
      server.receives(.data(1))
      server.sends(.finish(acknowledging: 1))
      server.receives(.finish())
      server.sends(.acknowledgment(2))
      server.isIn(.timeWait)
      server.receives(.synchronize(at: -500))
      server.judged(.challenge, .synchronize)
      _ = server.takeOutput()
      server.options.timestamp &+= 1
      server.receives(.synchronize(at: -500))
      server.judged(.reopen)
      _ = server.takeOutput()
    }
  }
}
