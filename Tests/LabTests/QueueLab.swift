import BPF
import DataPlaneABI
import LabKit
import ServerControl
import XCTest

/// A lab whose wire has two queues each way, and whose server receives from each of them on a CPU of its own. The
/// client sends each of a connection's frames by any of the two.
final class QueueLab {
  let lab: DownloadLab
  private let startOfLog: KernelLog

  /// - Parameters:
  ///   - size: of the body, bytes.
  ///   - arguments: further ones of `xdp_loader attach`.
  /// - Throws: `LabError`, on a machine with one CPU too.
  init(_ mode: ServerLab.Mode, size: Int, arguments: [String] = []) throws {
    startOfLog = KernelLog()
    lab = try DownloadLab(.xdp(mode), size: size, queues: 2, isImpaired: true, arguments: arguments)
    let server = lab.lab.server
    // Only with GRO a veth without a native program has NAPI.
    if mode == .skb { try server.namespace.run("ethtool", "-K", server.interface, "gro", "on") }
    _ = try ReceiveQueues(of: server, count: 2)
    try ReceiveQueues.spread(from: lab.lab.client)
    try waitUntil("the server answers again") {
      try lab.lab.client.namespace.attempt("curl", "-sS", "--max-time", "1", "-r", "0-0", "-o", "/dev/null", lab.url())
        .succeeded
    }
  }

  /// What each CPU has counted so far.
  func counters() throws -> [statistics] {
    let server = lab.lab.server
    return try server.namespace.inside {
      let running = try RunningServer(interface: NetworkInterface(named: server.interface))
      return try XCTUnwrap(try running.statistics.lookupPerCPU(UInt32(0), as: statistics.self))
    }
  }

  /// Runs `body` and looks at what both CPUs did meanwhile, and at what has to be true of any load.
  /// - Parameters:
  ///   - share: of the received segments, that each CPU has to have had at least.
  ///   - races: how many may be dropped, besides one in a hundred, since another CPU was at the session.
  @discardableResult
  func measure(
    _ what: String, share: Double = 0.2, races: UInt64 = 20, file: StaticString = #filePath, line: UInt = #line,
    _ body: () throws -> Void
  ) throws -> Difference {
    let before = try counters()
    try body()
    let difference = Difference(before, try counters())
    print("\(what): \(difference)")
    let received = difference.each(\.segments_received)
    let total = received.reduce(0, +)
    let busy = received.filter { Double($0) >= share * Double(total) }
    XCTAssertGreaterThanOrEqual(busy.count, 2, "\(what): \(received) segments by CPU", file: file, line: line)
    // Who finds a session held waits; few wait for too long, and what they drop is repeated.
    XCTAssertLessThan(difference.sum(\.dropped_race), total / 100 + races, what, file: file, line: line)
    for counter in [\statistics.dropped_internal, \.dropped_plan, \.sessions_given_up, \.sessions_refused] {
      XCTAssertEqual(difference.sum(counter), 0, "\(what): \(difference)", file: file, line: line)
    }
    return difference
  }

  /// All sessions have gone, none of them forgotten, and the kernel has nothing to complain of.
  func end(file: StaticString = #filePath, line: UInt = #line) throws {
    let server = lab.lab.server
    var left: [Any] = []
    let deadline = ContinuousClock.now + .seconds(20)
    repeat {
      let text = try server.namespace.run(Products.loader, "sessions", server.interface, "--json")
      let json = try JSONSerialization.jsonObject(with: Data(text.utf8))
      left = try XCTUnwrap(ServerLab.find("sessions", in: json) as? [Any])
    } while !left.isEmpty && ContinuousClock.now < deadline
    XCTAssertTrue(left.isEmpty, "\(left.count) sessions stay, such as \(left[0])", file: file, line: line)
    XCTAssertEqual(startOfLog.complaints(), [], file: file, line: line)
  }

  /// What was counted between two moments.
  struct Difference: CustomStringConvertible {
    private let before, after: [statistics]

    init(_ before: [statistics], _ after: [statistics]) { (self.before, self.after) = (before, after) }

    func each(_ counter: KeyPath<statistics, UInt64>) -> [UInt64] {
      zip(before, after).map { $1[keyPath: counter] &- $0[keyPath: counter] }
    }

    func sum(_ counter: KeyPath<statistics, UInt64>) -> UInt64 { each(counter).reduce(0, +) }

    var description: String {
      "segments \(each(\.segments_received)) by CPU, \(sum(\.requests)) requests, \(sum(\.segments_sent)) sent, "
        + "\(sum(\.segments_retransmitted)) again, \(sum(\.retransmission_timeouts)) timeouts, "
        + "\(sum(\.tail_loss_probes)) probes, \(sum(\.fast_recoveries)) recoveries, "
        + "\(sum(\.recoveries_undone)) undone, "
        + "\(sum(\.dropped_out_of_order)) out of order, \(sum(\.dropped_race)) lost by races, "
        + "\(sum(\.sessions_reset)) reset"
    }
  }
}
