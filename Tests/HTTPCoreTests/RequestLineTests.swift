import HTTPCore
import XCTest

/// RFC 9112 2.2, 2.3 and 3: empty lines, method, target and version.
final class RequestLineTests: XCTestCase {
  func testGet() {
    expect("GET / HTTP/1.1\r\nHost: example.org\r\n\r\n", .ok)
  }

  func testHead() {
    expect(request(method: "HEAD"), .headOK)
  }

  func testNothingIsAnsweredBeforeTheHeadEnds() {
    expect("GET / HTTP/1.1\r\nHost: example.org\r\n\r")
    expect("GET / HTTP/1.1\r\nHost: example.org\r\n")
    expect("")
  }

  func testEmptyLinesBeforeARequestAreIgnored() {
    expect("\r\n\r\n\r\n" + request() + "\r\n" + request(), .ok, .ok)
  }

  func testOnlyWholeEmptyLinesAreIgnored() {
    expect("\n" + request(), .refused(.badRequest))
    expect("\r" + request(), .refused(.badRequest))
    expect(" \r\n" + request(), .refused(.badRequest))
  }

  func testRegisteredMethodsAreNotAllowed() {
    // RFC 9110 15.5.6
    for method in ["POST", "PUT", "DELETE", "TRACE", "PATCH"] { expect(request(method: method) + request(),
      .notAllowed, .ok) }
    // RFC 9112 3.2.3
    for target in ["example.org:443", "[::1]:443", "/"] {
      expect(request(method: "CONNECT", target: target) + request(), .notAllowed, .ok)
    }
  }

  func testOptions() {
    // RFC 9110 9.3.7, RFC 9112 3.2.4
    for target in ["*", "/", "/a?b", "http://example.org", "http://example.org/a"] {
      expect(request(method: "OPTIONS", target: target) + request(), .options, .ok)
    }
    for target in ["**", "*/", "a"] { expect(request(method: "OPTIONS", target: target), .refused(.badRequest)) }
  }

  func testOtherTokensAreNotImplemented() {
    // RFC 9110 9.1: the case of methods matters. Prefixes and extensions of known ones are others.
    for method in [
      "get", "Get", "G", "GE", "GETS", "HEADS", "HEA", "POSTS", "POS", "P", "BREW", "M-SEARCH", "!#$%&'*+-.^_`|~0",
    ] {
      expect(request(method: method), .refused(.notImplemented))
    }
  }

  func testMethodThatIsNoTokenIsMalformed() {
    for method in ["", "GE T", "G(T", "G/T", "\"GET\"", "GET:", "G\tT", "G\u{0}T", "GET\u{7F}", "GÉT", "{", "<html>"] {
      expect(request(method: method), .refused(.badRequest))
    }
  }

  func testFormsOfTarget() {
    for target in ["/", "/a/b?c=d&e", "http://example.org/", "//", "/;", "/?", "/|{}\"<>^`\\"] {
      expect(request(target: target), .ok)
      expect(request(method: "HEAD", target: target), .headOK)
    }
    // RFC 9112 3.2: what is no path, and a fragment.
    for target in ["*", "example.org:80", "?", "a", "a/b", ".", "%2f", "/#", "/a#b", "#"] {
      expect(request(target: target), .refused(.badRequest))
      expect(request(method: "PUT", target: target), .refused(.badRequest))
    }
  }

  func testTargetOfOtherThanVisibleCharactersIsMalformed() {
    for target in ["", " ", "/ ", " /", "/a b", "/\t", "/\u{0}", "/\u{7F}", "/é", "/\r", "/\n"] {
      expect("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n", .refused(.badRequest))
    }
  }

  func testWhiteSpaceBetweenTheElementsIsOneSpace() {
    expect("GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", .refused(.badRequest))
    expect("GET /\tHTTP/1.1\r\nHost: a\r\n\r\n", .refused(.badRequest))
    expect("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", .refused(.badRequest))
    expect("GET /  HTTP/1.1\r\nHost: a\r\n\r\n", .refused(.badRequest))
    expect("GET / HTTP/1.1 \r\nHost: a\r\n\r\n", .refused(.badRequest))
  }

  func testLaterMinorVersionsAreReadAsTheLatestKnown() {
    // RFC 9110 2.5
    for minor in 1...9 { expect(request(version: "1.\(minor)"), .ok) }
  }

  func testOtherMajorVersionsAreNotSupported() {
    for version in ["0.9", "2.0", "3.0", "9.9"] { expect(request(version: version), .refused(.versionNotSupported)) }
    // RFC 9113 3.4: the preface of an HTTP/2 connection.
    expect("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .refused(.versionNotSupported))
  }

  func testOtherVersionsAreMalformed() {
    for version in ["", "1", "1.", ".1", "1.10", "11.0", "1,1", "1.a", "a.1", "1..1", "2", "20.0", " 1.1", "-1.1"] {
      expect(request(version: version), .refused(.badRequest))
    }
    for name in ["http/1.1", "HTTP 1.1", "HTTPS/1.1", "HTP/1.1", "HTTP//1.1", "SIP/2.0", ""] {
      expect("GET / \(name)\r\nHost: a\r\n\r\n", .refused(.badRequest))
    }
    // HTTP/0.9
    expect("GET /\r\n\r\n", .refused(.badRequest))
  }

  func testOtherProtocolsAreMalformed() {
    // A TLS ClientHello, SSH, SOCKS 5, SMB, a binary zero, a PROXY header of version 2.
    expect([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC], [.refused(.badRequest)])
    expect("SSH-2.0-OpenSSH_9.2\r\n", .refused(.badRequest))
    expect([0x05, 0x01, 0x00], [.refused(.badRequest)])
    expect([0x00, 0x00, 0x00, 0x54, 0xFF, 0x53, 0x4D, 0x42], [.refused(.badRequest)])
    expect([0x00], [.refused(.badRequest)])
    expect([0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A], [.refused(.badRequest)])
  }

  func testEveryFirstByte() {
    let token = Set("!#$%&'*+-.^_`|~".utf8)
    for byte in UInt8.min...UInt8.max {
      let isToken = token.contains(byte) || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
        || (0x61...0x7A).contains(byte)
      expect([byte], isToken || byte == 0x0D ? [] : [.refused(.badRequest)])
    }
  }
}
