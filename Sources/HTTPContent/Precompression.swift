import HTTPCore

/// A body in memory, of which several resources may have the use.
final class Blob: Sendable {
  let bytes: [UInt8]
  init(_ bytes: [UInt8]) { self.bytes = bytes }
}

/// Gives resources their further codings.
struct Precompression {
  let options: SiteOptions

  /// A body over this, bytes, is not compressed: it would have to be in memory as a whole.
  static let largest = 1 << 28

  /// Adds to each file and each run of bytes the codings that it is worth having in.
  /// - Throws: `ContentError` for a file that cannot be read, or is no longer what it was.
  func add(to resources: inout [ResourcePlan], _ progress: ((SiteProgress) -> Void)?) throws(ContentError) {
    try options.levels.check()
    // What several paths lead to is compressed once.
    var jobs: [Int] = []
    var jobOf: [RepresentationPlan.BodyKey: Int] = [:]
    var users: [(resource: Int, job: Int)] = []
    for (number, resource) in resources.enumerated() where isWanted(resource) {
      let key = resource.representations[0].body.key
      let job = jobOf[key] ?? jobs.count
      if job == jobs.count {
        jobOf[key] = job
        jobs.append(number)
      }
      users.append((number, job))
    }
    guard !jobs.isEmpty else { return }
    let total = jobs.reduce(0) { $0 + resources[$1].representations[0].body.length }
    let meter = ProgressMeter(.compressing, total: total, progress)
    let results = Results(count: jobs.count)
    let plans = resources
    try Workers.run(jobs.count) { (job) throws(ContentError) in
      let plan = plans[jobs[job]]
      results[job] = try variants(plan)
      meter.add(plan.representations[0].body.length)
    }
    for user in users { resources[user.resource].representations += results[user.job] }
  }

  private func isWanted(_ plan: ResourcePlan) -> Bool {
    switch plan.content {
    case .file(let file): !file.sidecars.isEmpty || isWorthwhile(file.type, file.size)
    case .bytes(let bytes, let type, _): isWorthwhile(type, bytes.count)
    case .fixed, .redirect: false
    }
  }

  private func isWorthwhile(_ type: String, _ length: Int) -> Bool {
    !options.codings.isDisjoint(with: [.gzip, .brotli, .zstd]) && MediaTypes.isCompressible(type)
      && Compressor.largest(length) > 0 && length <= Precompression.largest
  }

  private func variants(_ plan: ResourcePlan) throws(ContentError) -> [RepresentationPlan] {
    switch plan.content {
    case .file(let file):
      // What is made here would come before what was made with more care: clients that take all like zstd best.
      guard file.sidecars.isEmpty else {
        return sorted(file.sidecars.map { RepresentationPlan(coding: $0.key, body: .file($0.value)) })
      }
      let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: file.size, alignment: 8)
      defer { bytes.deallocate() }
      try file.withDescriptor { (descriptor) throws(ContentError) in
        try file.read(descriptor, at: 0, into: bytes)
      }
      return sorted(compressed(UnsafeRawBufferPointer(bytes), options.codings))
    case .bytes(let bytes, _, _): return bytes.withUnsafeBytes { sorted(compressed($0, options.codings)) }
    case .fixed, .redirect: return []
    }
  }

  private func sorted(_ plans: [RepresentationPlan]) -> [RepresentationPlan] {
    plans.sorted { $0.coding.rawValue < $1.coding.rawValue }
  }

  private func compressed(_ body: UnsafeRawBufferPointer, _ codings: Set<ContentCoding>) -> [RepresentationPlan] {
    let compressor = Compressor(levels: options.levels)
    var plans: [RepresentationPlan] = []
    // The quickest first: what it cannot make shorter is random, and the others cannot either.
    for coding in [ContentCoding.zstd, .gzip, .brotli] where codings.contains(coding) {
      guard let bytes = compressor.compress(body, coding) else { break }
      plans.append(RepresentationPlan(coding: coding, body: .bytes(Blob(bytes))))
    }
    return plans
  }

  /// What each job made, written by one core each.
  private final class Results: @unchecked Sendable {
    private let places: UnsafeMutableBufferPointer<[RepresentationPlan]>

    init(count: Int) {
      places = .allocate(capacity: count)
      places.initialize(repeating: [])
    }

    deinit {
      places.deinitialize()
      places.deallocate()
    }

    subscript(job: Int) -> [RepresentationPlan] {
      get { places[job] }
      set { places[job] = newValue }
    }
  }
}
