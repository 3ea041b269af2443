import Randomness
import TCPCore
import XCTest

/// RFC 1071, against a plain sum of 16-bit words.
final class InternetChecksumTests: XCTestCase {
  /// The ones' complement sum over big-endian words, as the RFC's text has it, not inverted.
  private func reference(_ bytes: [UInt8]) -> UInt16 {
    var sum = 0
    for index in stride(from: 0, to: bytes.count, by: 2) {
      sum += Int(bytes[index]) << 8 + (index + 1 < bytes.count ? Int(bytes[index + 1]) : 0)
      if sum > 0xffff { sum -= 0xffff }
    }
    return UInt16(sum)
  }

  /// The core's sum over words as they lie in memory, eight bytes at a time.
  private func sum(_ bytes: [UInt8]) -> UInt64 {
    let padded = bytes + [UInt8](repeating: 0, count: (8 - bytes.count % 8) % 8)
    return padded.withUnsafeBytes { raw in
      stride(from: 0, to: raw.count, by: 8).reduce(UInt64(0)) {
        $0 + InternetChecksum.sum(raw.loadUnaligned(fromByteOffset: $1, as: UInt64.self))
      }
    }
  }

  /// In network byte order, and with ones' complement's two zeros taken for one.
  private func normal(_ sum: UInt16) -> UInt16 { sum == 0xffff ? 0 : sum }

  func testExampleOfTheRFC() {
    // RFC 1071 3: 00 01 f2 03 f4 f5 f6 f7 sums to ddf2.
    let bytes: [UInt8] = [0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]
    XCTAssertEqual(UInt16(bigEndian: InternetChecksum.fold(sum(bytes))), 0xddf2)
  }

  func testRandomInputsOfEveryLength() {
    var random = SplitMix(seed: 3)
    for length in 0...1500 {
      let bytes = (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      let folded = UInt16(bigEndian: InternetChecksum.fold(sum(bytes)))
      XCTAssertEqual(normal(folded), normal(reference(bytes)), "\(length) bytes")
    }
  }

  func testAllOnesCarriesAllTheWay() {
    for length in stride(from: 8, through: 65536, by: 4096) {
      let bytes = [UInt8](repeating: 0xff, count: length)
      XCTAssertEqual(InternetChecksum.fold(sum(bytes)), 0xffff)
    }
  }

  func testFoldOfExtremeSums() {
    XCTAssertEqual(InternetChecksum.fold(0), 0)
    XCTAssertEqual(InternetChecksum.fold(0xffff), 0xffff)
    XCTAssertEqual(InternetChecksum.fold(0x1_0000), 1)
    XCTAssertEqual(InternetChecksum.fold(0x1_fffe), 0xffff)
    XCTAssertEqual(InternetChecksum.fold(0xffff_ffff), 0xffff)
    XCTAssertEqual(InternetChecksum.fold(0x1_0000_0000), 1)
    XCTAssertEqual(InternetChecksum.fold(.max), 0xffff)
    XCTAssertEqual(InternetChecksum.fold(.max - 1), 0xfffe)
  }

  func testFoldIsTheSumModulo65535() {
    var random = SplitMix(seed: 4)
    for _ in 0..<100_000 {
      let value = random.next() >> UInt64(random.below(64))
      let folded = InternetChecksum.fold(value)
      XCTAssertEqual(UInt64(folded) % 65535, value % 65535)
      XCTAssertEqual(folded == 0, value == 0)
    }
  }

  func testPartAtAnOddPlaceIsSwapped() {
    var random = SplitMix(seed: 5)
    for _ in 0..<1000 {
      let head = (0..<(random.below(40) * 2 + 1)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      let tail = (0..<random.below(80)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      let parts =
        UInt64(InternetChecksum.fold(sum(head)))
        + UInt64(InternetChecksum.swapped(InternetChecksum.fold(sum(tail))))
      XCTAssertEqual(
        normal(InternetChecksum.fold(parts)), normal(InternetChecksum.fold(sum(head + tail))))
    }
  }
}
