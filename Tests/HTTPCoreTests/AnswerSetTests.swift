import DataPlaneABI
@testable import HTTPContent
import HTTPCore
import XCTest

/// The rendered answers, read back as a client would read them.
final class AnswerSetTests: XCTestCase {
  private let answers = AnswerSet()

  private func template(_ kind: AnswerKind, _ persistence: Persistence) -> answer_template {
    answers.templates[Int(Response(kind: kind, persistence: persistence, headOnly: false).templateIndex)]
  }

  private func bytes(_ template: answer_template, head: Bool = false) -> [UInt8] {
    let start = Int(template.offset)
    return Array(answers.content[start..<start + Int(head ? template.head_length : template.length)])
  }

  private func text(_ kind: AnswerKind, _ persistence: Persistence) -> String {
    String(decoding: bytes(template(kind, persistence)), as: UTF8.self)
  }

  func testGreeting() {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 12\r\n"
    XCTAssertEqual(text(.ok, .implied), head + "\r\nHello, XDP!\n")
    XCTAssertEqual(text(.ok, .close), head + "Connection: close\r\n\r\nHello, XDP!\n")
    XCTAssertEqual(text(.ok, .keepAlive), head + "Connection: keep-alive\r\n\r\nHello, XDP!\n")
  }

  func testEveryAnswerIsWellFormed() {
    XCTAssertEqual(answers.templates.count, Int(AnswerKind.count * Persistence.count))
    let codes = [200, 400, 405, 501, 505, 414, 431, 413]
    for (index, template) in answers.templates.enumerated() {
      let kind = AnswerKind(rawValue: UInt8(index / 3))!
      let whole = String(decoding: bytes(template), as: UTF8.self)
      let parts = whole.components(separatedBy: "\r\n\r\n")
      XCTAssertEqual(parts.count, 2)
      XCTAssertEqual(parts[0] + "\r\n\r\n", String(decoding: bytes(template, head: true), as: UTF8.self))
      let lines = parts[0].components(separatedBy: "\r\n")
      XCTAssertTrue(lines[0].hasPrefix("HTTP/1.1 \(codes[index / 3]) "), lines[0])
      XCTAssertTrue(lines.contains("Content-Length: \(parts[1].utf8.count)"))
      XCTAssertTrue(lines.contains("Content-Type: text/plain; charset=utf-8"))
      XCTAssertEqual(lines.contains("Allow: GET, HEAD"), kind == .methodNotAllowed)
      if kind != .ok { XCTAssertTrue(lines.contains("Connection: close")) }
      XCTAssertTrue(parts[1].hasSuffix("\n"))
      XCTAssertFalse(whole.contains("\0"))
    }
  }

  func testRangesAreAlignedAndLieInOneChunk() {
    for template in answers.templates {
      XCTAssertEqual(template.offset % 8, 0)
      let last = template.offset + template.length - 1
      XCTAssertEqual(template.offset / UInt32(CONTENT_CHUNK_SIZE), last / UInt32(CONTENT_CHUNK_SIZE))
      XCTAssertLessThan(Int(last), answers.content.count)
    }
  }

  func testWhatDoesNotFitIntoAChunkGoesToTheNext() {
    let chunk = Int(CONTENT_CHUNK_SIZE)
    var content: [UInt8] = []
    XCTAssertEqual(AnswerSet.place([UInt8](repeating: 1, count: chunk - 16), in: &content), 0)
    XCTAssertEqual(AnswerSet.place([2, 2, 2], in: &content), UInt32(chunk - 16))
    XCTAssertEqual(AnswerSet.place([UInt8](repeating: 3, count: 9), in: &content), UInt32(chunk))
    XCTAssertEqual(AnswerSet.place([4], in: &content), UInt32(chunk + 16))
    XCTAssertEqual(AnswerSet.place([UInt8](repeating: 5, count: chunk), in: &content), UInt32(2 * chunk))
    XCTAssertEqual(content.count, 3 * chunk)
    XCTAssertEqual(content[chunk - 16..<chunk - 13], [2, 2, 2])
    XCTAssertEqual(content[chunk - 13..<chunk], [UInt8](repeating: 0, count: 13)[...])
    XCTAssertEqual(content[chunk..<chunk + 9], [UInt8](repeating: 3, count: 9)[...])
  }

  func testChecksumsAreThoseOfTheBytes() {
    for template in answers.templates {
      XCTAssertEqual(template.checksum, sum(bytes(template)))
      XCTAssertEqual(template.head_checksum, sum(bytes(template, head: true)))
    }
  }

  /// RFC 1071 by its definition: big-endian words, then into network order.
  private func sum(_ bytes: [UInt8]) -> UInt16 {
    var sum: UInt32 = 0
    for index in stride(from: 0, to: bytes.count, by: 2) {
      let low = index + 1 < bytes.count ? bytes[index + 1] : 0
      sum += UInt32(bytes[index]) << 8 | UInt32(low)
      if sum > 0xFFFF { sum = (sum & 0xFFFF) + 1 }
    }
    return UInt16(sum).bigEndian
  }

  func testChecksumOfTheExampleOfRFC1071() {
    // RFC 1071 3: 00 01 f2 03 f4 f5 f6 f7 gives ddf2.
    XCTAssertEqual(onesComplementSum([0x00, 0x01, 0xF2, 0x03, 0xF4, 0xF5, 0xF6, 0xF7]), UInt16(0xDDF2).bigEndian)
    XCTAssertEqual(onesComplementSum([0xFF, 0xFF, 0x00, 0x01]), UInt16(0x0001).bigEndian)
    XCTAssertEqual(onesComplementSum([0x12]), UInt16(0x1200).bigEndian)
    XCTAssertEqual(onesComplementSum([]), 0)
  }
}
