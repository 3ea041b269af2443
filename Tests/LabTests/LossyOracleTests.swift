import LabKit
import XCTest

/// The bad wire does what it says: Linux's TCP at both ends tells. Without this the other tests would show nothing.
final class LossyOracleTests: XCTestCase {
  private func lab(delay: Duration = .milliseconds(1)) throws -> DownloadLab {
    try DownloadLab(.nginx, size: 3_000_000, isImpaired: true, delay: delay)
  }

  func testNothingHappensByItself() throws {
    let lab = try DownloadLab(.nginx, size: 3_000_000, client: [DownloadLab.windowOfTheRing], isImpaired: true)
    try lab.neverProbe()
    try lab.set(.none)
    let before = try lab.lab.server.kernelCounter("RetransSegs", of: "Tcp")
    try lab.download()
    for direction in Impairment.Direction.allCases {
      let counts = try lab.counts(direction)
      XCTAssertGreaterThan(counts.frames, 10)
      XCTAssertEqual(counts, Impairment.Counts(frames: counts.frames))
    }
    // A busy machine makes a few repetitions by itself.
    let repeated = try lab.lab.server.kernelCounter("RetransSegs", of: "Tcp") - before
    XCTAssertLessThan(repeated, try lab.counts(.toClient).frames / 100, lab.accounts)
  }

  func testWhatIsLostIsSentAgain() throws {
    let lab = try lab()
    // Acknowledgments that get lost are not sent again.
    try lab.set(.toClient, .init(loss: 0.05, shortest: 100))
    try lab.download(manner: .patient)
    let counts = try lab.counts(.toClient)
    XCTAssertGreaterThan(Double(counts.lost), 0.03 * Double(counts.frames))
    XCTAssertLessThan(Double(counts.lost), 0.07 * Double(counts.frames))
    XCTAssertGreaterThanOrEqual(
      try lab.lab.server.kernelCounter("RetransSegs", of: "Tcp"), counts.lost, "each is sent again")
  }

  func testChosenFramesAreLost() throws {
    let lab = try lab()
    try lab.set(.toClient, .init(lost: 3..<5, shortest: 1000))
    try lab.download()
    XCTAssertEqual(try lab.counts(.toClient).lost, 2)
    XCTAssertGreaterThanOrEqual(try lab.lab.server.kernelCounter("RetransSegs", of: "Tcp"), 2)
  }

  func testDetourReorders() throws {
    let lab = try lab(delay: .microseconds(200))
    try lab.set(.toClient, .init(reordering: 0.02))
    try lab.download()
    let counts = try lab.counts(.toClient)
    XCTAssertGreaterThan(counts.reordered, 20)
    XCTAssertEqual(counts.lost, 0)
    XCTAssertGreaterThan(try lab.lab.client.kernelCounter("TCPOFOQueue", of: "TcpExt"), 20)
    // None is lost on the detour.
    try waitUntil("all frames have come back") { try lab.counts(.toClient).returned == counts.reordered }
  }

  func testDuplicatesArrive() throws {
    let lab = try lab()
    try lab.set(.toClient, .init(duplication: 0.05, shortest: 1000))
    try lab.download()
    XCTAssertGreaterThan(try lab.counts(.toClient).duplicated, 50)
    XCTAssertGreaterThan(try lab.lab.client.kernelCounter("TCPDSACKOldSent", of: "TcpExt"), 10)
  }

  func testEveryChangedFrameIsFoundOut() throws {
    let lab = try lab()
    let errors = { (host: LabKit.Host) in try host.kernelCounter("InCsumErrors", of: "Tcp") }
    try lab.set(.init(corruption: 0.03))
    try lab.download(manner: .patient)
    XCTAssertGreaterThan(try lab.counts(.toClient).corrupted, 20)
    XCTAssertGreaterThan(try errors(lab.lab.client), 15)
    try lab.set(.none)
    try lab.set(.toServer, .init(corruption: 0.1))
    try lab.download(manner: .patient)
    XCTAssertGreaterThan(try lab.counts(.toServer).corrupted, 5)
    XCTAssertGreaterThan(try errors(lab.lab.server), 0, "a frame's checksum is written before it is changed")
  }

  func testMarkedPacketsSlowTheSenderDown() throws {
    for family in ServerLab.Family.allCases {
      let lab = try DownloadLab(
        .nginx, size: 3_000_000, client: ["tcp_ecn=1", DownloadLab.windowOfTheRing], isImpaired: true)
      try lab.neverProbe()
      try lab.lab.server.namespace.run("sysctl", "-qw", "net.ipv4.tcp_ecn=1")
      try lab.set(.toClient, .init(marking: 0.05))
      let before = try lab.lab.server.kernelCounter("RetransSegs", of: "Tcp")
      try lab.download(family)
      let marked = try lab.counts(.toClient).marked
      XCTAssertGreaterThan(marked, 20)
      if family == .ipv4 {
        XCTAssertGreaterThan(try lab.lab.client.kernelCounter("InCEPkts", of: "IpExt"), 20)
      }
      // It heard of the marks, and took none of them for a loss. A busy machine makes a few repetitions by itself.
      XCTAssertGreaterThan(try lab.lab.server.kernelCounter("TCPDeliveredCE", of: "TcpExt"), 20)
      XCTAssertLessThan(try lab.lab.server.kernelCounter("RetransSegs", of: "Tcp") - before, marked / 4, lab.accounts)
      XCTAssertEqual(try lab.lab.client.kernelCounter("InCsumErrors", of: "Tcp"), 0)
    }
  }

  /// The same seed, the same fate of each frame.
  func testSeedRepeatsARun() throws {
    var lost: [Int] = []
    for _ in 0..<2 {
      setenv("LAB_SEED", "7", 1)
      defer { unsetenv("LAB_SEED") }
      let lab = try lab()
      try lab.set(.toServer, .init(loss: 0.5))
      // SYNs, and refusals: the same frames in each run.
      for port in 0..<40 as Range<UInt16> {
        _ = try? TCPConnection(
          in: lab.lab.client.namespace, to: lab.lab.server.ipv4, port: 7000 + port, timeout: .milliseconds(20))
      }
      lost.append(try lab.counts(.toServer).lost)
    }
    XCTAssertEqual(lost[0], lost[1])
    XCTAssertGreaterThan(lost[0], 5)
  }
}

extension DownloadLab {
  /// What both ends' TCP has counted.
  fileprivate var accounts: String {
    [lab.server, lab.client].map { (try? $0.namespace.run("nstat", "-as")) ?? "" }.joined()
  }
}
