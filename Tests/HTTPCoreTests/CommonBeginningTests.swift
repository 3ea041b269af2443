import HTTPCore
import HTTPGrammar
import XCTest

/// The short cut must leave the parser exactly where the tables would.
final class CommonBeginningTests: XCTestCase {
  private let grammar = RequestGrammar()

  /// The parser after `count` bytes by the tables alone.
  private func byTables(_ bytes: [UInt8], _ count: Int) -> RequestParser {
    var parser = RequestParser()
    for position in 0..<count {
      let cell = UnsafeMutableRawBufferPointer.allocate(byteCount: 64, alignment: 8)
      defer { cell.deallocate() }
      cell[0] = bytes[position]
      grammar.withTables { tables in _ = parser.read(UnsafeRawPointer(cell.baseAddress!), 1, tables) }
      _ = parser.settle()
    }
    parser.byte = 0x3A  // only looked at where a digit was read
    return parser
  }

  private func shortCut(_ bytes: [UInt8], after parser: RequestParser = RequestParser()) -> (UInt32, RequestParser) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64, alignment: 8)
    defer { buffer.deallocate() }
    for index in 0..<64 { buffer[index] = index < bytes.count ? bytes[index] : 0x41 }
    var parser = parser
    let taken = parser.readCommonBeginning(UnsafeRawPointer(buffer.baseAddress!), UInt32(min(bytes.count, 64)))
    return (taken, parser)
  }

  func testItIsTakenForEveryTargetThatFits() {
    for length in 1...35 {
      let target = "/" + String(repeating: "x", count: length - 1)
      let bytes = Array("GET \(target) HTTP/1.1\r\nHost: example\r\n\r\n".utf8)
      let (taken, parser) = shortCut(bytes)
      XCTAssertEqual(Int(taken), 4 + length + 16)
      XCTAssertEqual(parser, byTables(bytes, Int(taken)), target)
    }
  }

  func testItIsLeftForEverythingElse() {
    let beginnings = [
      "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n", "GET / HTTP/1.0\r\nHost: xxxx\r\n\r\n", "GET / HTTP/1.1\r\nhost: x\r\n\r\n",
      "GET  HTTP/1.1\r\nHost: xxx\r\n\r\n", "GET / HTTP/1.1\nHost: xxxxxx\r\n\r\n", "get / HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET /\u{7f} HTTP/1.1\r\nHost: x\r\n\r\n", "GET /é HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET /\t HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET / HTTP/1.1\r\nHost", "GET /" + String(repeating: "x", count: 60), "GET / HTTP/2.0\r\nHost: x\r\n\r\n",
    ]
    for text in beginnings {
      let (taken, parser) = shortCut(Array(text.utf8))
      XCTAssertEqual(taken, 0, text)
      XCTAssertEqual(parser, RequestParser(), text)
    }
  }

  func testItIsLeftInTheMiddleOfARequest() {
    let bytes = Array("GET / HTTP/1.1\r\nHost: example\r\n\r\n".utf8)
    let inside = byTables(Array("\r\n".utf8), 2)
    XCTAssertEqual(shortCut(bytes, after: inside).0, 0)
  }

  func testWhateverIsTakenIsWhatTheTablesMakeOfIt() {
    expectWhatTheTablesMake(
      of: { "GET /\(String(repeating: "a", count: $0.below(36))) HTTP/1.1\r\nHost: x\r\n\r\n" },
      shortCut: { shortCut($0) }, byTables: { byTables($0, $1) })
  }
}
