import Randomness
import XCTest

/// Whole conversations with a model client, at random.
final class PeerTests: XCTestCase {
  func testStreamsArriveIntactThroughReorderingAndDuplication() {
    let first = randomSeed("TCP_TEST_SEED")
    for seed in first..<(first + 300) {
      var conversation = Conversation(seed: seed)
      conversation.run()
      XCTAssertEqual(conversation.complaints, [], "TCP_TEST_SEED=\(seed)")
      if !conversation.complaints.isEmpty { return }
    }
  }
}
