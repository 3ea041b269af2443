import LabKit
import XCTest

/// Losses in chosen places: what repairs each, and how soon.
final class LossyRepairTests: XCTestCase {
  /// Data segments, and neither handshakes nor acknowledgments.
  private static let data: UInt32 = 100

  /// One lab for all tests of a server: attaching is what takes the time.
  nonisolated(unsafe) private static var labs: [(server: DownloadLab.Server, lab: DownloadLab)] = []

  private static func lab(_ server: DownloadLab.Server, size: Int) throws -> DownloadLab {
    if let lab = labs.first(where: { $0.server == server && $0.lab.body.count == size })?.lab { return lab }
    let lab = try DownloadLab(server, size: size, isImpaired: true)
    labs.append((server, lab))
    return lab
  }

  override class func tearDown() { labs = [] }

  /// How many data segments the body makes, on a wire on which nothing happens: fewest of three times, since other work
  /// on the machine may hold up acknowledgments until one is sent again.
  private func segments(of lab: DownloadLab) throws -> UInt32 {
    let counts = try (0..<3).map { _ in
      try lab.set(.toClient, .init(shortest: Self.data))
      try lab.download()
      return UInt32(try lab.counts(.toClient).frames)
    }
    return counts.min()!
  }

  /// Loses some segments of a download.
  /// - Parameter tries: the machine's other work can hold up anything: the fastest of so many counts.
  private func gap(
    _ lab: DownloadLab, losing lost: Range<UInt32>, tries: Int = 3, over family: ServerLab.Family = .ipv4
  ) throws -> Duration {
    var best = Duration.seconds(1000)
    for _ in 0..<tries {
      try lab.set(.toClient, .init(lost: lost, shortest: Self.data))
      let download = try lab.download(family)
      XCTAssertEqual(try lab.counts(.toClient).lost, lost.count)
      best = min(best, download.longestGap)
    }
    return best
  }

  /// Three segments behind the lost one tell of it: it is sent again within round trips, and not when its time is up.
  func testOneLostInTheMiddleIsRepairedAtOnce() throws {
    for server in DownloadLab.Server.every {
      let lab = try Self.lab(server, size: 300_000)
      let count = try segments(of: lab)
      XCTAssertGreaterThan(count, 50)
      for first in [UInt32(0), 5, count / 2, count - 8] {
        XCTAssertLessThan(try gap(lab, losing: first..<first + 1), .milliseconds(150), "\(server) \(first) of \(count)")
      }
    }
  }

  func testSeveralLostAreRepairedAtOnceWithSelectiveAcknowledgments() throws {
    for server in DownloadLab.Server.every {
      let lab = try Self.lab(server, size: 300_000)
      let count = try segments(of: lab)
      XCTAssertLessThan(try gap(lab, losing: count / 2..<count / 2 + 4), .milliseconds(150), "\(server)")
    }
  }

  /// Without SACK one more segment is repaired each round trip (RFC 6582).
  func testSeveralLostAreRepairedAtOnceWithoutSelectiveAcknowledgments() throws {
    for server in DownloadLab.Server.every {
      let lab = try Self.lab(server, size: 300_000)
      try lab.lab.client.namespace.run("sysctl", "-qw", "net.ipv4.tcp_sack=0")
      defer { _ = try? lab.lab.client.namespace.run("sysctl", "-qw", "net.ipv4.tcp_sack=1") }
      let count = try segments(of: lab)
      XCTAssertLessThan(try gap(lab, losing: count / 2..<count / 2 + 3), .milliseconds(150), "\(server)")
    }
  }

  /// Nothing behind it tells of the last one: a probe or the timer does (RFC 8985 7, RFC 6298).
  func testTheLastOnesLost() throws {
    for server in DownloadLab.Server.every {
      let lab = try Self.lab(server, size: 300_000)
      let count = try segments(of: lab)
      for lost in [1, 3] as [UInt32] {
        XCTAssertLessThan(try gap(lab, losing: count - lost..<count), dueGap(losses: 0), "\(server) last \(lost)")
      }
    }
  }

  func testOnlySegmentLost() throws {
    for server in DownloadLab.Server.every {
      let lab = try Self.lab(server, size: 500)
      XCTAssertEqual(try segments(of: lab), 1)
      XCTAssertLessThan(try gap(lab, losing: 0..<1), dueGap(losses: 0), "\(server)")
      // Over IPv6 a local sender's packet can't be made as short as over IPv4, and it has to become the pump's frame.
      XCTAssertLessThan(try gap(lab, losing: 0..<1, over: .ipv6), dueGap(losses: 0), "\(server)")
      // And its first two repetitions.
      XCTAssertLessThan(try gap(lab, losing: 0..<3, tries: 1), dueGap(losses: 2), "\(server)")
    }
  }

  /// The initial window of ten segments (RFC 6928), so that nothing is left that could tell of them.
  func testAWholeFlightLost() throws {
    for server in DownloadLab.Server.every {
      let lab = try Self.lab(server, size: 300_000)
      let count = try segments(of: lab)
      XCTAssertGreaterThan(count, 40)
      XCTAssertLessThan(try gap(lab, losing: 0..<10), dueGap(losses: 1), "\(server)")
    }
  }

  /// The client has nothing to send again by itself: once the wire is whole, only the server's own timer goes on.
  func testOutageIsOutlasted() throws {
    for server in DownloadLab.Server.every {
      let lab = try Self.lab(server, size: 20_000_000)
      for directions in [[Impairment.Direction.toServer], [.toClient], [.toClient, .toServer]] {
        try lab.set(.none)
        var manner = Download.Manner.patient
        // More than a second, within which a busy machine gets to what follows.
        manner.chunk = 65536
        manner.breath = .milliseconds(5)
        let download = lab.start(manner: manner)
        try waitUntil("the download is under way") { try lab.counts(.toClient).frames > 2000 }
        for direction in directions { try lab.set(direction, .everythingLost) }
        usleep(2_000_000)
        XCTAssertFalse(download.isDone)
        for direction in directions { try lab.set(direction, .none) }
        let result = try download.result()
        print("\(server) \(directions): longest gap \(result.longestGap)")
        // The timer's distance has doubled up to the outage's length, or nearly.
        XCTAssertGreaterThan(result.longestGap, .milliseconds(1500), "\(server) \(directions)")
        XCTAssertLessThan(result.longestGap, .seconds(6), "\(server) \(directions)")
      }
    }
  }

  /// Each frame of the handshake, lost once.
  func testHandshakeLost() throws {
    for server in DownloadLab.Server.every {
      let lab = try Self.lab(server, size: 500)
      let frames: [(Impairment.Direction, UInt32)] = [(.toServer, 0), (.toClient, 0), (.toServer, 1), (.toServer, 2)]
      for (direction, frame) in frames {
        try lab.set(.none)
        try lab.set(direction, .init(lost: frame..<frame + 1))
        let result = try lab.download()
        XCTAssertEqual(try lab.counts(direction).lost, 1)
        // SYNs are repeated after a second (RFC 6298 2.1), and a request by the client, who waits for two.
        XCTAssertLessThan(result.duration, .seconds(4), "\(server) \(direction) \(frame)")
      }
    }
  }
}
