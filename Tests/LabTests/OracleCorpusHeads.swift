import LabKit

/// Methods, versions, fields and everything of a request's head and content that may be wrong.
extension OracleCorpus {
  private static func each<A, B>(_ a: [A], _ b: [B]) -> [(A, B)] { a.flatMap { a in b.map { (a, $0) } } }

  /// One request, or what is meant to be one, from its first byte to its last.
  private static func raw(_ topic: OracleCase.Topic, _ text: String, _ method: String = "GET") -> OracleCase {
    OracleCase(topic, [text], methods: [method])
  }

  static let allMethods = [
    "GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND", "MKCOL", "COPY", "LOCK",
    "FOO", "get", "Get", "GETT", "GE", "G", "HEADX", "PRI", "G-T", "G T", "G\tT", "GET,", "{}", "A_B",
    String(repeating: "LONG", count: 20),
  ]

  static var methods: [OracleCase] {
    each(allMethods, ["/page.txt", "/none", "/dir", "/dir/", "*"]).map { OracleCase(.method, $0.0, $0.1) }
      + each(["OPTIONS", "POST", "FOO"], ["/page.txt"]).map {
        OracleCase(.method, $0.0, $0.1, ["Connection: close"])
      } + each(["OPTIONS", "POST", "PUT"], ["/page.txt"]).map {
        OracleCase(.method, $0.0, $0.1, ["Content-Length: 0"])
      }
  }

  static let versionTexts = [
    "HTTP/1.1", "HTTP/1.0", "HTTP/1.2", "HTTP/1.9", "HTTP/1.10", "HTTP/1.", "HTTP/1", "HTTP/0.9", "HTTP/2.0", "HTTP/2",
    "HTTP/3.0", "HTTP/9.9", "HTTP/10.1", "HTTP/01.1", "HTTP/1.01", "HTTP/ 1.1", "HTTP /1.1", "http/1.1", "Http/1.1",
    "HTTPS/1.1", "HTP/1.1", "HTTP/1.1x", "HTTP/1.1 ", " HTTP/1.1", "HTTP/1,1", "HTTP/-1.1", "HTTP/x.y", "HTTP",
    "HTTP/", "/1.1", "X",
  ]

  static var versions: [OracleCase] {
    each(versionTexts, ["GET", "HEAD"]).map { OracleCase(.version, $0.1, "/page.txt", version: $0.0) } + [
      raw(.version, "GET /page.txt\r\nHost: lab\r\n\r\n"), raw(.version, "GET /page.txt\r\n"),
      raw(.version, "GET /page.txt \r\nHost: lab\r\n\r\n"), raw(.version, "GET\r\nHost: lab\r\n\r\n"),
      raw(.version, "GET \r\nHost: lab\r\n\r\n"), raw(.version, "\r\nGET /page.txt HTTP/1.1\r\nHost: lab\r\n\r\n"),
      raw(.version, "\r\n\r\nGET /page.txt HTTP/1.1\r\nHost: lab\r\n\r\n"),
      raw(.version, "\nGET /page.txt HTTP/1.1\r\nHost: lab\r\n\r\n"),
      raw(.version, " GET /page.txt HTTP/1.1\r\nHost: lab\r\n\r\n"),
      raw(.version, "GET  /page.txt HTTP/1.1\r\nHost: lab\r\n\r\n"),
      raw(.version, "GET\t/page.txt HTTP/1.1\r\nHost: lab\r\n\r\n"),
      raw(.version, "GET /page.txt  HTTP/1.1\r\nHost: lab\r\n\r\n"),
      raw(.version, "GET /page.txt\tHTTP/1.1\r\nHost: lab\r\n\r\n"),
      raw(.version, "GET /page.txt HTTP/1.1 \r\nHost: lab\r\n\r\n"),
      raw(.version, "GET /page.txt HTTP/1.1\t\r\nHost: lab\r\n\r\n"),
      raw(.version, "GET /page.txt HTTP/1.1\nHost: lab\n\n"), raw(.version, "GET /page.txt HTTP/1.1\rHost: lab\r\r"),
      raw(.version, "GET /page.txt HTTP/1.0\r\n\r\n"), raw(.version, "HEAD /page.txt HTTP/1.0\r\n\r\n", "HEAD"),
      raw(.version, "GET / HTTP/1.0\r\n\r\n"),
      raw(.version, "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}\u{FC}\u{3}\u{3}"),
      raw(.version, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), raw(.version, "SSH-2.0-x\r\n"),
    ]
  }

  static let hostLines: [[String]] = [
    [], ["Host:"], ["Host: "], ["Host: lab"], ["Host:lab"], ["Host:\tlab"], ["Host:  lab  "], ["host: lab"],
    ["HOST: lab"],
    ["Host: LAB"], ["Host: other"], ["Host: lab:8080"], ["Host: lab:1"], ["Host: lab:"], ["Host: lab:x"],
    ["Host: lab:99999"], ["Host: lab:80:80"], ["Host: :80"], ["Host: 10.77.0.1"], ["Host: 10.77.0.1:8080"],
    ["Host: [fd77::1]"], ["Host: [fd77::1]:8080"], ["Host: [fd77::1"], ["Host: fd77::1"], ["Host: []"], ["Host: lab."],
    ["Host: .lab"], ["Host: a..b"], ["Host: la_b"], ["Host: la-b"], ["Host: lab/x"], ["Host: lab x"],
    ["Host: lab,other"],
    ["Host: lab@x"], ["Host: user@lab"], ["Host: lab?x"], ["Host: lab#x"], ["Host: lab\\x"], ["Host: %6cab"],
    ["Host: http://lab"], ["Host: l\u{FC}b"], ["Host: la\u{1}b"], ["Host: la\u{0}b"], ["Host: la\tb"],
    ["Host: lab", "Host: lab"], ["Host: lab", "Host: other"], ["Host: lab", "host: lab"], ["Host : lab"],
    [" Host: lab"],
    ["Host: " + String(repeating: "a", count: 63) + ".example"], ["Host: " + String(repeating: "a", count: 250)],
    ["Host: " + String(repeating: "a.", count: 150)], ["Host: 'lab'"], ["Host: \"lab\""], ["Host: <lab>"], ["Host: *"],
    ["Host: 1"], ["Host: -"], ["Host: ~lab!$&'()*+,;="],
  ]

  static var hosts: [OracleCase] {
    each(hostLines, [("GET", "HTTP/1.1"), ("GET", "HTTP/1.0"), ("HEAD", "HTTP/1.1")]).map { lines, kind in
      raw(
        .host, (["\(kind.0) /page.txt \(kind.1)"] + lines).joined(separator: "\r\n") + "\r\n\r\n", kind.0)
    } + each([[], ["Host: lab"], ["Host: other"], ["Host:"]], ["http://lab/page.txt", "http://other/dir"]).map {
      raw(.host, (["GET \($0.1) HTTP/1.1"] + $0.0).joined(separator: "\r\n") + "\r\n\r\n")
    }
  }

  static var connections: [OracleCase] {
    let values = [
      "close", "Close", "CLOSE", "keep-alive", "Keep-Alive", "close, keep-alive", "keep-alive, close",
      "keep-alive,close",
      "x", "closed", "clos", "x, close", "Upgrade", "upgrade, close", "", ",", "\"close\"", "close;q=1", " close ",
      "TE, close",
    ]
    let targets = ["/page.txt", "/none", "/dir"]
    return each(each(values, targets), ["HTTP/1.1", "HTTP/1.0"]).map {
      OracleCase(.connection, "GET", $0.0.1, ["Connection: \($0.0.0)"], version: $0.1)
    } + each(targets + ["/empty.txt", "/big.bin"], ["HTTP/1.1", "HTTP/1.0"]).map {
      OracleCase(.connection, "GET", $0.0, version: $0.1)
    } + [
      OracleCase(.connection, "GET", "/page.txt", ["Connection: keep-alive", "Connection: close"]),
      OracleCase(.connection, "GET", "/page.txt", ["Connection: close", "Connection: keep-alive"]),
      OracleCase(.connection, "GET", "/page.txt", ["Proxy-Connection: close"]),
      OracleCase(.connection, "GET", "/page.txt", ["Keep-Alive: timeout=1"]),
      OracleCase(.connection, "GET", "/page.txt", ["Upgrade: h2c", "Connection: Upgrade"]),
      OracleCase(.connection, "GET", "/page.txt", ["Upgrade: websocket", "Connection: Upgrade"]),
    ]
  }

  /// Lines of a head, well-formed and not.
  static let fieldLines = [
    "X: y", "x:y", "X:", "X: ", "X:  y  ", "X:\ty\t", "X: y z", "X: \"y", "X: y: z", "X: \u{FC}", "X: \u{C3}\u{BC}",
    "X: \u{1}",
    "X: \u{0}", "X: a\u{0}b", "X: \u{7F}", "X: \u{B}", "X: a\tb", "X: a\rb", "X: a\nb", "X: a\r", "X : y", "X\t: y",
    " X: y", "\tX: y",
    "X", "X y", ":", ": y", " ", "\t", "X\u{0}: y", "X\u{1}: y", "X\u{FC}: y", "X(: y", "X/: y", "X[: y", "X\": y",
    "X,: y",
    "X@: y", "X=: y", "X_y: z", "X-y: z", "!#$%&'*+-.^_`|~: x", "1: x", "-: x", "X: y\r\n z", "X: y\r\n\tz", "X:\r\n y",
    "X: y\r\n ", "X: y\n z", "X: a\nY: b", "X: a\r\r", "\rX: y", "X\r: y", "X\n: y", "GET / HTTP/1.1", "Host",
    "Date: x",
    "User-Agent: x", "Referer: http://x/", "Accept: text/html", "Accept: image/png;q=0", "Accept-Language: de",
    "Accept-Charset: utf-8;q=0", "Cookie: a=b", "Authorization: Basic eDp5", "TE: trailers", "TE: chunked",
    "Trailer: X",
    "Via: 1.1 x", "Forwarded: for=x", "Max-Forwards: 0", "Pragma: no-cache", "Cache-Control: no-cache",
    "Cache-Control: only-if-cached", "Origin: http://x", "Upgrade-Insecure-Requests: 1", "Expect: 100-continue",
    "Expect: x", "Expect:", "Content-Type: text/plain", "From: a@b", "Warning: 199 - x", "HTTP2-Settings: x",
    "Location: /x", "Status: 500", "X-Original-URL: /none", "X-HTTP-Method-Override: DELETE", "Range:", "If-Match:",
  ]

  static var fields: [OracleCase] {
    each(fieldLines, ["GET", "HEAD"]).map { OracleCase(.field, $0.1, "/page.txt", [$0.0]) }
      + fieldLines.map {
        // In front of Host.
        raw(.field, "GET /page.txt HTTP/1.1\r\n\($0)\r\nHost: lab\r\n\r\n")
      } + fieldLines.map { OracleCase(.field, "GET", "/page.txt", [$0], version: "HTTP/1.0") }
  }

  /// How lines and heads end.
  static var heads: [OracleCase] {
    let endings = ["\r\n", "\n", "\r", "\n\r", "\r\r\n", " \r\n", "\r\n\u{0}", "\u{0}\r\n"]
    return each(endings, endings).map {
      raw(.head, "GET /page.txt HTTP/1.1\r\nHost: lab\($0.0)X: y\($0.1)\r\n")
    } + endings.map { raw(.head, "GET /page.txt HTTP/1.1\($0)Host: lab\r\n\r\n") }
      + endings.map { raw(.head, "GET /page.txt HTTP/1.1\r\nHost: lab\r\n\($0)") }.filter {
        $0.text.utf8.last == UInt8(ascii: "\n")
      }
  }
}
