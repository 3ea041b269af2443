import BPF

/// One attaching: what it needs, and the three ways it can go.
struct Attempt {
  let file: DataPlaneObjectFile
  let interface: NetworkInterface
  let settings: Settings
  let options: AttachOptions
  let addresses: Set<IPAddress>
  /// The root of all pins, if it can be reached.
  let root: String?
  /// What is to be served; nil only if nothing is attached.
  let packed: PackedSite?

  private var folder: PinFolder? {
    guard options.pinned, let root else { return nil }
    return PinFolder(root: root, networkNamespace: Host.networkNamespace(), interface: interface.name)
  }

  /// Nothing is attached.
  func fresh(notices: [Notice]) throws -> AttachedServer {
    let server = try load(mode: preferredMode)
    return try pinning(server, mode: preferredMode, isUpdate: false, notices: notices) { server, notices in
      try attachInBestMode(server, outcome: .attached, notices: &notices)
    }
  }

  /// A server of ours is attached: a new program takes over its maps and its place.
  func update(notices: [Notice]) throws -> AttachedServer {
    let running = try RunningServer(interface: interface)
    if !options.pinned {
      throw ControlError(
        .busy, "\(interface.name) is served already",
        mend: "watch it with xdp_loader stats \(interface.name) --watch, or end it with xdp_loader detach "
          + interface.name)
    }
    let mode = running.attachment.mode
    if case .exactly(let wanted) = options.mode, wanted != mode {
      throw ControlError(
        .busy, "\(interface.name) is served in \(mode.rawValue) mode, and a mode cannot be changed in place",
        mend: "detach it first, which ends its sessions: xdp_loader detach \(interface.name)")
    }
    let server = try LoadedServer(
      file: file, settings: settings, continuing: running, offload: mode == .offload ? interface : nil)
    return try pinning(server, mode: mode, isUpdate: true, notices: notices) { server, _ in
      try server.makeReady(for: mode, on: interface)
      if let link = try running.link() {
        try link.update(server.program)
        return Attached(link: link, mode: mode, outcome: .updated)
      }
      try XDP.attach(server.program, interface: interface.index, mode: mode, replacing: running.program)
      return Attached(link: nil, mode: mode, outcome: .updated)
    }
  }

  /// Another program is attached, and gives way.
  func replace(_ occupant: Occupant, notices: [Notice]) throws -> AttachedServer {
    let present = occupant.attachment.mode
    let wanted = preferredMode
    let server = try load(mode: wanted)
    return try pinning(server, mode: wanted, isUpdate: false, notices: notices) { server, notices in
      let foreign = try Link.xdp(program: occupant.info.id, interface: interface.index)
      let old = try Program(id: occupant.info.id)
      // A server that is to go with this process needs an attachment of its own.
      if options.pinned, present == wanted || options.mode == .automatic, present != .offload {
        try server.makeReady(for: present, on: interface)
        if let foreign {
          // The link keeps the mode that it was made with.
          try foreign.update(server.program)
          return Attached(link: foreign, mode: present, outcome: .replaced)
        }
        try XDP.attach(server.program, interface: interface.index, mode: present, replacing: old)
        return Attached(link: nil, mode: present, outcome: .replaced)
      }
      let isHeldByLink = foreign != nil
      if let foreign {
        try foreign.detach()
      } else {
        try XDP.detach(old, interface: interface.index, mode: present)
      }
      let reason = present == wanted || options.mode == .automatic
        ? "a server that goes with this process cannot take over another one's attachment"
        : "the kernel cannot change from \(present.rawValue) to \(wanted.rawValue) mode in one step"
      notices.append(Notice("\(reason): for a moment nothing was attached"))
      do {
        return try attachInBestMode(server, outcome: .replacedWithGap, notices: &notices)
      } catch {
        // A link that was detached cannot be attached again; what the interface held goes back there.
        if !isHeldByLink { try? XDP.attach(old, interface: interface.index, mode: present) }
        throw error
      }
    }
  }

  /// The mode to try first.
  private var preferredMode: XDPMode {
    if case .exactly(let mode) = options.mode { return mode }
    return .native
  }

  private func load(mode: XDPMode) throws -> LoadedServer {
    do {
      return try LoadedServer(
        file: file, settings: settings, addressCount: addresses.count, offload: mode == .offload ? interface : nil)
    } catch let error as ControlError where mode == .offload && error.kind == .system {
      throw Refusal.offload(interface, detail: error.sentence)
    } catch let error as VerifierError where mode == .offload {
      throw Refusal.offload(interface, detail: error.sentence)
    }
  }

  /// Sets the server up and pins, then has `attach` attach, then pins the link. If attaching fails, what was set up and
  /// pinned goes again.
  private func pinning(
    _ server: consuming LoadedServer, mode first: XDPMode, isUpdate: Bool, notices: [Notice],
    attach: (borrowing LoadedServer, inout [Notice]) throws -> Attached
  ) throws -> AttachedServer {
    var notices = notices
    let isPinned = folder.map { $0.exists } ?? false
    let attached: Attached
    do {
      try setUp(server, mode: first, isUpdate: isUpdate)
      if !isPinned { try pin(server) }
      attached = try controlled { try attach(server, &notices) }
    } catch {
      if !isPinned { try? folder?.remove() }
      if !isUpdate { try? Equipment.remove(served: interface.index) }
      throw error
    }
    let mode = attached.mode
    checkCopies(server, mode: mode, notices: &notices)
    let outcome = attached.outcome
    if let folder {
      do {
        try repin(server, link: attached.link, folder: folder)
      } catch {
        // Nothing may stay attached that nothing keeps alive.
        if outcome != .updated { try? Server.detach(RunningServer(interface: interface), root: root) }
        throw error
      }
    }
    notices += warnings(mode: mode)
    remember(server, notices: &notices)
    let report = AttachReport(
      outcome: outcome, interface: interface.name, mode: mode, programID: try server.program.info().id,
      pins: (folder?.path).map { PinRoot.hostPath($0) }, notices: notices)
    return AttachedServer(report: report, link: attached.takeLink(), interface: interface, server: server)
  }

  private func setUp(_ server: borrowing LoadedServer, mode: XDPMode, isUpdate: Bool) throws(ControlError) {
    let pump = mode == .offload
      ? nil : try server.setUpPump(served: interface, settings: settings, isUpdate: isUpdate)
    try server.configure(
      settings, site: packed, interface: interface, mode: mode, pump: pump, addresses: addresses, isUpdate: isUpdate)
  }

  /// The maps keep their pins through an update; the programs are others.
  private func pin(_ server: borrowing LoadedServer) throws(ControlError) {
    guard let folder else { return }
    do {
      try folder.make()
      try controlled {
        try server.program.pin(folder.program)
        for name in server.object.mapNames {
          let map = try server.object.map(name)
          // An array of programs is emptied once neither a process nor a pin holds it.
          if DataPlaneName.keptMaps.contains(name) || map.info.type == .programArray { try map.pin(folder.map(name)) }
        }
      }
    } catch {
      try? folder.remove()
      throw error
    }
  }

  private func repin(_ server: borrowing LoadedServer, link: borrowing Link?, folder: PinFolder) throws(ControlError) {
    do {
      if folder.programID() != (try server.program.info().id) {
        try Pin.remove(folder.program)
        try server.program.pin(folder.program)
        for name in server.object.mapNames {
          let map = try server.object.map(name)
          if map.info.type == .programArray { try map.pin(replacing: folder.map(name)) }
        }
      }
      switch link {
      case .some(let link):
        try Pin.remove(folder.link)
        try link.pin(folder.link)
      case .none: break
      }
    } catch {
      throw ControlError(.system, error)
    }
  }

  /// Without a record the server runs all the same.
  private func remember(_ server: borrowing LoadedServer, notices: inout [Notice]) {
    do throws(ControlError) {
      try record.save(for: server.map("sessions").info.id)
    } catch {
      notices.append(Notice("a reload will have to be told what to serve: \(error.sentence)"))
    }
  }

  private func warnings(mode: XDPMode) -> [Notice] {
    var notices: [Notice] = []
    if !interface.isUp { notices.append(Notice("\(interface.name) is down: ip link set \(interface.name) up")) }
    if mode == .native, let peer = interface.peer, !peer.hasProgram {
      notices.append(
        Notice("\(peer.name), the other end of \(interface.name), has no XDP program, and veth delivers no answer to "
          + "it then: attach one there (one that passes everything will do), or use -S here"))
    }
    return notices
  }
}

/// What an attaching gave, in a form that can be handed on.
struct Attached: ~Copyable {
  let link: Link?
  let mode: XDPMode
  let outcome: AttachReport.Outcome

  init(link: consuming Link?, mode: XDPMode, outcome: AttachReport.Outcome) {
    self.link = link
    self.mode = mode
    self.outcome = outcome
  }

  consuming func takeLink() -> Link? { link }
}
