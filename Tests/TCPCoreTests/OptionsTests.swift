import Randomness
import TCPCore
import XCTest

/// The walk over a header's options (RFC 9293 3.1 and 3.2; MUST-5 to MUST-7, MUST-64).
final class OptionsTests: XCTestCase {
  private struct Outcome: Equatable {
    var segmentSize: UInt16
    var steps: Int
  }

  /// Walks `options` as the data plane does, in a buffer whose bytes beyond the list would be an MSS of 0x0bad, or
  /// options of a single byte: a walk that leaves its list is found out.
  private func walk(_ options: [UInt8], file: StaticString = #filePath, line: UInt = #line) -> Outcome {
    let outcome = walk(options, before: [2, 4, 0x0b, 0xad], file, line)
    XCTAssertEqual(walk(options, before: [1], file, line), outcome, file: file, line: line)
    return outcome
  }

  private func walk(_ options: [UInt8], before trap: [UInt8], _ file: StaticString, _ line: UInt) -> Outcome {
    var memory = options
    while memory.count < 44 { memory.append(trap[(memory.count - options.count) % trap.count]) }
    var walk = OptionWalk()
    var found = SegmentOptions()
    var steps = 0
    while steps < Int(OptionWalk.longest) {
      steps += 1
      let another = walk.step(length: UInt32(options.count), into: &found) { offset in
        XCTAssertLessThan(offset, 44, file: file, line: line)
        return memory[Int(offset)]
      }
      if !another { break }
    }
    XCTAssertLessThanOrEqual(walk.offset, UInt32(options.count), file: file, line: line)
    XCTAssertNotEqual(found.maximumSegmentSize, 0x0bad, file: file, line: line)
    return Outcome(segmentSize: found.maximumSegmentSize, steps: steps)
  }

  func testNoOptions() { XCTAssertEqual(walk([]).segmentSize, 0) }

  func testSegmentSizeAlone() { XCTAssertEqual(walk([2, 4, 0x05, 0xb4]).segmentSize, 1460) }

  func testListsOfRealClients() {
    // Linux: MSS, SACK permitted, timestamps, NOP, window scale.
    XCTAssertEqual(
      walk([2, 4, 0x05, 0xb4, 4, 2, 8, 10, 1, 2, 3, 4, 0, 0, 0, 0, 1, 3, 3, 7]).segmentSize, 1460)
    // Windows: MSS, NOP, window scale, NOP, NOP, SACK permitted.
    XCTAssertEqual(walk([2, 4, 0x05, 0xa0, 1, 3, 3, 8, 1, 1, 4, 2]).segmentSize, 1440)
    // macOS: MSS, NOP, window scale, NOP, NOP, timestamps, SACK permitted, end of list twice.
    XCTAssertEqual(
      walk([2, 4, 0x05, 0xb4, 1, 3, 3, 6, 1, 1, 8, 10, 9, 9, 9, 9, 0, 0, 0, 0, 4, 2, 0, 0]).segmentSize, 1460)
    // On an ACK: NOP, NOP, timestamps.
    XCTAssertEqual(walk([1, 1, 8, 10, 1, 1, 1, 1, 2, 2, 2, 2]).segmentSize, 0)
  }

  func testSegmentSizeAtEveryAlignment() {
    for padding in 0...36 {
      XCTAssertEqual(walk([UInt8](repeating: 1, count: padding) + [2, 4, 0x02, 0x18]).segmentSize, 536)
    }
  }

  func testUnknownOptionsOfEveryKindAndLengthAreSkipped() {
    for kind: UInt8 in 3...255 {
      for size in 2...36 {
        let unknown = [kind, UInt8(size)] + [UInt8](repeating: 2, count: size - 2)
        XCTAssertEqual(walk(unknown + [2, 4, 0x02, 0x18]).segmentSize, 536, "kind \(kind), length \(size)")
      }
    }
  }

  func testLongestListIsWalkedToItsEnd() {
    XCTAssertEqual(walk([UInt8](repeating: 1, count: 40)), Outcome(segmentSize: 0, steps: 40))
    XCTAssertEqual(walk([UInt8](repeating: 1, count: 36) + [2, 4, 1, 0]), Outcome(segmentSize: 256, steps: 38))
  }

  func testEndOfListEnds() {
    XCTAssertEqual(walk([0, 2, 4, 0x05, 0xb4]).segmentSize, 0)
    XCTAssertEqual(walk([1, 0, 2, 4, 0x05, 0xb4]).segmentSize, 0)
    XCTAssertEqual(walk([2, 4, 0x05, 0xb4, 0, 2, 4, 1, 1]).segmentSize, 1460)
  }

  func testLengthZeroAndOneEndTheList() {
    for kind: UInt8 in 2...255 {
      for size: UInt8 in [0, 1] {
        XCTAssertEqual(walk([kind, size, 2, 4, 0x05, 0xb4]), Outcome(segmentSize: 0, steps: 1), "kind \(kind)")
      }
    }
  }

  func testLengthBeyondTheListEndsIt() {
    for size: UInt8 in [5, 6, 40, 41, 128, 255] {
      XCTAssertEqual(walk([8, size, 1, 1]), Outcome(segmentSize: 0, steps: 1))
      XCTAssertEqual(walk([2, size, 5, 0xb4]), Outcome(segmentSize: 0, steps: 1))
    }
    // It is not the whole list that counts, but what is left of it.
    XCTAssertEqual(walk([2, 4, 0x05, 0xb4, 8, 7, 1, 1]).segmentSize, 1460)
  }

  func testKindWithoutALengthEndsTheList() {
    XCTAssertEqual(walk([2]).segmentSize, 0)
    XCTAssertEqual(walk([1, 1, 1, 2]).segmentSize, 0)
    XCTAssertEqual(walk([UInt8](repeating: 1, count: 39) + [8]).segmentSize, 0)
  }

  func testTruncatedSegmentSizeIsNotRead() {
    XCTAssertEqual(walk([2, 4]).segmentSize, 0)
    XCTAssertEqual(walk([2, 4, 5]).segmentSize, 0)
    XCTAssertEqual(walk([UInt8](repeating: 1, count: 37) + [2, 4, 5]).segmentSize, 0)
  }

  func testSegmentSizeOfAnotherLengthIsSkipped() {
    XCTAssertEqual(walk([2, 2, 2, 4, 0x02, 0x18]).segmentSize, 536)
    XCTAssertEqual(walk([2, 3, 9, 2, 4, 0x02, 0x18]).segmentSize, 536)
    XCTAssertEqual(walk([2, 6, 9, 9, 9, 9]).segmentSize, 0)
  }

  func testLastOfSeveralSegmentSizesCounts() {
    XCTAssertEqual(walk([2, 4, 0x05, 0xb4, 2, 4, 0x02, 0x18]).segmentSize, 536)
  }

  func testAnyBytesAtAll() {
    var random = SplitMix(seed: 2)
    for _ in 0..<100_000 {
      let length = random.below(11) * 4
      let options = (0..<length).map { _ in
        random.once(in: 2) ? UInt8(random.below(9)) : UInt8(truncatingIfNeeded: random.next())
      }
      // `walk` itself asserts that nothing outside is read as an option.
      XCTAssertLessThanOrEqual(walk(options).steps, 40)
    }
  }
}
