import BPF
import Glibc

/// Attaching and detaching.
public enum Server {
  /// Loads the programs, sets them up and attaches them to an interface.
  ///
  /// A server of ours that is attached there already is updated in place: the new program takes over its maps and with
  /// them its sessions. On any failure what was attached before is attached still, and nothing new is left behind; only
  /// if the last step of an update fails, the running server has the new settings already, and a link of another's that
  /// had to be detached first stays detached.
  /// - Throws: `ControlError`, `VerifierError`.
  public static func attach(
    file: DataPlaneObjectFile, interface: NetworkInterface, settings: Settings, options: AttachOptions,
    progress: ((SiteProgress) -> Void)? = nil
  ) throws -> AttachedServer {
    try Host.requireKernel()
    try Host.requirePrivileges(for: .attaching)
    try settings.validate()
    guard !interface.isLoopback else {
      throw ControlError(
        .attachRefused, "\(interface.name) is the loopback interface", mend: "name a network interface")
    }
    let before = PresentSite(on: interface)
    // It can take a while, so others are not kept waiting by it.
    var packed = try PackedSite(settings.site, progress: progress)
    var notices: [Notice] = []
    let root: String? = options.pinned ? try PinRoot.make(notices: &notices) : PinRoot.find()
    let lock = PinLock(root: root)
    defer { lock.release() }
    if PresentSite(on: interface) != before { packed = try PackedSite(settings.site, progress: progress) }
    notices = packed.notices + notices
    notices += try sweep(root: root)
    let occupants = try Occupant.all(on: interface)
    let addresses = try IPAddress.local().union(settings.extraAddresses)
    if addresses.isEmpty {
      throw ControlError(
        .attachRefused, "no interface of this network namespace has an address",
        mend: "give \(interface.name) one (ip address add), or name one with --address")
    }
    let attempt = Attempt(
      file: file, interface: interface, settings: settings, options: options, addresses: addresses, root: root,
      packed: packed)
    if occupants.contains(where: { $0.isServer }) { return try attempt.update(notices: notices) }
    if let occupant = occupants.first {
      guard options.replace else {
        throw ControlError(
          .busy, "\(interface.name) has \(occupant) attached, which was left alone",
          mend: "replace it with -F: xdp_loader attach \(interface.name) -F")
      }
      return try attempt.replace(occupant, notices: notices)
    }
    return try attempt.fresh(notices: notices)
  }

  /// Detaches the server from an interface and removes its pins.
  /// - Returns: what else is worth saying.
  /// - Throws: `ControlError`; of kind `notAttached` if there was none. Leftover pins are removed even then.
  public static func detach(interface: NetworkInterface) throws(ControlError) -> [Notice] {
    try Host.requirePrivileges(for: .finding)
    let root = PinRoot.find()
    let lock = PinLock(root: root)
    defer { lock.release() }
    let swept = try sweep(root: root)
    try detach(try running(on: interface, swept: swept), root: root)
    return swept
  }

  /// The same for a server that was found, by somebody who holds the lock.
  static func detach(_ running: borrowing RunningServer, root: String?) throws(ControlError) {
    let interface = running.interface
    try controlled {
      if let link = try running.link() {
        try link.detach()
      } else {
        try XDP.detach(running.program, interface: interface.index, mode: running.attachment.mode)
      }
    }
    try Equipment.remove(served: interface.index)
    ServerRecord.remove(of: running.sessions.info.id)
    guard let root else { return }
    for folder in PinFolder.all(root: root) where folder.programID() == running.info.id { try folder.remove() }
  }

  private static func running(on interface: NetworkInterface, swept: [Notice]) throws(ControlError) -> RunningServer {
    do {
      return try RunningServer(interface: interface)
    } catch {
      guard error.kind == .notAttached, let notice = swept.first else { throw error }
      throw ControlError(.notAttached, "\(error.sentence); \(notice)")
    }
  }

  /// Removes what runs have left that hold nothing any more: pins, interfaces, filters.
  static func sweep(root: String?) throws(ControlError) -> [Notice] {
    var notices: [Notice] = []
    for folder in root.map({ PinFolder.all(root: $0) }) ?? [] where folder.isLeftover() {
      try folder.remove()
      let path = PinRoot.hostPath(folder.path)
      notices.append(Notice("removed the leftover pins of a dead run on \(folder.interface) (\(path))"))
    }
    RunFolder.sweep()
    return try notices + Equipment.sweep()
  }
}
