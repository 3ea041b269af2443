import DataPlaneABI

/// Where a redirect leads (RFC 9110 10.2.2): text with places for parts of the request, as in
/// `https://{host}{target}`.
///
/// - `{host}`: what the client calls this host, without a port
/// - `{target}`: the request's target from its path on, as it was sent, query included
/// - `{rest}`: likewise, without the prefix of the route that led here
public struct LocationTemplate: Hashable, Sendable {
  /// At most `LOCATION_PIECES`.
  public let pieces: [Piece]

  public enum Piece: Hashable, Sendable {
    case text(String)
    case host
    case target
    case rest
  }

  /// - Throws: `ContentError` for what is no template.
  public init(_ text: String) throws(ContentError) {
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
    self.pieces = pieces
  }

  /// Bytes: room has to be left for what the request puts in.
  static let longest = 1024

  private static func error(_ text: String, _ reason: String) -> ContentError {
    ContentError(
      "\"\(text)\" is not a location: \(reason)", mend: "write text with {host}, {target} and {rest} in it")
  }
}
