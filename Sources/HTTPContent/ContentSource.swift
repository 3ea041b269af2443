/// What a GET request is answered with.
public enum ContentSource: Sendable, Equatable {
  /// `Hello, XDP!` and a newline.
  case hello
  /// The file at `path`, as it is when it is read.
  case file(path: String, type: String = ContentSource.defaultType)
  /// Bytes in memory.
  case bytes([UInt8], type: String = ContentSource.defaultType)

  /// The media type of what nobody has named one for (RFC 9110 8.3).
  public static let defaultType = "application/octet-stream"

  /// The longest body, bytes: a quarter of the sequence space. Sequence numbers can be compared within half of it
  /// (RFC 9293 3.4), and an answer's head and what is being acknowledged must find room there too.
  public static let largestBody = (1 << 30) - 1

  /// The body's media type.
  public var type: String {
    switch self {
    case .hello: "text/plain; charset=utf-8"
    case .file(_, let type), .bytes(_, let type): type
    }
  }

  /// - Throws: `ContentError` for a media type that cannot stand in a head.
  public func validate() throws(ContentError) { try ContentSource.check(type: type) }

  /// - Throws: `ContentError` for a media type that cannot stand in a head.
  static func check(type: String) throws(ContentError) {
    guard ContentSource.isMediaType(type) else {
      throw ContentError(
        "\"\(type)\" is not a media type", mend: "write it as in text/html or text/plain; charset=utf-8")
    }
  }

  /// type "/" subtype, then perhaps parameters (RFC 9110 8.3.1): of these only that they are printable is looked at.
  static func isMediaType(_ text: String) -> Bool {
    guard text.utf8.count <= longestType, text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else { return false }
    let name = text.prefix { $0 != ";" && $0 != " " }
    let parameters = text.dropFirst(name.count).drop { $0 == " " }
    guard parameters.isEmpty ? !text.hasSuffix(" ") : parameters.hasPrefix(";") else { return false }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count == 2 && parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(isTokenByte) }
  }

  /// A head is to fit into any segment.
  private static let longestType = 255

  /// tchar of RFC 9110 5.6.2.
  static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }
}

/// Why something cannot be served: one sentence, and what mends it.
public struct ContentError: Error, Equatable, Sendable {
  public let sentence: String
  /// What to do about it; nil where the sentence says it.
  public let mend: String?

  public init(_ sentence: String, mend: String? = nil) {
    self.sentence = sentence
    self.mend = mend
  }
}
