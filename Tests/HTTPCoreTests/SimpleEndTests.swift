import HTTPCore
import XCTest

/// The short cut through the end of a head must leave the parser exactly where the tables would.
final class SimpleEndTests: XCTestCase {
  private func take(_ shortCut: ShortCut, _ bytes: [UInt8]) -> Int {
    shortCut.take(bytes) { parser, buffer, count, _ in parser.readSimpleEnd(buffer, count) }
  }

  private let heads = [
    "GET / HTTP/1.1\r\nHost: x\r\n", "GET / HTTP/1.1\r\n", "HEAD /a HTTP/1.0\r\n", "PUT / HTTP/1.1\r\nHost: x\r\n",
    "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n", "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n",
  ]

  func testEmptyLineEndsTheHead() {
    for head in heads {
      let shortCut = ShortCut().read(Array(head.utf8))
      let byTables = ShortCut().read(Array("\(head)\r\n".utf8), settling: false)
      XCTAssertEqual(take(shortCut, Array("\r\nGET".utf8)), 2, head)
      ShortCut.assertSame(shortCut, byTables, head)
      XCTAssertEqual(shortCut.settle(), byTables.settle(), head)
      ShortCut.assertSame(shortCut, byTables, head)
    }
  }

  func testEverythingElseIsLeftToTheTables() {
    for rest in ["\r", "\n", "\rx", "A: b\r\n", "\n\r", " \r\n", "x"] {
      let shortCut = ShortCut().read(Array("GET / HTTP/1.1\r\nHost: x\r\n".utf8))
      let before = shortCut.parser
      XCTAssertEqual(take(shortCut, Array(rest.utf8)), 0, rest)
      XCTAssertEqual(shortCut.parser, before, rest)
    }
  }

  /// Anywhere but at the beginning of a field line CR LF means something else.
  func testNowhereElse() {
    let line = "GET / HTTP/1.1"
    for input in ["", "GET", line, "\(line)\r\nHost:", "\(line)\r\nHost: x", "\(line)\r\nA"] {
      let shortCut = ShortCut().read(Array(input.utf8))
      let before = shortCut.parser
      XCTAssertEqual(take(shortCut, [0x0D, 0x0A]), 0, input)
      XCTAssertEqual(shortCut.parser, before, input)
    }
  }
}
