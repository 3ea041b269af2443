import DataPlaneABI
import HTTPCore

/// One generation of the content store: a site as it goes into the memory of the map that holds it, in the format of
/// site_abi.h.
///
/// ```swift
/// let image = try SiteImage(.only(.file(path: "big.bin")))
/// // chunks: an array map of image.chunkCount values of struct content_chunk, in this process's memory
/// try image.write(to: chunks.bytes, stride: chunks.stride, generation: 3)
/// ```
public struct SiteImage {
  /// Bytes of all content, to be cut into chunks of `CONTENT_CHUNK_SIZE`.
  public private(set) var length = 0
  /// By what they are found: entries first, then what routes and hosts lead to.
  private(set) var resources: [ResourcePlan] = []
  private(set) var entryCount = 0
  let hosts: SiteHosts
  private(set) var hostPlans: [HostPlan] = []
  let tables: SiteTables
  private(set) var tableOffsets = (resources: 0, hosts: 0)
  private(set) var tails: [Int] = []
  private(set) var common: [Int] = []
  let progress: ((SiteProgress) -> Void)?

  /// What a virtual host leads to, and where its structures lie: one for each name, and one for the default host.
  struct HostPlan {
    /// Numbers of resources.
    var only: Int?
    var notFound = 0
    /// Numbers of resources, longer prefixes first.
    var routes: [Int] = []
    var routesOffset = 0
    var notFoundOffset = 0
  }

  /// Of each name of `hosts.names`, and last of the default host: where its structure and its name lie.
  private(set) var nameOffsets: [(structure: Int, name: Int)] = []

  /// Lays out a site.
  /// - Parameter progress: is told now and then, from this call and from `write`.
  /// - Throws: `ContentError` if something in it cannot be served; the sentence names it.
  public init(_ source: SiteSource, progress: ((SiteProgress) -> Void)? = nil) throws(ContentError) {
    var generator = SystemRandomNumberGenerator()
    try self.init(source, hash: PathHash.hash, random: &generator, progress: progress)
  }

  /// - Parameters:
  ///   - hash: of paths and names.
  ///   - random: where its key comes from.
  init(
    _ source: SiteSource, hash: SiteTables.Hash, random: inout some RandomNumberGenerator,
    progress: ((SiteProgress) -> Void)? = nil
  ) throws(ContentError) {
    self.progress = progress
    let plans = try SitePlans(source, progress)
    hosts = plans.hosts
    hostPlans = plans.hostPlans
    resources = plans.resources
    entryCount = plans.entryCount
    tables = try SiteTables(
      paths: resources.prefix(entryCount).map { ($0.host, $0.path) }, names: hosts.names.map { Array($0.name.utf8) },
      hash: hash, random: &random)
    layOut()
    guard length <= SiteLimits.content else {
      throw ContentError(
        "the site takes \(length) bytes with all its codings, and at most \(SiteLimits.content) can be served",
        mend: "leave out files, or codings")
    }
  }

  /// Chunks that the content takes.
  public var chunkCount: Int { (length + ContentChunk.size - 1) / ContentChunk.size }

  private mutating func layOut() {
    var layout = SiteLayout()
    _ = layout.place(MemoryLayout<site>.size)
    tails = CommonHeads.tails.map { layout.place($0.count) }
    common = CommonHeads.all.map { layout.placeAnswer($0.head.bytes.count + $0.body.count) }
    let slot = MemoryLayout<site_slot>.size
    tableOffsets.resources = layout.place(tables.resources.slots.count * slot)
    if !hosts.names.isEmpty { tableOffsets.hosts = layout.place(tables.hosts.slots.count * slot) }
    for name in hosts.names.map(\.name) + [""] {
      nameOffsets.append((layout.place(MemoryLayout<virtual_host>.size), layout.place(name.utf8.count)))
    }
    for index in hostPlans.indices where !hostPlans[index].routes.isEmpty {
      hostPlans[index].routesOffset = layout.place(hostPlans[index].routes.count * MemoryLayout<route>.size)
    }
    // What a search looks at comes first, so that of a small site it lies in the first chunk, which is at hand.
    for index in resources.indices { SiteImage.placeStructure(&resources[index], &layout) }
    for index in resources.indices { SiteImage.placeHeads(&resources[index], &layout) }
    placeLongBodies(&layout)
    for index in hostPlans.indices {
      let notFound = resources[hostPlans[index].notFound]
      hostPlans[index].notFoundOffset = notFound.offset + ResourcePlan.representationOffset(.identity)
    }
    length = layout.length
  }

  /// A body that several resources have is there once.
  private mutating func placeLongBodies(_ layout: inout SiteLayout) {
    var placed: [RepresentationPlan.BodyKey: Int] = [:]
    for index in resources.indices {
      for part in resources[index].representations.indices {
        let plan = resources[index].representations[part]
        guard plan.bodyOffset == 0 else { continue }
        let offset = placed[plan.body.key] ?? layout.place(plan.body.length)
        placed[plan.body.key] = offset
        resources[index].representations[part].bodyOffset = offset
      }
    }
  }

  /// Places what a resource is found by, and what makes its Location.
  private static func placeStructure(_ plan: inout ResourcePlan, _ layout: inout SiteLayout) {
    plan.offset = layout.place(MemoryLayout<resource>.size + plan.path.count)
    if !plan.location.isEmpty, plan.fixedLocation == nil {
      plan.locationOffset = layout.place(plan.location.count * MemoryLayout<location_piece>.size)
      plan.locationTexts = plan.location.map { piece in
        guard case .text(let text) = piece else { return 0 }
        return layout.place(text.utf8.count)
      }
    }
  }

  /// Places a resource's heads and short bodies.
  private static func placeHeads(_ plan: inout ResourcePlan, _ layout: inout SiteLayout) {
    for index in plan.representations.indices {
      let representation = plan.representations[index]
      let head = plan.head(representation, tag: 1).bytes.count
      let whole = head + representation.body.length
      let isShort = whole <= SiteLayout.shortAnswer
      let closing = whole + CommonHeads.closing.utf8.count
      let isTwice = closing <= SiteLayout.closingAnswer
      let offset = layout.placeAnswer((isShort ? whole : head) + (isTwice ? closing : 0))
      plan.representations[index].offset = offset
      if isShort { plan.representations[index].bodyOffset = offset + head }
      if isTwice { plan.representations[index].closingOffset = offset + whole }
    }
  }
}

extension ResourcePlan {
  /// Where a representation lies in `struct resource`.
  static func representationOffset(_ coding: ContentCoding) -> Int {
    MemoryLayout<resource>.offset(of: \.representations)! + Int(coding.rawValue) * MemoryLayout<representation>.stride
  }
}

/// How far the packing of a site is.
public struct SiteProgress: Equatable, Sendable {
  public enum Phase: Equatable, Sendable {
    /// Files are compressed.
    case compressing
    /// Files go into the kernel's memory.
    case writing
  }

  public var phase: Phase
  /// Bytes of bodies, done and in all.
  public var done: Int
  public var total: Int
}
