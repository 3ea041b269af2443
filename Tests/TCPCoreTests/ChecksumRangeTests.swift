import Randomness
import TCPCore
import XCTest

/// The sum of a range from a table of running sums, against the sum of its bytes (RFC 1071).
final class ChecksumRangeTests: XCTestCase {
  /// Bytes and their running sums, laid out as the content store has them.
  private struct Store {
    let bytes: [UInt8]
    private let sums: [UInt16]

    /// - Parameter bytes: 16 times a number.
    init(_ bytes: [UInt8]) {
      self.bytes = bytes
      var sums: [UInt16] = []
      var sum: UInt64 = 0
      for start in stride(from: 0, to: bytes.count, by: Int(InternetChecksum.step)) {
        sums.append(InternetChecksum.fold(sum))
        for place in stride(from: start, to: start + 16, by: 2) {
          sum += UInt64(bytes[place]) + UInt64(bytes[place + 1]) << 8
        }
      }
      self.sums = sums
    }

    private func word(_ place: Int) -> UInt64 {
      bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: place, as: UInt64.self) }
    }

    private func sum(before place: Int) -> UInt64 {
      InternetChecksum.sum(
        before: sums[place / 16], low: word(place / 16 * 16), high: word(place / 16 * 16 + 8),
        count: UInt64(place) & 15)
    }

    func sum(_ range: Range<Int>) -> UInt16 {
      InternetChecksum.difference(
        sum(before: range.upperBound), sum(before: range.lowerBound), startingAt: UInt64(range.lowerBound))
    }
  }

  /// RFC 1071 by its definition: big-endian words, then into network order; zero as all ones.
  private func reference(_ bytes: ArraySlice<UInt8>) -> UInt16 {
    var sum = 0
    for (index, byte) in bytes.enumerated() {
      sum += index % 2 == 0 ? Int(byte) << 8 : Int(byte)
      if sum > 0xffff { sum -= 0xffff }
    }
    return sum == 0 ? 0xffff : UInt16(sum).bigEndian
  }

  private func check(_ bytes: [UInt8], _ range: Range<Int>, line: UInt = #line) {
    XCTAssertEqual(Store(bytes).sum(range), reference(bytes[range]), "\(range)", line: line)
  }

  func testEveryRangeOfShortStores() {
    var random = SplitMix(seed: randomSeed("CHECKSUM_RANGE_SEED"))
    for round in 0..<12 {
      let bytes = (0..<80).map { _ in round == 0 ? 0xff : UInt8(truncatingIfNeeded: random.next()) }
      let store = Store(bytes)
      for start in 0..<79 {
        for end in start + 1..<80 {
          XCTAssertEqual(store.sum(start..<end), reference(bytes[start..<end]), "\(start)..<\(end)")
        }
      }
    }
  }

  func testRandomRangesOfALongStore() {
    var random = SplitMix(seed: randomSeed("CHECKSUM_RANGE_SEED"))
    let bytes = (0..<278_528).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    let store = Store(bytes)
    for _ in 0..<2000 {
      let start = random.below(262_144)
      let range = start..<start + 1 + random.below(random.once(in: 4) ? 16384 : 1500)
      XCTAssertEqual(store.sum(range), reference(bytes[range]), "\(range)")
    }
    let longest = 262_143..<278_527
    XCTAssertEqual(store.sum(longest), reference(bytes[longest]))
  }

  func testBytesAroundTheRangeDoNotMatter() {
    var random = SplitMix(seed: randomSeed("CHECKSUM_RANGE_SEED"))
    for start in 0..<40 {
      let content = (0..<1 + random.below(50)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      for _ in 0..<4 {
        var bytes = (0..<112).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        bytes.replaceSubrange(start..<start + content.count, with: content)
        check(bytes, start..<start + content.count)
        XCTAssertEqual(Store(bytes).sum(start..<start + content.count), reference(content[...]))
      }
    }
  }

  func testZeroIsAllOnes() {
    let zeros = [UInt8](repeating: 0, count: 64)
    XCTAssertEqual(Store(zeros).sum(3..<40), 0xffff)
    let ones = [UInt8](repeating: 0xff, count: 64)
    XCTAssertEqual(Store(ones).sum(4..<40), 0xffff)
    XCTAssertEqual(Store(ones).sum(3..<40), UInt16(0xff00).bigEndian)
  }

  func testRunningSumOfZero() {
    // That of bytes which are not all zero is all ones, and not 0.
    let bytes: [UInt8] = [0xff, 0xff] + [UInt8](repeating: 0, count: 14) + Array(1...48)
    for start in 0..<20 { check(bytes, start..<start + 30) }
  }
}
