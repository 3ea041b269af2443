import DataPlaneABI
import HTTPContent
import HTTPCore
import HTTPGrammar
import XCTest

/// The Swift layouts are those of the C header.
final class HTTPABITests: XCTestCase {
  func testRequestParserHasTheLayoutOfItsMapValue() {
    XCTAssertEqual(MemoryLayout<RequestParser>.size, MemoryLayout<request_parser>.size)
    XCTAssertEqual(MemoryLayout<RequestParser>.alignment, MemoryLayout<request_parser>.alignment)
    XCTAssertEqual(MemoryLayout<RequestParser>.size, 16)
    XCTAssertEqual(MemoryLayout<RequestParser>.offset(of: \.state), MemoryLayout<request_parser>.offset(of: \.state))
    XCTAssertEqual(MemoryLayout<RequestParser>.offset(of: \.byte), MemoryLayout<request_parser>.offset(of: \.byte))
    XCTAssertEqual(MemoryLayout<RequestParser>.offset(of: \.flags), MemoryLayout<request_parser>.offset(of: \.flags))
    XCTAssertEqual(MemoryLayout<RequestParser>.offset(of: \.length), MemoryLayout<request_parser>.offset(of: \.length))
    XCTAssertEqual(
      MemoryLayout<RequestParser>.offset(of: \.contentLength),
      MemoryLayout<request_parser>.offset(of: \.content_length))
  }

  func testZeroedMemoryIsAParserAtItsStart() {
    let zeroed = request_parser()
    withUnsafeBytes(of: zeroed) { memory in
      XCTAssertEqual(memory.load(as: RequestParser.self), RequestParser())
    }
  }

  func testGrammarHasTheLayoutOfItsMapValue() {
    XCTAssertEqual(GrammarTables.size, MemoryLayout<request_grammar>.size)
    XCTAssertEqual(RequestGrammar().bytes.count, MemoryLayout<request_grammar>.size)
    XCTAssertEqual(GrammarTables.transitionsOffset, MemoryLayout<request_grammar>.offset(of: \.transitions))
    XCTAssertEqual(GrammarTables.effectsOffset, MemoryLayout<request_grammar>.offset(of: \.effects))
  }

  func testAnswerKindsAndPersistencesAreThoseOfTheHeader() {
    XCTAssertEqual(AnswerKind.count, ANSWER_KIND_COUNT.rawValue)
    XCTAssertEqual(Persistence.count, PERSISTENCE_COUNT.rawValue)
    let kinds: [(AnswerKind, answer_kind)] = [
      (.ok, ANSWER_OK), (.badRequest, ANSWER_BAD_REQUEST), (.methodNotAllowed, ANSWER_METHOD_NOT_ALLOWED),
      (.notImplemented, ANSWER_NOT_IMPLEMENTED), (.versionNotSupported, ANSWER_VERSION_NOT_SUPPORTED),
      (.uriTooLong, ANSWER_URI_TOO_LONG), (.headerTooLarge, ANSWER_HEADER_TOO_LARGE),
      (.contentTooLarge, ANSWER_CONTENT_TOO_LARGE),
    ]
    for (kind, constant) in kinds { XCTAssertEqual(UInt32(kind.rawValue), constant.rawValue) }
    XCTAssertEqual(kinds.count, Int(AnswerKind.count))
    XCTAssertEqual(UInt32(Persistence.implied.rawValue), PERSISTENCE_IMPLIED.rawValue)
    XCTAssertEqual(UInt32(Persistence.close.rawValue), PERSISTENCE_CLOSE.rawValue)
    XCTAssertEqual(UInt32(Persistence.keepAlive.rawValue), PERSISTENCE_KEEP_ALIVE.rawValue)
  }
}
