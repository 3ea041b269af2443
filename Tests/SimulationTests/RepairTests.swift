import TCPSimulator
import XCTest

/// What a good sender does about a loss, where the loss is known exactly.
final class RepairTests: XCTestCase {
  /// 200 segments over a path of 20 ms: 10, 20, 40, 80 and 50 in a round trip.
  private func transfer(_ change: (inout Scenario) -> Void) -> Scenario {
    var scenario = Scenario.download(bytes: 0, loss: 0, roundTrip: 20, seed: 1)
    change(&scenario)
    scenario.answers = [200 * (scenario.client.offersTimestamps ? 1448 : 1460)]
    return scenario
  }

  private func run(_ scenario: Scenario, file: StaticString = #filePath, line: UInt = #line) -> Outcome {
    let outcome = Simulation(scenario).run()
    XCTAssertNil(outcome.failure, "\(scenario.client)", file: file, line: line)
    return outcome
  }

  /// Clients with their options switched off one by one.
  private var clients: [(String, (inout ClientSettings) -> Void)] {
    [
      ("all options", { _ in }),
      ("no timestamps", { $0.offersTimestamps = false }),
      ("no SACK", { $0.offersSelectiveAcknowledgment = false }),
      ("no D-SACK", { $0.reportsDuplicates = false }),
      ("no options at all", { client in
        client.offersTimestamps = false
        client.offersSelectiveAcknowledgment = false
        client.windowScale = nil
        client.capacity = 65535
      }),
    ]
  }

  func testNothingIsSentAgainWhereNothingIsLost() {
    for (name, change) in clients {
      for roundTrip in [0.1, 1, 20, 300] {
        for acknowledgesEvery in [1, 2, 8] {
          var scenario = Scenario.download(bytes: 1_000_000, loss: 0, roundTrip: roundTrip, seed: 1)
          change(&scenario.client)
          scenario.client.acknowledgesEvery = acknowledgesEvery
          scenario.toClient.queueLimit = .max
          let outcome = run(scenario)
          let what = "\(name), \(roundTrip) ms, an ACK for \(acknowledgesEvery)"
          XCTAssertEqual(outcome.repeatedSegments, 0, what)
          XCTAssertEqual(outcome.timeouts, 0, what)
          XCTAssertEqual(outcome.probes, 0, what)
        }
      }
    }
  }

  func testASingleLossIsRepairedWithoutATimeout() {
    for (name, change) in clients {
      for lost in [0, 1, 5, 9, 20, 60, 100, 150, 190] {
        let outcome = run(transfer { scenario in
          change(&scenario.client)
          scenario.toClient.dropped = [lost: 1]
        })
        XCTAssertEqual(outcome.timeouts, 0, "\(name), segment \(lost)")
        // Where there is no new data left, RFC 6675 has the last segment sent again as well (NextSeg, rule 4).
        XCTAssertLessThanOrEqual(outcome.repeatedSegments, lost < 60 ? 1 : 2, "\(name), segment \(lost)")
      }
    }
  }

  func testLossesOfOneWindowAreRepairedTogether() {
    for lost in [[20, 22], [40, 41, 42], [60, 65, 70, 75], Array(80..<100)] {
      let outcome = run(transfer { $0.toClient.dropped = Dictionary(uniqueKeysWithValues: lost.map { ($0, 1) }) })
      XCTAssertEqual(outcome.timeouts, 0, "\(lost)")
      let rescue = lost[0] < 60 ? 0 : 1
      XCTAssertLessThanOrEqual(outcome.repeatedSegments, lost.count + rescue, "\(lost)")
    }
  }

  func testALostRetransmissionIsRepairedWhileLaterDataFlows() {
    for lost in [10, 30, 60] {
      let outcome = run(transfer { $0.toClient.dropped = [lost: 2] })
      XCTAssertEqual(outcome.timeouts, 0, "segment \(lost)")
      XCTAssertLessThanOrEqual(outcome.repeatedSegments, 4, "segment \(lost)")
    }
  }

  /// "TLP works only with SACK": clients without it wait for the time-out (RFC 8985 7.2).
  func testTheTailIsRepairedByAProbe() {
    for (name, change) in clients {
      for lost in [[199], [198, 199], [197, 198, 199]] {
        let scenario = transfer { scenario in
          change(&scenario.client)
          scenario.toClient.dropped = Dictionary(uniqueKeysWithValues: lost.map { ($0, 1) })
        }
        let outcome = run(scenario)
        guard scenario.client.offersSelectiveAcknowledgment else { continue }
        XCTAssertEqual(outcome.timeouts, 0, "\(name), segments \(lost)")
        XCTAssertEqual(outcome.probes, 1, "\(name), segments \(lost)")
      }
    }
  }

  /// Segments that overtake each other a little are not taken for lost.
  func testAReorderingOfTwoSegmentsBringsNoRepetition() {
    for (name, change) in clients {
      var scenario = Scenario.download(bytes: 1_000_000, loss: 0, roundTrip: 20, seed: 3)
      change(&scenario.client)
      scenario.toClient.reorder = 0.05
      // A segment takes 12 microseconds at 1 Gbit/s.
      scenario.toClient.reorderDelay = .microseconds(24)
      let outcome = run(scenario)
      XCTAssertGreaterThan(outcome.toClient.reordered, 10, name)
      XCTAssertEqual(outcome.repeatedSegments, 0, name)
      XCTAssertEqual(outcome.timeouts, 0, name)
    }
  }

  /// The reader stops, and goes on after three seconds; whether it says so or not, its window is found open.
  func testAClosedWindowThatOpensAgainIsFound() {
    for keepsUpdatesToItself in [false, true] {
      let outcome = run(transfer { scenario in
        scenario.client.capacity = 20_000
        scenario.client.reader = .pausing(at: 50_000, duration: .seconds(3))
        scenario.client.keepsUpdatesToItself = keepsUpdatesToItself
      })
      XCTAssertEqual(outcome.timeouts, 0)
      XCTAssertGreaterThan(outcome.probes, 0)
      XCTAssertEqual(outcome.repeatedSegments, 0)
    }
  }
}
