import Glibc
import HTTPContent
import SiteSettings

extension SiteConfiguration {
  /// What is to be packed. Folders are walked; files are opened when they are packed.
  /// - Parameter notices: gets what is in a folder and cannot be served.
  /// - Throws: `ControlError`, naming the file that cannot be served.
  func source(notices: inout [Notice]) throws(ControlError) -> SiteSource {
    try describing {
      switch content {
      case .greeting: return try SiteSource.only(.hello)
      case .body(let path, let type):
        return try SiteSource.only(.file(path: path, type: type ?? ContentSource.defaultType))
      case .hosts(let hosts):
        var source = SiteSource()
        if !isCompressed { source.options.codings = [] }
        for host in hosts { try host.add(to: &source, notices: &notices) }
        return source
      }
    }
  }
}

extension HostConfiguration {
  /// The default host has no name.
  private var name: String? { names.first }

  fileprivate func add(to source: inout SiteSource, notices: inout [Notice]) throws {
    var host = SiteHost(name, aliases: Array(names.dropFirst()))
    host.notFound = try notFound.map { path in
      .fixed(status: 404, body: try Self.bytes(path), type: Self.types.type(of: path))
    }
    host.only = source.options.headers.isEmpty ? try only() : nil
    source.hosts.append(host)
    if host.only != nil { return }
    for rule in headers {
      source.options.headers.append(
        SiteHeaderRule(host: name, prefix: rule.prefix, [SiteHeader(rule.line.name, rule.line.value)]))
    }
    for rule in cacheControl {
      source.options.headers.append(
        SiteHeaderRule(host: name, prefix: rule.prefix, [SiteHeader("Cache-Control", rule.value)]))
    }
    var taken: Set<[UInt8]> = []
    for route in routes {
      let (content, lines) = try Self.content(route.action)
      switch route.pattern {
      case .path(let path):
        taken.insert(Array(path.utf8))
        source.entries.append(SiteEntry(host: name, path: path, content, headers: lines))
      case .prefix(let prefix):
        source.routes.append(SiteRoute(host: name, prefix: prefix, content, headers: lines))
      }
    }
    guard let root else { return }
    var options = DirectoryWalk.Options()
    options.host = name
    options.servesDotFiles = root.includesDotFiles
    options.usesSidecars = root.isPrecompressed
    options.types = Self.types
    let walk = try DirectoryWalk(root.path, options: options)
    notices += walk.omitted.map { Notice($0) }
    // A route comes before a file.
    source.entries += walk.entries.filter { !taken.contains($0.path) }
  }

  /// A host whose every path leads to one place is answered without a search; rules by prefix do not hold then.
  private func only() throws -> SiteContent? {
    guard root == nil, routes.count == 1, let route = routes.first, route.pattern == .prefix("/"),
      headers.isEmpty, cacheControl.isEmpty
    else { return nil }
    let (content, lines) = try Self.content(route.action)
    // What follows the prefix is not known where none was looked for.
    if case .redirect(_, let location) = content, location.contains("{rest}") { return nil }
    return lines.isEmpty ? content : nil
  }

  private static let types = MediaTypes.system()

  private static func content(_ action: Route.Action) throws -> (SiteContent, [SiteHeader]) {
    switch action {
    case .redirect(let status, let location):
      return (.redirect(status: Int(status), location: location.description), [])
    case .respond(let answer):
      let lines = answer.headers.map { SiteHeader($0.name, $0.value) }
      switch answer.body {
      case .text(let text):
        let type = answer.type ?? "text/plain; charset=utf-8"
        return (.fixed(status: Int(answer.status), body: Array(text.utf8), type: type), lines)
      case .file(let path):
        let type = answer.type ?? types.type(of: path)
        if answer.status == 200 { return (.file(try SiteFile(path: path, type: type)), lines) }
        return (.fixed(status: Int(answer.status), body: try bytes(path), type: type), lines)
      }
    }
  }

  private static func bytes(_ path: String) throws -> [UInt8] {
    // Refuses what is no file, such as a pipe that nobody writes to.
    _ = try SiteFile(path: path, type: types.type(of: path))
    guard let bytes = BinaryFile.read(path) else {
      throw ControlError(.invalidSetting, "cannot read \(path): \(String(cString: strerror(errno)))")
    }
    return bytes
  }
}
