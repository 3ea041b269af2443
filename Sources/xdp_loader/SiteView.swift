import ServerControl
import SiteSettings

/// What a configuration comes to, for `check`.
struct SiteView {
  let preview: SitePreview

  var text: String {
    let configuration = preview.configuration
    var lines: [String] = []
    switch configuration.content {
    case .greeting: lines.append("every request is answered with a greeting")
    case .body(let path, let type):
      lines.append("every request is answered with \(path), \(type ?? ContentSource.defaultType)")
    case .hosts(let hosts):
      for (index, host) in hosts.enumerated() where !(host.names.isEmpty && host.isEmpty) {
        let others = hosts.count == 1 ? "every host" : "all other hosts"
        lines.append(host.names.isEmpty ? others : host.names.joined(separator: ", "))
        lines += rows(host, preview.roots[index]).map { "  " + Format.left($0.0, 22) + " " + $0.1 }
      }
    }
    lines.append(
      "\(Format.plural(preview.paths, "path")); files are "
        + (configuration.isCompressed ? "kept compressed as well" : "not compressed")
        + "; requests are \(configuration.logsAccess ? "" : "not ")logged")
    return lines.joined(separator: "\n")
  }

  private func rows(_ host: HostConfiguration, _ root: SitePreview.Folder?) -> [(String, String)] {
    var rows: [(String, String)] = []
    if let folder = host.root {
      let count = root.map { ": \(Format.plural($0.files, "file")), \(Format.bytes($0.bytes))" } ?? ""
      let more = (folder.includesDotFiles ? ", dot-files too" : "") + (folder.isPrecompressed ? ", precompressed" : "")
      rows.append(("root", folder.path + count + more))
    }
    for route in host.routes { rows.append((route.pattern.text, route.action.text)) }
    if let page = host.notFound { rows.append(("not found", page)) }
    for rule in host.headers { rows.append(("header \(rule.prefix)", "\(rule.line.name): \(rule.line.value)")) }
    for rule in host.cacheControl { rows.append(("cache-control \(rule.prefix)", rule.value)) }
    return rows
  }

  var json: JSON {
    let configuration = preview.configuration
    var hosts: [JSON] = []
    if case .hosts(let list) = configuration.content {
      hosts = list.enumerated().map { json($1, preview.roots[$0]) }
    }
    var body = JSON.null
    if case .body(let path, let type) = configuration.content {
      body = .object([.init("path", .string(path)), .init("type", .string(type ?? ContentSource.defaultType))])
    }
    return .object([
      .init("hosts", .array(hosts)), .init("body", body), .init("paths", .integer(Int64(preview.paths))),
      .init("compress", .bool(configuration.isCompressed)), .init("access_log", .bool(configuration.logsAccess)),
      .init("notices", .array(preview.notices.map { .string($0.description) })),
    ])
  }

  private func json(_ host: HostConfiguration, _ root: SitePreview.Folder?) -> JSON {
    let folder = host.root.map { folder in
      JSON.object([
        .init("path", .string(folder.path)), .init("files", .integer(Int64(root?.files ?? 0))),
        .init("bytes", .integer(Int64(root?.bytes ?? 0))), .init("dot_files", .bool(folder.includesDotFiles)),
        .init("precompressed", .bool(folder.isPrecompressed)),
      ])
    }
    return .object([
      .init("names", .array(host.names.map { .string($0) })), .init("root", folder ?? .null),
      .init("routes", .array(host.routes.map(\.json))), .init("not_found", .optional(host.notFound)),
      .init(
        "headers",
        .array(host.headers.map { rule in
          .object([
            .init("prefix", .string(rule.prefix)), .init("name", .string(rule.line.name)),
            .init("value", .string(rule.line.value)),
          ])
        })),
      .init(
        "cache_control",
        .array(host.cacheControl.map {
          .object([.init("prefix", .string($0.prefix)), .init("value", .string($0.value))])
        })),
    ])
  }
}

extension Route.Action {
  fileprivate var text: String {
    switch self {
    case .redirect(let status, let location): "\(status) to \(location)"
    case .respond(let answer):
      switch answer.body {
      case .text(let text): "\(answer.status)" + (text.isEmpty ? "" : ", \(Format.plural(text.utf8.count, "byte"))")
      case .file(let path): "\(answer.status), \(path)"
      }
    }
  }
}

extension Route {
  fileprivate var json: JSON {
    let (status, location): (UInt16, String?) =
      switch action {
      case .redirect(let status, let location): (status, location.description)
      case .respond(let answer): (answer.status, nil)
      }
    return .object([
      .init("pattern", .string(pattern.text)), .init("status", .unsigned(UInt64(status))),
      .init("location", .optional(location)),
    ])
  }
}
