import DataPlaneABI

/// Where a redirect leads (RFC 9110 10.2.2): text with places for parts of the request, as in
/// `https://{host}{target}`.
///
/// - `{host}`: what the client calls this host, without a port
/// - `{target}`: the request's target from its path on, as it was sent, query included
/// - `{rest}`: likewise, without the prefix of the route that led here
/// - `{query}`: the question mark and the query behind it; nothing if there is none
///
/// What a stranger has put into a link must not lead to a stranger's server: neither `{target}` nor `{rest}` can become
/// a part of scheme or host.
struct LocationTemplate: Hashable, Sendable {
  /// At most `LOCATION_PIECES`.
  let pieces: [Piece]

  enum Piece: Hashable, Sendable {
    case text(String)
    case host
    case target
    case rest
    case query

    fileprivate var isFromRequest: Bool {
      if case .text = self { false } else { true }
    }
  }

  /// - Throws: `ContentError` for what is no template.
  init(_ text: String) throws(ContentError) {
    guard text.utf8.count <= LocationTemplate.longest else {
      throw ContentError(
        "the location of a redirect is \(text.utf8.count) bytes long, and at most \(LocationTemplate.longest) are taken"
      )
    }
    var pieces: [Piece] = []
    var rest = text[...]
    while let first = rest.first {
      if first == "{" {
        guard let end = rest.firstIndex(of: "}") else {
          throw LocationTemplate.error(text, "a { in it has no }")
        }
        let name = rest[rest.index(after: rest.startIndex)..<end]
        switch name {
        case "host": pieces.append(.host)
        case "target": pieces.append(.target)
        case "rest": pieces.append(.rest)
        case "query": pieces.append(.query)
        default: throw LocationTemplate.error(text, "{\(name)} is not known in it")
        }
        rest = rest[rest.index(after: end)...]
      } else {
        let literal = rest.prefix { $0 != "{" }
        guard !literal.contains("}") else { throw LocationTemplate.error(text, "a } in it has no {") }
        // RFC 3986 2: a URI has visible ASCII characters only, and all others are percent-encoded.
        guard literal.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !"\"<>\\^`|".utf8.contains($0) }) else {
          throw ContentError(
            "\"\(text)\" is not a location: it has characters that a URI cannot have", mend: "percent-encode them")
        }
        pieces.append(.text(String(literal)))
        rest = rest[literal.endIndex...]
      }
    }
    guard !pieces.isEmpty else { throw LocationTemplate.error(text, "it is empty") }
    guard pieces.count <= LOCATION_PIECES else {
      throw ContentError("\"\(text)\" has \(pieces.count) parts, and at most \(LOCATION_PIECES) are taken")
    }
    self.pieces = try LocationTemplate.kept(pieces, of: text)
  }

  /// The pieces, of which none from the request can say what server is meant (RFC 3986 3, 4.2).
  private static func kept(_ pieces: [Piece], of text: String) throws(ContentError) -> [Piece] {
    guard pieces.count > 1 || pieces[0].isFromRequest else { return pieces }
    guard case .text(let lead) = pieces[0] else {
      throw error(text, "it begins with a part of the request", mend: "begin with https:// or a slash")
    }
    if lead.hasPrefix("/"), !lead.hasPrefix("//") {
      // Two slashes would begin the name of a host.
      if lead == "/", pieces[1] == .target {
        throw error(text, "{target} has a slash of its own", mend: "leave out the slash, and begin with https://{host}")
      }
      return lead == "/" && pieces[1] == .rest ? [.text("/./")] + pieces.dropFirst() : pieces
    }
    guard let slashes = lead.firstRange(of: "//"), lead[..<slashes.lowerBound].allSatisfy({ $0 != "?" && $0 != "#" })
    else { throw error(text, "it begins with no server and no slash", mend: "begin with https:// or a slash") }
    var isInHost = !lead[slashes.upperBound...].contains { "/?#".contains($0) }
    for piece in pieces.dropFirst() where isInHost {
      switch piece {
      case .text(let text): isInHost = !text.contains { "/?#".contains($0) }
      case .host, .query: break
      case .target: isInHost = false
      case .rest: throw error(text, "{rest} becomes a part of the host's name", mend: "put a slash before {rest}")
      }
    }
    return pieces
  }

  /// Bytes: the longest path, percent-encoded. What then leaves no room for what the request puts in is 414.
  static let longest = 3 * SiteLimits.path + 16

  private static func error(
    _ text: String, _ reason: String, mend: String = "write text with {host}, {target}, {rest} and {query} in it"
  ) -> ContentError {
    ContentError("\"\(text)\" is not a location: \(reason)", mend: mend)
  }
}
