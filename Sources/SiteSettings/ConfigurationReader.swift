import Yams

/// Makes a configuration of the nodes of a file.
struct ConfigurationReader {
  let file: String

  private static let siteKeys = ["compress", "access-log", "hosts"]
  private static let hostKeys = [
    "root", "dot-files", "precompressed", "not-found", "healthz", "redirect", "routes", "headers", "cache-control",
  ]

  func configuration(_ node: Node) throws(SiteError) -> SiteConfiguration {
    let mapping = try MappingReader(node, known: Self.siteKeys + Self.hostKeys, what: "the file", file: file)
    var configuration = SiteConfiguration()
    configuration.isCompressed = try mapping.bool("compress") ?? true
    configuration.logsAccess = try mapping.bool("access-log") ?? false
    var hosts = [try host(mapping)]
    for node in try mapping.list("hosts") {
      let mapping = try MappingReader(node, known: ["names"] + Self.hostKeys, what: "a host", file: file)
      var host = try host(mapping)
      for name in try mapping.list("names", orOne: true) {
        let text = try mapping.text(name, "a name")
        host.names.append(try located(name) { () throws(SiteError) in try SiteRules.host(text) })
        guard !hosts.contains(where: { $0.names.contains(host.names.last!) }), Set(host.names).count == host.names.count
        else { throw error(name, "the host \(text) is there twice", mend: "leave out one of them") }
      }
      guard !host.names.isEmpty else {
        throw error(node, "a host has no names", mend: "add names: [www.example.com]")
      }
      guard !host.isEmpty else {
        throw error(node, "the host \(host.names[0]) has nothing to serve", mend: "add root, redirect or routes")
      }
      hosts.append(host)
    }
    guard hosts.contains(where: { !$0.isEmpty }) else {
      throw error(node, "there is nothing to serve", mend: "add root, redirect, routes or hosts")
    }
    configuration.content = .hosts(hosts)
    return configuration
  }

  private func host(_ mapping: MappingReader) throws(SiteError) -> HostConfiguration {
    var host = HostConfiguration()
    if let root = try mapping.string("root") { host.root = Root(path: path(root)) }
    for (key, setting) in [("dot-files", \Root.includesDotFiles), ("precompressed", \Root.isPrecompressed)] {
      guard let value = mapping[key] else { continue }
      guard host.root != nil else { throw error(value, "\(key) is about files", mend: "add root") }
      host.root?[keyPath: setting] = try mapping.bool(key) ?? false
    }
    host.notFound = try mapping.string("not-found").map { path($0) }
    for node in try mapping.list("routes") {
      let route = try route(node)
      try located(node) { () throws(SiteError) in try host.add(route) }
    }
    if let node = mapping["healthz"] {
      var place = "/healthz"
      if node.bool == false { place = "" } else if node.bool == nil { place = try mapping.text(node, "healthz") }
      if !place.isEmpty {
        try located(node) { () throws(SiteError) in
          try SiteRules.checkPath(place)
          try host.add(Route(.path(place), .respond(.healthy)))
        }
      }
    }
    if let node = mapping["redirect"] {
      let text = try mapping.text(node, "redirect")
      try located(node) { () throws(SiteError) in
        try host.add(SiteRules.checkRedirect(status: 301, LocationTemplate(setting: text), at: .prefix("/")))
      }
    }
    host.headers = try headers(mapping)
    host.cacheControl = try cacheControl(mapping)
    return host
  }

  /// `path` or `prefix`, with `redirect`, or with `respond` or `file`.
  private func route(_ node: Node) throws(SiteError) -> Route {
    let keys = ["path", "prefix", "redirect", "respond", "file", "status", "type", "headers"]
    let mapping = try MappingReader(node, known: keys, what: "a route", file: file)
    let pattern = try pattern(mapping, node)
    let actions = ["redirect", "respond", "file"].filter { mapping[$0] != nil }
    guard let action = actions.first ?? (mapping["status"] != nil ? "respond" : nil) else {
      throw error(node, "a route does nothing", mend: "add redirect, respond or file")
    }
    if actions.count > 1, let second = mapping.key(actions[1]) {
      throw error(second, "a route has \(actions[0]) and \(actions[1])", mend: "leave out one of them")
    }
    let status = try mapping.integer("status")
    if action == "redirect", let target = mapping["redirect"] {
      for key in ["type", "headers"] {
        if let key = mapping.key(key) { throw error(key, "a redirect has no \(key.string ?? "")") }
      }
      let text = try mapping.text(target, "redirect")
      let location = try located(target) { () throws(SiteError) in try LocationTemplate(setting: text) }
      return try located(mapping["status"] ?? target) { () throws(SiteError) in
        try SiteRules.checkRedirect(status: status ?? 301, location, at: pattern)
      }
    }
    var answer = FixedAnswer(type: try mapping.string("type"))
    if let file = try mapping.string("file") {
      answer.body = .file(path(file))
    } else {
      answer.body = .text(try mapping.string("respond") ?? "")
    }
    if let node = mapping["headers"] { answer.headers = try lines(node, allowsCacheControl: true) }
    let asked = answer
    return try located(mapping["status"] ?? mapping["type"] ?? node) { () throws(SiteError) in
      Route(pattern, .respond(try SiteRules.checkAnswer(asked, status: status ?? 200)))
    }
  }

  private func pattern(_ mapping: MappingReader, _ node: Node) throws(SiteError) -> Route.Pattern {
    switch (mapping["path"], mapping["prefix"]) {
    case (let path?, nil):
      let text = try mapping.text(path, "path")
      if text.hasSuffix("/*") {
        throw error(path, "a path has no asterisk", mend: "write prefix: \(text.dropLast())")
      }
      try located(path) { () throws(SiteError) in try SiteRules.checkPath(text) }
      return .path(text)
    case (nil, let prefix?):
      let text = try mapping.text(prefix, "prefix")
      try located(prefix) { () throws(SiteError) in try SiteRules.checkPrefix(text) }
      return .prefix(text)
    case (nil, nil): throw error(node, "a route has neither path nor prefix", mend: "add path: /some/path")
    case (_?, let prefix?): throw error(prefix, "a route has path and prefix", mend: "leave out one of them")
    }
  }

  /// Lines for all paths, and below a prefix lines for the paths that begin with it.
  private func headers(_ mapping: MappingReader) throws(SiteError) -> [HeaderRule] {
    guard let node = mapping["headers"] else { return [] }
    guard let pairs = node.mapping else { throw error(node, "headers is no mapping", mend: "write NAME: VALUE") }
    var rules: [HeaderRule] = []
    for (key, value) in pairs {
      let name = try mapping.text(key, "the name of a header")
      if name.hasPrefix("/") {
        try located(key) { () throws(SiteError) in try SiteRules.checkPrefix(name) }
        rules += try lines(value, allowsCacheControl: false).map { HeaderRule(prefix: name, $0) }
      } else {
        rules.append(HeaderRule(prefix: "/", try line(key, value, allowsCacheControl: false)))
      }
    }
    return rules
  }

  private func lines(_ node: Node, allowsCacheControl: Bool) throws(SiteError) -> [HeaderLine] {
    guard let pairs = node.mapping else { throw error(node, "headers is no mapping", mend: "write NAME: VALUE") }
    var lines: [HeaderLine] = []
    for (key, value) in pairs { lines.append(try line(key, value, allowsCacheControl: allowsCacheControl)) }
    return lines
  }

  private func line(_ key: Node, _ value: Node, allowsCacheControl: Bool) throws(SiteError) -> HeaderLine {
    guard let name = key.scalar?.string, let text = value.scalar?.string else {
      throw error(value, "the value of a header is no text")
    }
    let line = HeaderLine(name, text)
    try located(key) { () throws(SiteError) in try SiteRules.checkHeader(line, allowsCacheControl: allowsCacheControl) }
    return line
  }

  /// One value for all paths, or values by prefix.
  private func cacheControl(_ mapping: MappingReader) throws(SiteError) -> [CacheRule] {
    guard let node = mapping["cache-control"] else { return [] }
    var pairs: [(Node, String, Node)] = []
    if let values = node.mapping {
      for (key, value) in values { pairs.append((key, try mapping.text(key, "a prefix"), value)) }
    } else {
      pairs = [(node, "/", node)]
    }
    var rules: [CacheRule] = []
    for (key, prefix, value) in pairs {
      let text = try mapping.text(value, "cache-control")
      try located(key) { () throws(SiteError) in
        try SiteRules.checkPrefix(prefix)
        try SiteRules.checkValue(text, of: "Cache-Control")
      }
      rules.append(CacheRule(prefix: prefix, value: text))
    }
    return rules
  }

  private func path(_ text: String) -> String {
    guard !text.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return text }
    return file[...slash] + text
  }

  private func error(_ node: Node, _ sentence: String, mend: String? = nil) -> SiteError {
    SiteError(sentence, mend: mend, place: node.place(in: file))
  }

  /// Runs `body` and tells where its error stands.
  private func located<Result>(_ node: Node, _ body: () throws(SiteError) -> Result) throws(SiteError) -> Result {
    do throws(SiteError) { return try body() } catch { throw error.at(node.place(in: file)) }
  }
}

extension Node {
  func place(in file: String) -> SiteError.Place {
    SiteError.Place(file: file, line: mark?.line ?? 0, column: mark?.column ?? 0)
  }
}
