/// A difference between the server under test and nginx that is meant. docs/differences-from-nginx.md lists them all.
struct AllowedDifference: Sendable {
  /// As in the document's table.
  var name: String
  var covers: @Sendable (OracleCase, OracleDifference) -> Bool

  /// A field, where the answers are of one status.
  static func field(
    _ name: String, _ fields: [String], _ covers: @escaping @Sendable (OracleCase, OracleDifference) -> Bool
  ) -> Self {
    Self(name: name) { one, it in
      guard case .field(let field) = it.kind else { return false }
      return it.ourStatus == it.nginxStatus && fields.contains(field) && covers(one, it)
    }
  }

  /// Answers of other statuses, and what follows from that for the connection.
  /// - Parameters:
  ///   - ours, nginx: their statuses; 0: no answer.
  static func status(
    _ name: String, _ ours: Set<Int>, _ nginx: Set<Int>, _ covers: @escaping @Sendable (OracleCase) -> Bool
  ) -> Self {
    Self(name: name) { one, it in
      guard [.status, .ending, .count].contains(it.kind), it.ours != RawExchange.Ending.torn.rawValue else {
        return false
      }
      return ours.contains(it.ourStatus) && nginx.contains(it.nginxStatus) && covers(one)
    }
  }

  /// Answers of one status, after which the connection fares differently.
  static func ending(
    _ name: String, _ ours: RawExchange.Ending, _ nginx: RawExchange.Ending,
    _ covers: @escaping @Sendable (OracleCase, Int) -> Bool
  ) -> Self {
    Self(name: name) { one, it in
      guard it.ourStatus == it.nginxStatus, covers(one, it.ourStatus) else { return false }
      return it.kind == .ending && it.ours == ours.rawValue && it.nginx == nginx.rawValue
        || it.kind == .field("connection")
    }
  }

  static let all: [AllowedDifference] = answers + targets + heads + ranges + conditions + contents

  // MARK: - Answers in general

  private static let answers: [AllowedDifference] = [
    .field("keep-alive is not said", ["connection"]) { _, it in it.ours == nil && it.nginx == "keep-alive" },
    AllowedDifference(name: "error pages") { _, it in
      it.ourStatus >= 300 && it.ourStatus == it.nginxStatus
        && [.body, .field("content-type"), .field("content-length")].contains(it.kind)
    },
    .field("compressed representations", ["content-encoding", "vary"]) { _, it in it.nginx == nil },
    .field("compressed lengths", ["content-length"]) { one, _ in one.topic == .coding },
    .field("the text's encoding is said", ["content-type"]) { _, it in
      it.ours == it.nginx.map { $0 + "; charset=utf-8" }
    },
    .field("more media types", ["content-type"]) { one, it in
      one.topic == .type && it.nginx == "application/octet-stream"
    },
    .field("other media types", ["content-type"]) { one, it in
      one.topic == .type && otherTypes.contains("\(it.nginx ?? "") \(it.ours ?? "")")
    },
    .field("206 says that ranges are accepted", ["accept-ranges"]) { _, it in it.ourStatus == 206 && it.nginx == nil },
    .field("405 says what is allowed", ["allow"]) { _, it in it.ourStatus == 405 && it.nginx == nil },
    .ending("a failed condition does not end the connection", .kept, .closed) { one, status in
      status == 412 && one.topic == .condition
    },
  ]

  /// nginx's and ours.
  private static let otherTypes = [
    "application/javascript text/javascript; charset=utf-8", "text/xml application/xml",
    "image/x-icon image/vnd.microsoft.icon", "application/x-rar-compressed application/vnd.rar",
    "image/x-ms-bmp image/bmp", "application/rss+xml application/x-rss+xml",
    "video/mp2t text/vnd.trolltech.linguist; charset=utf-8",
  ]

  // MARK: - What is asked for, and by which method

  private static let targets: [AllowedDifference] = [
    .status("folders without an index", [404], [301, 403]) { $0.text.contains("/noindex") },
    .status("targets that are none", [400], [200, 404]) { one in
      one.topic == .target
        && (one.text.contains("#") || one.text.contains("ftp:")
          || one.text.unicodeScalars.contains { $0.value >= 0x7f || $0.value == 1 })
    },
    .status("long targets", [404], [200]) { $0.topic == .size && $0.text.utf8.count > 2048 },
    .status("OPTIONS", [204], [400, 405]) { $0.text.hasPrefix("OPTIONS ") },
    .status("unknown methods", [501], [400, 405]) { $0.topic == .method || $0.topic == .version },
    .status("methods come before paths", [405], [301, 400, 404]) { $0.topic == .method },
    .ending("TRACE and CONNECT", .kept, .closed) { one, status in
      status == 405 && (one.text.hasPrefix("TRACE ") || one.text.hasPrefix("CONNECT "))
    },
  ]

  // MARK: - Heads

  private static let heads: [AllowedDifference] = [
    .status("heads that are malformed", [400], [0, 200]) { [.field, .head].contains($0.topic) },
    .status("request lines that are malformed", [400], [0, 200, 505]) { $0.topic == .version },
    .status("versions below 1.0", [505], [400]) { $0.topic == .version },
    .status("hosts that are none", [400], [200]) { $0.topic == .host },
    .status("hosts that nginx does not take", [200, 301], [400]) { [.host, .target].contains($0.topic) },
    .ending("options of a connection are whole words", .kept, .closed) { one, _ in
      one.topic == .connection && ["closed", "\"close\"", "close;"].contains { one.text.contains($0) }
    },
    .ending("close has the last word", .closed, .kept) { one, _ in
      one.topic == .connection && one.text.contains("Connection: close\r\nConnection: keep-alive")
    },
    .status("large heads", [431], [400]) { $0.topic == .size },
  ]

  // MARK: - Ranges

  private static let ranges: [AllowedDifference] = [
    .status("ranges of HEAD", [200], [206, 416]) { $0.topic == .range && $0.text.hasPrefix("HEAD ") },
    .status("several ranges", [200, 416], [206, 416]) { $0.topic == .range && $0.range.contains(",") },
    .status("large numbers in ranges", [200, 206], [416]) { one in
      one.topic == .range && one.range.split(whereSeparator: { !$0.isNumber }).contains { $0.count > 18 }
    },
    .status("malformed ranges", [416], [200, 206]) { one in
      one.topic == .range && (one.range == "bytes=" || one.range.contains("0 -1") || one.range.contains("0- 1"))
    },
    .status("ranges of nothing", [416], [200]) { $0.topic == .range && $0.text.contains("/empty.txt") },
    .status("a Range field twice", [200], [206]) { $0.topic == .range && $0.text.contains("10-19") },
    .status("an empty If-Range", [206, 416], [200]) { $0.topic == .ifRange && $0.text.contains("If-Range: \r\n") },
  ]

  // MARK: - Conditions

  private static let conditions: [AllowedDifference] = [
    .status("an empty If-Match", [200], [412]) { one in
      one.text.contains("If-Match: \r\n") || one.text.contains("If-Match:\r\n")
    },
    .status("dates that are none", [200, 304, 206], [412, 304, 200]) { one in
      one.topic == .condition && !one.text.contains("x\r\nIf-Match") && !hasValidDates(one)
    },
    .status("precedence of conditions", [200, 304], [200, 412]) { one in
      one.topic == .condition && one.text.contains("Match:") && one.text.contains("-Since:")
    },
    .status("an entity tag for each representation", [200], [304]) { one in
      one.topic == .condition && one.text.contains("Accept-Encoding")
    },
    .status("an If-None-Match field twice", [304], [400]) { one in
      one.topic == .condition && one.text.contains("If-None-Match: \"a\"\r\nIf-None-Match")
    },
  ]

  /// Whether each date of a conversation is one of RFC 9110 5.6.7, as nginx understands it too.
  private static func hasValidDates(_ one: OracleCase) -> Bool {
    one.text.matches(of: /-Since: ([^\r\n]*)/).allSatisfy { match in
      let text = String(match.1)
      return parsedDate(text) != nil || text == "Tuesday, 14-Nov-23 22:13:20 GMT" || text == "Tue Nov 14 22:13:20 2023"
    }
  }

  // MARK: - Requests with content

  private static let contents: [AllowedDifference] = [
    .status("Expect", [417], [200, 404, 405]) { $0.text.contains("Expect: ") },
    .status("100 for no content", [200], [100, 200]) { $0.text.contains("Expect: 100-continue") },
    .status("100 before a refusal", [100, 404], [404]) { $0.topic == .body && $0.text.contains("Expect: 100-") },
    .ending("content that POST announces", .closed, .kept) { one, status in
      one.topic == .body && status == 405 && one.text.contains("Expect: 100-")
    },
    .status("content that is too long", [413], [200, 400, 404, 405]) { $0.topic == .body },
    .status("malformed content", [400], [200, 404, 405]) { $0.topic == .body && $0.text.contains("chunked") },
    .status("transfer codings that are none", [400], [501]) { $0.topic == .body && $0.text.contains("\u{B}") },
  ]
}

extension OracleCase {
  /// The value of its Range field.
  fileprivate var range: String { text.firstMatch(of: /Range: ([^\r\n]*)/).map { String($0.1) } ?? "" }
}
