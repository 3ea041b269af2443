import BPF
import DataPlaneABI

/// A server that is attached to an interface, found by what is attached there: pins are not needed for that, so it is
/// found from every mount namespace.
public struct RunningServer: ~Copyable, Sendable {
  public let interface: NetworkInterface
  public let attachment: XDPAttachment
  public let program: Program
  public let info: ProgramInfo
  public let sessions: Map
  public let statistics: Map
  private let mapIDs: [String: UInt32]

  /// The server on an interface.
  /// - Throws: `ControlError` of kind `notAttached` if nothing or something else is attached there.
  public init(interface: NetworkInterface) throws(ControlError) {
    let found = try Occupant.all(on: interface)
    guard let occupant = found.first(where: { $0.isServer }) else {
      let what = found.first.map { "\($0) is" } ?? "nothing is"
      throw ControlError(
        .notAttached, "\(interface.name) is not served: \(what) attached to it",
        mend: found.isEmpty ? "attach the server: xdp_loader attach \(interface.name)" : nil)
    }
    let program = try controlled { try Program(id: occupant.info.id) }
    let sessions = try controlled { try Map(id: occupant.mapIDs["sessions"] ?? 0) }
    let statistics = try controlled { try Map(id: occupant.mapIDs["statistics"] ?? 0) }
    self.interface = interface
    attachment = occupant.attachment
    info = occupant.info
    mapIDs = occupant.mapIDs
    self.program = program
    self.sessions = sessions
    self.statistics = statistics
  }

  /// The servers on all interfaces of this network namespace.
  public static func interfaces() throws(ControlError) -> [NetworkInterface] {
    var found: [NetworkInterface] = []
    for interface in NetworkInterface.all() where try Occupant.all(on: interface).contains(where: { $0.isServer }) {
      found.append(interface)
    }
    return found
  }

  /// Whether that is the same server, perhaps with another program: its sessions are the same.
  public func isSame(as other: borrowing RunningServer) -> Bool {
    sessions.info.id == other.sessions.info.id
  }

  /// One of its maps, or nil if it has none of that name.
  public func map(_ name: String) throws(ControlError) -> Map? {
    guard let id = mapIDs[name] else { return nil }
    return try controlled { try Map(id: id) }
  }

  /// The link that holds it to the interface; nil if it is attached by netlink.
  func link() throws(ControlError) -> Link? {
    try controlled { try Link.xdp(program: info.id, interface: interface.index) }
  }
}

/// A program that is attached to an interface: ours or another's.
struct Occupant: CustomStringConvertible {
  let attachment: XDPAttachment
  let info: ProgramInfo
  /// The program's maps by name.
  let mapIDs: [String: UInt32]

  /// What is attached to an interface.
  static func all(on interface: NetworkInterface) throws(ControlError) -> [Occupant] {
    var found: [Occupant] = []
    try controlled {
      for attachment in try XDP.attachments(interface: interface.index) {
        // A program may be detached between the question and this look: then it is no longer there.
        guard let program = try open(attachment.programID) else { continue }
        let info = try program.info()
        var maps: [String: UInt32] = [:]
        for id in info.mapIDs { maps[try Map(id: id).info.name] = id }
        found.append(Occupant(attachment: attachment, info: info, mapIDs: maps))
      }
    }
    return found
  }

  private static func open(_ id: UInt32) throws(BPFError) -> Program? {
    do { return try Program(id: id) } catch where error.code == .noSuchFileOrDirectory { return nil }
  }

  /// By program name and maps: whatever version of ours attached it.
  var isServer: Bool {
    info.name == DataPlaneName.program && mapIDs["sessions"] != nil && mapIDs["statistics"] != nil
      && mapIDs["configuration"] != nil
  }

  var description: String {
    "program \(info.name.isEmpty ? "without a name" : info.name) (id \(info.id), tag \(info.tag), "
      + "\(attachment.mode.rawValue) mode)"
  }
}
