import LabKit

/// Requests with content, and several of them on one connection, cut anywhere, small and large.
extension OracleCorpus {
  private static func each<A, B>(_ a: [A], _ b: [B]) -> [(A, B)] { a.flatMap { a in b.map { (a, $0) } } }

  static let malformedChunks = [
    "x\r\n12345\r\n0\r\n\r\n", "-5\r\n12345\r\n0\r\n\r\n", "0x5\r\n12345\r\n0\r\n\r\n", "\r\n\r\n", ";x\r\n\r\n",
    " 5\r\n12345\r\n0\r\n\r\n", "5\n12345\n0\n\n", "5\r\n123456\r\n0\r\n\r\n", "5\r\n1234\r\n0\r\n\r\n",
    "5\r12345\r\n0\r\n\r\n", "100000000\r\n", "ffffffffffffffff\r\n", "10000000000000005\r\n12345\r\n0\r\n\r\n",
    "fffffffffffffffffffff\r\n", "200000\r\n",
  ]

  /// Fields that say how long the content is, and the content.
  static let wellFramedContents: [(fields: [String], content: String)] = [
    (["Content-Length: 0"], ""), (["Content-Length: 5"], "12345"), (["Content-Length: 005"], "12345"),
    (["content-length:5"], "12345"), (["Content-Length: 5 "], "12345"), (["Content-Length: 1000"], content(1000)),
    (["Content-Length: 20000"], content(20_000)), (["Content-Length: 200000"], content(200_000)),
    (["Content-Length: 1048576"], content(1_048_576)), (["Content-Length: 1048577"], ""),
    (["Content-Length: 99999999"], ""), (["Content-Length: 4294967296"], ""), (["Content-Length: 4294967301"], ""),
    (["Content-Length: 9223372036854775808"], ""), (["Content-Length: 18446744073709551616"], ""),
    (["Content-Length: 18446744073709551621"], ""), (["Content-Length: 99999999999999999999999999"], ""),
    (["Content-Length: -1"], ""), (["Content-Length: +5"], "12345"), (["Content-Length: 0x5"], "12345"),
    (["Content-Length: 5x"], "12345"), (["Content-Length: x"], ""), (["Content-Length:"], ""),
    (["Content-Length: 5 5"], "12345"), (["Content-Length: 5, 5"], "12345"), (["Content-Length: 5, 6"], "123456"),
    (["Content-Length: 5.0"], "12345"), (["Content-Length: \"5\""], "12345"),
    (["Content-Length: 5", "Content-Length: 5"], "12345"), (["Content-Length: 5", "Content-Length: 6"], "123456"),
    (["Content-Length: 6", "Content-Length: 5"], "123456"),
    (["Transfer-Encoding: chunked"], "0\r\n\r\n"), (["Transfer-Encoding: chunked"], "5\r\n12345\r\n0\r\n\r\n"),
    (["transfer-encoding:CHUNKED"], "5\r\n12345\r\n0\r\n\r\n"),
    (["Transfer-Encoding: chunked "], "1\r\nx\r\n0\r\n\r\n"),
    (["Transfer-Encoding: chunked"], "a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n"),
    (["Transfer-Encoding: chunked"], "00005\r\n12345\r\n000\r\n\r\n"),
    (["Transfer-Encoding: chunked"], "5;x\r\n12345\r\n0\r\n\r\n"),
    (["Transfer-Encoding: chunked"], "5;x=y;z=\"a;b\"\r\n12345\r\n0;q\r\n\r\n"),
    (["Transfer-Encoding: chunked"], "5 ;x\r\n12345\r\n0\r\n\r\n"),
    (["Transfer-Encoding: chunked"], "5\r\n12345\r\n0\r\nX: y\r\n\r\n"),
    (["Transfer-Encoding: chunked", "Trailer: X"], "5\r\n12345\r\n0\r\nX: y\r\nZ: a\r\n\r\n"),
    (["Transfer-Encoding: chunked"], "0\r\nContent-Length: 5\r\n\r\n"),
    (["Transfer-Encoding: chunked"], String(repeating: "10\r\n0123456789abcdef\r\n", count: 200) + "0\r\n\r\n"),
    (["Transfer-Encoding: chunked", "Content-Length: 5"], "5\r\n12345\r\n0\r\n\r\n"),
    (["Content-Length: 5", "Transfer-Encoding: chunked"], "5\r\n12345\r\n0\r\n\r\n"),
    (["Content-Length: 0", "Transfer-Encoding: chunked"], "0\r\n\r\n"),
    (["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"], "0\r\n\r\n"),
    (["Transfer-Encoding: identity"], ""), (["Transfer-Encoding: gzip"], ""),
    (["Transfer-Encoding: gzip, chunked"], "0\r\n\r\n"),
    (["Transfer-Encoding: chunked, gzip"], "0\r\n\r\n"), (["Transfer-Encoding: chunked, chunked"], "0\r\n\r\n"),
    (["Transfer-Encoding: chunked, identity"], "0\r\n\r\n"), (["Transfer-Encoding: identity, chunked"], "0\r\n\r\n"),
    (["Transfer-Encoding: chunked;x"], "0\r\n\r\n"), (["Transfer-Encoding: xchunked"], ""),
    (["Transfer-Encoding: chunkedx"], ""),
    (["Transfer-Encoding: chunke"], ""), (["Transfer-Encoding:"], ""), (["Transfer-Encoding: ,chunked"], "0\r\n\r\n"),
    (["Transfer-Encoding: \"chunked\""], ""), (["Transfer-Encoding: chun\tked"], ""),
    (["Transfer-Encoding:\u{B}chunked"], ""),
    (["Transfer-Encoding : chunked"], "0\r\n\r\n"), (["Transfer_Encoding: chunked"], ""),
    (["X: y\r\n Transfer-Encoding: chunked"], ""),
    (["Content-Length: 5", "Expect: 100-continue"], "12345"), (["Content-Length: 0", "Expect: 100-continue"], ""),
    (["Transfer-Encoding: chunked", "Expect: 100-continue"], "5\r\n12345\r\n0\r\n\r\n"),
    (["Content-Length: 5", "Expect: 100-Continue"], "12345"), (["Content-Length: 5", "Expect: x"], "12345"),
    (["Content-Length: 5", "Expect: 100-continue, x"], "12345"),
    (["Content-Length: 99999999", "Expect: 100-continue"], ""),
  ]

  static var contents: [(fields: [String], content: String)] {
    wellFramedContents + malformedChunks.map { (["Transfer-Encoding: chunked"], $0) }
  }

  private static func content(_ count: Int) -> String {
    String(String(repeating: "0123456789", count: count / 10 + 1).prefix(count))
  }

  static var bodies: [OracleCase] {
    each(contents, ["GET", "HEAD", "POST"]).map {
      let head = (["\($0.1) /page.txt HTTP/1.1", "Host: lab"] + $0.0.fields).joined(separator: "\r\n") + "\r\n\r\n"
      return OracleCase(.body, [head + $0.0.content], methods: [$0.1])
    } + wellFramedContents.filter { !$0.content.isEmpty && $0.content.utf8.count < 1000 }.map {
      // The content comes later, and a request behind it. What nginx makes of malformed content depends on when it
      // comes.
      let head = (["GET /page.txt HTTP/1.1", "Host: lab"] + $0.fields).joined(separator: "\r\n") + "\r\n\r\n"
      return OracleCase(
        .body, [head, $0.content + "HEAD /one.txt HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n"],
        methods: ["GET", "HEAD"])
    } + contents.filter { $0.content.utf8.count < 1000 }.map {
      let head = (["GET /page.txt HTTP/1.0"] + $0.fields).joined(separator: "\r\n") + "\r\n\r\n"
      return OracleCase(.body, [head + $0.content], methods: ["GET"])
    } + contents.filter { !$0.content.isEmpty && $0.content.utf8.count < 1000 }.map {
      // With a refusal in front.
      let head = (["GET /none HTTP/1.1", "Host: lab"] + $0.fields).joined(separator: "\r\n") + "\r\n\r\n"
      return OracleCase(.body, [head + $0.content], methods: ["GET"])
    }
  }

  private static func request(_ method: String, _ target: String, _ fields: [String] = []) -> String {
    (["\(method) \(target) HTTP/1.1", "Host: lab"] + fields).joined(separator: "\r\n") + "\r\n\r\n"
  }

  static var pipelines: [OracleCase] {
    let requests: [(method: String, text: String)] = [
      ("GET", request("GET", "/page.txt")), ("HEAD", request("HEAD", "/big.bin")), ("GET", request("GET", "/none")),
      ("GET", request("GET", "/dir")), ("GET", request("GET", "/page.txt", ["Range: bytes=5-9"])),
      ("GET", request("GET", "/page.txt", ["If-None-Match: {tag}"])),
      ("POST", request("POST", "/page.txt", ["Content-Length: 3"]) + "abc"),
      ("GET", request("GET", "/page.txt", ["Content-Length: 3"]) + "abc"), ("GET", request("GET", "/empty.txt")),
      ("GET", request("GET", "/page.txt", ["Transfer-Encoding: chunked"]) + "3\r\nabc\r\n0\r\n\r\n"),
      ("GET", request("GET", "/page.txt", ["Range: bytes=9999-"])), ("GET", "\r\n" + request("GET", "/one.txt")),
    ]
    let pairs = each(requests, requests).map {
      OracleCase(.pipeline, [$0.0.text + $0.1.text], methods: [$0.0.method, $0.1.method])
    }
    var depths: [OracleCase] = []
    for count in [3, 8, 20, 50, 100] {
      let mixed = (0..<count).map { requests[$0 % requests.count] }
      for list in [Array(repeating: requests[0], count: count), mixed] {
        depths.append(OracleCase(.pipeline, [list.map(\.text).joined()], methods: list.map(\.method)))
      }
    }
    let big = OracleCase(
      .pipeline, [String(repeating: request("GET", "/big.bin"), count: 6)], methods: Array(repeating: "GET", count: 6))
    // What comes behind an end is not answered.
    let ends = [
      request("GET", "/page.txt", ["Connection: close"]), "GET /page.txt HTTP/1.0\r\n\r\n", "BAD\r\n\r\n",
      "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/2.0\r\nHost: lab\r\n\r\n",
      request("GET", "/page.txt", ["Content-Length: x"]),
      request("GET", "/page.txt", ["X : y"]), "GET / HTTP/1.1\r\nHost: lab\r\nX\u{0}: y\r\n\r\n",
      request("GET", "/%00"),
      request("GET", "/page.txt", ["Content-Length: 1", "Transfer-Encoding: chunked"]) + "0\r\n\r\n",
    ]
    let ended = ends.map {
      OracleCase(.pipeline, [requests[0].text + $0 + requests[2].text], methods: ["GET", "GET"])
    }
    let later = each(ends, Array(requests.prefix(4))).map { end, first in
      OracleCase(.pipeline, [first.text + first.text + end], methods: [first.method, first.method, "GET"])
    }
    return pairs + depths + [big] + ended + later
  }

  /// One request, and two of them, in two pieces; and one in as many pieces as it has bytes.
  static var splits: [OracleCase] {
    let head = request("GET", "/dir/file.txt", ["Range: bytes=1-3", "If-Range: {tag}"])
    let one = request("GET", "/page.txt?query", ["Accept-Encoding: identity"])
    let two = one + request("HEAD", "/one.txt")
    let chunked =
      request("GET", "/page.txt", ["Transfer-Encoding: chunked"])
      + "3;x=y\r\nabc\r\n10\r\n0123456789abcdef\r\n0\r\nT: x\r\n\r\n"
    return cuts(head, ["GET"], by: 2) + cuts(one, ["GET"], by: 1) + cuts(two, ["GET", "HEAD"], by: 3)
      + cuts(chunked, ["GET"], by: 2) + [
        OracleCase(.split, one.bytewise, methods: ["GET"]), OracleCase(.split, chunked.bytewise, methods: ["GET"]),
      ]
  }

  private static func cuts(_ text: String, _ methods: [String], by step: Int) -> [OracleCase] {
    let units = text.bytewise
    return stride(from: 1, to: units.count, by: step).map {
      OracleCase(
        .split, [units[..<$0].joined(), units[$0...].joined()], methods: methods,
        tagged: text.contains("file.txt") ? "/dir/file.txt" : "/page.txt")
    }
  }

  /// Long targets, lines and heads. Between the servers' limits, which are theirs to choose, nothing is asked.
  static var sizes: [OracleCase] {
    func line(_ count: Int) -> String { "X: " + String(repeating: "y", count: count) }
    func fields(_ count: Int, _ value: Int) -> [String] {
      (0..<count).map { "X-\($0): " + String(repeating: "y", count: value) }
    }
    func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count / text.utf8.count) }
    var targets: [String] = []
    for count in [100, 255, 256, 1000, 1023, 1024, 1025, 2000, 2048, 4000, 7000] {
      targets += ["/" + repeated("a", count), "/page.txt?" + repeated("a", count)]
      targets += ["./", "a/../", "/", "%2e/"].map { "/" + repeated($0, count) + "page.txt" }
    }
    for count in [8300, 9000, 20_000, 60_000] {
      targets += ["/" + repeated("a", count), "/page.txt?" + repeated("a", count)]
    }
    var heads: [[String]] = [[line(40_000)], fields(40, 990), fields(100, 990)]
    heads += [100, 1000, 4000, 7000].flatMap { [[line($0)], [line($0), line($0)]] }
    heads += [1, 10, 50, 100, 200].map { fields($0, 40) }
    return targets.map { OracleCase(.size, "GET", $0) } + heads.map { OracleCase(.size, "GET", "/page.txt", $0) }
  }
}

extension String {
  /// One string for each byte: CR and LF are two, and not one character.
  fileprivate var bytewise: [String] { unicodeScalars.map { String($0) } }
}
