import LabKit

/// One conversation of the corpus.
struct OracleCase {
  /// What it is about: the rules of allowed differences go by it.
  enum Topic: String, CaseIterable {
    case target, type, coding, range, ifRange, condition, method, version, host, connection, field, head, body,
    pipeline,
      split, size
  }

  var topic: Topic
  /// What is sent, in pieces with pauses between them; bytes as in Latin 1. `{tag}` stands for the entity tag that the
  /// server gives the file `tagged`, quotes included.
  var pieces: [String]
  /// Of its requests, in order.
  var methods: [String]
  var tagged = "/page.txt"

  var text: String { pieces.joined() }

  init(_ topic: Topic, _ pieces: [String], methods: [String], tagged: String = "/page.txt") {
    (self.topic, self.pieces, self.methods, self.tagged) = (topic, pieces, methods, tagged)
  }

  /// A request of the usual kind.
  init(
    _ topic: Topic, _ method: String = "GET", _ target: String, _ fields: [String] = [], version: String = "HTTP/1.1"
  ) {
    let lines = ["\(method) \(target) \(version)", "Host: lab"] + fields
    self.init(topic, [lines.joined(separator: "\r\n") + "\r\n\r\n"], methods: [method], tagged: target)
  }
}

/// At least two thousand conversations, made of dimensions.
enum OracleCorpus {
  static var all: [OracleCase] {
    targets + types + codings + ranges + conditions + methods + versions + hosts + connections + fields + heads + bodies
      + pipelines + splits + sizes
  }

  private static func each<A, B>(_ a: [A], _ b: [B]) -> [(A, B)] { a.flatMap { a in b.map { (a, $0) } } }

  private static let readers = ["GET", "HEAD"]
  private static let files = ["/page.txt", "/big.bin", "/empty.txt", "/one.txt"]

  // MARK: - What is asked for

  static let plainTargets = [
    "/", "/index.html", "/page.txt", "/empty.txt", "/big.bin", "/noext", "/link.txt", "/dir/", "/dir/file.txt",
    "/dir/sub/", "/dir/index.html", "/dir", "/dir/sub", "/dir?x=1", "/dir/sub?a=b&c=%20d", "/dir?", "/odd/d%20r",
    "/odd/d%20r?q", "/noindex", "/noindex/", "/none", "/dir/none", "/none/none", "/PAGE.TXT", "/page.tx",
    "/page.txt/", "/page.txt/x", "/page.txtx", "/dir/index.html/", "/.hidden", "/.none", "/dir/.hidden", "/.git/config",
    "/page.txt?", "/page.txt?a=b", "/page.txt?a=/../b", "/page.txt??", "/page.txt?%00", "/page.txt?%zz", "/none?x",
    "/?", "/?/dir/",
  ]
  static let encodedTargets = [
    "/%70age.txt", "/p%61ge%2etxt", "/%50age.txt", "/dir%2ffile.txt", "/dir%2Ffile.txt", "/dir%2f", "/%2fpage.txt",
    "//page.txt", "///page.txt", "/dir//file.txt", "/dir///sub//", "//", "//dir", "/./page.txt", "/.", "/./", "/././.",
    "/dir/.", "/dir/./", "/dir/..", "/dir/../", "/dir/../page.txt", "/dir/sub/../file.txt", "/dir/sub/../../page.txt",
    "/dir/%2e%2e/page.txt", "/dir/%2E%2E/page.txt", "/dir/.%2e/page.txt", "/dir/%2e%2e%2fpage.txt", "/%2e/page.txt",
    "/dir/..%2fpage.txt", "/none/../page.txt", "/page.txt/../page.txt", "/page.txt/..", "/dir/...", "/dir/.../",
    "/...", "/dir/..x", "/..", "/../", "/../page.txt", "/dir/../../page.txt", "/%2e%2e/page.txt", "/%2e%2e",
    "/..%2fpage.txt", "/../../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "//../page.txt", "/%00", "/page.txt%00",
    "/%00page.txt", "/%", "/%2", "/%2x", "/%x2", "/%zz", "/page.txt%", "/page.txt%2", "/page%2etxt%", "/%u0070age.txt",
    "/%25", "/%2525", "/%ff", "/%c3%bc", "/%e4", "/%0a", "/%0d%0a", "/%7f", "/%01", "/page.txt%20", "/page.txt%23",
    "/page.txt%3f", "/page.txt%3Fa=b", "/page.txt;v=1", "/page.txt#part", "/#", "/page.txt?a#b", "/page.txt#a?b",
    "/dir/#/page.txt", "/odd/with+space.txt", "/odd/a%2bb.txt", "/odd/a+b.txt", "/\\page.txt", "/dir\\file.txt",
    "/page.txt\"", "/<page>", "/{page}", "/|", "/^", "/`", "/~", "/!$&'()*,;=:@",
  ]
  /// That are no path: forms of RFC 9112 3.2, and none of its forms.
  static let formTargets = [
    "http://lab/page.txt", "http://lab/", "http://lab", "http://lab?x", "http://lab:8080/page.txt",
    "HTTP://lab/page.txt",
    "http://LAB/page.txt", "http://other/page.txt", "http://other:99/dir", "http://user@lab/page.txt",
    "http://[::1]/page.txt", "http://[::1]:80/page.txt", "https://lab/page.txt", "ftp://lab/page.txt", "http:/page.txt",
    "http:///page.txt", "http://:80/page.txt", "http://lab:/page.txt", "http://lab:x/page.txt",
    "http://lab:99999/page.txt",
    "http://la_b/page.txt", "http://lab/dir?x=1", "http://lab/../page.txt", "http://lab/%2e%2e/page.txt",
    "page.txt", "dir/file.txt", "*", "lab", "lab:80", "?x", "#x", "://", ":", "\\page.txt", "%2fpage.txt",
    "/page.txt x", "/page.txt\tx", "/\u{FC}.txt", "/odd/\u{C3}\u{BC}.txt", "/\u{80}", "/\u{7F}", "/\u{1}", "/a\u{0}b",
  ]

  private static var targets: [OracleCase] {
    let odd = OracleSite.oddNames.map { "/odd/" + GeneratedSite.encoded($0) }
    // As browsers send them: what a path may hold is not encoded.
    let bare = OracleSite.oddNames.map { name in
      "/odd/" + name.utf8.map { byte -> String in
        "%\"<>\\^`{|}?# ".utf8.contains(byte) || byte >= 0x7f
          ? GeneratedSite.encoded(String(decoding: [byte], as: UTF8.self)) : String(Unicode.Scalar(byte))
      }.joined()
    }.filter { !$0.contains("%EF%BF%BD") }
    let lower = odd.map { target in
      target.replacing(/%[0-9A-F][0-9A-F]/) { $0.output.lowercased() }
    }
    return each(plainTargets + encodedTargets + formTargets + odd + bare + lower, readers).map {
      OracleCase(.target, $0.1, $0.0)
    } + each(plainTargets + encodedTargets, ["Connection: close", "Connection: keep-alive"]).map {
      OracleCase(.target, "GET", $0.0, [$0.1], version: "HTTP/1.0")
    }
  }

  private static var types: [OracleCase] {
    each(OracleSite.extensions, readers).map { OracleCase(.type, $0.1, "/types/file." + $0.0) }
  }

  // MARK: - Which representation, and how much of it

  static let acceptable = [
    "gzip", "br", "zstd", "gzip, br", "gzip, deflate, br, zstd", "deflate", "identity", "*", "*;q=0", "gzip;q=0",
    "gzip;q=0.5, br;q=0.1", "br;q=1, gzip;q=1, zstd;q=1", "gzip;q=1.0", "gzip;q=0.001", "gzip;q=0.000", "gzip ; q = 1",
    "identity;q=0", "identity;q=0, gzip;q=0", "*;q=0.5, gzip;q=0", "GZIP", "Br", "x-gzip", "", " ", ",", "gzip,,br",
    ",gzip", "gzip;", "gzip;q", "gzip;q=", "gzip;q=2", "gzip;q=-1", "gzip;q=x", "gzip;x=1", "gzip q=1", "gzipp", "gzi",
    "identity, gzip;q=0.5", "zstd;q=0.3, br;q=0.3, gzip;q=0.2", "\"gzip\"", "br\tgzip", "compress, gzip;q=0.9",
  ]

  private static var codings: [OracleCase] {
    each(acceptable, ["/page.txt", "/index.html", "/style.css", "/big.bin", "/empty.txt"]).map {
      OracleCase(.coding, "GET", $0.1, ["Accept-Encoding: \($0.0)"])
    } + acceptable.map { OracleCase(.coding, "HEAD", "/page.txt", ["Accept-Encoding: \($0)"]) } + [
      OracleCase(.coding, "GET", "/page.txt", ["Accept-Encoding: gzip", "Accept-Encoding: br"]),
      OracleCase(.coding, "GET", "/page.txt", ["Accept-Encoding: gzip;q=0", "Accept-Encoding: gzip"]),
      OracleCase(.coding, "GET", "/none", ["Accept-Encoding: gzip"]),
      OracleCase(.coding, "GET", "/dir", ["Accept-Encoding: gzip"]),
      OracleCase(.coding, "GET", "/page.txt", ["Accept-Encoding: gzip"], version: "HTTP/1.0"),
    ]
  }

  static let rangeValues = [
    "bytes=0-0", "bytes=0-", "bytes=0-99", "bytes=100-199", "bytes=1-1", "bytes=-1", "bytes=-100", "bytes=-0",
    "bytes=-",
    "bytes=0-1499", "bytes=0-1500", "bytes=1499-", "bytes=1500-", "bytes=1500-1600", "bytes=1499-1499", "bytes=-1500",
    "bytes=-1501", "bytes=-99999999", "bytes=0-99999999", "bytes=299999-", "bytes=300000-", "bytes=5-4", "bytes=1-0",
    "bytes=0-4294967295", "bytes=0-4294967296", "bytes=4294967296-", "bytes=4294967295-4294967297",
    "bytes=0-18446744073709551615", "bytes=0-18446744073709551616", "bytes=18446744073709551616-",
    "bytes=-18446744073709551616", "bytes=0-99999999999999999999999", "bytes=00-007", "bytes=", "bytes", "bytes 0-1",
    "bytes=0", "bytes=a-b", "bytes=0-b", "bytes=a-", "bytes=0x0-0x1", "bytes=+0-1", "bytes=0--1", "bytes=--1",
    "bytes=0-1-2", "bytes=0 -1", "bytes=0- 1", "bytes= 0-1", "bytes =0-1", "bytes=0-1 ", "bytes\t=0-1", "bytes=0-1,",
    "bytes=,0-1", "bytes=0-1,2-3", "bytes=0-1, 5-6", "bytes=0-1,x", "bytes=0-0,-1", "bytes=5-4,0-1", "bytes=0-1;x",
    "BYTES=0-1", "Bytes=0-1", "byte=0-1", "items=0-1", "none", "", "=0-1", "bytes=0-1 2", "0-1", "bytes=0-1,9999999-",
  ]

  private static var ranges: [OracleCase] {
    each(rangeValues, files).map { OracleCase(.range, "GET", $0.1, ["Range: \($0.0)"]) }
      + each(rangeValues, ["/page.txt"]).map { OracleCase(.range, "HEAD", $0.1, ["Range: \($0.0)"]) }
      + each(["bytes=0-9", "bytes=2000-", "bytes=-5"], ["/none", "/dir", "/dir/", "/link.txt"]).map {
        OracleCase(.range, "GET", $0.1, ["Range: \($0.0)"])
      } + [
        OracleCase(.range, "GET", "/page.txt", ["Range: bytes=0-9"], version: "HTTP/1.0"),
        OracleCase(.range, "GET", "/page.txt", ["range:bytes=0-9"]),
        OracleCase(.range, "GET", "/page.txt", ["Range: bytes=0-9", "Range: bytes=10-19"]),
        OracleCase(.range, "GET", "/page.txt", ["Range: bytes=0-9", "Connection: close"]),
      ] + each(["bytes=0-9", "bytes=-3", "bytes=2000-", "bytes=x"], ifRanges).map {
        OracleCase(.ifRange, "GET", "/page.txt", ["Range: \($0.0)", "If-Range: \($0.1)"])
      } + ifRanges.map { OracleCase(.ifRange, "GET", "/page.txt", ["If-Range: \($0)"]) }
  }

  private static let ifRanges = [
    "{tag}", "W/{tag}", "\"other\"", "W/\"other\"", "*", "{tag}, \"other\"", date(0), date(-1), date(1),
    "Tuesday, 14-Nov-23 22:13:20 GMT", "Tue Nov 14 22:13:20 2023", "x", "",
  ]

  // MARK: - Conditions

  /// The files' time and `offset` seconds.
  private static func date(_ offset: Int) -> String { httpDate(OracleSite.modified + offset) }

  private static var dates: [String] {
    [
      date(0), date(-1), date(1), date(-86_400 * 4000), date(86_400 * 3650), "Tuesday, 14-Nov-23 22:13:20 GMT",
      "Tue Nov 14 22:13:20 2023", "Tuesday, 14-Nov-23 22:13:19 GMT", "Tue Nov 14 22:13:21 2023",
      "Tue, 14 Nov 2023 22:13:20", "Tue, 14 Nov 2023 22:13:20 UTC", "Tue, 14 Nov 2023 22:13:20 +0000",
      "Mon, 14 Nov 2023 22:13:20 GMT", "tue, 14 nov 2023 22:13:20 gmt", "Tue, 31 Feb 2023 22:13:20 GMT",
      "Tue, 14 Nov 2023 24:13:20 GMT", "Tue, 14 Nov 2023 22:60:20 GMT", "Tue, 14 Nov 2023 22:13:60 GMT",
      "Tue,14 Nov 2023 22:13:20 GMT", "Tue, 4 Nov 2023 22:13:20 GMT", "Thu, 01 Jan 1970 00:00:00 GMT",
      "Thu, 29 Feb 2024 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "1700000000", "0", "x", "",
    ]
  }

  static let tags = [
    "{tag}", "W/{tag}", "w/{tag}", "\"other\"", "W/\"other\"", "*", "{tag}, \"other\"", "\"other\", {tag}",
    "\"other\",{tag}", "\"a\", \"b\", W/{tag}, \"c\"", "\"a\" , \"b\"", ", {tag}", "{tag},", "*, {tag}", "\"\"",
    "W/\"\"",
    "other", "\"", "{tag}x", "\"x, {tag}\"", "** ", "",
  ]

  private static var conditions: [OracleCase] {
    let someTags = ["{tag}", "\"other\"", "*", "W/{tag}"]
    let someDates = [date(0), date(-1), date(1), "x"]
    let pairs: [[String]] =
      each(someTags, someDates).flatMap { tag, date in
        [
          ["If-None-Match: \(tag)", "If-Modified-Since: \(date)"], ["If-Match: \(tag)", "If-Unmodified-Since: \(date)"],
          ["If-Match: \(tag)", "If-Modified-Since: \(date)"], ["If-None-Match: \(tag)", "If-Unmodified-Since: \(date)"],
        ]
      } + each(someTags, someTags).map { ["If-Match: \($0)", "If-None-Match: \($1)"] }
      + each(someDates, someDates).map { ["If-Unmodified-Since: \($0)", "If-Modified-Since: \($1)"] }
    let singles =
      tags.flatMap { [["If-None-Match: \($0)"], ["If-Match: \($0)"]] }
      + dates.flatMap { [["If-Modified-Since: \($0)"], ["If-Unmodified-Since: \($0)"]] }
    let withRanges = each(singles.filter { !$0[0].hasSuffix(": ") }, ["bytes=0-9"]).prefix(60).map {
      $0.0 + ["Range: \($0.1)"]
    }
    return each(singles, ["/page.txt", "/big.bin"]).map { OracleCase(.condition, "GET", $0.1, $0.0) }
      + singles.map { OracleCase(.condition, "HEAD", "/page.txt", $0) }
      + pairs.map { OracleCase(.condition, "GET", "/page.txt", $0) }
      + withRanges.map { OracleCase(.condition, "GET", "/page.txt", $0) }
      + each(singles.prefix(20).map { $0 }, ["/none", "/dir", "/"]).map { OracleCase(.condition, "GET", $0.1, $0.0) }
      + [
        OracleCase(.condition, "GET", "/page.txt", ["If-None-Match: \"a\"", "If-None-Match: {tag}"]),
        OracleCase(.condition, "GET", "/page.txt", ["If-None-Match: {tag}"], version: "HTTP/1.0"),
        OracleCase(.condition, "GET", "/page.txt", ["If-None-Match: {tag}", "Connection: close"]),
        OracleCase(.condition, "GET", "/page.txt", ["If-Match: \"a\"", "Connection: close"]),
        OracleCase(.condition, "GET", "/page.txt", ["If-None-Match: {tag}", "Accept-Encoding: gzip"]),
      ]
  }
}
