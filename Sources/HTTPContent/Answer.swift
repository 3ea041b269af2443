import HTTPCore

extension AnswerKind {
  /// The head of an answer as it goes over the wire, with the empty line that ends it. Every refusal closes the
  /// connection, whatever `persistence` is.
  ///
  /// It has no Date field: RFC 9110 6.6.1 asks for one only of an origin server with a clock, and what is rendered
  /// once has none.
  /// - Parameters:
  ///   - type: the body's media type.
  ///   - length: of the body, bytes.
  func head(_ persistence: Persistence, type: String, length: Int) -> [UInt8] {
    // RFC 9112 4, RFC 9110 2.5: the version is the server's own, whichever the client speaks.
    var lines = ["HTTP/1.1 \(status)", "Content-Type: \(type)", "Content-Length: \(length)"]
    // RFC 9110 10.2.1: a 405 names what is allowed.
    if self == .methodNotAllowed { lines.append("Allow: GET, HEAD") }
    switch self == .ok ? persistence : .close {
    case .implied: break
    case .close: lines.append("Connection: close")
    case .keepAlive: lines.append("Connection: keep-alive")
    }
    return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
  }

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

  /// What a refusal says; nothing for 200, whose body is the operator's.
  var refusal: String {
    switch self {
    case .ok: ""
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
