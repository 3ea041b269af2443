import Foundation
import Randomness
import TCPCore
import XCTest

/// CUBIC's growth against RFC 9438's formulas in floating point.
final class CubicTests: XCTestCase {
  override func setUp() { continueAfterFailure = false }

  /// The same losses at the same times, thousands of round trips; after each of them the windows are compared.
  func testGrowthFollowsTheFormulas() {
    let seed = randomSeed("TCP_TEST_SEED")
    var random = SplitMix(seed: seed)
    for roundTrip in [0.0001, 0.0005, 0.003, 0.025, 0.1, 0.3] {
      let segmentSize = random.pick([536, 1448, 1460, 8948])
      var path = CubicPath(roundTrip: roundTrip, segmentSize: segmentSize)
      path.begin(atSegments: Double(40 + random.below(400)))
      var worst = 0.0
      var regions = (friendly: 0, cubic: 0)
      // Short round trips lose seldom, so that windows get large there too.
      let distance = roundTrip < 0.01 ? 1200 : 200
      for round in 0..<4000 {
        path.passRound(acknowledgments: 4 + random.below(12))
        if path.formula.isFriendly { regions.friendly += 1 } else { regions.cubic += 1 }
        let difference = abs(path.segments - path.formula.window)
        worst = max(worst, difference / path.formula.window)
        XCTAssertLessThan(
          difference, max(0.5, path.formula.window * 0.01),
          "seed \(seed), \(roundTrip) s, round \(round): \(path.segments) for \(path.formula.window) segments")
        if (random.once(in: distance) || path.segments > 20_000) && path.isDecided { path.lose() }
      }
      print("CUBIC, \(roundTrip) s of \(segmentSize) bytes: \(regions), worst difference \(worst)")
      if roundTrip < 0.002 { XCTAssertGreaterThan(regions.friendly, 2000) }
      if roundTrip > 0.05 { XCTAssertGreaterThan(regions.cubic, 500) }
    }
  }

  /// Where it is known without a simulation: W_max is reached again after K seconds (4.2), and is a plateau.
  func testTheWindowIsBackAtItsMaximumAfterK() {
    for segments in [500.0, 2000, 20000] {
      var path = CubicPath(roundTrip: 0.1, segmentSize: 1448)
      path.begin(atSegments: segments)
      path.lose()
      XCTAssertEqual(path.segments, 0.7 * segments, accuracy: 0.01)
      let delay = cbrt(0.3 * segments / 0.4)
      let rounds = Int((delay / 0.1).rounded())
      for _ in 0..<(rounds / 2) { path.passRound(acknowledgments: 20) }
      XCTAssertEqual(path.segments, segments - 0.3 * segments / 8, accuracy: segments * 0.01, "half way")
      for _ in (rounds / 2)..<rounds { path.passRound(acknowledgments: 20) }
      XCTAssertEqual(path.segments, segments, accuracy: segments * 0.002 + 1)
      for _ in 0..<rounds { path.passRound(acknowledgments: 20) }
      XCTAssertEqual(path.segments, segments * 1.3, accuracy: segments * 0.01 + 1, "the convex half")
    }
  }

  /// 9/17 of a segment a round trip until the window before the loss, one from there (4.3).
  func testShortRoundTripsGrowLikeReno() {
    var path = CubicPath(roundTrip: 0.0001, segmentSize: 1448)
    path.begin(atSegments: 100)
    path.lose()
    for _ in 0..<40 { path.passRound(acknowledgments: 8) }
    XCTAssertEqual(path.segments, 70 + 40 * 9 / 17, accuracy: 0.5)
    for _ in 0..<17 { path.passRound(acknowledgments: 8) }
    XCTAssertEqual(path.segments, 100, accuracy: 0.7)
    for _ in 0..<100 { path.passRound(acknowledgments: 8) }
    XCTAssertEqual(path.segments, 200, accuracy: 1.5)
  }

  /// RFC 9438 5.1, equation 6: one loss in every 1/p segments. The equation knows no fast convergence, which costs a
  /// few per cent whenever a loss comes a little below W_max.
  func testAverageWindowAtASteadyLossRate() {
    for (rate, roundTrip) in [(1e-4, 0.1), (1e-5, 0.1), (1e-4, 0.3)] {
      var path = CubicPath(roundTrip: roundTrip, segmentSize: 1460)
      path.begin(atSegments: 100)
      var (sinceLoss, sum, rounds, losses) = (0.0, 0.0, 0, 0)
      while losses < 25 {
        path.passRound(acknowledgments: 10)
        sinceLoss += path.segments
        if losses >= 10 {
          sum += path.segments
          rounds += 1
        }
        if sinceLoss >= 1 / rate {
          path.lose()
          sinceLoss = 0
          losses += 1
        }
      }
      let expected = pow(0.4 * 3.7 / (4 * 0.3), 0.25) * pow(roundTrip / rate, 0.75)
      XCTAssertEqual(sum / Double(rounds), expected, accuracy: expected * 0.1, "\(rate), \(roundTrip) s")
    }
  }

  func testFastConvergence() {
    var path = CubicPath(roundTrip: 0.1, segmentSize: 1000)
    path.begin(atSegments: 100)
    path.lose()
    XCTAssertEqual(path.congestion.maximum, 100_000)
    path.lose()  // at 70
    XCTAssertEqual(path.congestion.maximum, 59_500, "70 * 0.85")
    XCTAssertEqual(path.congestion.window, 49_000)
  }

  /// RFC 9438 5.8.
  func testTimeInWhichTheWindowWasNotTheLimitDoesNotCount() {
    var paths = (CubicPath(roundTrip: 0.05, segmentSize: 1448), CubicPath(roundTrip: 0.05, segmentSize: 1448))
    paths.0.begin(atSegments: 400)
    paths.1.begin(atSegments: 400)
    paths.0.lose()
    paths.1.lose()
    for round in 0..<100 {
      paths.0.passRound(acknowledgments: 10)
      paths.1.passRound(acknowledgments: 10)
      if round == 50 {
        let before = paths.1.congestion.window
        for _ in 0..<200 { paths.1.passRound(acknowledgments: 10, isLimited: false) }
        XCTAssertEqual(paths.1.congestion.window, before)
        paths.1.time += 3_600_000_000  // silence
      }
    }
    XCTAssertEqual(paths.0.segments, paths.1.segments, accuracy: 1)
  }

  /// RFC 9438 4.8.
  func testAfterATimeoutTheCurveStartsAtItsPlateau() {
    var path = CubicPath(roundTrip: 0.1, segmentSize: 1000)
    path.begin(atSegments: 200)
    path.congestion.maximum = 250_000
    path.congestion.timeout(inFlight: 200_000, algorithm: 0, segmentSize: 1000, now: path.milliseconds)
    XCTAssertEqual(path.congestion.window, 1000)
    XCTAssertEqual(path.congestion.threshold, 140_000)
    while path.congestion.window < path.congestion.threshold { path.passRound(acknowledgments: 4) }
    path.passRound(acknowledgments: 4)
    XCTAssertEqual(path.congestion.maximum, 140_000)
    XCTAssertEqual(path.congestion.delay, 0)
    for _ in 0..<50 { path.passRound(acknowledgments: 4) }
    XCTAssertEqual(path.segments, 140 + 0.4 * pow(5, 3), accuracy: 10)
  }

  /// Who waits for its turn at a connection has looked at the clock before whoever had it meanwhile.
  func testNothingGrowsOnAClockThatIsBehindTheEpoch() {
    var path = CubicPath(roundTrip: 0.1, segmentSize: 1000)
    path.begin(atSegments: 1000)
    path.lose()
    path.passRound(acknowledgments: 1)  // the epoch begins
    let before = path.segments
    path.congestion.acknowledged(
      2000, algorithm: 0, segmentSize: 1000, isLimited: true, roundTrip: 100, sample: 100, roundEnded: false,
      now: path.congestion.epoch &- 1)
    XCTAssertEqual(path.segments, before, accuracy: 0.1)
  }

  func testCubeRoots() {
    let seed = randomSeed("TCP_TEST_SEED")
    var random = SplitMix(seed: seed)
    var numbers: [UInt64] = [0, 1, 7, 8, 26, 27, 1 << 63 - 1, 1 << 60]
    for _ in 0..<10_000 { numbers.append(random.next() >> UInt64(1 + random.below(63))) }
    for number in numbers {
      let root = UInt64(Congestion.cubeRoot(number))
      XCTAssertLessThanOrEqual(root * root * root, number, "seed \(seed)")
      XCTAssertTrue(root == 2_097_151 || (root + 1) * (root + 1) * (root + 1) > number, "seed \(seed): \(number)")
    }
  }

  /// Nothing overflows, and no window leaves its bounds, whatever comes.
  func testExtremes() {
    let seed = randomSeed("TCP_TEST_SEED")
    var random = SplitMix(seed: seed)
    let numbers: [UInt32] = [0, 1, 2, 535, 1448, 65535, 1 << 20, 1 << 24, 1 << 30, .max]
    for _ in 0..<200 {
      var congestion = Congestion()
      let segmentSize = random.pick([1, 48, 1448, 65495] as [UInt32])
      congestion.begin(segmentSize: segmentSize, initialWindow: UInt32(1 + random.below(64)))
      for _ in 0..<200 {
        let algorithm = UInt8(random.below(2))
        let now = random.pick(numbers)
        let flight = min(random.pick(numbers), 1 << 30)
        switch random.below(10) {
        case 0: congestion.reduce(inFlight: flight, algorithm: algorithm, segmentSize: segmentSize, now: now)
        case 1: congestion.timeout(inFlight: flight, algorithm: algorithm, segmentSize: segmentSize, now: now)
        case 2: congestion.undo()
        case 3: congestion.recovered()
        case 4: congestion.restart(segmentSize: segmentSize, initialWindow: 10)
        case 5:
          congestion.recovering(
            delivered: min(random.pick(numbers), 1 << 30), inFlight: flight, isProgress: random.once(in: 2),
            segmentSize: segmentSize)
        default:
          congestion.acknowledged(
            min(random.pick(numbers), 1 << 30), algorithm: algorithm, segmentSize: segmentSize,
            isLimited: !random.once(in: 4), roundTrip: random.pick(numbers), sample: random.pick(numbers),
            roundEnded: random.once(in: 2), now: now)
        }
        XCTAssertGreaterThanOrEqual(congestion.window, min(segmentSize, 1 << 30), "seed \(seed)")
        XCTAssertLessThanOrEqual(congestion.window, 1 << 30, "seed \(seed)")
      }
    }
  }
}
