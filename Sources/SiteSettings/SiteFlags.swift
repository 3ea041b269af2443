/// What is served, as flags of the command line say it. What can be said here and more can be said in a file.
///
/// It can be kept and read again, so that a reload finds what an attach was told.
public struct SiteFlags: Sendable, Equatable, Codable {
  /// A configuration file; it excludes all others but `accessLog`.
  public var config: String?
  public var root: String?
  public var body: String?
  public var contentType: String?
  /// `[STATUS:][PATH=]LOCATION`.
  public var redirects: [String] = []
  /// `PATH=STATUS[:TEXT]`.
  public var responds: [String] = []
  public var healthz = false
  public var notFound: String?
  /// `[PREFIX=]NAME: VALUE`.
  public var headers: [String] = []
  /// `[PREFIX=]VALUE`.
  public var cacheControl: [String] = []
  public var dotFiles = false
  public var precompressed = false
  public var noCompress = false
  public var accessLog = false

  public init() {}

  /// Whether they say anything of what is served.
  public var isEmpty: Bool {
    var rest = self
    rest.accessLog = false
    return rest == SiteFlags()
  }

  /// The same with paths that hold from every working directory.
  public func absolute(from folder: String) -> SiteFlags {
    func absolute(_ path: String?) -> String? { path.map { $0.hasPrefix("/") ? $0 : "\(folder)/\($0)" } }
    var flags = self
    flags.config = absolute(config)
    flags.root = absolute(root)
    flags.body = absolute(body)
    flags.notFound = absolute(notFound)
    return flags
  }

  /// Looks at them without reading any file.
  /// - Throws: `SiteError`.
  public func check() throws(SiteError) {
    if config == nil {
      _ = try configuration()
    } else {
      try checkConfig()
    }
  }

  private func checkConfig() throws(SiteError) {
    var rest = self
    rest.config = nil
    guard rest.isEmpty else {
      throw SiteError("\(rest.firstName) does not go with --config", mend: "write it into \(config ?? "the file")")
    }
  }

  /// What they come to. A configuration file is read; files that are served are not.
  /// - Throws: `SiteError`.
  public func configuration() throws(SiteError) -> SiteConfiguration {
    if let config {
      try checkConfig()
      var configuration = try ConfigurationFile.read(config)
      if accessLog { configuration.logsAccess = true }
      return configuration
    }
    var configuration = SiteConfiguration(isCompressed: !noCompress, logsAccess: accessLog)
    if let body {
      var rest = self
      (rest.body, rest.contentType) = (nil, nil)
      guard rest.isEmpty else {
        throw SiteError("\(rest.firstName) does not go with --body", mend: "use --root or --respond")
      }
      if let contentType { try SiteRules.checkType(contentType) }
      configuration.content = .body(path: body, type: contentType)
      return configuration
    }
    if contentType != nil { throw SiteError("--content-type is the type of --body's file") }
    for (flag, isGiven) in [("--dot-files", dotFiles), ("--precompressed", precompressed)] {
      guard isGiven, root == nil else { continue }
      throw SiteError("\(flag) is about files", mend: "name their folder with --root")
    }
    let host = try host()
    if host.isEmpty {
      guard isEmpty else {
        throw SiteError(
          "\(firstName) is given, and nothing to serve", mend: "add --root, --redirect or --respond")
      }
      return configuration
    }
    configuration.content = .hosts([host])
    return configuration
  }

  private func host() throws(SiteError) -> HostConfiguration {
    var host = HostConfiguration(notFound: notFound)
    if let root { host.root = Root(path: root, includesDotFiles: dotFiles, isPrecompressed: precompressed) }
    for text in redirects {
      try named("--redirect", text) { () throws(SiteError) in try host.add(Self.redirect(text)) }
    }
    for text in responds {
      try named("--respond", text) { () throws(SiteError) in try host.add(Self.answer(text)) }
    }
    if healthz { try host.add(Route(.path("/healthz"), .respond(.healthy))) }
    for text in headers {
      try named("--header", text) { () throws(SiteError) in
        let (prefix, line) = try Self.prefixed(text)
        guard let colon = line.firstIndex(of: ":") else {
          throw SiteError("it has no colon", mend: "write it as in \"X-Frame-Options: DENY\"")
        }
        let header = HeaderLine(String(line[..<colon]), line[line.index(after: colon)...].trimmed)
        try SiteRules.checkHeader(header)
        host.headers.append(HeaderRule(prefix: prefix, header))
      }
    }
    for text in cacheControl {
      try named("--cache-control", text) { () throws(SiteError) in
        let (prefix, value) = try Self.prefixed(text)
        try SiteRules.checkValue(value, of: "Cache-Control")
        guard !value.isEmpty else { throw SiteError("it has no value", mend: "write it as in max-age=3600") }
        host.cacheControl.append(CacheRule(prefix: prefix, value: value))
      }
    }
    return host
  }

  /// `[STATUS:][PATH=]LOCATION`; without a path, all of them.
  static func redirect(_ text: String) throws(SiteError) -> Route {
    var rest = text[...]
    var status = 301
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    if digits.count == 3, rest.dropFirst(3).first == ":" {
      status = Int(digits) ?? 0
      rest = rest.dropFirst(4)
    }
    var pattern = Route.Pattern.prefix("/")
    if rest.hasPrefix("/") {
      guard let sign = rest.firstIndex(of: "=") else {
        throw SiteError(
          "it leads nowhere, or from every path to one",
          mend: "write PATH=LOCATION, or for every path /*=\(rest)")
      }
      pattern = try Self.pattern(rest[..<sign])
      rest = rest[rest.index(after: sign)...]
    }
    return try SiteRules.checkRedirect(status: status, LocationTemplate(setting: String(rest)), at: pattern)
  }

  /// `PATH=STATUS[:TEXT]`.
  static func answer(_ text: String) throws(SiteError) -> Route {
    let shape = "write it as in /ping=200:pong"
    guard let sign = text.firstIndex(of: "=") else { throw SiteError("it has no status", mend: shape) }
    let pattern = try Self.pattern(text[..<sign])
    let rest = text[text.index(after: sign)...]
    let digits = rest.prefix { $0 != ":" }
    guard let status = Int(digits) else { throw SiteError("\(quoted(String(digits))) is no status", mend: shape) }
    let answer = FixedAnswer(body: .text(String(rest.dropFirst(digits.count + 1))))
    return Route(pattern, .respond(try SiteRules.checkAnswer(answer, status: status)))
  }

  private static func pattern(_ text: Substring) throws(SiteError) -> Route.Pattern {
    if text.hasSuffix("*") {
      let prefix = String(text.dropLast())
      try SiteRules.checkPrefix(prefix)
      return .prefix(prefix)
    }
    try SiteRules.checkPath(String(text))
    return .path(String(text))
  }

  /// `[PREFIX=]REST`.
  private static func prefixed(_ text: String) throws(SiteError) -> (prefix: String, rest: String) {
    guard text.hasPrefix("/"), let sign = text.firstIndex(of: "=") else { return ("/", text) }
    let prefix = String(text[..<sign])
    try SiteRules.checkPrefix(prefix)
    return (prefix, String(text[text.index(after: sign)...]))
  }

  /// Says which flag an error is about.
  private func named(
    _ flag: String, _ text: String, _ body: () throws(SiteError) -> Void
  ) throws(SiteError) {
    do throws(SiteError) { try body() } catch {
      throw SiteError("\(flag) \(quoted(text)): \(error.sentence)", mend: error.mend)
    }
  }

  /// A flag that is given, for errors.
  private var firstName: String {
    let flags: [(String, Bool)] = [
      ("--root", root != nil), ("--body", body != nil), ("--content-type", contentType != nil),
      ("--redirect", !redirects.isEmpty), ("--respond", !responds.isEmpty), ("--healthz", healthz),
      ("--not-found", notFound != nil), ("--header", !headers.isEmpty), ("--cache-control", !cacheControl.isEmpty),
      ("--dot-files", dotFiles), ("--precompressed", precompressed), ("--no-compress", noCompress),
    ]
    return flags.first { $0.1 }?.0 ?? "--config"
  }
}
