import LabKit
import XCTest

/// What Wireshark makes of our segments, recorded at the client's end. docs/captures.md has what it says of bad wires.
final class CaptureTests: XCTestCase {
  /// Frames of the server's; the client's own checksums are left to a device, and are no matter here.
  private static let ours = "tcp.srcport == 8080"
  /// Wireshark's names for what has to be absent where nothing is lost.
  private static let complaints = [
    "tcp.analysis.retransmission", "tcp.analysis.fast_retransmission", "tcp.analysis.spurious_retransmission",
    "tcp.analysis.out_of_order", "tcp.analysis.lost_segment", "tcp.analysis.zero_window",
    "tcp.analysis.duplicate_ack", "tcp.analysis.ack_lost_segment", "tcp.flags.reset == 1",
    "tcp.checksum.status == 0", "ip.checksum.status == 0", "tcp.checksum.status == 2", "_ws.malformed",
  ]

  /// Those among them that a tail loss probe brings about.
  private static let repetitions = [
    "tcp.analysis.retransmission", "tcp.analysis.fast_retransmission", "tcp.analysis.spurious_retransmission",
    "tcp.analysis.out_of_order",
  ]

  func testLosslessDownloadHasNothingToComplainOf() throws {
    for server in DownloadLab.Server.every {
      // Other work on the machine may hold up everything.
      var complaints = ["nothing was recorded"]
      for _ in 0..<5 where !complaints.isEmpty { complaints = try self.complaints(of: server) }
      XCTAssertEqual(complaints, [], "\(server)")
    }
  }

  /// What Wireshark has to say of the server in a lossless download of 100 MB.
  private func complaints(of server: DownloadLab.Server) throws -> [String] {
    let lab = try DownloadLab(server, size: 100_000_000, client: [DownloadLab.windowOfTheRing], isImpaired: true)
    try lab.neverProbe()
    let capture = try Capture(on: lab.lab.client)
    try lab.download()
    try capture.stop()
    let filters = Self.complaints.map { "\(Self.ours) && \($0)" }
    let counts = try capture.count(
      ["\(Self.ours) && tcp.len > 0", "\(Self.ours) && tcp.checksum.status == 1"] + filters)
    XCTAssertGreaterThan(counts[0], 100_000_000 / 1460, "\(server): all of it was recorded")
    XCTAssertGreaterThanOrEqual(counts[1], counts[0], "\(server): each checksum was looked at")
    // Acknowledgments that come late, since the machine has other work, are a reason to probe (RFC 8985 7), and a probe
    // is a repetition.
    let probes = server == .nginx ? 0 : try lab.counter("tail_loss_probes")
    let found = zip(Self.complaints, counts.dropFirst(2)).filter { complaint, count in
      count > (Self.repetitions.contains(complaint) ? probes : 0)
    }
    let complaints = found.map { "\($0.1) frames: \($0.0)" }
    print("\(probes) probes, \(Array(counts.dropFirst(2))), \(complaints)")
    return complaints
  }

  /// Wireshark's view of a lossy download agrees with what the wire did.
  func testLossyDownloadIsRepairedAsWiresharkSeesIt() throws {
    for server in DownloadLab.Server.every {
      let lab = try DownloadLab(server, size: 10_000_000, client: [DownloadLab.windowOfTheRing], isImpaired: true)
      try lab.set(.toClient, .init(loss: 0.01, shortest: 100))
      let capture = try Capture(on: lab.lab.client)
      try lab.download(manner: .patient)
      try capture.stop()
      let lost = try lab.counts(.toClient).lost
      print(try capture.expertReport())
      // The recorder stands before the wire's programs: it sees what they lose, and then the repetitions.
      let repeated = ["retransmission", "fast_retransmission", "spurious_retransmission", "out_of_order"]
        .map { "tcp.analysis.\($0)" }.joined(separator: " || ")
      let counts = try capture.count([
        "\(Self.ours) && (\(repeated))", "\(Self.ours) && tcp.checksum.status == 0",
        "\(Self.ours) && tcp.flags.reset == 1", "tcp.options.sack_le && !(\(Self.ours))",
      ])
      XCTAssertGreaterThanOrEqual(counts[0], lost, "\(server): each lost segment is sent again")
      XCTAssertLessThan(counts[0], lost * 2 + 20, "\(server): and little else is")
      XCTAssertEqual(counts[1], 0, "\(server)")
      XCTAssertEqual(counts[2], 0, "\(server)")
      XCTAssertGreaterThan(counts[3], lost, "\(server): the client tells by SACK what it has")
    }
  }
}
