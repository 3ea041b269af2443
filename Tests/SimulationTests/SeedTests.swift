import Foundation
import Randomness
import TCPSimulator
import XCTest

final class SeedTests: XCTestCase {
  /// Any client over any network, by seeds: `make simulate SEED=N SEEDS=1` runs one of them again.
  func testConversationsOverBadNetworks() {
    let seed = randomSeed("SEED")
    let count = ProcessInfo.processInfo.environment["SEEDS"].flatMap { Int($0) } ?? 10_000
    var runner = Runner()
    runner.run(seed: seed, count: count)
    print(runner.summary)
    for outcome in runner.failures { XCTFail("seed \(outcome.seed): \(outcome.failure ?? "")") }
  }

  /// The same seed gives the same conversation, to the last event.
  func testASeedRepeatsItsConversation() {
    for seed in 1...20 as ClosedRange<UInt64> {
      var traces: [[String]] = []
      for _ in 0..<2 {
        var lines: [String] = []
        let simulation = Simulation(Scenario(seed: seed))
        simulation.trace = { lines.append($0) }
        _ = simulation.run()
        traces.append(lines)
      }
      XCTAssertFalse(traces[0].isEmpty)
      XCTAssertEqual(traces[0], traces[1], "seed \(seed)")
    }
  }
}
