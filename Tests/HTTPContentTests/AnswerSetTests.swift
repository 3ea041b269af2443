import DataPlaneABI
@testable import HTTPContent
import HTTPCore
import XCTest

/// The rendered answers, read back as a client would read them.
final class AnswerSetTests: XCTestCase {
  private func text(
    _ kind: AnswerKind, _ persistence: Persistence, _ source: ContentSource = .hello, headOnly: Bool = false
  ) throws -> String {
    let image = try ContentImage(source)
    let response = Response(kind: kind, persistence: persistence, headOnly: headOnly)
    return String(decoding: try image.answer(to: response), as: UTF8.self)
  }

  func testGreeting() throws {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 12\r\n"
    XCTAssertEqual(try text(.ok, .implied), head + "\r\nHello, XDP!\n")
    XCTAssertEqual(try text(.ok, .close), head + "Connection: close\r\n\r\nHello, XDP!\n")
    XCTAssertEqual(try text(.ok, .keepAlive), head + "Connection: keep-alive\r\n\r\nHello, XDP!\n")
    XCTAssertEqual(try text(.ok, .close, headOnly: true), head + "Connection: close\r\n\r\n")
  }

  func testBodiesOfOnesOwn() throws {
    let page = ContentSource.bytes(Array("<p>".utf8), type: "text/html")
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 3\r\n"
    XCTAssertEqual(try text(.ok, .implied, page), head + "\r\n<p>")
    XCTAssertEqual(try text(.ok, .close, page), head + "Connection: close\r\n\r\n<p>")
    // What refuses stays text.
    XCTAssertTrue(try text(.badRequest, .close, page).contains("Content-Type: text/plain; charset=utf-8\r\n"))
    XCTAssertEqual(
      try text(.ok, .implied, .bytes([])),
      "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: 0\r\n\r\n")
  }

  func testEveryAnswerIsWellFormed() throws {
    let codes = [200, 400, 405, 501, 505, 414, 431, 413]
    for kind in AnswerKind.all {
      for persistence in Persistence.all {
        let whole = try text(kind, persistence)
        let parts = whole.components(separatedBy: "\r\n\r\n")
        XCTAssertEqual(parts.count, 2)
        XCTAssertEqual(parts[0] + "\r\n\r\n", try text(kind, persistence, headOnly: true))
        let lines = parts[0].components(separatedBy: "\r\n")
        XCTAssertTrue(lines[0].hasPrefix("HTTP/1.1 \(codes[Int(kind.rawValue)]) "), lines[0])
        XCTAssertTrue(lines.contains("Content-Length: \(parts[1].utf8.count)"))
        XCTAssertTrue(lines.contains("Content-Type: text/plain; charset=utf-8"))
        XCTAssertEqual(lines.contains("Allow: GET, HEAD"), kind == .methodNotAllowed)
        if kind != .ok { XCTAssertTrue(lines.contains("Connection: close")) }
        XCTAssertTrue(parts[1].hasSuffix("\n"))
        XCTAssertFalse(whole.contains("\0"))
      }
    }
  }

  func testShortAnswersAreOneRangeOfOneChunk() {
    for length in [0, 12, 1000, AnswerSet.shortAnswer - 200] {
      let answers = AnswerSet(type: "a/b", bodyLength: length)
      let templates = answers.templates(bodySum: 0, generation: 5)
      XCTAssertEqual(templates.count, Int(AnswerKind.count * Persistence.count))
      for template in templates {
        XCTAssertEqual(template.generation, 5)
        XCTAssertEqual(template.head_offset % 8, 0)
        XCTAssertEqual(template.body_offset, template.head_offset + UInt32(template.head_length))
        let last = template.body_offset + template.body_length - 1
        XCTAssertEqual(template.head_offset / UInt32(CONTENT_CHUNK_SIZE), last / UInt32(CONTENT_CHUNK_SIZE))
        XCTAssertLessThan(Int(last), answers.length)
      }
    }
  }

  func testALongBodyHasOneCopyBehindTheImpliedHead() {
    for length in [AnswerSet.shortAnswer, 300_000, ContentSource.largestBody] {
      let answers = AnswerSet(type: "a/b", bodyLength: length)
      let templates = answers.templates(bodySum: 0, generation: 0)
      let body = templates[0].body_offset
      XCTAssertEqual(body, templates[0].head_offset + UInt32(templates[0].head_length))
      XCTAssertEqual(templates[0].head_offset % 8, 0)
      for template in templates.prefix(3) {
        XCTAssertEqual(template.body_offset, body)
        XCTAssertEqual(Int(template.body_length), length)
        XCTAssertEqual(template.head_offset % 8, 0)
        XCTAssertLessThanOrEqual(template.head_offset + UInt32(template.head_length), body)
      }
      XCTAssertEqual(Set(templates.prefix(3).map(\.head_offset)).count, 3)
      XCTAssertEqual(answers.length, Int(body) + length)
      XCTAssertEqual(answers.parts.filter { $0.bytes == nil }.count, 1)
    }
  }

  func testPartsAreInOrderAndApart() {
    for length in [0, 1, 12, 16_000, 16_384, 262_144, 1_000_003] {
      let answers = AnswerSet(type: "a/b", bodyLength: length)
      var end = 0
      for part in answers.parts {
        XCTAssertGreaterThanOrEqual(part.range.lowerBound, end)
        XCTAssertLessThan(part.range.lowerBound - end, Int(CONTENT_CHUNK_OVERLAP))
        end = part.range.upperBound
      }
      XCTAssertEqual(end, answers.length)
    }
  }

  func testShortAnswersThatDoNotFitIntoAChunkGoToTheNext() {
    var layout = Layout()
    let chunk = Int(CONTENT_CHUNK_SIZE)
    XCTAssertEqual(layout.place([UInt8](repeating: 1, count: 20), bodyLength: chunk - 41), 0)
    XCTAssertEqual(layout.place([2, 2, 2]), chunk - 16)
    XCTAssertEqual(layout.place([UInt8](repeating: 3, count: 9)), chunk)
    XCTAssertEqual(layout.place([4]), chunk + 16)
    XCTAssertEqual(layout.placeOnce([5, 5]), chunk + 24)
    XCTAssertEqual(layout.placeOnce([5, 5]), chunk + 24)
    XCTAssertEqual(layout.place([6], bodyLength: chunk), chunk + 32)
    XCTAssertEqual(layout.length, 2 * chunk + 33)
  }

  func testTemplatesOfAnotherLayoutDoNotFit() {
    let hello = AnswerSet(type: "a/b", bodyLength: 12)
    XCTAssertTrue(hello.fits(hello.templates(bodySum: 77, generation: 9)))
    XCTAssertFalse(hello.fits(AnswerSet(type: "a/b", bodyLength: 13).templates(bodySum: 77, generation: 9)))
    XCTAssertFalse(hello.fits(AnswerSet(type: "a/c", bodyLength: 12).templates(bodySum: 77, generation: 9)))
    XCTAssertFalse(hello.fits([]))
  }

  func testChecksumOfTheExampleOfRFC1071() {
    // RFC 1071 3: 00 01 f2 03 f4 f5 f6 f7 gives ddf2.
    XCTAssertEqual(onesComplementSum([0x00, 0x01, 0xF2, 0x03, 0xF4, 0xF5, 0xF6, 0xF7]), UInt16(0xDDF2).bigEndian)
    XCTAssertEqual(onesComplementSum([0xFF, 0xFF, 0x00, 0x01]), UInt16(0x0001).bigEndian)
    XCTAssertEqual(onesComplementSum([0x12]), UInt16(0x1200).bigEndian)
    XCTAssertEqual(onesComplementSum([]), 0)
  }
}
