import Randomness
import TCPCore
import XCTest

/// HyStart++ (RFC 9406).
final class HyStartTests: XCTestCase {
  private let segmentSize: UInt32 = 1000

  private func begun() -> Congestion {
    var congestion = Congestion()
    congestion.begin(segmentSize: segmentSize, initialWindow: 10)
    return congestion
  }

  /// A round of so many samples, microseconds; the window grows by as many segments, or a quarter of that.
  private func pass(_ congestion: inout Congestion, _ samples: [UInt32], isLimited: Bool = true) {
    for (index, sample) in samples.enumerated() {
      congestion.acknowledged(
        1000, algorithm: CongestionControl.cubic, segmentSize: segmentSize, isLimited: isLimited, roundTrip: sample,
        sample: sample, roundEnded: index == samples.count - 1, now: 0)
    }
  }

  private func growth(_ congestion: inout Congestion, _ samples: [UInt32]) -> UInt32 {
    let before = congestion.window
    pass(&congestion, samples)
    return congestion.window - before
  }

  private func round(_ sample: UInt32) -> [UInt32] { Array(repeating: sample, count: 10) }

  func testThresholds() {
    // RttThresh = max(4 ms, min(lastRoundMinRTT / 8, 16 ms))
    for (base, rise) in [(1000, 4000), (40_000, 5000), (80_000, 10_000), (400_000, 16_000)] as [(UInt32, UInt32)] {
      for (extra, isConservative) in [(rise - 1, false), (rise, true)] {
        var congestion = begun()
        pass(&congestion, round(base))
        pass(&congestion, round(base + extra))
        XCTAssertEqual(congestion.flags.contains(.conservative), isConservative, "\(base) + \(extra)")
      }
    }
  }

  func testFiveConservativeRoundsThenCongestionAvoidance() {
    var congestion = begun()
    pass(&congestion, round(40_000))
    // Eight samples at the old pace or before the round's judgement, the rest at a quarter.
    XCTAssertEqual(growth(&congestion, round(60_000)), 7 * 1000 + 3 * 250)
    XCTAssertEqual(congestion.threshold, Congestion.unlimited)
    for _ in 2...4 { XCTAssertEqual(growth(&congestion, round(62_000)), 2500) }
    XCTAssertEqual(congestion.threshold, Congestion.unlimited)
    pass(&congestion, round(62_000))
    XCTAssertEqual(congestion.threshold, congestion.window, "the fifth, the one it began in counted")
    XCTAssertFalse(congestion.flags.contains(.conservative))
    XCTAssertLessThan(growth(&congestion, round(62_000)), 1000)
  }

  func testSlowStartResumesWhenTheRoundTripTimeFalls() {
    var congestion = begun()
    pass(&congestion, round(40_000))
    pass(&congestion, round(60_000))
    XCTAssertTrue(congestion.flags.contains(.conservative))
    pass(&congestion, round(59_999))
    XCTAssertFalse(congestion.flags.contains(.conservative))
    XCTAssertEqual(growth(&congestion, round(60_000)), 10_000)
    XCTAssertEqual(congestion.threshold, Congestion.unlimited)
  }

  /// Where one segment is timed at a time, a round has one sample.
  func testOneSampleARound() {
    var congestion = begun()
    pass(&congestion, [40_000, 0, 0, 0])
    pass(&congestion, [41_000, 0, 0, 0])
    XCTAssertFalse(congestion.flags.contains(.conservative))
    pass(&congestion, [80_000, 0, 0])  // a delayed ACK
    XCTAssertTrue(congestion.flags.contains(.conservative))
    pass(&congestion, [41_000, 0, 0])
    XCTAssertFalse(congestion.flags.contains(.conservative))
    for sample in [50_000, 60_000, 70_000, 80_000, 90_000] as [UInt32] { pass(&congestion, [sample, 0, 0, 0]) }
    XCTAssertNotEqual(congestion.threshold, Congestion.unlimited)
  }

  /// Short answers whose ACKs are delayed at times.
  func testFlightsThatTheWindowDoesNotLimitSayNothing() {
    var congestion = begun()
    for sample in [20_000, 60_000, 61_000, 62_000, 63_000, 64_000, 65_000, 66_000] as [UInt32] {
      pass(&congestion, [sample], isLimited: false)
      XCTAssertFalse(congestion.flags.contains(.conservative))
    }
    pass(&congestion, round(20_000))
    pass(&congestion, round(30_000))
    XCTAssertTrue(congestion.flags.contains(.conservative))
    for _ in 0..<10 { pass(&congestion, [30_000], isLimited: false) }
    XCTAssertEqual(congestion.threshold, Congestion.unlimited)
  }

  /// "SHOULD use HyStart++ only for the initial slow start".
  func testOnlyTheFirstSlowStart() {
    var congestion = begun()
    congestion.timeout(inFlight: 10_000, algorithm: 0, segmentSize: segmentSize, now: 0)
    congestion.threshold = 500_000
    pass(&congestion, round(40_000))
    pass(&congestion, round(90_000))
    XCTAssertFalse(congestion.flags.contains(.conservative))
  }

  /// Against a bottleneck with an endless queue. A flight that exceeds by an eighth what the path holds leaves a queue
  /// that the next one notices: doubling ends at 4.5 times what the path holds, or at 9 with one sample a round.
  func testDoublingEndsSoonAfterAQueueBuilds() {
    for (roundTrip, capacity) in [(20_000, 100), (50_000, 300), (100_000, 2000)] as [(UInt32, UInt32)] {
      for samplesARound in [UInt32.max, 1] {
        var congestion = begun()
        var queued: UInt32 = 0
        var entry: UInt32 = 0
        for _ in 0..<100 where congestion.threshold == Congestion.unlimited {
          let flight = congestion.window / segmentSize
          for index in 0..<flight {
            // Half of the flight waits behind the other half, which leaves as it came.
            let delay = roundTrip + (queued + index / 2) * (roundTrip / capacity)
            congestion.acknowledged(
              segmentSize, algorithm: 0, segmentSize: segmentSize, isLimited: true, roundTrip: delay,
              sample: index < samplesARound ? delay : 0, roundEnded: index == flight - 1, now: 0)
            if entry == 0, congestion.flags.contains(.conservative) { entry = congestion.window / segmentSize }
          }
          queued = max(flight, capacity) - capacity
        }
        XCTAssertGreaterThanOrEqual(entry, capacity, "\(roundTrip) us")
        XCTAssertLessThanOrEqual(entry, capacity * (samplesARound == 1 ? 9 : 5), "\(roundTrip) us")
        XCTAssertLessThan(congestion.window / segmentSize, entry * 32 / 10, "five rounds by a quarter: 1.25^5")
        XCTAssertEqual(congestion.threshold, congestion.window)
      }
    }
  }
}
