import Foundation
import HTTPCore
import Randomness
import XCTest

/// What the programs write into a head: dates and ranges.
final class HeadTextTests: XCTestCase {
  private func date(_ seconds: UInt32) -> String {
    var words: (UInt64, UInt64, UInt64, UInt64) = (.max, .max, .max, .max)
    return withUnsafeMutableBytes(of: &words) {
      IMFFixdate.write(seconds, to: $0.baseAddress!)
      XCTAssertEqual(Array($0[29...]), [0, 0, 0])
      return String(decoding: $0[..<29], as: UTF8.self)
    }
  }

  /// RFC 9110 5.6.7
  func testExampleOfTheRFC() {
    XCTAssertEqual(date(784_111_777), "Sun, 06 Nov 1994 08:49:37 GMT")
  }

  /// Every day until the seconds end, against Foundation.
  func testEveryDay() {
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.timeZone = TimeZone(identifier: "GMT")
    format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
    var seconds: UInt64 = 0
    while seconds <= UInt64(UInt32.max) {
      let expected = format.string(from: Date(timeIntervalSince1970: TimeInterval(seconds)))
      XCTAssertEqual(date(UInt32(seconds)), expected)
      seconds += 86_399  // each day at another second
    }
  }

  private struct Text: LineSink {
    var bytes: [UInt8] = []

    mutating func put(_ word: UInt64, _ count: UInt) {
      bytes += withUnsafeBytes(of: word.littleEndian) { Array($0.prefix(Int(count))) }
    }

    mutating func put(number: UInt32) {
      let decimal = DecimalDigits(number)
      put(decimal.low, UInt(min(decimal.count, 8)))
      if decimal.count > 8 { put(decimal.high, UInt(decimal.count - 8)) }
    }
  }

  private func lines(_ range: RangeLines) -> String {
    var text = Text()
    range.write(to: &text)
    XCTAssertEqual(text.bytes.count, Int(range.byteCount))
    return String(decoding: text.bytes, as: UTF8.self)
  }

  func testDecimals() {
    var random = SplitMix(seed: 8)
    var numbers: [UInt32] = [0, 9, 10, 99, 100, 9_999_999, 10_000_000, 99_999_999, 100_000_000, .max]
    for _ in 0..<1000 { numbers.append(UInt32(truncatingIfNeeded: random.next()) >> UInt32(random.below(32))) }
    for number in numbers {
      var text = Text()
      text.put(number: number)
      XCTAssertEqual(String(decoding: text.bytes, as: UTF8.self), String(number))
    }
  }

  /// RFC 9110 14.4, 15.3.7
  func testPartialLines() {
    var random = SplitMix(seed: 7)
    var numbers: [UInt32] = [0, 9, 10, 99, 100, 99_999_999, 100_000_000, 999_999_999, 1_000_000_000]
    for _ in 0..<200 {
      numbers.append(UInt32.random(in: 0..<(1 << 30), using: &random) >> UInt32.random(in: 0..<30, using: &random))
    }
    for first in numbers {
      let length = UInt32.random(in: 1...(1 << 30), using: &random) >> UInt32.random(in: 0..<31, using: &random) | 1
      for persistence in [Persistence.implied, .close, .keepAlive] {
        let total = first &+ length &+ 5
        let connection = ["", "Connection: close\r\n", "Connection: keep-alive\r\n"][Int(persistence.rawValue)]
        XCTAssertEqual(
          lines(RangeLines(first: first, length: length, total: total, persistence: persistence)),
          "Content-Range: bytes \(first)-\(first + length - 1)/\(total)\r\n"
            + "Content-Length: \(length)\r\n\(connection)\r\n")
      }
    }
  }

  /// RFC 9110 15.5.17
  func testUnsatisfiedLines() {
    XCTAssertEqual(
      lines(RangeLines(first: 0, length: 0, total: 1234, persistence: .implied)), "Content-Range: bytes */1234\r\n\r\n")
    XCTAssertEqual(
      lines(RangeLines(first: 0, length: 0, total: 0, persistence: .close)),
      "Content-Range: bytes */0\r\nConnection: close\r\n\r\n")
  }
}
