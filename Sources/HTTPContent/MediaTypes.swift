import Glibc

/// Media types (RFC 9110 8.3.1) by the extensions of file names.
public struct MediaTypes: Sendable {
  private var types: [String: String] = [:]

  /// Those that the machine knows: of /etc/mime.types (Debian's package media-types), or where that is missing of the
  /// copy of it that is built in; and for other extensions of shared-mime-info, if that is installed.
  public static func system() -> MediaTypes {
    var types = MediaTypes(mimeTypes: text("/etc/mime.types") ?? DebianMediaTypes.list)
    if let globs = text("/usr/share/mime/globs2") { types.add(globs: globs) }
    return types
  }

  /// - Parameter mimeTypes: lines of a type and its extensions, as in /etc/mime.types. Of two types for one extension
  ///   the first counts.
  public init(mimeTypes list: String) {
    for line in list.split(whereSeparator: { $0 == "\n" || $0 == ";" }) {
      let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
      guard let type = words.first, !type.hasPrefix("#") else { continue }
      for name in words.dropFirst() { add(name, type) }
    }
  }

  /// - Parameter globs: lines of weight, type and pattern, as in /usr/share/mime/globs2 (the shared MIME-info database
  ///   specification, 2.9); only patterns for extensions are taken, those in front first.
  mutating func add(globs: String) {
    for line in globs.split(separator: "\n") where !line.hasPrefix("#") {
      let fields = line.split(separator: ":", omittingEmptySubsequences: false)
      guard fields.count >= 3, fields[2].hasPrefix("*.") else { continue }
      let name = fields[2].dropFirst(2)
      if !name.contains(where: { "*?[".contains($0) }) { add(name, fields[1]) }
    }
  }

  private mutating func add(_ name: Substring, _ type: Substring) {
    let key = name.lowercased()
    guard types[key] == nil, ContentSource.isMediaType(String(type)) else { return }
    types[key] = String(type)
  }

  /// Sets the type of an extension, whatever lists say.
  public mutating func set(_ type: String, for name: String) { types[name.lowercased()] = type }

  /// The type of a file with this name, text with its charset.
  public func type(of name: some StringProtocol) -> String {
    // The longest extension that is known: of "a.tar.gz" not "gz" if there is "tar.gz".
    var rest = name.lowercased()[...]
    while let dot = rest.firstIndex(of: ".") {
      rest = rest[rest.index(after: dot)...]
      if let type = types[String(rest)] { return MediaTypes.withCharset(type) }
    }
    return ContentSource.defaultType
  }

  /// Text is taken to be UTF-8, which ASCII is too.
  private static func withCharset(_ type: String) -> String {
    let isText = type.hasPrefix("text/") || type == "application/javascript"
    return isText && !type.contains(";") ? type + "; charset=utf-8" : type
  }

  /// Whether content of a type is worth compressing: text, and what is structured like it.
  public static func isCompressible(_ type: String) -> Bool {
    let name = type.prefix { $0 != ";" && $0 != " " }.lowercased()
    if name.hasPrefix("text/") || name.hasSuffix("+xml") || name.hasSuffix("+json") || name.hasSuffix("+text") {
      return true
    }
    return compressible.contains(name)
  }

  private static let compressible: Set<String> = [
    "application/dash+xml", "application/ecmascript", "application/geo+json-seq", "application/graphql",
    "application/javascript", "application/json", "application/json-seq", "application/jsonlines",
    "application/postscript", "application/rtf", "application/sql", "application/toml", "application/typescript",
    "application/vnd.apple.mpegurl", "application/vnd.ms-fontobject", "application/wasm", "application/x-javascript",
    "application/x-ndjson", "application/x-perl", "application/x-sh", "application/x-sql", "application/x-tar",
    "application/x-tex", "application/x-yaml", "application/xml", "application/xml-dtd", "application/yaml",
    "font/otf", "font/ttf", "font/collection", "image/bmp", "image/vnd.microsoft.icon", "image/x-icon",
    "image/x-ms-bmp", "image/x-portable-anymap", "model/gltf-binary", "model/obj", "model/stl",
  ]

  /// The text of a file; nil if it cannot be read, or is none.
  private static func text(_ path: String) -> String? {
    guard let file = fopen(path, "re") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
    return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
  }
}
