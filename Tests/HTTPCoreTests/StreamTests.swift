import HTTPCore
import Randomness
import XCTest

/// What comes out depends on the bytes alone, not on how they were cut, and nothing makes the parser run away.
final class StreamTests: XCTestCase {
  private static let corpus: [String] = [
    request(),
    "\r\n\r\nGET /index.html?a=b HTTP/1.1\r\nHost: [::1]:8080\r\nUser-Agent: x/1\r\nAccept: */*\r\n\r\n",
    request("Connection: keep-alive, x", version: "1.0") + request("Connection: x,close"),
    request("Content-Length: 12") + "GET / HTTP/1" + request(method: "HEAD") + request(),
    request("Content-Length: 1", "Content-Length: 1") + "x",
    request("Transfer-Encoding: chunked") + "5\r\nhello\r\n0\r\n\r\n",
    request("Transfer-Encoding: chunked", "Content-Length: 3"),
    request("Content-Length: 18446744073709551616"),
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
    "BREW /pot HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET / HTTP/2.0\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
    "GET / HTTP/1.1\r\n\r\n" + request(),
    "HEAD / HTTP/1.1\r\nHost: a\r\nA : b\r\n\r\n",
    "GET / HTTP/1.1\nHost: a\n\n",
    "\u{16}\u{03}\u{01}\u{02}",
    "GET http://EXAMPLE.org:80?x=%41 HTTP/1.1\r\nHost: other\r\n"
      + "If-None-Match: \"a,b\" , W/\"0123456789abcdef\"\r\n\r\n",
    "GET /a/..%2f./%62 HTTP/1.1\r\nHost: A.b:1\r\nAccept-Encoding: gzip;q=0.5, br\r\nRange: bytes=1-9\r\n"
      + "If-Range: Sun, 06 Nov 1994 08:49:37 GMT\r\nIf-Match: *\r\n\r\n",
    request("If-Modified-Since: Sunday, 06-Nov-94 08:49:37 GMT", "If-Unmodified-Since: Sun Nov  6 08:49:37 1994"),
    request("Transfer-Encoding: Chunked")
      + "5;a=\"b\"\r\nhello\r\n00000A\r\n0\r\n\r\n012345\r\n0\r\nA: b\r\n\r\n" + request(),
    request("Transfer-Encoding: chunked",
      "Expect: 100-continue") + "1\r\nx\r\n0\r\n\r\n" + request("Connection: close"),
    request("Expect: 100-continue", "Content-Length: 2", method: "HEAD") + "ab" + request(method: "OPTIONS",
      target: "*"),
    request("Transfer-Encoding: chunked") + "5\r\nhello0\r\n\r\n",
  ]

  func testEveryCutInTwo() {
    for text in Self.corpus {
      let bytes = Array(text.utf8)
      let whole = Conversation.of(bytes)
      XCTAssertFalse(whole.seen.isEmpty, text)
      for cut in 0...bytes.count {
        let parts = Conversation.of(bytes, cuts: [cut])
        XCTAssertEqual(parts.seen, whole.seen, "cut at \(cut): \(text)")
        XCTAssertEqual(parts.parser, whole.parser, "cut at \(cut): \(text)")
      }
    }
  }

  func testCutsInThree() {
    let seed = randomSeed("HTTP_FUZZ_SEED")
    var random = SplitMix(seed: seed)
    for text in Self.corpus {
      let bytes = Array(text.utf8)
      let whole = Conversation.of(bytes)
      for _ in 0..<200 {
        let cuts = [random.below(bytes.count), random.below(bytes.count)]
        guard Conversation.of(bytes, cuts: cuts).seen == whole.seen else {
          return XCTFail("seed \(seed), cut at \(cuts): \(text)")
        }
      }
    }
  }

  func testByteByByte() {
    for text in Self.corpus {
      let bytes = Array(text.utf8)
      let whole = Conversation.of(bytes)
      let parts = Conversation.of(bytes, cuts: Array(0..<bytes.count))
      XCTAssertEqual(parts.seen, whole.seen, text)
      XCTAssertEqual(parts.parser, whole.parser, text)
    }
  }

  func testEveryTruncationAnswersNothingThatTheWholeDoesNot() {
    for text in Self.corpus {
      let bytes = Array(text.utf8)
      let whole = Conversation.of(bytes).seen
      for length in 0..<bytes.count {
        let part = Conversation.of(Array(bytes[..<length])).seen
        XCTAssertEqual(part, Array(whole.prefix(part.count)), "\(length) bytes of \(text)")
      }
    }
  }

  func testPipelineOfAThousand() {
    let input = String(repeating: request() + request(method: "HEAD"), count: 500)
    let conversation = Conversation.of(input)
    XCTAssertEqual(conversation.replies, Array(repeating: [.ok, .headOK], count: 500).flatMap { $0 })
    XCTAssertTrue(conversation.parser.isBetweenRequests)
  }

  func testSmallestRequests() {
    let one = "GET / HTTP/1.0\r\nConnection:keep-alive\r\n\r\n"
    expect(Array(String(repeating: one, count: 64).utf8), Array(repeating: .okKeepAlive, count: 64))
  }

  func testMutationsNeverRunAwayAndNeverDependOnCuts() {
    let seed = randomSeed("HTTP_FUZZ_SEED")
    var random = SplitMix(seed: seed)
    let interesting: [UInt8] = Array("\r\n :,\t\0GETHADhostcl0129-/.[]%;\"*=?#".utf8) + [0x7F, 0x80, 0xFF]
    for round in 0..<5_000 {
      var bytes = Array(Self.corpus.randomElement(using: &random)!.utf8)
      for _ in 0..<Int.random(in: 1...8, using: &random) where !bytes.isEmpty {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &random)
        case 1: bytes[place] = interesting.randomElement(using: &random)!
        case 2: bytes.remove(at: place)
        case 3: bytes.insert(interesting.randomElement(using: &random)!, at: place)
        default: bytes.insert(contentsOf: Self.corpus.randomElement(using: &random)!.utf8, at: place)
        }
      }
      let whole = Conversation.of(bytes)
      let cuts = (0..<3).map { _ in Int.random(in: 0...bytes.count, using: &random) }
      let parts = Conversation.of(bytes, cuts: cuts)
      let label = "round \(round), seed \(seed), cuts \(cuts): \(bytes)"
      XCTAssertEqual(parts.seen, whole.seen, label)
      XCTAssertEqual(parts.parser, whole.parser, label)
      // A refusal or a close is the last answer.
      XCTAssertFalse(whole.replies.dropLast().contains { $0.closes }, label)
      XCTAssertEqual(whole.parser.isFinished, whole.replies.last?.closes ?? false, label)
      XCTAssertEqual(parts.ends, whole.ends, label)
    }
  }
}
