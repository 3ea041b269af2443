import LabKit
import XCTest

/// Downloads over a wire that loses frames: every byte right, and no silence that RFC 6298 does not explain.
final class LossyDownloadTests: XCTestCase {
  /// Each row's transfers take seconds at most, and the first rows' enough frames that some are lost for certain.
  private static let rows: [(loss: Double, size: Int, times: Int)] = [
    (0.001, 100_000_000, 1), (0.01, 10_000_000, 1), (0.05, 1_000_000, 1), (0.2, 100_000, 1),
    (0.01, 100_000, 5), (0.05, 10_000, 5), (0.2, 1000, 2), (0.2, 1, 2),
  ]

  func testLossTowardsTheClient() throws { try lose([.toClient]) }
  func testLossTowardsTheServer() throws { try lose([.toServer]) }
  func testLossBothWays() throws { try lose([.toClient, .toServer]) }

  private func lose(_ directions: [Impairment.Direction], line: UInt = #line) throws {
    for server in DownloadLab.Server.every {
      let lab = try DownloadLab(server, size: 1, isImpaired: true)
      for row in Self.rows {
        try lab.replaceBody(try Body(row.size))
        for direction in directions { try lab.set(direction, .init(loss: row.loss)) }
        let place = "\(server), \(row.size) bytes, \(row.loss) lost \(directions)"
        for _ in 0..<row.times {
          let result = try lab.download(manner: .patient)
          let losses = lossesInARow(row.loss * Double(directions.count), segments: row.size / 1448 + 4)
          XCTAssertLessThan(result.longestGap, dueGap(losses: losses), place, line: line)
        }
        for direction in directions {
          let counts = try lab.counts(direction)
          print("\(place): \(counts)")
          if direction == .toClient, row.size >= 100_000, row.times == 1 {
            XCTAssertGreaterThan(counts.lost, 0, place, line: line)
          }
        }
        try lab.set(.none)
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
