import HTTPCore
import XCTest

/// The short cut must leave the parser, and what it keeps, exactly where the tables would.
final class CommonBeginningTests: XCTestCase {
  private func take(_ shortCut: ShortCut, _ bytes: [UInt8]) -> Int {
    shortCut.take(bytes) { $0.readCommonBeginning($1, $2, $3) }
  }

  func testItIsTakenForEveryTargetThatFits() {
    for length in 1...35 {
      let target = "/" + String("Abcdefghijklmnopqrstuvwxyz0123456789".prefix(length - 1))
      let bytes = Array("GET \(target) HTTP/1.1\r\nHost: example\r\n\r\n".utf8)
      let shortCut = ShortCut()
      XCTAssertEqual(take(shortCut, bytes), 4 + length + 16)
      ShortCut.assertSame(shortCut, ShortCut().read(bytes.prefix(4 + length + 16)), target)
      XCTAssertEqual(shortCut.target, Array(target.utf8))
    }
  }

  func testItIsLeftForEverythingElse() {
    let beginnings = [
      "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n", "GET / HTTP/1.0\r\nHost: xxxx\r\n\r\n", "GET / HTTP/1.1\r\nhost: x\r\n\r\n",
      "GET  HTTP/1.1\r\nHost: xxx\r\n\r\n", "GET / HTTP/1.1\nHost: xxxxxx\r\n\r\n", "get / HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET /\u{7f} HTTP/1.1\r\nHost: x\r\n\r\n", "GET /é HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET /\t HTTP/1.1\r\nHost: x\r\n\r\n", "GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET * HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET http://a/ HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET / HTTP/1.1\r\nHost", "GET /" + String(repeating: "x", count: 60), "GET / HTTP/2.0\r\nHost: x\r\n\r\n",
    ]
    for text in beginnings {
      let shortCut = ShortCut()
      XCTAssertEqual(take(shortCut, Array(text.utf8)), 0, text)
      ShortCut.assertSame(shortCut, ShortCut(), text)
    }
  }

  func testItIsLeftInTheMiddleOfARequest() {
    let inside = ShortCut().read(Array("\r\n".utf8))
    XCTAssertEqual(take(inside, Array("GET / HTTP/1.1\r\nHost: example\r\n\r\n".utf8)), 0)
  }

  func testWhateverIsTakenIsWhatTheTablesMakeOfIt() {
    expectWhatTheTablesMake(
      of: { "GET /\(String(repeating: "a", count: $0.below(36))) HTTP/1.1\r\nHost: x\r\n\r\n" }
    ) { $0.readCommonBeginning($1, $2, $3) }
  }
}
