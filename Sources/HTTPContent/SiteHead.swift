/// The head of an answer in the parts that `struct representation` names. The CRLF that ends it is no part of them.
struct SiteHead: Equatable {
  var start: [UInt8]
  var validators: [UInt8] = []
  var entity: [UInt8] = []
  var length: [UInt8] = []
  var status: Int
  var isDated = true

  /// Status line, fields that belong to the status, and Date (RFC 9110 6.6.1), whose value the programs fill in.
  init(status: Int, fields: [SiteHeader] = []) {
    self.status = status
    // RFC 9112 4, RFC 9110 2.5: the version is the server's own, whichever the client speaks.
    start = Array("HTTP/1.1 \(status) \(SiteHead.reason(status))\r\n".utf8) + SiteHead.lines(fields)
    guard status >= 200 else {
      isDated = false
      return
    }
    start += Array("Date: ".utf8) + [UInt8](repeating: 0, count: SiteHead.dateLength) + Array("\r\n".utf8)
  }

  /// IMF-fixdate (RFC 9110 5.6.7), bytes.
  static let dateLength = 29

  /// Content-Length (RFC 9110 8.6), which no 1xx, 204 or 304 has.
  mutating func setLength(_ count: Int) {
    length = SiteHead.lines([SiteHeader("Content-Length", "\(count)")])
  }

  /// All lines, without the CRLF that ends it.
  var lines: [UInt8] { start + validators + entity + length }
  /// All of it.
  var bytes: [UInt8] { lines + [0x0D, 0x0A] }

  static func lines(_ fields: [SiteHeader]) -> [UInt8] {
    var bytes: [UInt8] = []
    for field in fields {
      bytes += field.name.utf8
      bytes += [UInt8(ascii: ":"), UInt8(ascii: " ")]
      bytes += field.value.utf8
      bytes += [0x0D, 0x0A]
    }
    return bytes
  }

  /// Reason phrases (RFC 9110 15, RFC 6585, RFC 7725); nothing for a status that has none (RFC 9112 4).
  static func reason(_ status: Int) -> String {
    switch status {
    case 100: "Continue"
    case 200: "OK"
    case 201: "Created"
    case 202: "Accepted"
    case 203: "Non-Authoritative Information"
    case 204: "No Content"
    case 205: "Reset Content"
    case 206: "Partial Content"
    case 300: "Multiple Choices"
    case 301: "Moved Permanently"
    case 302: "Found"
    case 303: "See Other"
    case 304: "Not Modified"
    case 307: "Temporary Redirect"
    case 308: "Permanent Redirect"
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 402: "Payment Required"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 406: "Not Acceptable"
    case 407: "Proxy Authentication Required"
    case 408: "Request Timeout"
    case 409: "Conflict"
    case 410: "Gone"
    case 411: "Length Required"
    case 412: "Precondition Failed"
    case 413: "Content Too Large"
    case 414: "URI Too Long"
    case 415: "Unsupported Media Type"
    case 416: "Range Not Satisfiable"
    case 417: "Expectation Failed"
    case 421: "Misdirected Request"
    case 422: "Unprocessable Content"
    case 423: "Locked"
    case 424: "Failed Dependency"
    case 425: "Too Early"
    case 426: "Upgrade Required"
    case 428: "Precondition Required"
    case 429: "Too Many Requests"
    case 431: "Request Header Fields Too Large"
    case 451: "Unavailable For Legal Reasons"
    case 500: "Internal Server Error"
    case 501: "Not Implemented"
    case 502: "Bad Gateway"
    case 503: "Service Unavailable"
    case 504: "Gateway Timeout"
    case 505: "HTTP Version Not Supported"
    case 511: "Network Authentication Required"
    default: ""
    }
  }
}
