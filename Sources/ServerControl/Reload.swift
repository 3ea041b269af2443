import BPF
import DataPlaneABI
import Glibc
import HTTPContent
import SiteSettings

/// What a server answers with: a file, bytes, or a greeting.
public typealias ContentSource = HTTPContent.ContentSource

/// How far the packing of a site is.
public typealias SiteProgress = HTTPContent.SiteProgress

/// A site that is packed, and yet to be written into the kernel.
final class PackedSite {
  let image: SiteImage
  /// Whether its requests go into the log.
  let logsAccess: Bool
  /// What is there and cannot be served.
  let notices: [Notice]

  /// - Throws: `ControlError` for what cannot be served.
  init(_ flags: SiteFlags, progress: ((SiteProgress) -> Void)?) throws(ControlError) {
    let configuration = try describing { try flags.configuration() }
    var notices: [Notice] = []
    let source = try configuration.source(notices: &notices)
    self.notices = notices
    image = try describing { try SiteImage(source, progress: progress) }
    logsAccess = configuration.logsAccess
  }
}

/// Which site answers on an interface. Whoever packs one looks before and, with the lock, after: where another has come
/// meanwhile, that one may be of a later look at the files.
struct PresentSite: Equatable {
  /// The id of the server's content store, and the site's number there.
  private let store: UInt32
  private let number: UInt32

  /// - Returns: nil if there is none that this version could tell.
  init?(on interface: NetworkInterface) {
    guard let running = try? RunningServer(interface: interface), let content = try? running.map("content"),
      let current = try? running.contentStore().generations().first
    else { return nil }
    (store, number) = (content.info.id, current.number)
  }
}

/// What a server answers with.
public struct SiteReport: Sendable, Equatable {
  /// A site that answers, or did.
  public struct Generation: Sendable, Equatable {
    /// Which of this server's sites it is, from 1 on.
    public let number: UInt32
    /// Paths that lead to something, and routes.
    public let resources: Int
    /// That it takes in the kernel's memory.
    public let bytes: Int

    init(_ generation: ContentStore.Generation) {
      (number, resources, bytes) = (generation.number, generation.resources, generation.bytes)
    }
  }

  public let current: Generation
  /// Older ones that connections still get answers of, or that nobody has given up yet.
  public let held: [Generation]
  /// What is there and cannot be served.
  public private(set) var notices: [Notice] = []

  init(current: ContentStore.Generation, held: [ContentStore.Generation], notices: [Notice] = []) {
    self.current = Generation(current)
    self.held = held.map { Generation($0) }
    self.notices = notices
  }

  func adding(_ notices: [Notice]) -> SiteReport {
    var report = self
    report.notices += notices
    return report
  }
}

extension Server {
  /// Gives a running server another site to answer with, at once, and waits for its connections to be done with the old
  /// one. Its programs are left as they are.
  /// - Parameters:
  ///   - site: what is to be served; nil: what it was told last, which is read and packed anew.
  ///   - wait: how long to wait at the most, for a free place, and then for old sites to be given up.
  /// - Throws: `ControlError`. What was served before is served still then.
  public static func reload(
    interface: NetworkInterface, site: SiteFlags?, wait: Duration, progress: ((SiteProgress) -> Void)? = nil
  ) throws(ControlError) -> SiteReport {
    try Host.requirePrivileges(for: .finding)
    let running = try RunningServer(interface: interface)
    let id = running.sessions.info.id
    func wanted() throws(ControlError) -> SiteFlags {
      if let flags = site ?? ServerRecord(of: id)?.site { return flags }
      throw ControlError(
        .invalidSetting, "what \(interface.name) serves is not known here", mend: "name it, as with --root or --config")
    }
    let before = PresentSite(on: interface)
    var flags = try wanted()
    // It can take a while, so others are not kept waiting by it.
    var packed = try PackedSite(flags, progress: progress)
    let deadline = ContinuousClock.now + wait
    do {
      let lock = PinLock(root: PinRoot.find())
      defer { lock.release() }
      // Another command may have been at it meanwhile.
      let running = try RunningServer(interface: interface)
      if PresentSite(on: interface) != before {
        flags = try wanted()
        packed = try PackedSite(flags, progress: progress)
      }
      try running.contentStore().replace(with: packed.image) {
        usleep(100_000)
        return ContinuousClock.now < deadline
      }
      try running.setLogsAccess(packed.logsAccess)
      if var record = ServerRecord(of: id), id == running.sessions.info.id {
        record.site = flags
        try record.save(for: id)
      }
    }
    while true {
      let report = try collect(interface: interface)
      if report.held.isEmpty || ContinuousClock.now >= deadline { return report.adding(packed.notices) }
      usleep(50_000)
    }
  }

  /// Gives up what no connection gets answers of any more.
  public static func collect(interface: NetworkInterface) throws(ControlError) -> SiteReport {
    let lock = PinLock(root: PinRoot.find())
    defer { lock.release() }
    let store = try RunningServer(interface: interface).contentStore()
    let held = try store.collect()
    guard let current = try store.generations().first else {
      throw ControlError(.layout, "the server on \(interface.name) has no content", mend: "detach it first")
    }
    return SiteReport(current: current, held: held)
  }

  /// Attaches the server with pins, or, if one runs that differs in what it serves alone, gives it that: its programs
  /// need not be loaded and verified again then.
  /// - Throws: `ControlError`, `VerifierError`.
  public static func install(
    file: DataPlaneObjectFile, interface: NetworkInterface, settings: Settings, options: AttachOptions,
    progress: ((SiteProgress) -> Void)? = nil
  ) throws -> AttachReport {
    try Host.requireKernel()
    try Host.requirePrivileges(for: .attaching)
    try settings.validate()
    if let report = try updateSite(
      file: file, interface: interface, settings: settings, options: options, progress: progress)
    {
      return report
    }
    return try attach(file: file, interface: interface, settings: settings, options: options, progress: progress).report
  }

  private static func updateSite(
    file: DataPlaneObjectFile, interface: NetworkInterface, settings: Settings, options: AttachOptions,
    progress: ((SiteProgress) -> Void)?
  ) throws(ControlError) -> AttachReport? {
    guard let running = try? RunningServer(interface: interface),
      let record = ServerRecord(of: running.sessions.info.id), record.site != settings.site
    else { return nil }
    let attempt = Attempt(
      file: file, interface: interface, settings: settings, options: options,
      addresses: try IPAddress.local().union(settings.extraAddresses), root: nil, packed: nil)
    guard record.fingerprint == attempt.record.fingerprint else { return nil }
    let mode = running.attachment.mode
    if case .exactly(let wanted) = options.mode, wanted != mode { return nil }
    // Attaching mends what is broken.
    let status = try Status(running)
    guard status.keeper != .process, status.pump?.fault == nil,
      mode != .skb || BurstFilter.present(on: interface.index) != nil
    else { return nil }
    let reloaded = try reload(interface: interface, site: settings.site, wait: .seconds(10), progress: progress)
    return AttachReport(
      outcome: .updated, interface: interface.name, mode: mode, programID: running.info.id, pins: status.pins,
      notices: reloaded.notices)
  }
}

extension RunningServer {
  /// Whether requests go into the log. The clock is looked at again besides: it may have been told of leap seconds
  /// since.
  func setLogsAccess(_ logs: Bool) throws(ControlError) {
    try controlled(.layout) {
      guard let map = try map("configuration"), let grammar = try self.map("request_grammar"),
        var entry = try map.lookup(UInt32(0), as: DataPlaneABI.configuration.self)
      else { return }
      let offset = Settings.atomicTimeOffset()
      let changes = (entry.logs_requests != 0) != logs
      guard changes || entry.atomic_time_offset != offset else { return }
      if changes { try LoadedServer.writeGrammar(grammar, logsAccess: logs) }
      entry.logs_requests = logs ? 1 : 0
      entry.atomic_time_offset = offset
      try map.update(UInt32(0), entry)
    }
  }
}
