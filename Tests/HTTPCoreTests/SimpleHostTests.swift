import HTTPCore
import HTTPGrammar
import XCTest

/// The short cut through a Host field must leave the parser exactly where the tables would.
final class SimpleHostTests: XCTestCase {
  private let grammar = RequestGrammar()
  private let beginning = Array("GET / HTTP/1.1\r\nHost:".utf8)

  /// The parser behind the beginning and `count` bytes of `value`, by the tables alone.
  private func byTables(_ value: [UInt8], _ count: Int) -> RequestParser {
    var parser = RequestParser()
    for byte in beginning + value.prefix(count) {
      let cell = UnsafeMutableRawBufferPointer.allocate(byteCount: 64, alignment: 8)
      defer { cell.deallocate() }
      cell[0] = byte
      grammar.withTables { tables in _ = parser.read(UnsafeRawPointer(cell.baseAddress!), 1, tables) }
      _ = parser.settle()
    }
    parser.byte = 0  // only looked at where a digit was read
    return parser
  }

  private func shortCut(_ value: [UInt8]) -> (UInt32, RequestParser) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64, alignment: 8)
    defer { buffer.deallocate() }
    for index in 0..<64 { buffer[index] = index < value.count ? value[index] : 0x41 }
    var parser = byTables([], 0)
    let taken = parser.readSimpleHost(UnsafeRawPointer(buffer.baseAddress!), UInt32(min(value.count, 64)))
    parser.byte = 0
    return (taken, parser)
  }

  func testUsualValuesAreTaken() {
    let longest = " " + String(repeating: "h", count: 31)
    for value in [" x", " 10.77.0.1:8080", " example.com", " a-b.example:65535", longest] {
      let bytes = Array("\(value)\r\nAccept: */*\r\n\r\n".utf8)
      let (taken, parser) = shortCut(bytes)
      XCTAssertEqual(Int(taken), value.utf8.count + 2, value)
      XCTAssertEqual(parser, byTables(bytes, Int(taken)), value)
    }
  }

  func testEverythingElseIsLeftToTheTables() {
    let values = [
      "x\r\n", "  x\r\n", " \r\n", " x \r\n", " x:\r\n", " x:80a\r\n", " [::1]\r\n", " x\n", " x\r", " x", " %41\r\n",
      " x:1234567\r\n", " " + String(repeating: "h", count: 32) + "\r\n", " a_b\r\n", " \u{e9}\r\n",
    ]
    for value in values {
      let (taken, parser) = shortCut(Array(value.utf8))
      XCTAssertEqual(taken, 0, value)
      XCTAssertEqual(parser, byTables([], 0), value)
    }
  }

  func testWhateverIsTakenIsWhatTheTablesMakeOfIt() {
    expectWhatTheTablesMake(
      of: { " \(String(repeating: "a", count: 1 + $0.below(31))):80\r\n\r\n" },
      shortCut: { shortCut($0) }, byTables: { byTables($0, $1) })
  }
}
