import TCPSimulator
import XCTest

final class GoodputTests: XCTestCase {
  /// "MSS / RTT * 1.22 / sqrt(p)" is what losses leave to a NewReno that never times out (Mathis and others, The
  /// macroscopic behavior of the TCP congestion avoidance algorithm). CUBIC has at least that on a short path.
  func testOnePercentOfLossOnAShortPath() {
    let bound = 1448 * 8 / 0.001 * 1.22 / 0.01.squareRoot() / 1e6
    for usesNewReno in [false, true] {
      var goodput = 0.0
      var timeouts = 0
      let seeds: [UInt64] = [1, 2, 3]
      for seed in seeds {
        var scenario = Scenario.download(
          bytes: 4_000_000, loss: 0.01, roundTrip: 1, usesNewReno: usesNewReno, seed: seed)
        scenario.client.acknowledgesEvery = 1
        let outcome = Simulation(scenario).run()
        XCTAssertNil(outcome.failure)
        goodput += outcome.goodput / Double(seeds.count)
        timeouts += outcome.timeouts
      }
      print("1% of loss, 1 ms, \(usesNewReno ? "NewReno" : "CUBIC"): \(goodput) of \(bound) Mbit/s")
      XCTAssertGreaterThan(goodput, bound / 2)
      // Some time-outs are due: 1 in 10,000 retransmissions of the last segments is lost twice.
      XCTAssertLessThanOrEqual(timeouts, 3)
    }
  }

  /// Without loss the link is filled, after slow start.
  func testALosslessPathIsFilled() {
    for roundTrip in [0.2, 1, 10] {
      var scenario = Scenario.download(bytes: 8_000_000, loss: 0, roundTrip: roundTrip, seed: 1)
      scenario.toClient.queueLimit = 4_000_000
      let outcome = Simulation(scenario).run()
      XCTAssertNil(outcome.failure)
      XCTAssertGreaterThan(outcome.goodput, roundTrip < 5 ? 800 : 300, "\(roundTrip) ms")
    }
  }

  /// A table like that of smoltcp's netsim, to look at.
  func testThroughputTable() {
    var table = ThroughputTable(bytes: 1_000_000)
    table.run(seed: 1)
    print(table.text)
    for outcome in table.outcomes.joined() { XCTAssertNil(outcome.failure) }
  }
}
