import HTTPCore
import XCTest

/// RFC 9112 7.1: chunked content is read past.
final class ChunkedTests: XCTestCase {
  private func chunked(_ content: String) -> String { request("Transfer-Encoding: chunked") + content }

  func testChunksAreSkipped() {
    for content in [
      "0\r\n\r\n", "5\r\nhello\r\n0\r\n\r\n", "00005\r\nhello\r\n000\r\n\r\n", "1\r\n\n\r\n0\r\n\r\n",
      "a\r\n0123456789\r\nA\r\n\r\n\r\n\r\nGET \r\n0\r\n\r\n",
      "1F\r\n\(String(repeating: "x", count: 31))\r\n0\r\n\r\n",
    ] {
      expect(chunked(content) + request(), .ok, .ok)
    }
  }

  func testContentThatLooksLikeARequestIsSkipped() {
    let inner = request("Connection: close")
    expect(chunked("\(String(inner.utf8.count, radix: 16))\r\n\(inner)\r\n0\r\n\r\n") + request(), .ok, .ok)
  }

  func testExtensions() {
    // RFC 9112 7.1.1
    for line in ["5;a", "5;a=b", "5;a=\"b\"", "5 ;a", "5\t;\ta = b", "5;a=\"\u{e9};\\\"\"", "5;", "5;a;b=c"] {
      expect(chunked("\(line)\r\nhello\r\n0;z=1\r\n\r\n") + request(), .ok, .ok)
    }
  }

  func testTrailers() {
    // RFC 9112 7.1.2: they are no fields of the head, least of all those on which the framing depends.
    let trailers = "A: b\r\nContent-Length: 99\r\nTransfer-Encoding: x\r\nConnection: close\r\nHost: x y\r\n"
    expect(chunked("0\r\n\(trailers)\r\n") + request(), .ok, .ok)
    for trailer in ["A : b", " A: b", "A", ": b", "A: b\u{0}", "A: b\rc", "A: b\n"] {
      expect(chunked("0\r\n\(trailer)\r\n\r\n"), .refused(.badRequest))
    }
  }

  func testMalformedChunks() {
    for content in [
      "\r\n", "x\r\n", "-1\r\n", "+1\r\n", "0x1\r\n", "5\nhello\r\n0\r\n\r\n", "5 \r\nhello\r\n0\r\n\r\n",
      " 5\r\nhello",
      "5\r\nhello0\r\n\r\n", "5\r\nhello\n0\r\n\r\n", "5\r\nhello\r0\r\n\r\n", "5\r\nhell\r\n0\r\n\r\n",
      "5\r\nhellooo\r\n0\r\n",
      "5;a\u{0}\r\n", "5;a\rb\r\n", "5\r\rhello", "0\r\n\n", "0\n\n", "5,\r\n", ";a\r\n", "5\u{7f}\r\n", "５\r\n",
    ] {
      let conversation = Conversation.of(chunked(content))
      XCTAssertEqual(conversation.replies, [.refused(.badRequest)], content)
    }
  }

  func testNothingIsAnsweredBeforeTheEnd() {
    let whole = chunked("5\r\nhello\r\n0\r\nA: b\r\n\r\n")
    for length in 0..<whole.utf8.count {
      XCTAssertEqual(Conversation.of(Array(whole.utf8.prefix(length))).replies, [], "\(length)")
    }
    XCTAssertEqual(Conversation.of(whole).replies, [.ok])
  }

  func testContentAtTheLimit() {
    let limit = Int(RequestLimits.content)
    let half = String(repeating: "x", count: limit / 2)
    let hex = String(limit / 2, radix: 16)
    expect(chunked("\(hex)\r\n\(half)\r\n\(hex)\r\n\(half)\r\n0\r\n\r\n") + request(), .ok, .ok)
    expect(chunked("\(hex)\r\n\(half)\r\n\(hex)\r\n\(half)\r\n1\r\nx"), .refused(.contentTooLarge))
    expect(chunked(String(limit + 1, radix: 16) + "\r\n"), .refused(.contentTooLarge))
    // 2^32, 2^32 + 5, 2^64 and 2^64 + 5 would be 0 and 5.
    for size in ["100000000", "100000005", "10000000000000000", "10000000000000005",
      String(repeating: "f", count: 100)] {
      expect(chunked(size + "\r\nhello\r\n0\r\n\r\n"), .refused(.contentTooLarge))
    }
  }

  func testLongLines() {
    // Extensions count as content beyond a usual line's length, and no line is endless.
    let long = String(repeating: "a", count: 16_000)
    expect(chunked("1;\(long)\r\nx\r\n0\r\n\r\n"), .ok)
    expect(chunked(String(repeating: "1;\(long)\r\nx\r\n", count: 70)), .refused(.contentTooLarge))
    expect(chunked("1;" + long + long), .refused(.contentTooLarge))
    expect(chunked("0\r\nA: " + long + long), .refused(.headerTooLarge))
    expect(chunked("0\r\n" + String(repeating: "A: b\r\n", count: 4_000)), .refused(.headerTooLarge))
  }
}
