import HTTPCore
import HTTPGrammar
import XCTest

/// The short cut through the end of a head must leave the parser exactly where the tables would.
final class SimpleEndTests: XCTestCase {
  private let grammar = RequestGrammar()

  /// A parser that has read `input`, by the tables alone, and settled after each byte but the last.
  private func byTables(_ input: [UInt8]) -> RequestParser {
    var parser = RequestParser()
    let cell = UnsafeMutableRawBufferPointer.allocate(byteCount: 64, alignment: 8)
    defer { cell.deallocate() }
    for (index, byte) in input.enumerated() {
      cell[0] = byte
      grammar.withTables { tables in _ = parser.read(UnsafeRawPointer(cell.baseAddress!), 1, tables) }
      if index < input.count - 1 { _ = parser.settle() }
    }
    return parser
  }

  private func shortCut(_ parser: inout RequestParser, _ rest: [UInt8]) -> UInt32 {
    rest.withUnsafeBytes { parser.readSimpleEnd($0.baseAddress!, UInt32(rest.count)) }
  }

  private let heads = [
    "GET / HTTP/1.1\r\nHost: x\r\n", "GET / HTTP/1.1\r\n", "HEAD /a HTTP/1.0\r\n", "PUT / HTTP/1.1\r\nHost: x\r\n",
    "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n", "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n",
  ]

  func testEmptyLineEndsTheHead() {
    for head in heads {
      var parser = byTables(Array(head.utf8))
      _ = parser.settle()
      var byTheTables = byTables(Array("\(head)\r\n".utf8))
      XCTAssertEqual(shortCut(&parser, Array("\r\nGET".utf8)), 2, head)
      XCTAssertEqual(parser, byTheTables, head)
      XCTAssertEqual("\(parser.settle())", "\(byTheTables.settle())", head)
      XCTAssertEqual(parser, byTheTables, head)
    }
  }

  func testEverythingElseIsLeftToTheTables() {
    for rest in ["\r", "\n", "\rx", "A: b\r\n", "\n\r", " \r\n", "x"] {
      var parser = byTables(Array("GET / HTTP/1.1\r\nHost: x\r\n".utf8))
      _ = parser.settle()
      let before = parser
      XCTAssertEqual(shortCut(&parser, Array(rest.utf8)), 0, rest)
      XCTAssertEqual(parser, before, rest)
    }
  }

  /// Anywhere but at the beginning of a field line CR LF means something else.
  func testNowhereElse() {
    let line = "GET / HTTP/1.1"
    for input in ["", "GET", line, "\(line)\r\nHost:", "\(line)\r\nHost: x", "\(line)\r\nA"] {
      var parser = byTables(Array(input.utf8))
      if !input.isEmpty { _ = parser.settle() }
      let before = parser
      XCTAssertEqual(shortCut(&parser, [0x0D, 0x0A]), 0, input)
      XCTAssertEqual(parser, before, input)
    }
  }
}
