import HTTPCore
import Randomness
import XCTest

/// Where a message ends is what a strict parser of somebody else's says: nobody in front of the server can be made to
/// believe that a request begins elsewhere (RFC 9112 11.2).
final class BoundaryTests: XCTestCase {
  private static let methods = ["GET", "GET", "GET", "HEAD", "POST", "PUT", "OPTIONS", "DELETE", "get", "BREW"]
  private static let targets = ["/", "/a?b", "/a/b.html", "http://b/c", "*", "/" + String(repeating: "x", count: 90)]
  private static let fields = [
    "Content-Length: 5", "Content-Length: 0", "Content-Length: 5", "content-length:3", "Content-Length: +5",
    "Content-Length: 5,5",
    "Transfer-Encoding: chunked", "Transfer-Encoding: chunked", "transfer-encoding: CHUNKED",
    "Transfer-Encoding: gzip, chunked",
    "Transfer-Encoding : chunked", "Transfer-Encoding: xchunked", "Connection: close", "Connection: keep-alive",
    "Host: b",
    "Accept-Encoding: gzip, br;q=0.5", "If-None-Match: \"a,b\", W/\"0123456789abcdef\"", "Range: bytes=0-5", "X: y",
    "User-Agent: a (b; c)", "Expect: 100-continue", " folded", "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT",
  ]
  private static let contents = [
    "", "", "hello", "abc", "5\r\nhello\r\n0\r\n\r\n", "0\r\n\r\n",
    "3;a=b\r\nabc\r\nA\r\n0123456789\r\n0\r\nA: b\r\n\r\n",
    "5\r\nhello0\r\n\r\n", "1\r\nx\r\n0\r\n", "0\r\nA: b\r\n\r\n", "g\r\n", "5\nhello\n0\n\n",
  ]
  private static let interesting = Array("\r\n :,;\t\0GET0159aAfFx-/.".utf8) + [0x0B, 0x7F, 0x80, 0xFF]

  private func message(_ random: inout SplitMix) -> String {
    let version = random.once(in: 8) ? "1.0" : "1.1"
    var head = "\(random.pick(Self.methods)) \(random.pick(Self.targets)) HTTP/\(version)\r\n"
    if !random.once(in: 12) { head += "Host: a\r\n" }
    let wanted = random.below(4)
    for _ in 0..<random.below(4) { head += random.pick(Self.fields) + "\r\n" }
    // Most are to be right.
    if wanted == 0 { return head + "Content-Length: 5\r\n\r\nhello" }
    if wanted == 1 { return head + "Transfer-Encoding: chunked\r\n\r\n" + random.pick(Array(Self.contents[4...6])) }
    if wanted == 2 { return head + "\r\n" }
    return head + "\r\n" + random.pick(Self.contents)
  }

  private func input(_ random: inout SplitMix) -> [UInt8] {
    var bytes: [UInt8] = []
    for _ in 0...random.below(4) { bytes += Array(message(&random).utf8) }
    guard random.below(2) == 0 else { return bytes }
    for _ in 0...random.below(3) {
      let place = random.below(bytes.count)
      switch random.below(4) {
      case 0: bytes[place] = random.pick(Self.interesting)
      case 1: bytes.insert(random.pick(Self.interesting), at: place)
      case 2: if bytes.count > 1 { bytes.remove(at: place) }
      default: bytes.removeSubrange(place...); if bytes.isEmpty { bytes = [0x47] }
      }
    }
    return bytes
  }

  func testMessagesEndWhereAStrictParserSaysSo() throws {
    let seed = randomSeed("HTTP_FUZZ_SEED")
    var random = SplitMix(seed: seed)
    let inputs = (0..<8_000).map { _ in input(&random) }
    let references = try StrictParser.parse(inputs)
    var agreed = 0
    for (bytes, reference) in zip(inputs, references) {
      agreed += compare(bytes, reference, "seed \(seed): \(String(decoding: bytes, as: UTF8.self).debugDescription)")
    }
    print("\(agreed) messages of \(inputs.count) inputs end where h11 says so")
    XCTAssertGreaterThan(agreed, inputs.count / 8)
  }

  /// Returns how many messages both took.
  private func compare(_ bytes: [UInt8], _ reference: StrictParser.Result, _ label: String) -> Int {
    let conversation = Conversation.of(bytes)
    var start = 0
    var index = 0
    for (seen, end) in zip(conversation.seen, conversation.ends) where seen.reply.answer != .continues {
      switch seen.reply.answer {
      // Closed without the content that was announced (RFC 9110 10.1.1).
      case .methodNotAllowed where seen.reply.closes && seen.conditions.intersects(.expectContinue): return index
      case nil, .options, .methodNotAllowed: break
      // We are the stricter one: the connection ends.
      default: return index
      }
      guard index < reference.messages.count else {
        // What h11 takes for malformed, or closes after, though the RFC does not.
        let beginsEmpty = bytes[start...].starts(with: Array("\r\n".utf8))
        let isExcused = reference.ending == "error:no-request-line-received" && beginsEmpty
          || reference.ending == "error:illegal-chunk-header"
          || reference.ending == "closed" && conversation.seen.contains { $0.reply.persistence == .keepAlive }
        XCTAssertTrue(isExcused, "\(reference), ours ends at \(end): \(label)")
        return index
      }
      XCTAssertEqual(reference.messages[index].end, end, "\(reference): \(label)")
      if seen.method == RequestMethod.get { XCTAssertEqual(reference.messages[index].method, "GET", label) }
      if seen.method == RequestMethod.head { XCTAssertEqual(reference.messages[index].method, "HEAD", label) }
      if reference.messages[index].target.hasPrefix("/") && seen.method != RequestMethod.other {
        XCTAssertEqual(reference.messages[index].target, seen.target, label)
      }
      index += 1
      start = end
    }
    // What is left over is not a message that we have overlooked.
    if !conversation.parser.isFinished { XCTAssertEqual(reference.messages.count, index, "\(reference): \(label)") }
    return index
  }
}
