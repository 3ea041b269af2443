import BPF
import DataPlaneABI

/// A server that is attached: what it is, how it is set up, and how it fares.
public struct Status: Sendable {
  /// What keeps it attached.
  public enum Keeper: String, Sendable {
    /// A pin: it stays until `detach`.
    case pin
    /// A process, such as `xdp_loader run`: it goes with that.
    case process
    /// The interface itself, since it took another program's place there: it stays until `detach`.
    case interface
  }

  public let interface: NetworkInterface
  public let mode: XDPMode
  public let keeper: Keeper
  /// The folder of its pins; nil if it has none, or if they cannot be reached from here.
  public let pins: String?
  public let program: ProgramInfo
  /// Nanoseconds since the program was loaded.
  public let age: UInt64
  public let maxSessions: UInt32
  /// How many of them can be in TIME-WAIT.
  public let maxTimeWait: UInt32
  /// Connections by state; states without any are left out.
  public let sessions: [String: Int]
  public let ports: [UInt16]
  public let addresses: [IPAddress]
  /// Bytes.
  public let window: UInt32
  public let segmentSizeIPv4: UInt16
  public let segmentSizeIPv6: UInt16
  /// Nanoseconds, by name: half_open, idle, closing, time_wait.
  public let timeouts: [(name: String, nanoseconds: UInt64)]
  /// Whether more than one segment can leave at once.
  public let sendsBursts: Bool
  public let transport: TransportSettings
  /// What it answers with; nil for a server of an older version.
  public let site: SiteReport?
  /// What it was told to serve; nil if that is not known here.
  public let siteFlags: SiteFlags?
  /// Whether requests go into the log.
  public let logsAccess: Bool
  /// nil for a server that has no pump: one of an older version.
  public let pump: PumpHealth?

  /// Reads everything from the server's maps.
  public init(_ server: borrowing RunningServer) throws(ControlError) {
    interface = server.interface
    mode = server.attachment.mode
    program = server.info
    let now = Host.bootNanoseconds()
    age = now > server.info.loadedAt ? now - server.info.loadedAt : 0
    maxSessions = server.sessions.info.maxEntries
    maxTimeWait = try server.map(DataPlaneName.timeWait)?.info.maxEntries ?? maxSessions
    sessions = try server.sessionCounts()
    let folder = PinRoot.find().flatMap { root in
      PinFolder.all(root: root).first { $0.programID() == server.info.id }
    }
    pins = (folder?.path).map { PinRoot.hostPath($0) }
    let hasLink = try server.link() != nil
    keeper = !hasLink ? .interface : folder == nil ? .process : .pin
    let configuration = try controlled(.layout) {
      try server.map("configuration")?.lookup(UInt32(0), as: DataPlaneABI.configuration.self)
    }
    guard let configuration else { throw ControlError(.layout, "the running server has no configuration") }
    window = configuration.receive_window
    segmentSizeIPv4 = configuration.maximum_segment_size_ipv4
    segmentSizeIPv6 = configuration.maximum_segment_size_ipv6
    timeouts = [
      ("half_open", configuration.half_open_timeout), ("idle", configuration.idle_timeout),
      ("closing", configuration.closing_timeout), ("time_wait", configuration.time_wait_timeout),
    ]
    sendsBursts = UInt32(configuration.exit) != BURST_EXIT_NONE.rawValue
    transport = TransportSettings(configuration)
    pump = try Self.pumpHealth(server, configuration)
    logsAccess = configuration.logs_requests != 0
    siteFlags = ServerRecord(of: server.sessions.info.id)?.site
    let generations = try? server.contentStore().generations()
    site = generations?.first.map { SiteReport(current: $0, held: Array(generations?.dropFirst() ?? [])) }
    var ports: [UInt16] = []
    var addresses: [IPAddress] = []
    try controlled(.layout) {
      try server.map("served_ports")?.forEachEntry(key: UInt32.self, value: UInt64.self) { index, word in
        for bit in 0..<UInt32(64) where word & 1 << UInt64(bit) != 0 { ports.append(UInt16(index * 64 + bit)) }
      }
      try server.map("local_addresses")?.forEachKey { addresses.append(IPAddress(bytes: $0)) }
    }
    self.ports = ports.sorted()
    self.addresses = addresses.sorted()
  }

  private static func pumpHealth(
    _ server: borrowing RunningServer, _ configuration: configuration
  ) throws(ControlError) -> PumpHealth? {
    guard configuration.pump_interface != 0 else { return nil }
    let counts = try controlled(.layout) {
      try server.map("pump")?.lookup(UInt32(0), as: DataPlaneABI.pump.self)
    }
    guard let counts else { return nil }
    return PumpHealth(
      counts, served: server.interface, mode: server.attachment.mode, configured: configuration.pump_interface,
      now: Host.monotonicNanoseconds())
  }
}
