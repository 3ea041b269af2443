import Randomness
import TCPCore
import XCTest

/// PRR (RFC 9937) on a flight of segments of which random ones are lost.
final class ProportionalRateReductionTests: XCTestCase {
  /// One recovery: a flight left, some of it is lost, and so may be what is sent during recovery.
  private struct Recovery {
    var congestion = Congestion()
    let segmentSize: UInt32
    var pipe: UInt32
    /// In the network, oldest first: whether each will arrive.
    var network: [Bool] = []
    var sent: UInt32 = 0
    var delivered: UInt32 = 0
    let recoverFlight: UInt32
    let threshold: UInt32

    init(segmentSize: UInt32, flight: Int, algorithm: UInt8) {
      self.segmentSize = segmentSize
      recoverFlight = UInt32(flight) * segmentSize
      pipe = recoverFlight
      congestion.begin(segmentSize: segmentSize, initialWindow: 10)
      congestion.window = recoverFlight
      congestion.reduce(inFlight: recoverFlight, algorithm: algorithm, segmentSize: segmentSize, now: 0)
      threshold = congestion.threshold
    }

    /// So many segments arrive and are acknowledged at once. Returns the room that the window gives.
    mutating func acknowledge(_ segments: UInt32, isProgress: Bool) -> UInt32 {
      delivered += segments * segmentSize
      pipe -= segments * segmentSize
      congestion.recovering(
        delivered: segments * segmentSize, inFlight: pipe, isProgress: isProgress, segmentSize: segmentSize)
      return congestion.window > pipe ? congestion.window - pipe : 0
    }

    mutating func send(_ arrives: Bool) {
      network.append(arrives)
      congestion.sent(segmentSize)
      sent += segmentSize
      pipe += segmentSize
    }
  }

  func testRandomRecoveries() {
    let seed = randomSeed("TCP_TEST_SEED")
    var random = SplitMix(seed: seed)
    var reached = (above: 0, below: 0, full: 0)
    for run in 0..<300 {
      let algorithm = UInt8(random.below(2))
      let flight = 5 + random.below(300)
      var recovery = Recovery(segmentSize: random.pick([536, 1448, 8948]), flight: flight, algorithm: algorithm)
      let size = recovery.segmentSize
      let lossRate = random.pick([100, 30, 10, 3])
      let aggregation = random.pick([1, 2, 20])
      recovery.network = (0..<flight).map { _ in !random.once(in: lossRate) }
      recovery.network[0] = false
      var safeAcknowledgments: UInt32 = 0
      var steps = 0
      while steps < 3 * flight, let index = recovery.network.firstIndex(of: true) {
        steps += 1
        let note = "seed \(seed) run \(run) step \(steps)"
        // What was lost in front of what arrives is found out with it.
        let lost = UInt32(index) * size
        recovery.pipe -= lost
        recovery.network.removeFirst(index)
        var arrived = 0
        while arrived < aggregation, recovery.network.first == true {
          recovery.network.removeFirst()
          arrived += 1
        }
        let isProgress = lost == 0 && random.once(in: 3)
        if isProgress { safeAcknowledgments += 1 }
        let room = recovery.acknowledge(UInt32(arrived), isProgress: isProgress)
        if recovery.pipe > recovery.threshold {
          reached.above += 1
          // Proportional: what is sent is to what is delivered as the threshold is to the flight.
          let due = Double(recovery.delivered) * Double(recovery.threshold) / Double(recovery.recoverFlight)
          let bound = max(due + 1, Double(recovery.sent), Double(size))
          XCTAssertLessThanOrEqual(Double(recovery.sent + room), bound, note)
        } else {
          reached.below += 1
          let forced = recovery.sent == 0 ? recovery.pipe + size : size  // the fast retransmission
          XCTAssertLessThanOrEqual(recovery.pipe + room, max(recovery.threshold, forced), note)
          // Packet conservation, and a segment more for each ACK that shows progress.
          XCTAssertLessThanOrEqual(
            recovery.sent + room,
            max(max(recovery.delivered, recovery.sent + UInt32(arrived) * size) + (isProgress ? size : 0), size), note)
        }
        XCTAssertGreaterThanOrEqual(recovery.congestion.window, size, note)
        for _ in 0..<(room / size) { recovery.send(!random.once(in: lossRate)) }
        // There is always something under way that brings another ACK, unless all of it was lost.
        XCTAssertTrue(recovery.pipe >= size, note)
      }
      // With few losses the flight ends where it was to.
      if lossRate == 100, algorithm == CongestionControl.cubic, aggregation < 20, steps > 2 * flight {
        reached.full += 1
        XCTAssertEqual(
          Double(recovery.pipe) / Double(size), Double(recovery.threshold) / Double(size),
          accuracy: 1.1 + Double(flight) / 50, "seed \(seed) run \(run)")
      }
      recovery.congestion.recovered()
      XCTAssertEqual(recovery.congestion.window, recovery.threshold)
    }
    XCTAssertGreaterThan(reached.above, 1000)
    XCTAssertGreaterThan(reached.below, 1000)
    XCTAssertGreaterThan(reached.full, 3)
  }

  /// RFC 9937 7, figure 1 in spirit: one loss of twenty, half of the window is to go: one segment for every two that
  /// are delivered, from the first ACK on.
  func testOneLoss() {
    var recovery = Recovery(segmentSize: 1000, flight: 20, algorithm: CongestionControl.newReno)
    recovery.pipe -= 1000  // the lost one
    var sent: [UInt32] = []
    for _ in 0..<19 {
      let room = recovery.acknowledge(1, isProgress: false)
      sent.append(room / 1000)
      for _ in 0..<(room / 1000) { recovery.send(true) }
    }
    XCTAssertEqual(sent.first, 1, "the fast retransmission")
    XCTAssertEqual(sent.reduce(0, +), 10)
    XCTAssertEqual(recovery.pipe, 10_000)
    XCTAssertFalse(zip(sent, sent.dropFirst()).contains { $0 == 1 && $1 == 1 && recovery.pipe > 10_000 })
  }

  /// Most of the flight is lost: packet conservation, and with progress one segment more at each ACK.
  func testManyLosses() {
    var recovery = Recovery(segmentSize: 1000, flight: 100, algorithm: CongestionControl.cubic)
    recovery.pipe = 5000
    XCTAssertEqual(recovery.acknowledge(1, isProgress: false), 1000)
    recovery.send(true)
    XCTAssertEqual(recovery.acknowledge(1, isProgress: true), 2000)
    recovery.send(true)
    recovery.send(true)
    XCTAssertEqual(recovery.pipe, 6000)
  }

  func testAnAcknowledgmentThatDeliversNothingChangesNothing() {
    var recovery = Recovery(segmentSize: 1000, flight: 20, algorithm: CongestionControl.cubic)
    let before = recovery.congestion.window
    _ = recovery.acknowledge(0, isProgress: false)
    XCTAssertEqual(recovery.congestion.window, before)
  }
}
