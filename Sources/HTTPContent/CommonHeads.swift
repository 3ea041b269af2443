import HTTPCore

/// The answers that no path has, in the order of `enum common_answer`.
enum CommonHeads {
  /// The media type of what the server says itself.
  static let type = "text/plain; charset=utf-8"

  /// Every method that the server knows (RFC 9110 10.2.1).
  private static let allow = SiteHeader("Allow", "GET, HEAD, OPTIONS")

  static let all: [(head: SiteHead, body: [UInt8])] = [
    // RFC 9110 15.2.1, 15.3.5, 15.4.5, 15.3.7
    (SiteHead(status: 100), []), (SiteHead(status: 204, fields: [allow]), []), (SiteHead(status: 304), []),
    (SiteHead(status: 206), []),
    error(400, "This is not a valid HTTP/1.1 request.\n"),
    // RFC 9110 15.5.6: a 405 names what is allowed.
    error(405, "Only GET, HEAD and OPTIONS are allowed here.\n", [allow]),
    error(412, "The condition of the request does not hold.\n"),
    error(413, "The content of a request may be \(RequestLimits.content) bytes long at most.\n"),
    error(414, "The request target is too long.\n"),
    error(416, "The range lies beyond the end.\n"),
    error(417, "No expectation but 100-continue can be met.\n"),
    error(431, "The head of a request may be \(RequestLimits.head) bytes long at most.\n"),
    error(501, "The server does not know this method or transfer coding.\n"),
    // RFC 9110 10.2.3: when to try again, seconds.
    error(503, "The server cannot answer now.\n", [SiteHeader("Retry-After", "1")]),
    error(505, "The server speaks HTTP/1.1 and HTTP/1.0.\n"),
  ]

  private static func error(
    _ status: Int, _ sentence: String, _ fields: [SiteHeader] = []
  ) -> (head: SiteHead, body: [UInt8]) {
    let body = Array(sentence.utf8)
    var head = SiteHead(status: status, fields: fields)
    head.entity = SiteHead.lines([SiteHeader("Content-Type", type)])
    head.setLength(body.count)
    return (head, body)
  }

  /// What follows a head, by `enum persistence`: the line Connection, if there is one, and CRLF (RFC 9112 9.3).
  static let tails = ["\r\n", "\(closing)\r\n", "Connection: keep-alive\r\n\r\n"].map { Array($0.utf8) }
  /// The last line of an answer that ends a connection (RFC 9112 9.6).
  static let closing = "Connection: close\r\n"
}
