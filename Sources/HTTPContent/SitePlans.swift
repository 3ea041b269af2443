import DataPlaneABI
import Glibc
import Redirects

/// A site, checked, before anything of it has a place: what each host leads to, by numbers of resources.
struct SitePlans {
  let hosts: SiteHosts
  private(set) var hostPlans: [SiteImage.HostPlan] = []
  /// Entries, then the rest.
  private(set) var resources: [ResourcePlan] = []
  let entryCount: Int
  private let options: SiteOptions
  private let rules: SiteRules
  /// When the packing began, seconds since 1970.
  private let now: UInt32

  /// - Throws: `ContentError` for what cannot be served.
  init(_ source: SiteSource, _ progress: ((SiteProgress) -> Void)?) throws(ContentError) {
    hosts = try SiteHosts(source.hosts)
    entryCount = source.entries.count
    options = source.options
    now = UInt32(clamping: time(nil))
    rules = try SiteRules(options, hosts)
    try addEntries(source.entries)
    hostPlans = Array(repeating: SiteImage.HostPlan(), count: hosts.hosts.count)
    try addHosts()
    try addRoutes(source.routes)
    try Precompression(options: options).add(to: &resources, progress)
  }

  private mutating func addEntries(_ entries: [SiteEntry]) throws(ContentError) {
    struct Key: Hashable {
      let host: UInt16
      let path: [UInt8]
    }
    var seen: Set<Key> = []
    seen.reserveCapacity(entries.count)
    for entry in entries {
      try SiteRules.checkPath(entry.path)
      let host = try hosts.number(entry.host)
      guard seen.insert(Key(host: host, path: entry.path)).inserted else {
        throw ContentError("two entries have the path \(SiteFile.display(entry.path))")
      }
      try add(host, entry.path, entry.content, entry.headers)
    }
  }

  private mutating func addHosts() throws(ContentError) {
    for (number, host) in hosts.hosts.enumerated() {
      if let only = host.only {
        hostPlans[number].only = resources.count
        try add(UInt16(number), [], only, [])
      }
      hostPlans[number].notFound = resources.count
      try add(UInt16(number), [], try SitePlans.notFound(host.notFound), [])
    }
  }

  /// The answer 404 with a body of one's own, or with a sentence.
  private static func notFound(_ content: SiteContent?) throws(ContentError) -> SiteContent {
    switch content {
    case .none: return .fixed(status: 404, body: Array("There is nothing here.\n".utf8), type: CommonHeads.type)
    case .bytes(let bytes, let type, _), .fixed(_, let bytes, let type):
      return .fixed(status: 404, body: bytes, type: type)
    case .file(let file):
      return .fixed(status: 404, body: try file.bytes(), type: file.type)
    case .redirect:
      throw ContentError("a 404 page cannot be a redirect", mend: "add a redirect with the prefix / instead")
    }
  }

  private mutating func addRoutes(_ routes: [SiteRoute]) throws(ContentError) {
    var byHost: [UInt16: [SiteRoute]] = [:]
    for route in routes { byHost[try hosts.number(route.host), default: []].append(route) }
    for (host, routes) in byHost.sorted(by: { $0.key < $1.key }) {
      guard routes.count <= SITE_ROUTES else {
        throw ContentError("a virtual host has \(routes.count) routes, and at most \(SITE_ROUTES) are taken")
      }
      let sorted = routes.sorted {
        ($1.prefix.utf8.count, $0.prefix) < ($0.prefix.utf8.count, $1.prefix)
      }
      for (index, route) in sorted.enumerated() {
        guard index == 0 || sorted[index - 1].prefix != route.prefix else {
          throw ContentError("two routes have the prefix \(route.prefix)")
        }
        try SiteRules.checkPath(Array(route.prefix.utf8))
        hostPlans[Int(host)].routes.append(resources.count)
        try add(host, Array(route.prefix.utf8), route.content, route.headers)
      }
    }
  }

  /// - Parameter path: of an entry or a route; empty for what has none.
  private mutating func add(
    _ host: UInt16, _ path: [UInt8], _ content: SiteContent, _ headers: [SiteHeader]
  ) throws(ContentError) {
    let name = path.isEmpty ? "a virtual host" : SiteFile.display(path)
    try SiteRules.check(content, of: name)
    try SiteRules.check(headers, of: name)
    let fields = rules.fields(headers, host: host, path: path, content)
    var plan = ResourcePlan(
      host: host, path: path, content: content, headers: fields, modified: modified(content),
      representations: [RepresentationPlan(coding: .identity, body: SitePlans.body(content))])
    if case .redirect(_, let location) = content {
      plan.location = try SitePlans.pieces(of: location)
    }
    let head = plan.head(plan.representations[0], tag: 1).bytes.count
    guard head <= SiteLimits.head else {
      throw ContentError("the head of \(name) has \(head) bytes, and at most \(SiteLimits.head) are taken")
    }
    resources.append(plan)
  }

  /// Bytes of a Location, as it is written: the longest path, percent-encoded. What then leaves no room for what the
  /// request puts in is 414.
  private static let longestLocation = 3 * SiteLimits.path + 16

  private static func pieces(of location: String) throws(ContentError) -> [LocationTemplate.Piece] {
    guard location.utf8.count <= longestLocation else {
      throw ContentError(
        "the location of a redirect is \(location.utf8.count) bytes long, and at most \(longestLocation) are taken")
    }
    do throws(LocationTemplate.Refusal) { return try LocationTemplate(location).sentPieces } catch {
      throw ContentError("\"\(location)\" is not a location: \(error.reason)", mend: error.mend)
    }
  }

  /// RFC 9110 8.8.2.1: an origin server with a clock sends no Last-Modified that is later than its Date. What is dated
  /// in the future is as old as its packing.
  private func modified(_ content: SiteContent) -> UInt32 {
    switch content {
    case .file(let file): min(file.modified, now)
    case .bytes(_, _, let modified): min(modified, now)
    case .fixed, .redirect: 0
    }
  }

  private static func body(_ content: SiteContent) -> RepresentationPlan.Body {
    switch content {
    case .file(let file): .file(file)
    case .bytes(let bytes, _, _), .fixed(_, let bytes, _): .bytes(Blob(bytes))
    // RFC 9110 15.4.2: a short note for those who do not follow.
    case .redirect(let status, _): .bytes(Blob(Array("\(status) \(SiteHead.reason(status))\n".utf8)))
    }
  }
}
