import HTTPCore
import XCTest

/// RFC 9112 6 and RFC 9110 8.6: where a request ends.
final class FramingTests: XCTestCase {
  func testContentIsSkipped() {
    expect(request("Content-Length: 5") + "hello" + request(), .ok, .ok)
    expect(request("content-length:\t 5 \t", method: "HEAD") + "\r\n\r\n\u{0}" + request(), .headOK, .ok)
  }

  func testContentThatLooksLikeARequestIsSkipped() {
    let inner = request("Connection: close")
    expect(request("Content-Length: \(inner.utf8.count)") + inner + request(), .ok, .ok)
  }

  func testNoContent() {
    expect(request("Content-Length: 0") + request(), .ok, .ok)
    expect(request("Content-Length: 00000000000000000000000000000") + request(), .ok, .ok)
    expect(request("Content-Length: 00000000000000000000000000001") + "x" + request(), .ok, .ok)
  }

  func testContentThatIsNotThereYet() {
    var conversation = Conversation.of(request("Content-Length: 5") + "he")
    XCTAssertEqual(conversation.replies, [])
    XCTAssertFalse(conversation.parser.isBetweenRequests)
    conversation.receive("llo")
    XCTAssertEqual(conversation.replies, [.ok])
    XCTAssertTrue(conversation.parser.isBetweenRequests)
    conversation.receive(request())
    XCTAssertEqual(conversation.replies, [.ok, .ok])
  }

  func testContentAtTheLimit() {
    let length = Int(RequestLimits.content)
    let content = [UInt8](repeating: 0x58, count: length)
    expect(Array(request("Content-Length: \(length)").utf8) + content + Array(request().utf8), [.ok, .ok])
    expect(request("Content-Length: \(length + 1)"), .refused(.contentTooLarge))
    expect(request("Content-Length: \(length + 1)", method: "HEAD"), .refused(.contentTooLarge, headOnly: true))
  }

  func testNumbersThatDoNotFitAreTooLarge() {
    // 2^32, 2^32 + 5, 2^64 and 2^64 + 5 would be 0 and 5.
    for number in [
      "4294967295", "4294967296", "4294967301", "18446744073709551615", "18446744073709551616", "18446744073709551621",
      String(repeating: "9", count: 400), "1" + String(repeating: "0", count: 400), "104857600000000000000",
    ] { expect(request("Content-Length: \(number)") + "hello", .refused(.contentTooLarge)) }
  }

  func testOtherThanDigitsAreMalformed() {
    for value in [
      "", " ", "-1", "+1", "1.0", "0x1", "1a", "a", "1 1", "1,1", "1, 1", "1;", "\"1\"", "1\t2", "１", "1e3",
    ] {
      expect(request("Content-Length:\(value)"), .refused(.badRequest))
    }
  }

  func testRepeatedLengthIsMalformed() {
    expect(request("Content-Length: 1", "Content-Length: 2") + "xx", .refused(.badRequest))
    expect(request("Content-Length: 1", "content-length: 1") + "x", .refused(.badRequest))
    expect(request("Content-Length: 0", "Content-Length: 0"), .refused(.badRequest))
  }

  func testOtherTransferCodingsAreNotImplemented() {
    // RFC 9112 6.1
    for value in [
      "gzip, chunked", "identity", "", "x", "chunked, chunked", "chunked,", ",chunked", "chunked x", "xchunked",
      "chunkedx", "chunke", "\"chunked\"", "chunked;q=1", "chunked\u{b}".replacingOccurrences(of: "\u{b}", with: "é"),
    ] {
      expect(request("Transfer-Encoding: \(value)") + "0\r\n\r\n", .refused(.notImplemented))
      expect(request("transfer-ENCODING:\(value)"), .refused(.notImplemented))
    }
  }

  func testRepeatedTransferCodingIsMalformed() {
    expect(request("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"), .refused(.badRequest))
    expect(request("Transfer-Encoding: chunked", "Transfer-Encoding: identity"), .refused(.badRequest))
    expect(request("Transfer-Encoding: gzip", "Transfer-Encoding: chunked"), .refused(.badRequest))
  }

  func testTransferCodingAndLengthAreMalformed() {
    // RFC 9112 6.3: the classic of request smuggling.
    expect(request("Content-Length: 4", "Transfer-Encoding: chunked") + "0\r\n\r\n", .refused(.badRequest))
    expect(request("Transfer-Encoding: chunked", "Content-Length: 4") + "0\r\n\r\n", .refused(.badRequest))
    expect(request("Transfer-Encoding: x", "Content-Length: 0", method: "POST"), .refused(.badRequest))
  }

  func testTransferCodingInHTTP10IsMalformed() {
    // RFC 9112 6.1
    expect(request("Transfer-Encoding: chunked", version: "1.0"), .refused(.badRequest))
  }

  func testContentOfAMethodThatIsNotAllowedIsSkipped() {
    expect(request("Content-Length: 3", method: "POST") + "abc" + request(), .notAllowed, .ok)
    expect(request("Transfer-Encoding: chunked", method: "POST") + "0\r\n\r\n" + request(), .notAllowed, .ok)
    expect(request("Content-Length: 99999999", method: "PUT"), .refused(.contentTooLarge))
    expect(request("Content-Length: 3", method: "BREW") + "abc", .refused(.notImplemented))
    expect(request("Content-Length: 3", method: "OPTIONS") + "abc" + request(), .options, .ok)
  }
}

/// The limits, which hold to the byte however the input is cut.
final class LimitTests: XCTestCase {
  private func check(_ input: String, _ replies: Reply..., file: StaticString = #filePath, line: UInt = #line) {
    let bytes = Array(input.utf8)
    expect(bytes, replies, file: file, line: line)
    let near = [8191, 8192, 8193, 16383, 16384, 16385].filter { $0 < bytes.count }
    for size in [1, 7, 63, 64, 65, 1460] {
      let cuts = Array(stride(from: size, to: bytes.count, by: size))
      let parts = Conversation.of(bytes, cuts: cuts)
      XCTAssertEqual(parts.replies, replies, "pieces of \(size)", file: file, line: line)
    }
    XCTAssertEqual(Conversation.of(bytes, cuts: near).replies, replies, "cut at limits", file: file, line: line)
  }

  private func withTarget(_ length: Int) -> String {
    "GET /" + String(repeating: "a", count: length - 1) + " HTTP/1.1\r\nHost: a\r\n\r\n"
  }

  func testTarget() {
    // "GET ", the target and the space behind it.
    let longest = Int(RequestLimits.target) - 5
    check(withTarget(longest), .ok)
    check(withTarget(longest + 1), .refused(.uriTooLong))
    check(withTarget(longest + 20), .refused(.uriTooLong))
    check("POST /" + String(repeating: "a", count: 20_000), .refused(.uriTooLong))
    check("HEAD /" + String(repeating: "a", count: 20_000), .refused(.uriTooLong, headOnly: true))
  }

  func testTargetIsNotTooLongBeforeItIs() {
    check("GET /" + String(repeating: "a", count: Int(RequestLimits.target) - 6))
    check("GET /" + String(repeating: "a", count: Int(RequestLimits.target) - 5), .refused(.uriTooLong))
  }

  private func withHead(_ length: Int) -> String {
    let frame = "GET / HTTP/1.1\r\nHost: a\r\nA: \r\n\r\n"
    return "GET / HTTP/1.1\r\nHost: a\r\nA: " + String(repeating: "b", count: length - frame.utf8.count) + "\r\n\r\n"
  }

  func testHead() {
    let limit = Int(RequestLimits.head)
    check(withHead(limit), .ok)
    check(withHead(limit) + withHead(limit), .ok, .ok)
    check(withHead(limit + 1), .refused(.headerTooLarge))
    check(withHead(limit + 2), .refused(.headerTooLarge))
    check(withHead(limit + 100) + request(), .refused(.headerTooLarge))
  }

  func testHeadWithAttentionAtTheLimit() {
    // The byte at the limit is the colon of Host, or a digit of Content-Length.
    let limit = Int(RequestLimits.head)
    for field in ["Host:", "Content-Length: 5"] {
      let start = "GET / HTTP/1.0\r\nA: "
      let fill = limit - start.utf8.count - field.utf8.count - 2
      let head = start + String(repeating: "b", count: fill) + "\r\n" + field
      XCTAssertEqual(head.utf8.count, limit)
      check(head, .refused(.headerTooLarge))
      check(head + "1\r\n\r\n", .refused(.headerTooLarge))
    }
  }

  func testManyFields() {
    check("GET / HTTP/1.1\r\nHost: a\r\n" + String(repeating: "A:\r\n", count: 10_000), .refused(.headerTooLarge))
  }

  func testMethodWithoutEnd() {
    check(String(repeating: "A", count: 20_000), .refused(.badRequest))
  }

  func testEmptyLinesWithoutEnd() {
    check(String(repeating: "\r\n", count: 20_000), .refused(.badRequest))
  }
}
