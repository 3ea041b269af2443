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
public struct LocationTemplate: Hashable, Sendable, CustomStringConvertible {
  public enum Piece: Hashable, Sendable {
    case text(String)
    case host
    case target
    case rest
    case query
  }

  /// Why a text is no template.
  public struct Refusal: Error, Equatable, Sendable {
    /// The rest of a sentence that names the text: `it is empty`.
    public let reason: String
    /// What to do about it.
    public let mend: String

    init(_ reason: String, mend: String = "write text with {host}, {target}, {rest} and {query} in it") {
      self.reason = reason
      self.mend = mend
    }
  }

  /// As it was written, 1 to `largestCount`.
  public let pieces: [Piece]

  public static let largestCount = 8

  /// The same host and target, by https.
  public static let secure = LocationTemplate(pieces: [.text("https://"), .host, .target])

  private static let names: [Substring: Piece] = ["host": .host, "target": .target, "rest": .rest, "query": .query]

  private init(pieces: [Piece]) { self.pieces = pieces }

  /// - Parameter text: a URI reference (RFC 3986 4.1) with names in braces.
  /// - Throws: `Refusal` for unknown names, characters that a URI cannot have, too many pieces, and for what would let
  ///   a request say which server is meant.
  public init(_ text: String) throws(Refusal) {
    var pieces: [Piece] = []
    var rest = text[...]
    while let first = rest.first {
      if first == "{" {
        guard let end = rest.firstIndex(of: "}") else { throw Refusal("a { in it has no }") }
        let name = rest[rest.index(after: rest.startIndex)..<end]
        guard let piece = Self.names[name] else {
          throw Refusal("{\(name)} is not known in it", mend: "use {host}, {target}, {rest} or {query}")
        }
        pieces.append(piece)
        rest = rest[rest.index(after: end)...]
      } else {
        let literal = rest.prefix { $0 != "{" }
        if let wrong = literal.unicodeScalars.first(where: { !Self.isURIScalar($0) }) {
          throw Refusal(
            "it has \(Self.name(of: wrong)), which no URI can have", mend: "write it as %XX, its bytes in hexadecimal")
        }
        pieces.append(.text(String(literal)))
        rest = rest[literal.endIndex...]
      }
    }
    guard !pieces.isEmpty else { throw Refusal("it is empty", mend: "write one as in https://{host}{target}") }
    guard pieces.count <= Self.largestCount else {
      throw Refusal("it has \(pieces.count) parts", mend: "write it with at most \(Self.largestCount)")
    }
    try Self.checkServer(pieces)
    self.pieces = pieces
  }

  /// No part of the request but the host can become a part of scheme or host (RFC 3986 3, 4.2).
  private static func checkServer(_ pieces: [Piece]) throws(Refusal) {
    guard case .text(let lead) = pieces[0] else {
      throw Refusal("it begins with a part of the request", mend: "begin with https:// or a slash")
    }
    guard pieces.count > 1 else { return }
    if lead.hasPrefix("/"), !lead.hasPrefix("//") {
      // Two slashes would begin the name of a host.
      guard lead == "/", pieces[1] == .target else { return }
      throw Refusal("{target} has a slash of its own", mend: "begin with https://{host}{target}, or use {rest}")
    }
    guard let slashes = lead.firstRange(of: "//"), !lead[..<slashes.lowerBound].contains(where: { "?#".contains($0) })
    else { throw Refusal("it begins with no server and no slash", mend: "begin with https:// or a slash") }
    var isInHost = !lead[slashes.upperBound...].contains { "/?#".contains($0) }
    for piece in pieces.dropFirst() where isInHost {
      switch piece {
      case .text(let text): isInHost = !text.contains { "/?#".contains($0) }
      case .host, .query: break
      case .target: isInHost = false
      case .rest: throw Refusal("{rest} becomes a part of the host's name", mend: "put a slash before {rest}")
      }
    }
  }

  /// The pieces of what is sent. `/` and a rest that begins with a slash would be a host: `/./` is the same path, and
  /// never one.
  public var sentPieces: [Piece] {
    pieces.starts(with: [.text("/"), .rest]) ? [.text("/./")] + pieces.dropFirst() : pieces
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

  private static func name(of scalar: Unicode.Scalar) -> String {
    if scalar == " " { return "a space" }
    return scalar.value < 0x20 || scalar.value == 0x7F ? "a control character" : "the character \(scalar)"
  }
}
