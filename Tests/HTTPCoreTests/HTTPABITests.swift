import DataPlaneABI
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
    XCTAssertEqual(
      MemoryLayout<RequestParser>.offset(of: \.contentTotal),
      MemoryLayout<request_parser>.offset(of: \.content_total))
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
    XCTAssertEqual(GrammarTables.capturesOffset, MemoryLayout<request_grammar>.offset(of: \.captures))
    XCTAssertEqual(MemoryLayout<Capture>.size, MemoryLayout<capture>.size)
  }

  func testPersistencesAreThoseOfTheHeader() {
    XCTAssertEqual(Persistence.count, PERSISTENCE_COUNT.rawValue)
    XCTAssertEqual(UInt32(Persistence.implied.rawValue), PERSISTENCE_IMPLIED.rawValue)
    XCTAssertEqual(UInt32(Persistence.close.rawValue), PERSISTENCE_CLOSE.rawValue)
    XCTAssertEqual(UInt32(Persistence.keepAlive.rawValue), PERSISTENCE_KEEP_ALIVE.rawValue)
  }
}

/// The structures that the read stage and the site have in common with C.
final class RequestABITests: XCTestCase {
  func testRequestIsTheFrontOfItsStructure() {
    XCTAssertEqual(MemoryLayout<Request>.size, MemoryLayout<request>.offset(of: \.element))
    XCTAssertEqual(MemoryLayout<Request>.alignment, MemoryLayout<request>.alignment)
    let offsets: [(Int?, Int?)] = [
      (MemoryLayout<Request>.offset(of: \.refusal), MemoryLayout<request>.offset(of: \.refusal)),
      (MemoryLayout<Request>.offset(of: \.persistence), MemoryLayout<request>.offset(of: \.persistence)),
      (MemoryLayout<Request>.offset(of: \.method), MemoryLayout<request>.offset(of: \.method)),
      (MemoryLayout<Request>.offset(of: \.continues), MemoryLayout<request>.offset(of: \.continues)),
      (MemoryLayout<Request>.offset(of: \.conditions), MemoryLayout<request>.offset(of: \.conditions)),
      (MemoryLayout<Request>.offset(of: \.elementLength), MemoryLayout<request>.offset(of: \.element_length)),
      (MemoryLayout<Request>.offset(of: \.targetLength), MemoryLayout<request>.offset(of: \.target_length)),
      (MemoryLayout<Request>.offset(of: \.hostLength), MemoryLayout<request>.offset(of: \.host_length)),
      (MemoryLayout<Request>.offset(of: \.refererLength), MemoryLayout<request>.offset(of: \.referer_length)),
      (MemoryLayout<Request>.offset(of: \.agentLength), MemoryLayout<request>.offset(of: \.agent_length)),
      (MemoryLayout<Request>.offset(of: \.pathLength), MemoryLayout<request>.offset(of: \.path_length)),
      (MemoryLayout<Request>.offset(of: \.pathPosition), MemoryLayout<request>.offset(of: \.path_position)),
      (MemoryLayout<Request>.offset(of: \.pathState), MemoryLayout<request>.offset(of: \.path_state)),
      (MemoryLayout<Request>.offset(of: \.identityQuality), MemoryLayout<request>.offset(of: \.qualities)),
      (MemoryLayout<Request>.offset(of: \.modifiedSince), MemoryLayout<request>.offset(of: \.modified_since)),
      (MemoryLayout<Request>.offset(of: \.unmodifiedSince), MemoryLayout<request>.offset(of: \.unmodified_since)),
      (MemoryLayout<Request>.offset(of: \.rangeDate), MemoryLayout<request>.offset(of: \.range_date)),
      (MemoryLayout<Request>.offset(of: \.rangeTag), MemoryLayout<request>.offset(of: \.range_tag)),
      (MemoryLayout<Request>.offset(of: \.rangeFirst), MemoryLayout<request>.offset(of: \.range_first)),
      (MemoryLayout<Request>.offset(of: \.rangeLast), MemoryLayout<request>.offset(of: \.range_last)),
      (MemoryLayout<Request>.offset(of: \.noneMatch), MemoryLayout<request>.offset(of: \.none_match)),
      (MemoryLayout<Request>.offset(of: \.match), MemoryLayout<request>.offset(of: \.match)),
    ]
    for (index, (swift, c)) in offsets.enumerated() { XCTAssertEqual(swift, c, "field \(index)") }
    XCTAssertEqual(UInt32(Request.accepted), UInt32(REQUEST_ACCEPTED))
  }

  func testAreasLieWhereTheHeaderHasThem() {
    XCTAssertEqual(RequestLayout.element, MemoryLayout<request>.offset(of: \.element))
    XCTAssertEqual(RequestLayout.host, MemoryLayout<request>.offset(of: \.host))
    XCTAssertEqual(RequestLayout.referer, MemoryLayout<request>.offset(of: \.referer))
    XCTAssertEqual(RequestLayout.agent, MemoryLayout<request>.offset(of: \.agent))
    XCTAssertEqual(RequestLayout.target, MemoryLayout<request>.offset(of: \.target))
    XCTAssertEqual(RequestLayout.path, MemoryLayout<request>.offset(of: \.path))
    XCTAssertEqual(RequestLayout.size, MemoryLayout<request>.size)
    XCTAssertEqual(UInt32(RequestLayout.elementCapacity), UInt32(REQUEST_ELEMENT_BYTES))
    XCTAssertLessThan(UInt32(RequestLayout.hostCapacity), UInt32(REQUEST_HOST_BYTES))
    XCTAssertEqual(UInt32(RequestLayout.logCapacity), UInt32(REQUEST_LOG_BYTES))
    XCTAssertEqual(UInt32(RequestLayout.targetCapacity), UInt32(REQUEST_TARGET_BYTES))
  }

  func testMethodsAndAreasAreThoseOfTheHeader() {
    XCTAssertEqual(UInt32(RequestMethod.none), REQUEST_METHOD_NONE.rawValue)
    XCTAssertEqual(UInt32(RequestMethod.get), REQUEST_METHOD_GET.rawValue)
    XCTAssertEqual(UInt32(RequestMethod.head), REQUEST_METHOD_HEAD.rawValue)
    XCTAssertEqual(UInt32(RequestMethod.options), REQUEST_METHOD_OPTIONS.rawValue)
    XCTAssertEqual(UInt32(RequestMethod.other), REQUEST_METHOD_OTHER.rawValue)
    XCTAssertEqual(UInt32(RequestMethod.unknown), REQUEST_METHOD_UNKNOWN.rawValue)
    XCTAssertEqual(UInt32(RequestArea.element), REQUEST_AREA_ELEMENT.rawValue)
    XCTAssertEqual(UInt32(RequestArea.target), REQUEST_AREA_TARGET.rawValue)
    XCTAssertEqual(UInt32(RequestArea.host), REQUEST_AREA_HOST.rawValue)
    XCTAssertEqual(UInt32(RequestArea.referer), REQUEST_AREA_REFERER.rawValue)
    XCTAssertEqual(UInt32(RequestArea.agent), REQUEST_AREA_AGENT.rawValue)
    XCTAssertEqual(RequestArea.count, REQUEST_AREA_COUNT.rawValue)
  }

  func testResourceHasTheLayoutOfItsStructure() {
    XCTAssertEqual(MemoryLayout<Resource>.size, MemoryLayout<resource>.size)
    XCTAssertEqual(MemoryLayout<Resource>.alignment, MemoryLayout<resource>.alignment)
    XCTAssertEqual(MemoryLayout<Resource>.offset(of: \.kind), MemoryLayout<resource>.offset(of: \.kind))
    XCTAssertEqual(MemoryLayout<Resource>.offset(of: \.codings), MemoryLayout<resource>.offset(of: \.codings))
    XCTAssertEqual(MemoryLayout<Resource>.offset(of: \.modified), MemoryLayout<resource>.offset(of: \.modified))
    XCTAssertEqual(
      MemoryLayout<Resource>.offset(of: \.representations), MemoryLayout<resource>.offset(of: \.representations))
    XCTAssertEqual(MemoryLayout<Representation>.size, MemoryLayout<representation>.size)
    XCTAssertEqual(MemoryLayout<Representation>.stride, MemoryLayout<representation>.stride)
    XCTAssertEqual(MemoryLayout<Representation>.offset(of: \.tag), MemoryLayout<representation>.offset(of: \.tag))
    XCTAssertEqual(MemoryLayout<Representation>.offset(of: \.offset), MemoryLayout<representation>.offset(of: \.offset))
    XCTAssertEqual(
      MemoryLayout<Representation>.offset(of: \.bodyLength), MemoryLayout<representation>.offset(of: \.body_length))
    XCTAssertEqual(MemoryLayout<Representation>.offset(of: \.status), MemoryLayout<representation>.offset(of: \.status))
    XCTAssertEqual(
      MemoryLayout<Representation>.offset(of: \.isDated), MemoryLayout<representation>.offset(of: \.is_dated))
    XCTAssertEqual(
      MemoryLayout<Representation>.offset(of: \.closingOffset),
      MemoryLayout<representation>.offset(of: \.closing_offset))
  }

  func testCodingsKindsAndCommonAnswersAreThoseOfTheHeader() {
    XCTAssertEqual(UInt32(ContentCoding.gzip.rawValue), CODING_GZIP.rawValue)
    XCTAssertEqual(UInt32(ContentCoding.brotli.rawValue), CODING_BROTLI.rawValue)
    XCTAssertEqual(UInt32(ContentCoding.zstd.rawValue), CODING_ZSTD.rawValue)
    XCTAssertEqual(ContentCoding.count, CODING_COUNT.rawValue)
    XCTAssertEqual(UInt32(ResourceKind.file.rawValue), RESOURCE_FILE.rawValue)
    XCTAssertEqual(UInt32(ResourceKind.fixed.rawValue), RESOURCE_FIXED.rawValue)
    XCTAssertEqual(UInt32(ResourceKind.redirect.rawValue), RESOURCE_REDIRECT.rawValue)
    let answers: [(CommonAnswer, common_answer)] = [
      (.continues, COMMON_CONTINUE), (.options, COMMON_OPTIONS), (.notModified, COMMON_NOT_MODIFIED),
      (.partial, COMMON_PARTIAL), (.badRequest, COMMON_BAD_REQUEST), (.methodNotAllowed, COMMON_METHOD_NOT_ALLOWED),
      (.preconditionFailed, COMMON_PRECONDITION_FAILED), (.contentTooLarge, COMMON_CONTENT_TOO_LARGE),
      (.uriTooLong, COMMON_URI_TOO_LONG), (.rangeNotSatisfiable, COMMON_RANGE_NOT_SATISFIABLE),
      (.expectationFailed, COMMON_EXPECTATION_FAILED), (.headerTooLarge, COMMON_HEADER_TOO_LARGE),
      (.notImplemented, COMMON_NOT_IMPLEMENTED), (.unavailable, COMMON_UNAVAILABLE),
      (.versionNotSupported, COMMON_VERSION_NOT_SUPPORTED),
    ]
    for (answer, constant) in answers { XCTAssertEqual(UInt32(answer.rawValue), constant.rawValue) }
    XCTAssertEqual(CommonAnswer.count, COMMON_COUNT.rawValue)
    XCTAssertEqual(answers.count, Int(CommonAnswer.count))
  }
}
