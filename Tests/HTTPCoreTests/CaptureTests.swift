import HTTPCore
import XCTest

/// What is taken down of a request.
final class CaptureTests: XCTestCase {
  func testTargetIsKeptAsItWasSent() throws {
    XCTAssertEqual(try seen(request(target: "/a%20b/../c?d=%41")).target, "/a%20b/../c?d=%41")
    XCTAssertEqual(try seen(request(method: "HEAD", target: "/x")).target, "/x")
  }

  func testHostIsSmallAndHasNoPort() throws {
    // RFC 9110 4.2.3
    for (value, host) in [
      ("Example.ORG", "example.org"), ("a:80", "a"), ("[::1]:8080", "[::1]"), ("[FE80::1]", "[fe80::1]"), ("", ""),
      (" a \t", "a"), ("10.0.0.1:", "10.0.0.1"), ("%41b", "%41b"),
      (String(repeating: "x", count: 255), String(repeating: "x", count: 255)),
    ] { XCTAssertEqual(try seen("GET / HTTP/1.1\r\nHost:\(value)\r\n\r\n").host, host, value) }
    expect("GET / HTTP/1.1\r\nHost:\(String(repeating: "x", count: 256))\r\n\r\n", .refused(.badRequest))
  }

  func testAbsoluteTargets() throws {
    // RFC 9112 3.2.2: its host counts, and Host is nevertheless required and checked.
    for (target, kept, host) in [
      ("http://b/c?d", "/c?d", "b"), ("HTTP://B.org:80/", "/", "b.org"), ("https://[::1]:1/x", "/x", "[::1]"),
      ("http://b", "/", "b"), ("http://b:80", "/", "b"), ("http://b?q=1", "/?q=1", "b"), ("http://b/?q", "/?q", "b"),
    ] {
      let taken = try seen("GET \(target) HTTP/1.1\r\nHost: Other\r\n\r\n")
      XCTAssertEqual(taken.reply, .ok, target)
      XCTAssertEqual(taken.target, kept, target)
      XCTAssertEqual(taken.host, host, target)
    }
    expect("GET http://b/ HTTP/1.1\r\n\r\n", .refused(.badRequest))
    expect("GET http://b/ HTTP/1.1\r\nHost: a b\r\n\r\n", .refused(.badRequest))
    expect("GET http://b/ HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", .refused(.badRequest))
    expect("GET http://b/ HTTP/1.0\r\n\r\n", .okClose)
    // RFC 9110 4.2.1, 4.2.4: no host, and user information.
    for target in ["http://", "http:///", "http://?", "http://:80/", "http:/a", "http:a", "ftp://a/", "http://u@b/",
      "http://u:p@b/", "httpx://a/", "http://a:b/", "http://a#b"] {
      expect(request(target: target), .refused(.badRequest))
    }
  }

  func testLogFieldsAreKeptOnDemand() throws {
    let head = request("Referer: http://x/ y ", "USER-AGENT:\tcurl/8 (a; b)", "Accept: z")
    let kept = try seen(head, grammar: Conversation.logGrammar)
    XCTAssertEqual(kept.referer, "http://x/ y ")
    XCTAssertEqual(kept.agent, "curl/8 (a; b)")
    let left = try seen(head)
    XCTAssertEqual(left.referer + left.agent, "")
    let long = try seen(request("User-Agent: " + String(repeating: "u", count: 300)), grammar: Conversation.logGrammar)
    // One more than is kept.
    XCTAssertEqual(long.agent, String(repeating: "u", count: 257))
    XCTAssertEqual(try seen(request("Referer:", "User-Agent: "), grammar: Conversation.logGrammar).agent, "")
  }

  func testNothingIsLeftOfTheRequestBefore() {
    let first = request("If-None-Match: \"0123456789abcdef\"", "Accept-Encoding: gzip", "Range: bytes=1-2",
      target: "/a?b")
    let both = Conversation.of(first + request(target: "/c") + request("If-None-Match: x")).seen
    XCTAssertEqual(both.count, 3)
    XCTAssertEqual(both[1].target, "/c")
    XCTAssertEqual(both[1].conditions, .none)
    XCTAssertEqual(both[1].qualities, [0, 0, 0, 0, 0])
    XCTAssertEqual(both[2].noneMatch, EntityTags())
  }
}

/// RFC 9110 12.5.3 and 12.4.2
final class AcceptEncodingTests: XCTestCase {
  private func qualities(_ values: String...) throws -> [Int] {
    let fields = values.map { "Accept-Encoding: \($0)\r\n" }.joined()
    return try seen("GET / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n").qualities.map { Int($0) - 1 }
  }

  func testCodings() throws {
    XCTAssertEqual(try qualities("gzip, deflate, br, zstd"), [-1, 1000, 1000, 1000, -1])
    XCTAssertEqual(try qualities("GZIP,Br;q=0.5,zStd ; Q=0"), [-1, 1000, 500, 0, -1])
    XCTAssertEqual(try qualities("*"), [-1, -1, -1, -1, 1000])
    XCTAssertEqual(try qualities("*;q=0, identity;q=0.001"), [1, -1, -1, -1, 0])
    XCTAssertEqual(try qualities("x-gzip"), [-1, 1000, -1, -1, -1])
    XCTAssertEqual(try qualities("gzip\t;\tq=0.25\t, br"), [-1, 250, 1000, -1, -1])
    XCTAssertEqual(try qualities(" , ,gzip,, "), [-1, 1000, -1, -1, -1])
    XCTAssertEqual(try qualities("gzip", "br;q=1.000"), [-1, 1000, 1000, -1, -1])
    XCTAssertEqual(try qualities("", " "), [-1, -1, -1, -1, -1])
    let many = String(repeating: "x, ", count: 500) + "br"
    XCTAssertEqual(try qualities(many), [-1, -1, 1000, -1, -1])
  }

  func testQualities() throws {
    for (text, value) in [
      ("0", 0), ("1", 1000), ("0.", 0), ("1.", 1000), ("0.1", 100), ("0.12", 120), ("0.123", 123), ("1.0", 1000),
      ("1.00", 1000), ("1.000", 1000), ("0.000", 0), ("0.999", 999),
    ] { XCTAssertEqual(try qualities("gzip;q=\(text)")[1], value, text) }
    // What is no quality makes it an element that is not understood.
    for text in ["", "2", "1.1", "1.001", "0.1234", "-1", ".5", "a", "0.a", "1 1", "0.5;x=1"] {
      XCTAssertEqual(try qualities("gzip;q=\(text)")[1], -1, text)
    }
  }

  func testOtherCodingsAreNotTaken() throws {
    for value in [
      "gzi", "gzipp", "gzip2", "xgzip", "brr", "b", "zst", "zstdx", "gz ip", "\"gzip\"", "**", "*x", "gzip;x",
      "gzip;r=1",
      "gzip q=1", "identit", "identityx", "deflate", "compress", "gzip=1", "br\u{e9}",
    ] { XCTAssertEqual(try qualities(value), [-1, -1, -1, -1, -1], value) }
    XCTAssertEqual(try qualities("gzip" + String(repeating: " ", count: 61)), [-1, -1, -1, -1, -1])
  }
}

/// RFC 9110 8.8.3, 13.1.1, 13.1.2, 13.1.5, 14.1.2, 10.1.1: lists of entity tags, ranges, expectations.
final class ConditionFieldTests: XCTestCase {
  private let tag: UInt64 = 0x0123_4567_89ab_cdef
  private let text = "\"0123456789abcdef\""

  func testListsOfTags() throws {
    for value in [
      text, "W/\(text)", "\"x\", \(text)", "\(text),\"y\"", "\"a,b\" ,\(text)", ",, \(text) ,", "\t\(text)\t",
      "\"\",\(text)", "\"*\", W/\"y\",W/\(text)", String(repeating: "\"x\",", count: 200) + text,
    ] {
      let none = try seen(request("If-None-Match: \(value)"))
      XCTAssertTrue(none.conditions.intersects(.noneMatch), value)
      XCTAssertFalse(none.conditions.intersects(.noneMatchAny), value)
      XCTAssertEqual(none.noneMatch?.contains(tag), true, value)
      let match = try seen(request("If-Match: \(value)"))
      // RFC 9110 13.1.1: strong comparison.
      XCTAssertEqual(match.match?.contains(tag), !value.contains("W/\(text)"), value)
      XCTAssertTrue(match.conditions.intersects(.match), value)
    }
    let two = try seen(request("If-None-Match: \"x\"", "If-None-Match: \(text)"))
    XCTAssertEqual(two.noneMatch?.contains(tag), true)
  }

  func testOtherTagsAreNotOurs() throws {
    for value in [
      "0123456789abcdef", "\"0123456789ABCDEF\"", "\"0123456789abcde\"", "\"0123456789abcdef0\"", "\"0123456789abcdef",
      "w/\(text)", "W\(text)", "W/ \(text)", "\(text)x", "x\(text)", "\" 0123456789abcdef\"", "\"0123456789abcdeg\"",
      "\"x,\(text.dropFirst())", "\"0123456789abcd`f\"", "\"0123456789abcd:f\"",
    ] {
      let taken = try seen(request("If-None-Match: \(value)"))
      XCTAssertTrue(taken.conditions.intersects(.noneMatch), value)
      XCTAssertEqual(taken.noneMatch, EntityTags(), value)
    }
  }

  func testAsterisk() throws {
    for value in ["*", " * ", "*,", ", *"] {
      XCTAssertTrue(try seen(request("If-None-Match: \(value)")).conditions.intersects(.noneMatchAny), value)
      XCTAssertTrue(try seen(request("If-Match: \(value)")).conditions.intersects(.matchAny), value)
    }
    for value in ["\"*\"", "**", "*x", "* *", "\"a, *, b\"", "W/*"] {
      XCTAssertFalse(try seen(request("If-None-Match: \(value)")).conditions.intersects(.noneMatchAny), value)
    }
    XCTAssertEqual(try seen(request("If-None-Match:", "If-Match: ,")).conditions, .none)
  }

  func testIfRange() throws {
    let strong = try seen(request("If-Range: \(text)"))
    XCTAssertTrue(strong.conditions.intersects(.ifRangeIsTag))
    XCTAssertEqual(strong.rangeTag, tag)
    let date = try seen(request("If-Range: Sun, 06 Nov 1994 08:49:37 GMT"))
    XCTAssertTrue(date.conditions.intersects(.ifRangeIsDate))
    XCTAssertEqual(date.dates[2], 784_111_777)
    for fields in [["W/\(text)"], ["\"x\""], ["x"], ["*"], [text, text], [text, "x"],
      ["Sun, 06 Nov 1994 08:49:37 GMT", text]] {
      let lines = fields.map { "If-Range: \($0)\r\n" }.joined()
      let taken = try seen("GET / HTTP/1.1\r\nHost: a\r\n\(lines)\r\n")
      XCTAssertTrue(taken.conditions.intersects(.ifRange), "\(fields)")
      XCTAssertFalse(taken.conditions.intersects(.ifRangeIsTag), "\(fields)")
    }
  }

  func testRanges() throws {
    func range(_ values: String...) throws -> (RequestConditions, [UInt32]) {
      let taken = try seen("GET / HTTP/1.1\r\nHost: a\r\n\(values.map { "Range: \($0)\r\n" }.joined())\r\n")
      return (taken.conditions, taken.range)
    }
    for (value, first, last) in [
      ("bytes=0-0", 0, 0), ("bytes=1-22", 1, 22), ("BYTES=5-", 5, UInt32.max), ("bytes= 7-8 ", 7, 8),
      ("bytes=0000000000000000000000000000000000001-2", 1, 2), ("bytes=0-99999999999999999999", 0, UInt32.max),
      ("bytes=4294967296-4294967297", UInt32.max, UInt32.max),
    ] as [(String, UInt32, UInt32)] {
      let (conditions, numbers) = try range(value)
      XCTAssertEqual(conditions, RequestConditions.range.union(.rangeIsBounded), value)
      XCTAssertEqual(numbers, [first, last], value)
    }
    let (suffix, numbers) = try range("bytes=-500")
    XCTAssertEqual(suffix, RequestConditions.range.union(.rangeIsSuffix))
    XCTAssertEqual(numbers[1], 500)
    // Several ranges, other units, and what is too long are ignored.
    for values in [["bytes=0-1,3-4"], ["bytes=0-1 , 3-4"], ["bytes=-1,-2"], ["items=0-1"], ["bytes"], ["bytes =0-1"],
      ["bytes=0-\(String(repeating: "9", count: 60))"], [""], ["0-1"], ["byte=0-1"]] {
      let (conditions, _) = try range(values[0])
      let kinds = RequestConditions.rangeIsBounded.union(.rangeIsSuffix).union(.rangeIsInvalid)
      XCTAssertFalse(conditions.intersects(kinds), "\(values)")
    }
    XCTAssertEqual(try range("bytes=0-1", "bytes=0-1").0, .range)
    for value in ["bytes=", "bytes=-", "bytes=a-b", "bytes=1", "bytes=2-1", "bytes=1-2x", "bytes=--1", "bytes=1--2",
      "bytes=0x1-2", "bytes=1 -2", "bytes=+1-2"] {
      XCTAssertEqual(try range(value).0, RequestConditions.range.union(.rangeIsInvalid), value)
    }
  }

  func testDates() throws {
    // RFC 9110 5.6.7
    for (text, seconds) in [
      ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777),
      ("Sun Nov  6 08:49:37 1994", 784_111_777), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
      ("Thu, 29 Feb 2024 23:59:59 GMT", 1_709_251_199),
      ("Fri, 01 Mar 2024 00:00:00 GMT", 1_709_251_200), ("Sat, 31 Dec 2016 23:59:60 GMT", 1_483_228_800),
      ("Mon, 01 Jan 1900 00:00:00 GMT", 0), ("Wednesday, 01-Jan-69 00:00:00 GMT", 3_124_224_000),
      ("Sat Dec 31 23:59:59 2022", 1_672_531_199), ("Tue, 29 Feb 2000 12:00:00 GMT", 951_825_600),
      ("Thursday, 01-Jan-70 00:00:01 GMT", 1), ("Fri, 31 Dec 9999 23:59:59 GMT", UInt32.max - 1),
      ("Thu, 31 Dec 2105 23:59:59 GMT", 4_291_747_199), ("Sun, 06 Nov 1994 08:49:37 GMT\t ", 784_111_777),
    ] as [(String, UInt32)] {
      let since = try seen(request("If-Modified-Since: \(text)"))
      XCTAssertEqual(since.conditions, RequestConditions.modifiedSince.union(.modifiedSinceIsValid), text)
      XCTAssertEqual(since.dates[0], seconds, text)
      let unmodified = try seen(request("If-Unmodified-Since: \(text)"))
      XCTAssertEqual(unmodified.conditions, RequestConditions.unmodifiedSince.union(.unmodifiedSinceIsValid), text)
      XCTAssertEqual(unmodified.dates[1], seconds, text)
    }
  }

  func testOtherDatesAreIgnored() throws {
    for text in [
      "x", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 6 Nov 1994 08:49:37 GMT",
      "06 Nov 1994 08:49:37 GMT",
      "Sun, 06 nov 1994 08:49:37 GMT", "Sun, 31 Nov 1994 08:49:37 GMT", "Sun, 00 Nov 1994 08:49:37 GMT",
      "Wed, 29 Feb 2023 00:00:00 GMT",
      "Thu, 29 Feb 2100 00:00:00 GMT", "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:60:37 GMT",
      "Sun, 06 Nov 1994 08:49:61 GMT",
      "Sun, 06 Nov 1994 08:49:37 GMTx", "Sun, 06-Nov-1994 08:49:37 GMT", "Sunday, 06 Nov 94 08:49:37 GMT",
      "Xun, 06 Nov 1994 08:49:37 GMT",
      "Sun Nov  0 08:49:37 1994", "Sun Nov  6 08:49:37 94", "784111777", "Sun, 06 Nov 1994 08-49-37 GMT",
      "Sun, 06 Nov 19a4 08:49:37 GMT",
      "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT",
      "Sun, 06 Nov 1994 08:49:37 GMT" + String(repeating: " ", count: 50),
    ] {
      let taken = try seen(request("If-Modified-Since: \(text)"))
      XCTAssertEqual(taken.conditions, .modifiedSince, text)
    }
    let date = "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT"
    XCTAssertEqual(try seen(request(date, date)).conditions, .modifiedSince)
  }

  func testEveryDayOfManyYears() throws {
    // One in 37, by the proleptic Gregorian calendar, in every format.
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    var (days, number) = (0, 0)
    for year in 1970...2068 {
      let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      for (month, length) in [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].enumerated() {
        for day in 1...length {
          number += 1
          days += 1
          guard number % 37 == 0 else { continue }
          let two = day < 10 ? "0\(day)" : "\(day)"
          let short = year % 100 < 10 ? "0\(year % 100)" : "\(year % 100)"
          for text in ["Sun, \(two) \(months[month]) \(year) 01:02:03 GMT",
            "Friday, \(two)-\(months[month])-\(short) 01:02:03 GMT",
            "Sat \(months[month]) \(day < 10 ? " \(day)" : two) 01:02:03 \(year)"] {
            XCTAssertEqual(try seen(request("If-Modified-Since: \(text)")).dates[0],
              UInt32((days - 1) * 86_400 + 3723), text)
          }
        }
      }
    }
  }

  func testExpectation() throws {
    for value in ["100-continue", "100-CONTINUE", " 100-Continue\t"] {
      expect(request("Expect:\(value)", "Content-Length: 3") + "abc" + request(), .continues, .ok, .ok)
    }
    // Nothing is to come.
    expect(request("Expect: 100-continue") + request(), .ok, .ok)
    expect(request("Expect: 100-continue", "Content-Length: 0"), .ok)
    expect(request("Expect: 100-continue", "Transfer-Encoding: chunked") + "0\r\n\r\n", .continues, .ok)
    // 100 comes before the content.
    XCTAssertEqual(Conversation.of(request("Expect: 100-continue", "Content-Length: 3")).replies, [.continues])
    // RFC 9110 10.1.1: HTTP/1.0 has no 100.
    expect(request("Expect: 100-continue", "Content-Length: 3", version: "1.0") + "abc", .okClose)
    expect(request("Expect: x", version: "1.0"), .okClose)
    for value in ["x", "100-continu", "100-continuee", "100-continue, x", "100-continue;a=b", "200-ok",
      "100 continue"] {
      expect(request("Expect: \(value)"), .refused(.expectationFailed))
    }
    expect(request("Expect:", "Content-Length: 1") + "x", .ok)
    // A final answer at once, and no content has to come.
    expect(request("Expect: 100-continue", "Content-Length: 3", method: "PUT"), .refused(.methodNotAllowed))
    expect(request("Expect: 100-continue", "Content-Length: 9999999"), .refused(.contentTooLarge))
  }
}
