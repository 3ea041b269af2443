import HTTPCore
import XCTest

/// RFC 9112 2.2 and 5: the shape of field lines.
final class FieldTests: XCTestCase {
  func testFieldsThatDoNotMatter() {
    expect(
      request("Accept: */*", "User-Agent: curl/8.0 (x; y)", "X:", "Y: ", "Z: \t", "A:b", "Cookie: a=\"b\"; c"), .ok)
  }

  func testNamesThatBeginLikeKnownOnes() {
    expect(
      request(
        "H: 1", "Hos: 1", "Hosts: a b", "X-Host: a b", "Content: x", "Content-Type: x", "Content-Lengths: x",
        "Content-Lengt: x", "Connections: close", "Connectio: close", "Transfer-Encodings: chunked",
        "Transfer: chunked", "TE: trailers", "Con: close", "Transfer-Encodin: chunked"), .ok)
  }

  func testNameMustBeAToken() {
    for name in [
      "", "a b", "a\tb", "a(", "a/b", "a\u{0}", "a\u{7F}", "é", "a\"", "a;b", "[a]", "{a}", "a@b", "a=b", "a,b", "a?",
    ] {
      expect(request("\(name): x"), .refused(.badRequest))
    }
  }

  func testWhiteSpaceBeforeTheColonIsMalformed() {
    // RFC 9112 5.1
    expect(request("Accept : x"), .refused(.badRequest))
    expect(request("Accept\t: x"), .refused(.badRequest))
    expect("GET / HTTP/1.1\r\nHost : a\r\n\r\n", .refused(.badRequest))
    expect(request("Content-Length : 1"), .refused(.badRequest))
    expect(request("Transfer-Encoding : chunked"), .refused(.badRequest))
  }

  func testLineWithoutColonIsMalformed() {
    expect(request("Accept"), .refused(.badRequest))
    expect(request("Host"), .refused(.badRequest))
    expect(request("Connection"), .refused(.badRequest))
  }

  func testFoldedLinesAreMalformed() {
    // RFC 9112 5.2
    expect(request("Accept: x", " y"), .refused(.badRequest))
    expect(request("Accept: x", "\ty"), .refused(.badRequest))
    expect(request("Connection: close", " , x"), .refused(.badRequest))
  }

  func testWhiteSpaceBeforeTheFirstFieldIsMalformed() {
    // RFC 9112 2.2
    expect("GET / HTTP/1.1\r\n Host: a\r\n\r\n", .refused(.badRequest))
    expect("GET / HTTP/1.1\r\n \r\nHost: a\r\n\r\n", .refused(.badRequest))
  }

  func testBareLineFeedEndsNothing() {
    // RFC 9112 2.2 lets a recipient take it for a line end; where another one does not, that hides fields from it.
    for head in [
      "GET / HTTP/1.1\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\n",
      "GET / HTTP/1.1\r\nHost: a\r\nA: b\nC: d\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nConnection: x\n\r\n",
    ] { expect(head, .refused(.badRequest)) }
  }

  func testBareCarriageReturnIsMalformed() {
    // RFC 9112 2.2
    for head in [
      "GET / HTTP/1.1\rHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\r\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nA: b\rC: d\r\n\r\n", "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\rx\r\n\r\n",
    ] { expect(head, .refused(.badRequest)) }
  }

  func testEveryByteInAValue() {
    for byte in UInt8.min...UInt8.max {
      // RFC 9110 5.5: visible characters, space, tab, and what is not ASCII.
      let isText = byte == 0x09 || (byte >= 0x20 && byte != 0x7F)
      for name in ["A", "Connection", "Transfer-Encodin"] {
        let head = Array("GET / HTTP/1.1\r\nHost: a\r\n\(name): x".utf8) + [byte] + Array("y\r\n\r\n".utf8)
        expect(head, [isText ? .ok : .refused(.badRequest)])
      }
    }
  }

  func testEveryByteAtEveryPlaceOfALongValue() {
    for byte in UInt8.min...UInt8.max {
      let isText = byte == 0x09 || (byte >= 0x20 && byte != 0x7F)
      for place in 0..<24 {
        var value = [UInt8](repeating: 0x78, count: 24)
        value[place] = byte
        let head = Array("GET / HTTP/1.1\r\nHost: a\r\nA:".utf8) + value + Array("\r\n\r\n".utf8)
        expect(head, [isText ? .ok : .refused(.badRequest)])
      }
    }
  }

  func testALineEndAtEveryPlaceOfALongValue() {
    for place in 0..<32 {
      let value = String(repeating: "x", count: place)
      expect(request("A: \(value)", "Connection: close", "B: \(value)"), .okClose)
    }
  }

  func testARequestMayHaveNoFields() {
    expect("GET / HTTP/1.0\r\n\r\n", .okClose)
  }
}

/// RFC 9112 3.2 and RFC 9110 7.2.
final class HostTests: XCTestCase {
  private func withHost(_ value: String) -> String { "GET / HTTP/1.1\r\nHost:\(value)\r\n\r\n" }

  func testHostIsRequiredInHTTP11() {
    expect("GET / HTTP/1.1\r\n\r\n", .refused(.badRequest))
    expect("GET / HTTP/1.2\r\nAccept: x\r\n\r\n", .refused(.badRequest))
    expect("POST / HTTP/1.1\r\n\r\n", .refused(.badRequest))
  }

  func testHostIsNotRequiredInHTTP10() {
    expect("GET / HTTP/1.0\r\nAccept: x\r\n\r\n", .okClose)
  }

  func testRepeatedHostIsMalformed() {
    expect("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", .refused(.badRequest))
    expect("GET / HTTP/1.1\r\nHost: a\r\nAccept: x\r\nhost: a\r\n\r\n", .refused(.badRequest))
    expect("GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", .refused(.badRequest))
  }

  func testNameInAnyCase() {
    for name in ["host", "HOST", "hOsT"] { expect("GET / HTTP/1.1\r\n\(name): a\r\n\r\n", .ok) }
  }

  func testValidValues() {
    for value in [
      "", " ", "a", " a", "\ta ", " a \t", "example.org", "example.org:8080", "10.0.0.1", "10.0.0.1:80", "a:",
      "[::1]", "[::1]:8080", "[fe80::1]:", "[v1.a:b]", "%41%2f", "a_b-c.d~e", "xn--a!$&'()*+,;=",
    ] { expect(withHost(value), .ok) }
  }

  func testInvalidValues() {
    for value in [
      "a b", "a/b", "a@b", "http://a", "a:b", "a:80:80", "a:80a", ":80", "[]", "[::1", "::1", "[::1]a", "[::1]]",
      "[:/:]", "%", "%4", "%4g", "%g1", "a?b", "a#b", "é", "a\u{0}", "\"a\"", "a, b", "<a>", "a\\b", "[a]b:1", "a 80",
    ] { expect(withHost(value), .refused(.badRequest)) }
  }
}
