@testable import HTTPContent
import Randomness
import XCTest

/// Ones' complement sums (RFC 1071).
final class ByteSumTests: XCTestCase {
  func testSumIsInMemoryAsOnTheWire() {
    // RFC 1071 3: 00 01 f2 03 f4 f5 f6 f7 gives ddf2.
    XCTAssertEqual(onesComplementSum([0x00, 0x01, 0xF2, 0x03, 0xF4, 0xF5, 0xF6, 0xF7]), UInt16(0xDDF2).bigEndian)
    XCTAssertEqual(onesComplementSum([0x12, 0x34]), UInt16(0x1234).bigEndian)
    XCTAssertEqual(onesComplementSum([0xFF, 0xFF, 0x00, 0x01]), UInt16(0x0001).bigEndian)
    XCTAssertEqual(onesComplementSum([0x12]), UInt16(0x1200).bigEndian)
    XCTAssertEqual(onesComplementSum([]), 0)
  }

  func testSumOfPieces() {
    var generator = SplitMix(seed: randomSeed("CONTENT_SEED"))
    for _ in 0..<300 {
      let bytes = (0..<generator.below(200)).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
      var whole = ByteSum()
      var rest = bytes[...]
      while !rest.isEmpty {
        let piece = Array(rest.prefix(generator.below(20)))
        piece.withUnsafeBytes { whole.add($0) }
        rest = rest.dropFirst(piece.count)
      }
      // By the definition: big-endian words, then into network order.
      var expected: UInt32 = 0
      for (index, byte) in bytes.enumerated() {
        expected += index % 2 == 0 ? UInt32(byte) << 8 : UInt32(byte)
        if expected > 0xFFFF { expected = (expected & 0xFFFF) + 1 }
      }
      XCTAssertEqual(whole.folded, UInt16(expected).bigEndian)
    }
  }
}
