import HTTPCore

/// An answer as it goes over the wire: head and body.
struct Answer {
  let head: [UInt8]
  let body: [UInt8]

  var bytes: [UInt8] { head + body }

  /// The answer of a kind. Every refusal closes the connection, whatever `persistence` is.
  ///
  /// It has no Date field: RFC 9110 6.6.1 asks for one only of an origin server with a clock, and what is rendered
  /// once has none.
  init(_ kind: AnswerKind, _ persistence: Persistence) {
    body = Array(kind.body.utf8)
    // RFC 9112 4, RFC 9110 2.5: the version is the server's own, whichever the client speaks.
    var lines = ["HTTP/1.1 \(kind.status)", "Content-Type: text/plain; charset=utf-8", "Content-Length: \(body.count)"]
    // RFC 9110 10.2.1: a 405 names what is allowed.
    if kind == .methodNotAllowed { lines.append("Allow: GET, HEAD") }
    switch kind == .ok ? persistence : .close {
    case .implied: break
    case .close: lines.append("Connection: close")
    case .keepAlive: lines.append("Connection: keep-alive")
    }
    head = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
  }
}

extension AnswerKind {
  /// Status code and reason phrase (RFC 9110 15, RFC 6585 5).
  var status: String {
    switch self {
    case .ok: "200 OK"
    case .badRequest: "400 Bad Request"
    case .methodNotAllowed: "405 Method Not Allowed"
    case .notImplemented: "501 Not Implemented"
    case .versionNotSupported: "505 HTTP Version Not Supported"
    case .uriTooLong: "414 URI Too Long"
    case .headerTooLarge: "431 Request Header Fields Too Large"
    case .contentTooLarge: "413 Content Too Large"
    }
  }

  var body: String {
    switch self {
    case .ok: "Hello, XDP!\n"
    case .badRequest: "This is not a valid HTTP/1.1 request.\n"
    case .methodNotAllowed: "Only GET and HEAD are allowed here.\n"
    case .notImplemented: "The server knows neither this method nor transfer codings.\n"
    case .versionNotSupported: "The server speaks HTTP/1.1 and HTTP/1.0.\n"
    case .uriTooLong: "The request target may be \(RequestLimits.target) bytes long at most.\n"
    case .headerTooLarge: "The head of a request may be \(RequestLimits.head) bytes long at most.\n"
    case .contentTooLarge: "The content of a request may be \(RequestLimits.content) bytes long at most.\n"
    }
  }
}
