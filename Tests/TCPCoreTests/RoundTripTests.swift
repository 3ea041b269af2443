import Randomness
import TCPCore
import XCTest

/// What is made of measured round trips (RFC 6298 2), and the clock of timestamps (RFC 7323 5.4).
final class RoundTripTests: XCTestCase {
  /// SRTT, RTTVAR and RTO against the RFC's formulas in floating point.
  func testEstimatesFollowTheFormulas() {
    let seed = randomSeed("TCP_TEST_SEED")
    Dialogue.established { server in
      var random = SplitMix(seed: seed)
      // The handshake of a dialogue takes no time: the first measurement is of the least there is, a microsecond.
      var smoothed = 1.0
      var variation = 0.5
      for _ in 0..<200 {
        server.sendsFlight(1)
        let milliseconds = random.once(in: 10) ? 1 + random.below(30_000) : 1 + random.below(300)
        server.passes(milliseconds: UInt64(milliseconds))
        server.receives(.acknowledgment)
        let sample = Double(milliseconds) * 1000
        variation = 0.75 * variation + 0.25 * abs(smoothed - sample)
        smoothed = 0.875 * smoothed + 0.125 * sample
        let trip = server.session!.roundTrip
        XCTAssertEqual(Double(trip.smoothed) / 8, smoothed, accuracy: 20 + smoothed * 0.002)
        XCTAssertEqual(Double(trip.variation) / 4, variation, accuracy: 20 + variation * 0.002)
        let timeout = smoothed + max(4 * variation, 200_000)
        XCTAssertEqual(Double(trip.timeout), timeout, accuracy: 100 + timeout * 0.002)
      }
    }
  }

  /// The smallest timeout leaves a peer time to delay its ACK, on top of the round trip.
  func testSmallestTimeoutComesOnTopOfTheRoundTrip() {
    Dialogue.established { server in
      server.parameters.minimumTimeout = 5000
      for _ in 0..<60 {
        server.sendsFlight(1)
        server.passes(milliseconds: 20)
        server.receives(.acknowledgment)
      }
      server.sendsFlight(1)
      XCTAssertTrue((24...26).contains(server.timeLeft!), "\(server.timeLeft!) ms")
    }
  }

  func testTimestampClockTicksOnceInAMillisecondOrALittleMore() {
    Dialogue.established(offering: .init(timestamps: true)) { server in
      let tcb = server.session!
      let start = tcb.timestampToSend(server.now)
      for seconds: UInt64 in [1, 60, 3600] {
        let later = Instant(nanoseconds: server.now.nanoseconds + seconds * 1_000_000_000)
        let ticks = UInt64(tcb.timestampToSend(later) &- start)
        XCTAssertLessThanOrEqual(ticks, seconds * 1000)
        XCTAssertGreaterThan(ticks, seconds * 950)
      }
    }
  }
}
