import TCPCore
import XCTest

/// The window on a path within one machine or one rack, whose queues HyStart++ does not see.
final class ShortPathTests: XCTestCase {
  private let segmentSize: UInt32 = 1000

  private func begun() -> Congestion {
    var congestion = Congestion()
    congestion.begin(segmentSize: segmentSize, initialWindow: 10)
    return congestion
  }

  private func measured(_ minimum: UInt32) -> RoundTrip {
    var trip = RoundTrip()
    trip.minimum = minimum
    return trip
  }

  private func acknowledge(
    _ congestion: inout Congestion, algorithm: UInt8 = CongestionControl.cubic, now: UInt32 = 0
  ) {
    congestion.acknowledged(
      segmentSize, algorithm: algorithm, segmentSize: segmentSize, isLimited: true, roundTrip: 50, sample: 0,
      roundEnded: false, now: now)
  }

  func testWhatIsAQueue() {
    for (minimum, sample, expected) in [
      (20, 60, false), (20, 61, true), (20, 3999, true), (20, 4000, false), (199, 598, true), (200, 700, false),
      (50_000, 200_000, false), (.max, 100, false),
    ] as [(UInt32, UInt32, Bool)] {
      XCTAssertEqual(
        measured(minimum).showsQueue(sample, flightTime: 0), expected, "\(minimum) and \(sample) us")
    }
  }

  /// A flight of a burst takes its time wherever it goes.
  func testAFlightsOwnTimeIsNoQueue() {
    for (window, time) in [(10_240, 10), (65_536, 64), (98_304, 96), (98_305, 0)] as [(UInt32, UInt32)] {
      var congestion = begun()
      congestion.window = window
      XCTAssertEqual(congestion.flightTime, time, "\(window) bytes")
      XCTAssertFalse(measured(20).showsQueue(60 + time, flightTime: congestion.flightTime))
      XCTAssertTrue(measured(20).showsQueue(61 + time, flightTime: congestion.flightTime))
      congestion.measured(showsQueue: true)
      XCTAssertEqual(congestion.flightTime, 0, "slow start is over")
    }
  }

  func testSlowStartEndsWithoutACongestionEvent() {
    var congestion = begun()
    congestion.measured(showsQueue: false)
    acknowledge(&congestion)
    XCTAssertEqual(congestion.window, 11_000)
    congestion.measured(showsQueue: true)
    XCTAssertEqual(congestion.threshold, 11_000)
    XCTAssertEqual(congestion.maximum, 0)
    acknowledge(&congestion)
    XCTAssertEqual(congestion.window, 11_000)
  }

  func testCongestionAvoidanceWaitsForTheQueueToGo() {
    for algorithm in [CongestionControl.cubic, CongestionControl.newReno] {
      var congestion = begun()
      congestion.measured(showsQueue: true)
      for tick in 0..<10_000 as Range<UInt32> { acknowledge(&congestion, algorithm: algorithm, now: tick) }
      XCTAssertEqual(congestion.window, 10_000, "ten seconds at its limit")
      congestion.measured(showsQueue: false)
      // Neither algorithm makes good for the time.
      for tick in 10_000..<10_010 as Range<UInt32> { acknowledge(&congestion, algorithm: algorithm, now: tick) }
      XCTAssertGreaterThan(congestion.window, 10_000)
      XCTAssertLessThanOrEqual(congestion.window, 11_000, "a segment for a window")
    }
  }

  func testALossAndAPauseForgetTheQueue() {
    let ends: [(inout Congestion) -> Void] = [
      { $0.reduce(inFlight: 10_000, algorithm: CongestionControl.cubic, segmentSize: 1000, now: 0) },
      { $0.timeout(inFlight: 10_000, algorithm: CongestionControl.cubic, segmentSize: 1000, now: 0) },
      { $0.restart(segmentSize: 1000, initialWindow: 10) },
    ]
    for end in ends {
      var congestion = begun()
      congestion.measured(showsQueue: true)
      XCTAssertTrue(congestion.flags.contains(.queued))
      end(&congestion)
      XCTAssertFalse(congestion.flags.contains(.queued))
    }
  }

  /// The shortest round trip is that of the path as it is now.
  func testMinimumIsMeasuredAnewAfterATimeout() {
    Dialogue.established { server in
      XCTAssertLessThan(server.session!.roundTrip.minimum, 10)
      server.sendsFlight(3)
      server.passes(milliseconds: 20)
      server.receives(.acknowledgment)
      XCTAssertLessThan(server.session!.roundTrip.minimum, 10)
      server.sendsFlight(3)
      server.timerExpires()
      if server.session!.recovery.mode != .timeout { server.timerExpires() }
      _ = server.takeOutput()
      XCTAssertEqual(server.session!.recovery.mode, .timeout)
      XCTAssertEqual(server.session!.roundTrip.minimum, .max)
    }
  }

  /// So many connections over one bottleneck whose queue has 256 places: it serves a segment a microsecond, and the
  /// path is 10 microseconds long. Until the windows grow no more, each round trip is measured once.
  func testQueueOfADeviceDoesNotOverflow() {
    for connections in [1, 4, 16] {
      var windows = Array(repeating: begun(), count: connections)
      for round in 0..<2000 {
        let flight = windows.reduce(0) { $0 + $1.window / segmentSize }
        XCTAssertLessThan(flight, 256, "\(connections) connections, round \(round)")
        let sample = max(10, flight)
        for index in windows.indices {
          windows[index].measured(showsQueue: measured(10).showsQueue(sample, flightTime: windows[index].flightTime))
          for _ in 0..<windows[index].window / segmentSize { acknowledge(&windows[index], now: UInt32(round)) }
        }
      }
      let flight = windows.reduce(0) { $0 + $1.window / segmentSize }
      XCTAssertGreaterThan(flight, 20, "the path is full")
    }
  }
}
