import DataPlaneABI
import XCTest

/// Counters that a step must move, and by how much.
typealias Changes = [KeyPath<statistics, u64>: UInt64]

extension TestServer {
  /// Runs `step`, in which these counters must move, by exactly so much, and no other at all.
  func expectCounters<T>(
    _ changes: Changes, file: StaticString = #filePath, line: UInt = #line, _ step: () throws -> T
  ) throws -> T {
    let before = try counters()
    let result = try step()
    let after = try counters()
    var expected = before
    for (field, amount) in changes {
      guard let offset = MemoryLayout<statistics>.offset(of: field) else { preconditionFailure("not a stored field") }
      expected[offset / 8] += amount
    }
    let names = Mirror(reflecting: statistics()).children.map { $0.label ?? "?" }
    for index in before.indices where after[index] != expected[index] {
      XCTFail(
        "\(names[index]) moved by \(after[index] - before[index]), not \(expected[index] - before[index])",
        file: file, line: line)
    }
    return result
  }

  /// The sums over the CPUs, in the order of `struct statistics`.
  private func counters() throws -> [UInt64] {
    let copies = try object.map("statistics").lookupPerCPU(UInt32(0), as: statistics.self) ?? []
    let zero = [UInt64](repeating: 0, count: MemoryLayout<statistics>.size / 8)
    return copies.reduce(zero) { sums, copy in
      withUnsafeBytes(of: copy) { zip(sums, $0.bindMemory(to: UInt64.self)).map(+) }
    }
  }
}

extension Changes {
  func adding(_ other: Changes) -> Changes { merging(other, uniquingKeysWith: +) }

  /// A SYN that opened a session.
  static var opening: Changes { [\.sessions_opened: 1, \.syn_acknowledgments_sent: 1] }

  /// Payload taken, payload sent, and what requests it completed.
  static func taken(_ received: Int = 0, sent: Int = 0, requests: Int = 0, refused: Int = 0) -> Changes {
    [
      \.bytes_received: UInt64(received), \.bytes_sent: UInt64(sent), \.requests: UInt64(requests),
      \.requests_refused: UInt64(refused),
    ]
  }
}
