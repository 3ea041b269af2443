import BPF
import DataPlaneABI
import Glibc

extension Attempt {
  /// Attaches in the wanted mode, or in the best that works if any will do.
  func attachInBestMode(
    _ server: borrowing LoadedServer, outcome: AttachReport.Outcome, notices: inout [Notice]
  ) throws(ControlError) -> Attached {
    func attached(_ mode: XDPMode) throws(ControlError) -> Attached {
      try server.makeReady(for: mode, on: interface)
      return Attached(link: try attach(server.program, mode: mode), mode: mode, outcome: outcome)
    }
    switch options.mode {
    case .standard: return try attached(.native)
    case .exactly(let mode): return try attached(mode)
    case .automatic:
      if let peer = interface.peer, !peer.hasProgram {
        notices.append(Notice("chose SKB mode: \(peer.name), the other end of \(interface.name), has no XDP program"))
        return try attached(.skb)
      }
      do {
        return try attached(.native)
      } catch where error.kind == .attachRefused {
        notices.append(Notice("chose SKB mode: \(error.sentence)"))
        return try attached(.skb)
      }
    }
  }

  /// A driver may run programs and yet send no frame of theirs but the received one. Some tell only once a program is
  /// attached.
  func checkCopies(_ server: borrowing LoadedServer, mode: XDPMode, notices: inout [Notice]) {
    // veth sends them when its other end has a program; that it has none is told in another sentence.
    guard mode == .native, interface.driver != "veth", server.exit(for: mode) != UInt8(BURST_EXIT_NONE.rawValue),
      let features = DriverFeatures.query(interface: interface.index), !features.takesFrames
    else { return }
    guard (try? server.write(exit: UInt8(BURST_EXIT_NONE.rawValue))) != nil else { return }
    notices.append(
      Notice("the driver \(interface.driver) sends no copies of a frame in native mode, so long answers go out slowly: "
        + "use -S if there are any"))
  }

  /// - Returns: the link, or nil if the kernel takes the program over netlink only.
  private func attach(_ program: borrowing Program, mode: XDPMode) throws(ControlError) -> Link? {
    do {
      return try Link.attachXDP(program, interface: interface.index, mode: mode)
    } catch {
      // The kernel explains a refusal over netlink only. Should it agree there, the server is attached all the same.
      do {
        try XDP.attach(program, interface: interface.index, mode: mode)
        return nil
      } catch {
        throw Refusal.explain(error, interface: interface, mode: mode)
      }
    }
  }
}

/// Why an interface does not take the program.
enum Refusal {
  static func explain(_ error: BPFError, interface: NetworkInterface, mode: XDPMode) -> ControlError {
    let name = interface.name
    switch (mode, error.code) {
    case (_, .resourceBusy), (_, .fileExists):
      return ControlError(
        .busy, "another program was attached to \(name) just now", mend: "see xdp_loader check \(name)")
    case (.offload, _):
      return offload(interface, detail: error.sentence)
    case (.native, .notSupportedOnSocket), (.native, .notSupported):
      return ControlError(
        .attachRefused, "the driver \(interface.driver) of \(name) has no native mode, or not for this set-up: "
          + error.sentence, mend: skb(name))
    case (.native, _):
      return ControlError(
        .attachRefused, "\(name) (driver \(interface.driver), MTU \(interface.mtu)"
          + "\(limit(interface).map { " of at most \($0) in native mode" } ?? ""), "
          + "\(interface.receiveQueues) receive and \(interface.transmitQueues) transmit queues) "
          + "refuses native mode: \(error.sentence)",
        mend: skb(name))
    case (.skb, _):
      return ControlError(.attachRefused, "\(name) refuses SKB mode: \(error.sentence)", mend: error.mend)
    }
  }

  static func offload(_ interface: NetworkInterface, detail: String) -> ControlError {
    ControlError(
      .attachRefused, "\(interface.name) (driver \(interface.driver)) cannot run this program on the network card: "
        + detail, mend: "run it in the driver: xdp_loader attach \(interface.name) -N")
  }

  private static func skb(_ name: String) -> String { "SKB mode works with every driver: xdp_loader attach \(name) -S" }

  /// The largest MTU that a driver takes in native mode with frames in one piece; nil where it is not known.
  static func limit(_ interface: NetworkInterface) -> Int? {
    // veth_xdp_set of drivers/net/veth.c: a page without head room, the Ethernet header and struct skb_shared_info.
    interface.driver == "veth" ? Int(sysconf(Int32(_SC_PAGESIZE))) - 256 - 14 - 320 : nil
  }
}
