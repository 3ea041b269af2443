/// What a server answers with, as an operator says it: by flags (`SiteFlags`) or in a file (`ConfigurationFile`).
///
/// Files are named, not read: that is done when the site is packed.
public struct SiteConfiguration: Sendable, Equatable {
  public enum Content: Sendable, Equatable {
    /// A greeting for every request.
    case greeting
    /// One file for every request.
    case body(path: String, type: String?)
    /// Hosts; the first one, which has no names, is for every name that no other one has.
    case hosts([HostConfiguration])
  }

  public var content: Content
  /// Whether files are packed compressed as well, where that makes them shorter.
  public var isCompressed: Bool
  /// Whether each answer gets an entry in the log.
  public var logsAccess: Bool

  public init(content: Content = .greeting, isCompressed: Bool = true, logsAccess: Bool = false) {
    self.content = content
    self.isCompressed = isCompressed
    self.logsAccess = logsAccess
  }
}

/// What the requests for one host, or for some, lead to.
public struct HostConfiguration: Sendable, Equatable {
  /// In small letters, without ports; empty for the host that is the default.
  public var names: [String]
  /// The folder whose files are served; nil: none is.
  public var root: Root?
  /// In the order in which they were given; each path and each prefix is there once.
  public var routes: [Route]
  /// The file with the page of a 404; nil: a plain sentence.
  public var notFound: String?
  /// Lines that answers get, by prefix of the path.
  public var headers: [HeaderRule]
  /// Values of Cache-Control, by prefix of the path: the longest prefix that fits is the one that holds.
  public var cacheControl: [CacheRule]

  public init(
    names: [String] = [], root: Root? = nil, routes: [Route] = [], notFound: String? = nil,
    headers: [HeaderRule] = [], cacheControl: [CacheRule] = []
  ) {
    self.names = names
    self.root = root
    self.routes = routes
    self.notFound = notFound
    self.headers = headers
    self.cacheControl = cacheControl
  }

  /// Whether it has anything to answer with but 404.
  public var isEmpty: Bool { root == nil && routes.isEmpty }
}

/// A folder that is served.
public struct Root: Sendable, Equatable {
  public var path: String
  /// Whether names that begin with a dot are served too.
  public var includesDotFiles: Bool
  /// Whether NAME.gz, NAME.br and NAME.zst beside NAME are what clients get who take those codings.
  public var isPrecompressed: Bool

  public init(path: String, includesDotFiles: Bool = false, isPrecompressed: Bool = false) {
    self.path = path
    self.includesDotFiles = includesDotFiles
    self.isPrecompressed = isPrecompressed
  }
}

/// A path, or all paths below a prefix, and what they lead to. A route comes before a file of the same path, and a file
/// before a prefix.
public struct Route: Sendable, Equatable {
  public enum Pattern: Sendable, Hashable {
    case path(String)
    /// Starts and ends with a slash.
    case prefix(String)

    /// As flags have it: a prefix ends with an asterisk.
    public var text: String {
      switch self {
      case .path(let path): path
      case .prefix(let prefix): prefix + "*"
      }
    }
  }

  public enum Action: Sendable, Equatable {
    case respond(FixedAnswer)
    /// - Parameter status: 301, 302, 307 or 308.
    case redirect(status: UInt16, LocationTemplate)
  }

  public var pattern: Pattern
  public var action: Action

  public init(_ pattern: Pattern, _ action: Action) {
    self.pattern = pattern
    self.action = action
  }
}

/// An answer that is always the same.
public struct FixedAnswer: Sendable, Equatable {
  public enum Body: Sendable, Equatable {
    case text(String)
    case file(String)
  }

  /// 200 to 599, but for those that are made by the server alone.
  public var status: UInt16
  /// Of the body; nil: plain text, or by the file's name.
  public var type: String?
  public var headers: [HeaderLine]
  public var body: Body

  public init(status: UInt16 = 200, type: String? = nil, headers: [HeaderLine] = [], body: Body = .text("")) {
    self.status = status
    self.type = type
    self.headers = headers
    self.body = body
  }

  /// What `/healthz` answers.
  public static let healthy = FixedAnswer(headers: [HeaderLine("Cache-Control", "no-store")], body: .text("ok\n"))
}

/// A line of a head.
public struct HeaderLine: Sendable, Equatable {
  public var name: String
  public var value: String

  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// A line for all paths that begin with `prefix`.
public struct HeaderRule: Sendable, Equatable {
  public var prefix: String
  public var line: HeaderLine

  public init(prefix: String, _ line: HeaderLine) {
    self.prefix = prefix
    self.line = line
  }
}

/// A value of Cache-Control for all paths that begin with `prefix`.
public struct CacheRule: Sendable, Equatable {
  public var prefix: String
  public var value: String

  public init(prefix: String, value: String) {
    self.prefix = prefix
    self.value = value
  }
}
