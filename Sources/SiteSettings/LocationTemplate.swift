/// A Location with parts of the request in it: `https://{host}{target}`, `/new/{rest}`.
public struct LocationTemplate: Sendable, Equatable, CustomStringConvertible {
  public enum Piece: Sendable, Equatable {
    case text(String)
    /// What the client calls this host, without a port.
    case host
    /// The path and the query as they were sent.
    case target
    /// The same, without the prefix of the route.
    case rest
    /// What of the target follows the path: nothing, or from the question mark on.
    case query
  }

  public let pieces: [Piece]

  /// The most pieces that a template can have.
  public static let largestCount = 8
  /// Bytes of text at the most: a head has to stay short.
  public static let longestText = 1024

  private static let names: [String: Piece] = ["host": .host, "target": .target, "rest": .rest, "query": .query]

  /// The same host and target, by https.
  public static let secure = LocationTemplate(pieces: [.text("https://"), .host, .target])

  private init(pieces: [Piece]) { self.pieces = pieces }

  /// - Parameter text: a URI reference (RFC 3986 4.1) with names in braces; `https` alone is short for
  ///   `https://{host}{target}`.
  /// - Throws: `SiteError` for unknown names, bytes that a URI cannot have, or too many pieces.
  public init(_ text: String) throws(SiteError) {
    if text == "https" {
      self = .secure
      return
    }
    guard !text.isEmpty else {
      throw SiteError("a redirect needs a location", mend: "write one as in https://{host}{target}")
    }
    var pieces: [Piece] = []
    var rest = text[...]
    while let first = rest.first {
      if first == "{" {
        guard let end = rest.firstIndex(of: "}") else {
          throw SiteError("the location \(quoted(text)) has a { without its }")
        }
        let name = String(rest[rest.index(after: rest.startIndex)..<end])
        guard let piece = Self.names[name] else {
          throw SiteError(
            "the location \(quoted(text)) has {\(name)}, which there is not",
            mend: "use {host}, {target}, {rest} or {query}")
        }
        pieces.append(piece)
        rest = rest[rest.index(after: end)...]
      } else {
        let part = rest.prefix { $0 != "{" }
        if let wrong = part.unicodeScalars.first(where: { !Self.isURIScalar($0) }) {
          throw SiteError(
            "the location \(quoted(text)) has \(named(wrong)), which no URI can have",
            mend: "write it as %XX, its bytes in hexadecimal")
        }
        pieces.append(.text(String(part)))
        rest = rest[part.endIndex...]
      }
    }
    guard pieces.count <= Self.largestCount else {
      throw SiteError("the location \(quoted(text)) has \(pieces.count) parts, and can have \(Self.largestCount)")
    }
    guard text.utf8.count <= Self.longestText else {
      throw SiteError("the location has \(text.utf8.count) bytes, and can have \(Self.longestText)")
    }
    try Self.checkServer(pieces, text)
    self.pieces = pieces
  }

  /// What a stranger has put into a link must not lead to a stranger's server: no part of the request but the host can
  /// become a part of scheme or host (RFC 3986 3, 4.2).
  private static func checkServer(_ pieces: [Piece], _ text: String) throws(SiteError) {
    guard case .text(let lead) = pieces[0] else {
      throw SiteError(
        "the location \(quoted(text)) begins with a part of the request", mend: "begin with https:// or a slash")
    }
    guard pieces.count > 1 else { return }
    if lead.hasPrefix("/"), !lead.hasPrefix("//") {
      // Two slashes would begin the name of a host.
      guard lead == "/", pieces[1] == .target else { return }
      throw SiteError(
        "the location \(quoted(text)) has two slashes, since {target} has one of its own",
        mend: "begin with https://{host}{target}, or use {rest}")
    }
    guard let slashes = lead.firstRange(of: "//"), !lead[..<slashes.lowerBound].contains(where: { "?#".contains($0) })
    else {
      throw SiteError(
        "the location \(quoted(text)) begins with no server and no slash", mend: "begin with https:// or a slash")
    }
    var isInHost = !lead[slashes.upperBound...].contains { "/?#".contains($0) }
    for piece in pieces.dropFirst() where isInHost {
      switch piece {
      case .text(let text): isInHost = !text.contains { "/?#".contains($0) }
      case .host, .query: break
      case .target: isInHost = false
      case .rest:
        throw SiteError(
          "in the location \(quoted(text)) {rest} becomes a part of the host's name", mend: "put a slash before {rest}")
      }
    }
  }

  /// As it was written.
  public var description: String {
    pieces.map { piece in
      switch piece {
      case .text(let text): text
      case .host: "{host}"
      case .target: "{target}"
      case .rest: "{rest}"
      case .query: "{query}"
      }
    }.joined()
  }

  /// RFC 3986 2: reserved and unreserved characters and the percent sign; braces are ours.
  private static func isURIScalar(_ scalar: Unicode.Scalar) -> Bool {
    guard scalar.isASCII, scalar.value > 0x20, scalar.value < 0x7F else { return false }
    return !"\"<>\\^`{|}".unicodeScalars.contains(scalar)
  }
}
