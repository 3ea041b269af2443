import HTTPCore
import XCTest

/// RFC 9110 12.5.3, 13 and 14: which answer a resource has for a request.
final class SelectionTests: XCTestCase {
  private let tag: UInt64 = 0x0123_4567_89ab_cdef
  private let other: UInt64 = 0xfedc_ba98_7654_3210
  private let modified: UInt32 = 1_700_000_000

  /// A file of 1000 bytes; shorter in other codings.
  private func file(codings: UInt8 = 1, length: UInt32 = 1000) -> Resource {
    var resource = Resource()
    resource.codings = codings
    resource.modified = modified
    resource.representations.0.tag = tag
    resource.representations.0.bodyLength = length
    resource.representations.1.tag = tag + 1
    resource.representations.1.bodyLength = 300
    resource.representations.2.tag = tag + 2
    resource.representations.2.bodyLength = 200
    resource.representations.3.tag = tag + 3
    resource.representations.3.bodyLength = 100
    return resource
  }

  private func get(_ change: (inout Request) -> Void = { _ in }) -> Request {
    var request = Request()
    request.refusal = Request.accepted
    request.method = RequestMethod.get
    change(&request)
    return request
  }

  private func select(_ request: Request, _ resource: Resource? = nil) -> Selection {
    withUnsafePointer(to: resource ?? file()) { request.select($0) }
  }

  private func add(_ condition: RequestConditions, to request: inout Request) {
    request.conditions = request.conditions.union(condition)
  }

  private func range(_ first: UInt32, _ last: UInt32, _ request: inout Request) {
    add(.range.union(.rangeIsBounded), to: &request)
    request.rangeFirst = first
    request.rangeLast = last
  }

  func testNoConditions() {
    let whole = Selection(kind: .whole, coding: 0, first: 0, length: 1000)
    XCTAssertEqual(select(get()), whole)
    XCTAssertEqual(select(get { $0.method = RequestMethod.head }), whole)
    XCTAssertEqual(select(get { $0.method = RequestMethod.other }).kind, .methodNotAllowed)
  }

  func testIfNoneMatch() {
    // RFC 9110 13.1.2
    XCTAssertEqual(select(get { add(.noneMatch, to: &$0); $0.noneMatch.append(tag) }).kind, .notModified)
    XCTAssertEqual(select(get { add(.noneMatch, to: &$0); $0.noneMatch.append(other) }).kind, .whole)
    XCTAssertEqual(select(get { add(.noneMatch, to: &$0) }).kind, .whole)
    XCTAssertEqual(select(get { add(.noneMatch.union(.noneMatchAny), to: &$0) }).kind, .notModified)
    for place in 0..<8 {
      let request = get {
        add(.noneMatch, to: &$0)
        for index in 0..<8 { $0.noneMatch.append(index == place ? tag : other + UInt64(index)) }
      }
      XCTAssertEqual(select(request).kind, .notModified)
    }
    XCTAssertEqual(
      select(get { $0.method = RequestMethod.head; add(.noneMatch, to: &$0); $0.noneMatch.append(tag) }).kind,
      .notModified)
  }

  func testNoTagMatchesAResourceWithoutOne() {
    var resource = file()
    resource.representations.0.tag = 0
    XCTAssertEqual(select(get { add(.noneMatch, to: &$0) }, resource).kind, .whole)
    XCTAssertEqual(select(get { add(.match, to: &$0) }, resource).kind, .preconditionFailed)
    XCTAssertEqual(select(get { range(0, 1, &$0); add(.ifRange.union(.ifRangeIsTag), to: &$0) }, resource).kind, .whole)
    XCTAssertEqual(select(get { add(.match.union(.matchAny), to: &$0) }, resource).kind, .whole)
  }

  func testIfModifiedSince() {
    // RFC 9110 13.1.3
    for (date, kind) in [(modified - 1, SelectionKind.whole), (modified, .notModified), (modified + 1, .notModified)] {
      let request = get { add(.modifiedSince.union(.modifiedSinceIsValid), to: &$0); $0.modifiedSince = date }
      XCTAssertEqual(select(request).kind, kind)
      var undated = file()
      undated.modified = 0
      XCTAssertEqual(select(request, undated).kind, .whole)
    }
    XCTAssertEqual(select(get { add(.modifiedSince, to: &$0); $0.modifiedSince = .max }).kind, .whole)
  }

  func testIfModifiedSinceIsIgnoredBesideIfNoneMatch() {
    let request = get {
      add(.noneMatch.union(.modifiedSince).union(.modifiedSinceIsValid), to: &$0)
      $0.noneMatch.append(other)
      $0.modifiedSince = modified
    }
    XCTAssertEqual(select(request).kind, .whole)
  }

  func testIfMatch() {
    // RFC 9110 13.1.1
    XCTAssertEqual(select(get { add(.match, to: &$0); $0.match.append(tag) }).kind, .whole)
    XCTAssertEqual(select(get { add(.match, to: &$0); $0.match.append(other) }).kind, .preconditionFailed)
    XCTAssertEqual(select(get { add(.match, to: &$0) }).kind, .preconditionFailed)
    XCTAssertEqual(select(get { add(.match.union(.matchAny), to: &$0) }).kind, .whole)
  }

  func testIfUnmodifiedSince() {
    // RFC 9110 13.1.4
    for (date, kind) in [(modified - 1, SelectionKind.preconditionFailed), (modified, .whole), (modified + 1, .whole)] {
      let request = get { add(.unmodifiedSince.union(.unmodifiedSinceIsValid), to: &$0); $0.unmodifiedSince = date }
      XCTAssertEqual(select(request).kind, kind)
      let matching = get {
        $0 = request
        add(.match, to: &$0)
        $0.match.append(tag)
      }
      XCTAssertEqual(select(matching).kind, .whole, "ignored beside If-Match")
    }
  }

  func testOrderOfConditions() {
    // RFC 9110 13.2.2: If-Match fails before If-None-Match is looked at, and 304 comes before a range.
    let failed = get {
      add(.match.union(.noneMatch), to: &$0)
      $0.match.append(other)
      $0.noneMatch.append(tag)
    }
    XCTAssertEqual(select(failed).kind, .preconditionFailed)
    let unchanged = get {
      range(0, 1, &$0)
      add(.noneMatch, to: &$0)
      $0.noneMatch.append(tag)
    }
    XCTAssertEqual(select(unchanged).kind, .notModified)
    let both = get {
      range(0, 1, &$0)
      add(.match, to: &$0)
      $0.match.append(tag)
    }
    XCTAssertEqual(select(both).kind, .partial)
  }

  func testRanges() {
    // RFC 9110 14.1.2
    for (first, last, start, length) in [
      (0, 0, 0, 1), (0, 999, 0, 1000), (0, 1000, 0, 1000), (10, 19, 10, 10), (999, 999, 999, 1),
      (999, UInt32.max, 999, 1), (0, UInt32.max, 0, 1000),
    ] as [(UInt32, UInt32, UInt32, UInt32)] {
      XCTAssertEqual(
        select(get { range(first, last, &$0) }), Selection(kind: .partial, coding: 0, first: start, length: length))
    }
    for first: UInt32 in [1000, 1001, .max] {
      XCTAssertEqual(select(get { range(first, .max, &$0) }).kind, .unsatisfiable)
    }
    XCTAssertEqual(select(get { add(.range.union(.rangeIsInvalid), to: &$0) }).kind, .unsatisfiable)
    XCTAssertEqual(select(get { add(.range, to: &$0) }).kind, .whole)
  }

  func testSuffixes() {
    for (suffix, start) in [(1, 999), (999, 1), (1000, 0), (1001, 0), (UInt32.max, 0)] as [(UInt32, UInt32)] {
      let request = get { add(.range.union(.rangeIsSuffix), to: &$0); $0.rangeLast = suffix }
      XCTAssertEqual(select(request), Selection(kind: .partial, coding: 0, first: start, length: 1000 - start))
    }
    XCTAssertEqual(select(get { add(.range.union(.rangeIsSuffix), to: &$0) }).kind, .unsatisfiable)
  }

  func testRangesOfNothing() {
    XCTAssertEqual(select(get { range(0, 9, &$0) }, file(length: 0)).kind, .whole)
    XCTAssertEqual(select(get { range(1, 9, &$0) }, file(length: 0)).kind, .unsatisfiable)
    let suffix = get { add(.range.union(.rangeIsSuffix), to: &$0); $0.rangeLast = 5 }
    XCTAssertEqual(select(suffix, file(length: 0)).kind, .whole)
  }

  func testHeadHasNoRanges() {
    // RFC 9110 14.2
    XCTAssertEqual(select(get { range(0, 1, &$0); $0.method = RequestMethod.head }).kind, .whole)
    XCTAssertEqual(
      select(get { add(.range.union(.rangeIsInvalid), to: &$0); $0.method = RequestMethod.head }).kind, .whole)
  }

  func testIfRange() {
    // RFC 9110 13.1.5
    func request(_ condition: RequestConditions, tag: UInt64 = 0, date: UInt32 = 0) -> Request {
      get {
        range(0, 9, &$0)
        add(condition.union(.ifRange), to: &$0)
        $0.rangeTag = tag
        $0.rangeDate = date
      }
    }
    XCTAssertEqual(select(request(.ifRangeIsTag, tag: tag)).kind, .partial)
    XCTAssertEqual(select(request(.ifRangeIsTag, tag: other)).kind, .whole)
    XCTAssertEqual(select(request(.ifRangeIsDate, date: modified)).kind, .partial)
    XCTAssertEqual(select(request(.ifRangeIsDate, date: modified - 1)).kind, .whole)
    XCTAssertEqual(select(request(.ifRangeIsDate, date: modified + 1)).kind, .whole)
    // A weak tag, or nothing that could be read.
    XCTAssertEqual(select(request(.none)).kind, .whole)
  }

  func testFixedAnswersHaveNoConditions() {
    // RFC 9110 13.2.1
    for kind in [ResourceKind.fixed, .redirect] {
      var resource = file(codings: 0b1111)
      resource.kind = kind.rawValue
      let request = get {
        range(0, 1, &$0)
        add(.noneMatch.union(.match).union(.acceptEncoding), to: &$0)
        $0.noneMatch.append(tag)
        $0.zstdQuality = 1001
      }
      XCTAssertEqual(select(request, resource), Selection(kind: .whole, coding: 0, first: 0, length: 1000))
    }
  }

  func testCodings() {
    // RFC 9110 12.5.3: qualities are identity, gzip, br, zstd, *; -1 is one that is not named.
    let cases: [(qualities: [Int], available: UInt8, coding: UInt8)] = [
      ([-1, 1000, 1000, 1000, -1], 0b1111, 3), ([-1, 1000, 1000, 1000, -1], 0b0111, 2),
      ([-1, 1000, 1000, 1000, -1], 0b0011, 1), ([-1, 1000, 1000, 1000, -1], 0b0001, 0),
      ([-1, 1000, 500, 999, -1], 0b1111, 1), ([-1, 500, 1000, 999, -1], 0b1111, 2),
      ([-1, 0, 0, 0, -1], 0b1111, 0), ([-1, -1, -1, -1, -1], 0b1111, 0), ([-1, -1, -1, -1, 1000], 0b1111, 3),
      ([-1, -1, -1, 0, 1000], 0b1111, 2), ([1000, 500, -1, -1, -1], 0b1111, 0), ([1000, 1000, -1, -1, -1], 0b1111, 1),
      ([500, 501, -1, -1, -1], 0b1111, 1), ([0, 1, -1, -1, -1], 0b1111, 1), ([0, 0, 0, 0, -1], 0b1111, 0),
      ([0, -1, -1, -1, 0], 0b1111, 0), ([-1, 1, -1, -1, -1], 0b1111, 1), ([-1, -1, -1, -1, 0], 0b1111, 0),
    ]
    for (qualities, available, coding) in cases {
      let request = get {
        add(.acceptEncoding, to: &$0)
        $0.identityQuality = UInt16(qualities[0] + 1)
        $0.gzipQuality = UInt16(qualities[1] + 1)
        $0.brotliQuality = UInt16(qualities[2] + 1)
        $0.zstdQuality = UInt16(qualities[3] + 1)
        $0.otherQuality = UInt16(qualities[4] + 1)
      }
      let selection = select(request, file(codings: available))
      XCTAssertEqual(selection.coding, coding, "\(qualities) \(available)")
      XCTAssertEqual(selection.length, [1000, 300, 200, 100][Int(coding)])
    }
  }

  func testConditionsAreOnTheSelectedRepresentation() {
    let request = get {
      add(.acceptEncoding.union(.noneMatch), to: &$0)
      $0.gzipQuality = 1001
      $0.noneMatch.append(tag)
    }
    XCTAssertEqual(select(request, file(codings: 0b0011)).kind, .whole)
    XCTAssertEqual(select(request, file(codings: 0b0001)).kind, .notModified)
  }
}
