import HTTPCore

/// All that a server answers with, before it is packed: what each path leads to, by virtual host.
public struct SiteSource: Sendable {
  /// What single paths lead to.
  public var entries: [SiteEntry]
  /// What all paths below a prefix lead to that have no entry, at most `SITE_ROUTES` of one host.
  public var routes: [SiteRoute]
  /// The virtual hosts. The default one need not be among them.
  public var hosts: [SiteHost]
  public var options: SiteOptions

  public init(
    entries: [SiteEntry] = [], routes: [SiteRoute] = [], hosts: [SiteHost] = [], options: SiteOptions = SiteOptions()
  ) {
    self.entries = entries
    self.routes = routes
    self.hosts = hosts
    self.options = options
  }

  /// A site whose every path leads to one resource. A file has an entity tag and a date, so that conditions and ranges
  /// hold for it; bytes and the greeting have none.
  /// - Throws: `ContentError` if there is no such file, or it cannot be served.
  public static func only(_ source: ContentSource) throws(ContentError) -> SiteSource {
    try source.validate()
    let content: SiteContent
    switch source {
    case .hello: content = .fixed(status: 200, body: Array("Hello, XDP!\n".utf8), type: source.type)
    case .bytes(let bytes, let type): content = .fixed(status: 200, body: bytes, type: type)
    case .file(let path, let type): content = .file(try SiteFile(path: path, type: type))
    }
    var options = SiteOptions()
    options.codings = []
    return SiteSource(hosts: [SiteHost(only: content)], options: options)
  }
}

/// A field of a response head (RFC 9110 6.3).
public struct SiteHeader: Hashable, Sendable {
  /// A token (RFC 9110 5.1), at most 255 bytes; none that the server makes itself, as Content-Length.
  public var name: String
  /// Visible ASCII with spaces between (RFC 9110 5.5), at most 4096 bytes.
  public var value: String

  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// What a path leads to.
public enum SiteContent: Hashable, Sendable {
  /// A file; its codings are chosen by Accept-Encoding, conditions and ranges hold.
  case file(SiteFile)
  /// Likewise, of bytes in memory.
  /// - modified: its Last-Modified, seconds since 1970; 0: it has none.
  case bytes([UInt8], type: String, modified: UInt32)
  /// The same answer to every request.
  /// - status: 200 to 599, but for 206 and 304, which need a range or a condition, and redirects without a Location.
  case fixed(status: Int, body: [UInt8], type: String)
  /// - status: 301, 302, 303, 307 or 308 (RFC 9110 15.4).
  /// - location: a `LocationTemplate`, as it is written.
  case redirect(status: Int, location: String)
}

/// A path and what it leads to.
public struct SiteEntry: Hashable, Sendable {
  /// The name of its virtual host; nil: the default one.
  public var host: String?
  /// Decoded and without dot segments, beginning with a slash: at most `SiteLimits.path` bytes.
  public var path: [UInt8]
  public var content: SiteContent
  /// Fields that its answers have besides those that they need.
  public var headers: [SiteHeader]

  public init(host: String? = nil, path: String, _ content: SiteContent, headers: [SiteHeader] = []) {
    self.init(host: host, pathBytes: Array(path.utf8), content, headers: headers)
  }

  /// One whose path need not be UTF-8.
  public init(host: String? = nil, pathBytes: [UInt8], _ content: SiteContent, headers: [SiteHeader] = []) {
    self.host = host
    path = pathBytes
    self.content = content
    self.headers = headers
  }
}

extension SiteEntry {
  /// Says that the server is there, to what asks for no more: 200, `ok` and a newline.
  public static func health(host: String? = nil, path: String = "/healthz") -> SiteEntry {
    SiteEntry(
      host: host, path: path, .fixed(status: 200, body: Array("ok\n".utf8), type: CommonHeads.type),
      headers: [SiteHeader("Cache-Control", "no-store")])
  }
}

/// A prefix and what all paths below it lead to that have no entry. `/docs/` is the prefix of `/docs/` and
/// `/docs/a`, and `/docs` of `/docsx` too.
public struct SiteRoute: Hashable, Sendable {
  /// The name of its virtual host; nil: the default one.
  public var host: String?
  /// Decoded, beginning with a slash.
  public var prefix: String
  public var content: SiteContent
  public var headers: [SiteHeader]

  public init(host: String? = nil, prefix: String, _ content: SiteContent, headers: [SiteHeader] = []) {
    self.host = host
    self.prefix = prefix
    self.content = content
    self.headers = headers
  }
}

/// A virtual host (RFC 9110 7.2).
public struct SiteHost: Hashable, Sendable {
  /// As entries call it, without a port; nil: the default one, for every Host that has none of its own.
  public var name: String?
  /// Other names that lead to it.
  public var aliases: [String]
  /// What every path leads to, whatever entries and routes say.
  public var only: SiteContent?
  /// The body of its 404: a file, bytes, or a fixed answer, of which the status is 404 in any case.
  public var notFound: SiteContent?

  public init(
    _ name: String? = nil, aliases: [String] = [], only: SiteContent? = nil, notFound: SiteContent? = nil
  ) {
    self.name = name
    self.aliases = aliases
    self.only = only
    self.notFound = notFound
  }
}

/// Fields for all answers of a virtual host whose path begins with a prefix, but errors.
public struct SiteHeaderRule: Hashable, Sendable {
  /// The name of the virtual host; nil: the default one.
  public var host: String?
  public var prefix: String
  public var headers: [SiteHeader]

  public init(host: String? = nil, prefix: String = "/", _ headers: [SiteHeader]) {
    self.host = host
    self.prefix = prefix
    self.headers = headers
  }
}

extension ContentCoding {
  /// As Content-Encoding calls it (RFC 1952, RFC 7932, RFC 8878).
  public var name: String {
    switch self {
    case .identity: "identity"
    case .gzip: "gzip"
    case .brotli: "br"
    case .zstd: "zstd"
    }
  }
}

/// How a site is packed.
public struct SiteOptions: Sendable {
  /// Cache-Control (RFC 9111 5.2) of files and bytes that no rule gives another one.
  public var cacheControl: String?
  /// Of two rules with a field of the same name, the one with the longer prefix counts. What `SiteHost.only` leads to
  /// has the path `/` here.
  public var headers: [SiteHeaderRule] = []
  /// Codings besides identity that compressible files are packed in.
  public var codings: Set<ContentCoding> = [.gzip, .brotli, .zstd]
  public var levels = CompressionLevels()

  public init() {}
}

/// What a site may have.
public enum SiteLimits {
  /// Bytes of a decoded path.
  public static let path = 1024
  /// Bytes of a host's name (RFC 1035 2.3.4).
  public static let host = 253
  /// Bytes of the head of an answer, without a Location.
  public static let head = 8192
  /// Bytes of all content: offsets have 32 bits.
  public static let content = 1 << 32
  /// Virtual hosts, the default one included: their numbers have 16 bits.
  public static let hosts = 1 << 16
}
