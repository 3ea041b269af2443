/// What may stand in a site, and the fields that its rules give an answer.
struct SiteRules {
  /// Of each host, longer prefixes first.
  private var byHost: [UInt16: [SiteHeaderRule]] = [:]
  private let cacheControl: [SiteHeader]

  /// - Throws: `ContentError` for a rule that is none.
  init(_ options: SiteOptions, _ hosts: SiteHosts) throws(ContentError) {
    cacheControl = options.cacheControl.map { [SiteHeader("Cache-Control", $0)] } ?? []
    try SiteRules.check(cacheControl, of: "the site")
    for rule in options.headers {
      guard rule.prefix.hasPrefix("/") else {
        throw ContentError("the prefix \"\(rule.prefix)\" of a header does not begin with a slash")
      }
      try SiteRules.check(rule.headers, of: rule.prefix)
      let host = try hosts.number(rule.host)
      // Rules of one prefix are one.
      if let index = byHost[host]?.firstIndex(where: { $0.prefix == rule.prefix }) {
        byHost[host]![index].headers += rule.headers
      } else {
        byHost[host, default: []].append(rule)
      }
    }
    for host in byHost.keys { byHost[host]!.sort { $0.prefix.utf8.count > $1.prefix.utf8.count } }
  }

  /// - Throws: `ContentError` for a path that no request can have.
  static func checkPath(_ path: [UInt8]) throws(ContentError) {
    let name = SiteFile.display(path)
    guard path.first == UInt8(ascii: "/") else {
      throw ContentError("the path \"\(name)\" does not begin with a slash")
    }
    guard path.count <= SiteLimits.path else {
      throw ContentError("the path \(name) has \(path.count) bytes, and at most \(SiteLimits.path) are taken")
    }
    guard !path.contains(0) else { throw ContentError("the path \(name) has a byte 0 in it") }
    // What the programs look up has neither dot segments nor empty ones.
    let segments = path.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    for (index, segment) in segments.enumerated() {
      let isLast = index == segments.count - 1
      guard !segment.elementsEqual(".".utf8), !segment.elementsEqual("..".utf8), isLast || !segment.isEmpty else {
        throw ContentError(
          "the path \(name) has an empty segment or a dot segment in it, which no request's path has when it is "
            + "looked up")
      }
    }
  }

  /// - Throws: `ContentError` for a status, a type or a body that cannot be.
  static func check(_ content: SiteContent, of name: String) throws(ContentError) {
    switch content {
    case .file(let file): try ContentSource.check(type: file.type)
    case .bytes(let bytes, let type, _):
      try ContentSource.check(type: type)
      try check(bytes.count, of: name)
    case .fixed(let status, let body, let type):
      try ContentSource.check(type: type)
      try check(body.count, of: name)
      guard (200...599).contains(status), ![205, 206, 304].contains(status) else {
        throw ContentError("the answer of \(name) cannot have the status \(status)", mend: "take one of 200 to 599")
      }
      guard ![301, 302, 303, 307, 308].contains(status) else {
        throw ContentError("the answer of \(name) has the status \(status)", mend: "make it a redirect")
      }
      guard status != 204 || body.isEmpty else {
        throw ContentError("the answer of \(name) has the status 204 and a body", mend: "leave out the body")
      }
    case .redirect(let status, _):
      guard [301, 302, 303, 307, 308].contains(status) else {
        throw ContentError(
          "the redirect of \(name) cannot have the status \(status)", mend: "take 301, 302, 303, 307 or 308")
      }
    }
  }

  private static func check(_ length: Int, of name: String) throws(ContentError) {
    guard length <= ContentSource.largestBody else {
      throw ContentError("\(name) has \(length) bytes, and at most \(ContentSource.largestBody) can be served")
    }
  }

  /// The fields of an answer: those of its own, then those of rules, the longest prefix first. Of what has fields of
  /// one name the first counts.
  func fields(_ own: [SiteHeader], host: UInt16, path: [UInt8], _ content: SiteContent) -> [SiteHeader] {
    if case .fixed(let status, _, _) = content, status >= 400 { return own }
    let path = path.isEmpty ? [UInt8(ascii: "/")] : path
    var groups = [own]
    for rule in byHost[host] ?? [] where path.starts(with: rule.prefix.utf8) { groups.append(rule.headers) }
    switch content {
    case .file, .bytes: groups.append(cacheControl)
    case .fixed, .redirect: break
    }
    var fields: [SiteHeader] = []
    for group in groups {
      fields += group.filter { field in !fields.contains { $0.name.lowercased() == field.name.lowercased() } }
    }
    return fields
  }

  /// Fields that the server makes itself, or that only a proxy may have.
  private static let reserved: Set<String> = [
    "accept-ranges", "connection", "content-encoding", "content-length", "content-range", "content-type", "date",
    "etag", "keep-alive", "last-modified", "location", "te", "trailer", "transfer-encoding", "upgrade", "vary",
  ]

  /// - Throws: `ContentError` for a field that cannot stand in a head, or that the server makes itself.
  static func check(_ fields: [SiteHeader], of name: String) throws(ContentError) {
    for field in fields {
      guard !field.name.isEmpty, field.name.utf8.count <= 255, field.name.utf8.allSatisfy(ContentSource.isTokenByte)
      else {
        throw ContentError(
          "\"\(field.name)\", a header of \(name), is not the name of one", mend: "take letters, digits and hyphens")
      }
      guard !reserved.contains(field.name.lowercased()) else {
        throw ContentError("\(field.name), a header of \(name), is made by the server itself", mend: "leave it out")
      }
      // RFC 9110 5.5: field-content without obsolete bytes, and no white space at its ends.
      let value = field.value
      guard value.utf8.count <= 4096, value.utf8.allSatisfy({ (0x20...0x7E).contains($0) || $0 == 0x09 }),
        value.utf8.first != 0x20, value.utf8.first != 0x09, value.utf8.last != 0x20, value.utf8.last != 0x09
      else {
        throw ContentError(
          "the value of \(field.name), a header of \(name), is not one", mend: "take at most 4096 visible ASCII "
            + "characters with spaces between them")
      }
    }
  }
}
