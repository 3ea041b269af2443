import LabKit
import XCTest

/// Downloads over a wire that loses frames: every byte right, and no silence that RFC 6298 does not explain.
final class LossyDownloadTests: XCTestCase {
  func testLongDownloads() throws { try lose(size: 100_000_000, [(0.001, 1)]) }
  func testDownloadsWithOnePercentLost() throws { try lose(size: 10_000_000, [(0.01, 1), (0.001, 2)]) }
  func testDownloadsWithFivePercentLost() throws { try lose(size: 1_000_000, [(0.05, 1), (0.01, 3)]) }
  func testDownloadsWithTwentyPercentLost() throws { try lose(size: 100_000, [(0.2, 1), (0.05, 3)]) }
  func testShortAnswers() throws { try lose(size: 1000, [(0.2, 3), (0.05, 5)]) }

  /// Towards the client, towards the server, and both ways.
  /// - Parameter rates: shares of frames that are lost, and how many downloads each is for.
  private func lose(size: Int, _ rates: [(loss: Double, times: Int)], line: UInt = #line) throws {
    for server in DownloadLab.Server.every {
      let lab = try DownloadLab(server, size: size, isImpaired: true)
      for directions in [[Impairment.Direction.toClient], [.toServer], [.toClient, .toServer]] {
        for rate in rates {
          for direction in directions { try lab.set(direction, .init(loss: rate.loss)) }
          let place = "\(server), \(rate.loss) lost \(directions)"
          for _ in 0..<rate.times {
            let result = try lab.download(manner: .patient)
            let losses = lossesInARow(rate.loss * Double(directions.count), segments: size / 1448 + 4)
            XCTAssertLessThan(result.longestGap, dueGap(losses: losses), place, line: line)
          }
          for direction in directions {
            let counts = try lab.counts(direction)
            print("\(place): \(counts.lost) of \(counts.frames) towards \(direction)")
            // Where some have to be, but for one run in thousands.
            if direction == .toClient, Double(counts.frames) * rate.loss > 12 {
              XCTAssertGreaterThan(counts.lost, 0, place, line: line)
            }
          }
          try lab.set(.none)
        }
      }
    }
  }
}

extension Download.Manner {
  /// For a wire so bad that much has to be said again and again.
  static var patient: Self {
    var manner = Self()
    manner.patience = .seconds(60)
    return manner
  }
}
