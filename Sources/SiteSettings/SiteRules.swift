/// What the parts of a configuration have to be like, wherever they come from.
enum SiteRules {
  /// Bytes of a decoded path at the most.
  static let longestPath = 1024

  /// A path as requests have it once it is decoded: `/a/b`.
  static func checkPath(_ path: String, as what: String = "path") throws(SiteError) {
    guard path.hasPrefix("/") else {
      throw SiteError("the \(what) \(quoted(path)) does not begin with a slash", mend: "write /\(path)")
    }
    guard path.utf8.count <= longestPath else {
      throw SiteError("a \(what) has \(path.utf8.count) bytes, and can have \(longestPath)")
    }
    if let wrong = path.unicodeScalars.first(where: { $0.value < 0x20 || $0.value == 0x7F || $0 == "?" || $0 == "#" }) {
      throw SiteError(
        "the \(what) \(quoted(path)) has \(named(wrong)), and would never be asked for",
        mend: wrong == "?" || wrong == "#" ? "leave out the query" : nil)
    }
    // Requests' paths have no empty and no dot segments any more when they are looked up.
    let segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    for (index, segment) in segments.enumerated()
    where segment == "." || segment == ".." || segment.isEmpty && index < segments.count - 1 {
      throw SiteError(
        "the \(what) \(quoted(path)) would never be asked for: a request's path loses "
          + (segment.isEmpty ? "double slashes" : "the segment \(segment)"),
        mend: "write it as it is then")
    }
  }

  /// A prefix of paths: `/a/`.
  static func checkPrefix(_ prefix: String) throws(SiteError) {
    try checkPath(prefix, as: "prefix")
    guard prefix.hasSuffix("/") else {
      throw SiteError("the prefix \(quoted(prefix)) does not end with a slash", mend: "write \(prefix)/")
    }
  }

  static func checkRedirect(
    status: Int, _ location: LocationTemplate, at pattern: Route.Pattern
  ) throws(SiteError) -> Route {
    guard [301, 302, 307, 308].contains(status) else {
      throw SiteError("a redirect's status is \(status), and can be 301, 302, 307 or 308")
    }
    if location.pieces.contains(.rest), case .path = pattern {
      throw SiteError(
        "{rest} is what follows a prefix, and \(pattern.text) is a path",
        mend: "make it a prefix: \(pattern.text)\(pattern.text.hasSuffix("/") ? "" : "/")*")
    }
    return Route(pattern, .redirect(status: UInt16(status), location))
  }

  static func checkAnswer(_ answer: FixedAnswer, status: Int) throws(SiteError) -> FixedAnswer {
    guard (200...599).contains(status) else {
      throw SiteError("the status of an answer is \(status), and can be 200 to 599")
    }
    switch status {
    case 206, 304, 416:
      throw SiteError("the status \(status) is for the server to give: it depends on the request")
    case 301, 302, 307, 308: throw SiteError("the status \(status) is a redirect's", mend: "use redirect")
    case 204, 205:
      // RFC 9110 15.3.5, 15.3.6.
      guard answer.body == .text("") else {
        throw SiteError("an answer with status \(status) has no body", mend: "leave it out, or use 200")
      }
    default: break
    }
    if let type = answer.type { try checkType(type) }
    for line in answer.headers { try checkHeader(line, allowsCacheControl: true) }
    var answer = answer
    answer.status = UInt16(status)
    return answer
  }

  /// type "/" subtype, then perhaps parameters (RFC 9110 8.3.1).
  static func checkType(_ text: String) throws(SiteError) {
    let name = text.prefix { $0 != ";" && $0 != " " }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    let isType = parts.count == 2 && parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(isTokenByte) }
      && text.utf8.count <= 255 && text.utf8.allSatisfy { (0x20...0x7E).contains($0) } && !text.hasSuffix(" ")
    guard isType else {
      throw SiteError(
        "\(quoted(text)) is not a media type", mend: "write it as in text/html or text/plain; charset=utf-8")
    }
  }

  /// Lines that say how an answer goes over the wire, or that depend on what is sent: the server makes these.
  private static let ownHeaders: Set<String> = [
    "accept-ranges", "connection", "content-encoding", "content-length", "content-range", "date", "etag", "keep-alive",
    "last-modified", "te", "trailer", "transfer-encoding", "upgrade",
  ]

  /// RFC 9110 5.1, 5.5.
  static func checkHeader(_ line: HeaderLine, allowsCacheControl: Bool = false) throws(SiteError) {
    guard !line.name.isEmpty, line.name.utf8.count <= 128, line.name.utf8.allSatisfy(isTokenByte) else {
      throw SiteError("\(quoted(line.name)) is not the name of a header field", mend: "write it as in X-Frame-Options")
    }
    let name = line.name.lowercased()
    if ownHeaders.contains(name) { throw SiteError("the server sets \(line.name) itself", mend: "leave it out") }
    if name == "content-type" {
      throw SiteError("Content-Type is not set by a header", mend: "use type in a route; files have it by their names")
    }
    if name == "cache-control", !allowsCacheControl {
      throw SiteError("Cache-Control is not set by a header", mend: "use cache-control")
    }
    if name == "location" { throw SiteError("Location is not set by a header", mend: "use redirect") }
    try checkValue(line.value, of: line.name)
  }

  static func checkValue(_ value: String, of name: String) throws(SiteError) {
    guard value.utf8.count <= 4096 else {
      throw SiteError("the value of \(name) has \(value.utf8.count) bytes, and can have 4096")
    }
    if let wrong = value.unicodeScalars.first(where: { $0.value < 0x20 && $0 != "\t" || $0.value == 0x7F }) {
      throw SiteError("the value of \(name) has \(named(wrong)), which no header field can have")
    }
    guard value == value.trimmed else { throw SiteError("the value of \(name) begins or ends with a space") }
  }

  /// A name as the Host field has it, without a port, in small letters.
  static func host(_ text: String) throws(SiteError) -> String {
    guard text.unicodeScalars.allSatisfy(\.isASCII) else {
      throw SiteError("the host \(quoted(text)) is not in ASCII", mend: "write it as in xn--mnchen-3ya.de")
    }
    let name = text.lowercased()
    if name.contains("*") {
      throw SiteError("the host \(quoted(text)) has a wildcard, and hosts are compared as a whole", mend: "list them")
    }
    if name.hasPrefix("["), name.hasSuffix("]") {
      guard name.dropFirst().dropLast().allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }), name.count > 3 else {
        throw SiteError("the host \(quoted(text)) is no IPv6 address")
      }
      return name
    }
    if name.contains(":") {
      throw SiteError("the host \(quoted(text)) has a port, and any port counts", mend: "leave it out")
    }
    guard !name.isEmpty, name.utf8.count <= 253,
      name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "-" || $0 == "." || $0 == "_" }), !name.hasPrefix(".")
    else { throw SiteError("\(quoted(text)) is not the name of a host", mend: "write it as in www.example.com") }
    return name
  }

  /// tchar of RFC 9110 5.6.2.
  private static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }
}

extension HostConfiguration {
  /// Adds a route; a path or prefix can have only one.
  mutating func add(_ route: Route) throws(SiteError) {
    guard !routes.contains(where: { $0.pattern == route.pattern }) else {
      throw SiteError("there are two routes for \(route.pattern.text)", mend: "leave out one of them")
    }
    guard routes.count(where: { if case .prefix = $0.pattern { true } else { false } }) < 256 else {
      throw SiteError("there are more than 256 prefixes, and a host can have no more", mend: "use paths")
    }
    routes.append(route)
  }
}

extension StringProtocol {
  /// Without spaces and tabs at its ends.
  var trimmed: String {
    let start = drop { $0 == " " || $0 == "\t" }
    return String(start.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
  }
}
