import Foundation
import XCTest

/// Whole conversations with a model client, at random.
final class PeerTests: XCTestCase {
  /// `TCP_TEST_SEED`, a number, repeats a run.
  private static var seed: UInt64 {
    if let text = ProcessInfo.processInfo.environment["TCP_TEST_SEED"], let seed = UInt64(text) { return seed }
    return UInt64.random(in: 0...UInt64(UInt32.max))
  }

  func testStreamsArriveIntactThroughReorderingAndDuplication() {
    let first = Self.seed
    print("TCP_TEST_SEED=\(first)")
    for seed in first..<(first + 300) {
      var conversation = Conversation(seed: seed)
      conversation.run()
      XCTAssertEqual(conversation.complaints, [], "TCP_TEST_SEED=\(seed)")
      if !conversation.complaints.isEmpty { return }
    }
  }
}
