import LabKit
import XCTest

/// Downloads over a wire that reorders, doubles and changes frames, and all of it at once.
final class LossyWireTests: XCTestCase {
  func testReordering() throws {
    try everyWay(size: 3_000_000, .init(reordering: 0.02)) { counts, place in
      XCTAssertGreaterThan(counts.reordered, 0, place)
      XCTAssertGreaterThan(counts.returned, 0, place)
    }
  }

  func testMuchReordering() throws {
    // Frames that are held up for less than a round trip, and many of them.
    try everyWay(size: 1_000_000, delay: .microseconds(50), .init(reordering: 0.3)) { counts, place in
      XCTAssertGreaterThan(counts.returned, 0, place)
    }
  }

  func testDuplication() throws {
    try everyWay(size: 3_000_000, .init(duplication: 0.1)) { counts, place in
      XCTAssertGreaterThan(counts.duplicated, 0, place)
    }
  }

  /// Whatever byte of a frame is changed, what is delivered has none of it.
  func testCorruption() throws {
    try everyWay(size: 3_000_000, .init(corruption: 0.02)) { counts, place in
      XCTAssertGreaterThan(counts.corrupted, 0, place)
    }
  }

  func testEverythingAtOnce() throws {
    let rates = Impairment.Rates(loss: 0.02, corruption: 0.02, duplication: 0.05, reordering: 0.05)
    try everyWay(size: 1_000_000, rates) { counts, place in
      XCTAssertGreaterThan(min(counts.lost, counts.corrupted, counts.duplicated, counts.returned), 0, place)
    }
  }

  /// Towards the client, towards the server, and both, over IPv4 and IPv6.
  /// - Parameter check: what has to have happened to the frames towards the client, which are many.
  private func everyWay(
    size: Int, delay: Duration = .milliseconds(1), _ rates: Impairment.Rates,
    check: (Impairment.Counts, String) -> Void
  ) throws {
    for server in DownloadLab.Server.every {
      let lab = try DownloadLab(server, size: size, isImpaired: true, delay: delay)
      // Generic XDP takes no frame that a tc program has redirected (skb_is_redirected): the server's kernel would get
      // those that are doubled or reordered on their way to it.
      let isGeneric = server == .xdp(.skb)
      for (directions, family) in [
        ([Impairment.Direction.toClient], ServerLab.Family.ipv4), ([.toServer], .ipv4),
        ([.toClient, .toServer], .ipv6), ([.toClient, .toServer], .ipv4),
      ] where !isGeneric || directions == [.toClient] {
        try lab.set(.none)
        for direction in directions { try lab.set(direction, rates) }
        let place = "\(server) \(family) \(directions)"
        print(place)
        let result = try lab.download(family, manner: .patient)
        XCTAssertLessThan(result.longestGap, .seconds(5), place)
        for direction in directions {
          try waitUntil("the last frames have come back from the detour") {
            let counts = try lab.counts(direction)
            return counts.returned == counts.reordered
          }
          let counts = try lab.counts(direction)
          print("\(place): \(counts)")
          if direction == .toClient { check(counts, place) }
        }
      }
    }
  }
}
