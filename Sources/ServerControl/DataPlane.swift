import BPF
import DataPlaneABI
import DataPlaneObject
import Glibc
import HTTPGrammar

/// The eBPF programs' object, wherever it comes from.
public struct DataPlaneObjectFile: Sendable {
  /// The ELF file.
  public let bytes: [UInt8]

  /// The object that was built with this library.
  public static let embedded = DataPlaneObjectFile(bytes: DataPlaneObject.bytes)

  /// An object that is in memory.
  public init(bytes: [UInt8]) { self.bytes = bytes }

  /// The object file at `path`.
  public init(path: String) throws(ControlError) {
    guard let bytes = BinaryFile.read(path) else {
      throw ControlError(
        .object, "cannot read the object \(path): \(String(cString: strerror(errno)))",
        mend: "name the built xdp_tcp_server.o with --object")
    }
    self.bytes = bytes
  }
}

enum BinaryFile {
  static func read(_ path: String) -> [UInt8]? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = Glibc.read(file, &chunk, chunk.count)
      guard count >= 0 else { return nil }
      if count == 0 { return bytes }
      bytes += chunk.prefix(count)
    }
  }
}

/// Names that programs and maps have in the kernel; at most 15 bytes, since it keeps no more.
public enum DataPlaneName {
  public static let program = "xdp_tcp_server"
  /// Run once, never attached.
  public static let clockProgram = "set_up_clock"
  /// The maps that hold the server's state and settings, and that an update in place carries over.
  public static let keptMaps = [
    "sessions", "statistics", "configuration", "served_ports", "local_addresses", "content", "request_grammar",
    timeWait, "expiries", "session_clock", "timers_2", "timers_16", "timers_128", "timers_1024", "pump", "kept",
    "requests", unread, current, accessLog,
  ]
  /// Sessions in TIME-WAIT, the oldest first.
  static let timeWait = "time_wait"
  /// Input that waits for room among the answers.
  static let unread = "unread"
  /// Which generation of the content is the current one.
  static let current = "current"
  /// Entries for who reads the log.
  static let accessLog = "access_log"
  /// Queues of what is due, by how soon: `timers_N` is looked at every N milliseconds.
  static let timersPrefix = "timers_"
  /// Maps of devices, by how many copies of a frame they make.
  static let deviceMapPrefix = "clones_"
  /// Sees the pump's frame in each round.
  static let pumpProgram = "pump_round"
  /// Sends a burst in SKB mode.
  static let ingressProgram = "burst_ingress"
  /// Runs for each copy of a frame on its way out.
  static let burstProgram = "burst_egress"
  /// Runs for the frame that the copies were made of.
  static let wakeProgram = "wake_egress"
}

/// The server's programs and maps in the kernel, loaded and set up, not yet attached.
public struct LoadedServer: ~Copyable {
  let object: Object
  public let program: Program

  /// A queue of more than that would hold entries of sessions that have long gone.
  private static let largestTimerQueue: UInt32 = 1_048_576

  /// Bytes of the access log, a power of two: some 20,000 entries, which a reader has to fetch in time.
  private static let logSize: UInt32 = 4 << 20

  /// Unread input may take as much memory as texts that are kept: 2 KiB a session, in blocks of 16 KiB. A few sessions
  /// may have theirs whatever the size of the table.
  private static let sessionsPerBlock: UInt32 = 8
  private static let fewestBlocks: UInt32 = 64

  /// Loads the programs with maps of their own.
  /// - Parameters:
  ///   - addressCount: how many addresses the server answers for, to have room for them and as many again.
  ///   - offload: the interface whose network card is to run the programs; nil: this machine runs them.
  /// - Throws: `ControlError`, `VerifierError`.
  public init(
    file: DataPlaneObjectFile, settings: Settings, addressCount: Int, offload: NetworkInterface? = nil
  ) throws {
    let object = try Self.open(file, offload: offload)
    try controlled(.object) {
      let count = settings.maxSessions ?? Settings.defaultMaxSessions
      if object.mapNames.contains(DataPlaneName.timeWait) {
        try object.setMaxEntries(
          of: DataPlaneName.timeWait, to: settings.maxTimeWait ?? Settings.defaultMaxTimeWait(of: count))
      }
      for name in ["sessions", "kept", "requests"] where object.mapNames.contains(name) {
        try object.setMaxEntries(of: name, to: count)
      }
      if object.mapNames.contains(DataPlaneName.unread) {
        try object.setMaxEntries(of: DataPlaneName.unread, to: max(count / Self.sessionsPerBlock, Self.fewestBlocks))
      }
      // A session that has ended keeps its entry until it comes up, for a second at the most.
      if object.mapNames.contains("expiries") {
        try object.setMaxEntries(of: "expiries", to: count + UInt32(EXPIRY_SPARE))
      }
      for name in object.mapNames where name.hasPrefix(DataPlaneName.timersPrefix) {
        try object.setMaxEntries(of: name, to: min(count, Self.largestTimerQueue))
      }
      if object.mapNames.contains(DataPlaneName.accessLog) {
        try object.setMaxEntries(of: DataPlaneName.accessLog, to: Self.logSize)
      }
      let addresses = try object.maxEntries(of: "local_addresses")
      try object.setMaxEntries(of: "local_addresses", to: max(addresses, UInt32(addressCount) * 2))
    }
    try self.init(loading: object, isOffloaded: offload != nil)
  }

  /// Loads the programs with the maps, and so the sessions, of a server that runs.
  /// - Throws: `ControlError`, of kind `layout` if its maps do not fit; `VerifierError`.
  public init(
    file: DataPlaneObjectFile, settings: Settings, continuing running: borrowing RunningServer,
    offload: NetworkInterface? = nil
  ) throws {
    let object = try Self.open(file, offload: offload)
    let present = running.sessions.info.maxEntries
    if let wanted = settings.maxSessions, wanted != present {
      throw ControlError(
        .layout, "the running server has room for \(present) sessions, and \(wanted) are asked for",
        mend: "leave out --max-sessions to keep its sessions, or detach it first")
    }
    if let wanted = settings.maxTimeWait, let present = try running.map(DataPlaneName.timeWait)?.info.maxEntries,
      wanted != present
    {
      throw ControlError(
        .layout, "the running server has room for \(present) sessions in TIME-WAIT, and \(wanted) are asked for",
        mend: "leave out --max-time-wait to keep its sessions, or detach it first")
    }
    for name in DataPlaneName.keptMaps where object.mapNames.contains(name) {
      guard let map = try running.map(name) else {
        throw ControlError(
          .layout, "the running server has no map \(name): it is of another version", mend: "detach it first")
      }
      try controlled { try object.setMaxEntries(of: name, to: map.info.maxEntries) }
      do { try object.reuse(map, as: name) } catch {
        throw ControlError(.layout, error.sentence, mend: "detach the running server first; its sessions end then")
      }
    }
    try self.init(loading: object, isOffloaded: offload != nil)
  }

  private static func open(_ file: DataPlaneObjectFile, offload: NetworkInterface?) throws(ControlError) -> Object {
    let object = try controlled(.object) { try Object(bytes: file.bytes, name: "xdp_tcp_server") }
    if let offload { object.offload(to: offload.index) }
    return object
  }

  private init(loading object: consuming Object, isOffloaded: Bool) throws {
    do {
      try object.load()
    } catch let error as BPFError {
      throw ControlError(.system, error)
    }
    let program = try controlled(.object) { try object.program(DataPlaneName.program) }
    if object.programNames.contains(DataPlaneName.clockProgram) { try Self.setUpClock(object) }
    if !isOffloaded { try controlled { try Self.bindMaps(of: object, to: program) } }
    self.program = program
    self.object = object
  }

  /// A running server is found by its XDP program, and its maps by that: so it holds those too that only the programs
  /// use that it calls.
  private static func bindMaps(of object: borrowing Object, to program: borrowing Program) throws {
    let held = Set(try program.info().mapIDs)
    for name in object.mapNames {
      let map = try object.map(name)
      if !held.contains(map.info.id) { try program.bind(map) }
    }
  }

  /// Makes the timer by which sessions expire, or gives the running one to these programs: a program has to do it.
  private static func setUpClock(_ object: borrowing Object) throws(ControlError) {
    let result = try controlled(.object) {
      try object.program(DataPlaneName.clockProgram).testRun(input: [UInt8](repeating: 0, count: 64))
    }
    guard result.action == .pass else {
      throw ControlError(.system, "the kernel has no memory for the timer by which sessions expire", mend: "try again")
    }
  }

  public func map(_ name: String) throws(ControlError) -> Map {
    try controlled { try object.map(name) }
  }

  /// Writes settings, addresses, the site and the request grammar into the maps.
  /// - Parameters:
  ///   - site: what is served.
  ///   - mode: the mode that is tried first.
  ///   - pump: the pump's pair of interfaces, if it has one.
  ///   - isUpdate: whether the maps are in use: what a running server needs to go on is left as it is.
  func configure(
    _ settings: Settings, site: PackedSite?, interface: NetworkInterface, mode: XDPMode, pump: PumpPair?,
    addresses: Set<IPAddress>, isUpdate: Bool
  ) throws(ControlError) {
    try controlled {
      try Self.writeGrammar(object.map("request_grammar"), logsAccess: site?.logsAccess == true)
      if let site { try contentStore().replace(with: site.image) }
      try writePorts(settings.portWords())
      try writeAddresses(addresses)
      let map = try object.map("configuration")
      let present = try map.lookup(UInt32(0), as: configuration.self)
      let secret = isUpdate ? present.map { ($0.secret.0, $0.secret.1) } : nil
      var entry = settings.entry(interface: interface, secret: secret ?? Self.newSecret())
      entry.exit = exit(for: mode)
      entry.logs_requests = site?.logsAccess == true ? 1 : 0
      entry.pump_interface = pump?.sending.index ?? 0
      try map.update(UInt32(0), entry)
      try fillDeviceMaps(served: interface, pump: pump)
    }
  }

  /// Requests that are being received are read on by the new grammar, so it is left alone if it is the same.
  static func writeGrammar(_ map: borrowing Map, logsAccess: Bool) throws(BPFError) {
    let grammar = RequestGrammar(keepsLogFields: logsAccess).bytes
    if try map.lookup(bytes: [0, 0, 0, 0]) != grammar { try map.update(bytes: [0, 0, 0, 0], grammar) }
  }

  /// The key of the hash that makes initial sequence numbers (RFC 6528 3).
  private static func newSecret() -> (UInt64, UInt64) {
    var generator = SystemRandomNumberGenerator()
    // 0 would tell the programs that nothing has been set up yet.
    return (generator.next() | 1, generator.next() | 1)
  }

  private func writePorts(_ words: [UInt64]) throws(BPFError) {
    let map = try object.map("served_ports")
    for (index, word) in words.enumerated() { try map.update(UInt32(index), word) }
  }

  private func writeAddresses(_ addresses: Set<IPAddress>) throws {
    let map = try object.map("local_addresses")
    for address in addresses { try map.update(address.key, UInt8(1)) }
    var gone: [[UInt8]] = []
    try map.forEachKey { if !addresses.contains(IPAddress(bytes: $0)) { gone.append($0) } }
    for key in gone { try map.delete(bytes: key) }
  }
}
