import Randomness
import TCPCore
import XCTest

/// The rules that both algorithms share, and NewReno.
final class CongestionControlTests: XCTestCase {
  private let segmentSize: UInt32 = 1000

  private func begun() -> Congestion {
    var congestion = Congestion()
    congestion.begin(segmentSize: segmentSize, initialWindow: 10)
    return congestion
  }

  /// RFC 6928 2.
  func testInitialWindow() {
    for (size, segments, expected) in [(1460, 10, 14600), (536, 10, 5360), (8960, 10, 17920), (1448, 4, 5792)] {
      var congestion = Congestion()
      congestion.begin(segmentSize: UInt32(size), initialWindow: UInt32(segments))
      XCTAssertEqual(congestion.window, UInt32(expected))
      XCTAssertEqual(congestion.threshold, Congestion.unlimited)
    }
  }

  private func acknowledge(
    _ congestion: inout Congestion, _ bytes: UInt32, _ algorithm: UInt8, isLimited: Bool = true
  ) {
    congestion.acknowledged(
      bytes, algorithm: algorithm, segmentSize: segmentSize, isLimited: isLimited, roundTrip: 50_000, sample: 0,
      roundEnded: false, now: 1000)
  }

  func testSlowStartGrowsByWhatIsAcknowledged() {
    var congestion = begun()
    acknowledge(&congestion, 700, CongestionControl.cubic)
    XCTAssertEqual(congestion.window, 10_700)
    acknowledge(&congestion, 10_000, CongestionControl.cubic)
    XCTAssertEqual(congestion.window, 20_700, "an ACK of merged segments")
    acknowledge(&congestion, 200_000, CongestionControl.cubic)
    XCTAssertEqual(congestion.window, 84_700, "at most 64 segments")
    acknowledge(&congestion, 1000, CongestionControl.cubic, isLimited: false)
    XCTAssertEqual(congestion.window, 84_700, "RFC 9438 5.8")

    congestion = begun()
    acknowledge(&congestion, 10_000, CongestionControl.newReno)
    XCTAssertEqual(congestion.window, 12_000, "RFC 3465 2.2")
  }

  func testSlowStartEndsAtTheThreshold() {
    for algorithm in [CongestionControl.cubic, CongestionControl.newReno] {
      var congestion = begun()
      congestion.threshold = 11_000
      acknowledge(&congestion, 5000, algorithm)
      XCTAssertEqual(congestion.window, 11_000)
    }
  }

  /// RFC 3465 2.1: a segment for each window that is acknowledged.
  func testNewRenoGrowsByASegmentEachWindow() {
    var congestion = begun()
    congestion.threshold = congestion.window
    for _ in 0..<9 { acknowledge(&congestion, 1000, CongestionControl.newReno) }
    XCTAssertEqual(congestion.window, 10_000)
    acknowledge(&congestion, 1000, CongestionControl.newReno)
    XCTAssertEqual(congestion.window, 11_000)
    acknowledge(&congestion, 100_000, CongestionControl.newReno)
    XCTAssertEqual(congestion.window, 12_000, "at most one segment an ACK")
    for round in 0..<2000 {
      let acknowledgments = 1 + congestion.window / 7000
      let share = congestion.window / acknowledgments
      for _ in 0..<acknowledgments { acknowledge(&congestion, share, CongestionControl.newReno) }
      XCTAssertEqual(Double(congestion.window), Double(13_000 + 1000 * round), accuracy: 5000)
    }
  }

  func testReductions() {
    for (algorithm, flight, expected) in [
      (CongestionControl.cubic, 60_000, 70_000), (CongestionControl.newReno, 60_000, 30_000),
      (CongestionControl.newReno, 3000, 2000),
    ] {
      var congestion = begun()
      congestion.window = 100_000
      congestion.reduce(inFlight: UInt32(flight), algorithm: algorithm, segmentSize: segmentSize, now: 0)
      XCTAssertEqual(congestion.threshold, UInt32(expected))
      XCTAssertEqual(congestion.window, UInt32(expected), "until an ACK of the recovery says more")
      congestion.recovered()
      XCTAssertEqual(congestion.window, UInt32(expected))
    }
    var congestion = begun()
    congestion.window = 1000
    congestion.reduce(inFlight: 1000, algorithm: 0, segmentSize: segmentSize, now: 0)
    XCTAssertEqual(congestion.threshold, 2000)
    XCTAssertEqual(congestion.window, 1000, "a reduction never raises the window")
  }

  /// RFC 5681 3.1, equation 4, and what follows it.
  func testTimeouts() {
    for (algorithm, expected) in [(CongestionControl.cubic, 56_000), (CongestionControl.newReno, 35_000)] {
      var congestion = begun()
      congestion.window = 80_000
      congestion.timeout(inFlight: 70_000, algorithm: algorithm, segmentSize: segmentSize, now: 0)
      XCTAssertEqual(congestion.window, 1000)
      XCTAssertEqual(congestion.threshold, UInt32(expected))
      congestion.timeout(inFlight: 70_000, algorithm: algorithm, segmentSize: segmentSize, now: 500)
      XCTAssertEqual(congestion.threshold, UInt32(expected), "held constant while the same segment is repeated")
      // RFC 3465 2.3: what was outstanding then may have arrived before.
      acknowledge(&congestion, 40_000, algorithm)
      XCTAssertEqual(congestion.window, 2000)
      acknowledge(&congestion, 30_000, algorithm)
      XCTAssertEqual(congestion.window, 3000)
      acknowledge(&congestion, 2000, algorithm)
      XCTAssertEqual(congestion.window, 5000)
      congestion.timeout(inFlight: 5000, algorithm: algorithm, segmentSize: segmentSize, now: 900)
      XCTAssertEqual(congestion.threshold, algorithm == 0 ? 3500 : 2500, "a new one")
    }
  }

  /// The losses of one window of data do not reduce it twice.
  func testTimeoutDuringRecovery() {
    var congestion = begun()
    congestion.window = 100_000
    congestion.reduce(inFlight: 100_000, algorithm: 0, segmentSize: segmentSize, now: 0)
    congestion.recovering(delivered: 1000, inFlight: 96_000, isProgress: false, segmentSize: segmentSize)
    congestion.timeout(inFlight: 100_000, algorithm: 0, segmentSize: segmentSize, now: 300)
    XCTAssertEqual(congestion.threshold, 70_000)
    XCTAssertEqual(congestion.window, 1000)
    congestion.undo()
    XCTAssertEqual(congestion.window, 70_000, "where recovery was going")
  }

  func testUndo() {
    for isTimeout in [false, true] {
      for algorithm in [CongestionControl.cubic, CongestionControl.newReno] {
        var congestion = begun()
        congestion.window = 50_000
        congestion.threshold = 45_000
        congestion.maximum = 45_000
        if isTimeout {
          congestion.timeout(inFlight: 40_000, algorithm: algorithm, segmentSize: segmentSize, now: 0)
          congestion.timeout(inFlight: 40_000, algorithm: algorithm, segmentSize: segmentSize, now: 400)
        } else {
          congestion.reduce(inFlight: 40_000, algorithm: algorithm, segmentSize: segmentSize, now: 0)
          congestion.recovering(delivered: 1000, inFlight: 39_000, isProgress: true, segmentSize: segmentSize)
        }
        XCTAssertLessThan(congestion.window, 50_000)
        congestion.undo()
        XCTAssertEqual(congestion.window, 50_000)
        XCTAssertEqual(congestion.threshold, 45_000)
        XCTAssertEqual(congestion.maximum, 45_000)
        congestion.recovered()
        XCTAssertEqual(congestion.window, 50_000, "there is nothing left to recover from")
        congestion.window = 30_000
        congestion.undo()
        XCTAssertEqual(congestion.window, 30_000, "once")
      }
    }
  }

  func testUndoInTheFirstSlowStartResumesIt() {
    var congestion = begun()
    congestion.reduce(inFlight: 10_000, algorithm: 0, segmentSize: segmentSize, now: 0)
    XCTAssertEqual(congestion.threshold, 7000)
    congestion.undo()
    XCTAssertEqual(congestion.threshold, Congestion.unlimited)
    acknowledge(&congestion, 1000, 0)
    XCTAssertEqual(congestion.window, 11_000)
  }

  /// RFC 5681 4.1.
  func testRestartAfterIdle() {
    var congestion = begun()
    congestion.window = 200_000
    congestion.threshold = 100_000
    congestion.restart(segmentSize: segmentSize, initialWindow: 10)
    XCTAssertEqual(congestion.window, 10_000)
    XCTAssertEqual(congestion.threshold, 100_000)
    congestion.window = 3000
    congestion.restart(segmentSize: segmentSize, initialWindow: 10)
    XCTAssertEqual(congestion.window, 3000)
  }
}
