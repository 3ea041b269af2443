import Foundation
import TCPCore

/// RFC 9438 as it is printed: segments and seconds in floating point.
struct CubicFormula {
  var window = 0.0
  private(set) var maximum = 0.0
  private var prior = 0.0
  private var estimate = 0.0
  private var delay = 0.0
  private var epoch: Double?
  /// Whether the last ACK was in the Reno-friendly region.
  private(set) var isFriendly = false

  mutating func begin(_ segments: Double) {
    window = segments
    prior = segments
  }

  /// 4.6 and 4.7.
  mutating func lose() {
    maximum = window < maximum ? window * (1 + 0.7) / 2 : window
    prior = window
    window = max(window * 0.7, 2)
    epoch = nil
  }

  mutating func acknowledge(_ segments: Double, time: Double, roundTrip: Double) {
    if epoch == nil {
      epoch = time
      estimate = window
      maximum = max(maximum, window)
      delay = cbrt((maximum - window) / 0.4)
    }
    func curve(_ time: Double) -> Double { 0.4 * pow(time - epoch! - delay, 3) + maximum }
    estimate += (estimate >= prior ? 1 : 3 * (1 - 0.7) / (1 + 0.7)) * segments / window
    isFriendly = curve(time) < estimate
    if isFriendly {
      window = max(window, estimate)
    } else {
      let target = min(max(curve(time + roundTrip), window), 1.5 * window)
      window += (target - window) / window * segments
    }
  }
}

/// The formula and the code on the same path: what one is told, the other is told too.
struct CubicPath {
  var congestion = Congestion()
  var formula = CubicFormula()
  /// Microseconds.
  var time: UInt64 = 5_000_000
  let roundTrip: Double
  let segmentSize: Int

  init(roundTrip: Double, segmentSize: Int) {
    self.roundTrip = roundTrip
    self.segmentSize = segmentSize
  }

  var milliseconds: UInt32 { UInt32(truncatingIfNeeded: time / 1000) }
  var segments: Double { Double(congestion.window) / Double(segmentSize) }

  /// In congestion avoidance, with a window of so many segments.
  mutating func begin(atSegments segments: Double) {
    congestion.begin(segmentSize: UInt32(segmentSize), initialWindow: 10)
    congestion.window = UInt32(segments * Double(segmentSize))
    congestion.threshold = congestion.window
    congestion.priorWindow = congestion.window
    formula.begin(self.segments)
  }

  /// Whether both say the same of fast convergence (4.7). Where the window has just come back to W_max, a rounding
  /// error decides, and W_max then differs by 15%.
  var isDecided: Bool {
    (formula.window < formula.maximum) == (congestion.window < congestion.maximum)
  }

  mutating func lose() {
    congestion.reduce(
      inFlight: congestion.window, algorithm: CongestionControl.cubic, segmentSize: UInt32(segmentSize),
      now: milliseconds)
    congestion.recovered()
    formula.lose()
  }

  /// A round trip in which a window's worth is acknowledged, evenly.
  mutating func passRound(acknowledgments least: Int, isLimited: Bool = true) {
    let acknowledgments = max(least, Int(congestion.window >> 19))
    let share = Int(congestion.window) / acknowledgments
    let step = UInt64(roundTrip * 1e6) / UInt64(acknowledgments)
    let spare = UInt64(roundTrip * 1e6) % UInt64(acknowledgments)
    for index in 0..<acknowledgments {
      time += step + (index == 0 ? spare : 0)
      congestion.acknowledged(
        UInt32(share), algorithm: CongestionControl.cubic, segmentSize: UInt32(segmentSize), isLimited: isLimited,
        roundTrip: UInt32(roundTrip * 1e6), sample: 0, roundEnded: index == 0, now: milliseconds)
      if isLimited {
        formula.acknowledge(Double(share) / Double(segmentSize), time: Double(time) / 1e6, roundTrip: roundTrip)
      }
    }
  }
}
