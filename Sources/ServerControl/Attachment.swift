import BPF
import DataPlaneABI

/// How the server is to be attached.
public struct AttachOptions: Sendable, Equatable {
  /// Where the program runs.
  public enum Mode: Sendable, Equatable {
    /// Native; for a server that is attached already, the mode it has.
    case standard
    /// That one and no other.
    case exactly(XDPMode)
    /// The fastest that works: native, or else SKB. Offload is never chosen: no network card runs timers.
    case automatic
  }

  public var mode: Mode = .standard
  /// Whether another program that is attached gives way.
  public var replace = false
  /// Whether the server outlives this process, by pins.
  public var pinned = true

  public init() {}
}

/// What attaching came to.
public struct AttachReport: Sendable, Equatable {
  public enum Outcome: String, Sendable {
    /// Nothing was attached before.
    case attached
    /// A server of ours was there: its sessions went on.
    case updated
    /// Another program gave way, between two frames.
    case replaced
    /// Another program was detached first: for a moment nothing was attached.
    case replacedWithGap = "replaced_with_gap"
  }

  public let outcome: Outcome
  public let interface: String
  public let mode: XDPMode
  public let programID: UInt32
  /// The folder of pins; nil if the server goes with this process.
  public let pins: String?
  public let notices: [Notice]
}

/// A server that this process holds, until it is released or this value goes.
public struct AttachedServer: ~Copyable {
  public let report: AttachReport
  /// What keeps it attached without pins; nil if pins do, or if it is attached by netlink.
  private let link: Link?
  private let interface: NetworkInterface
  /// Held with the link: timers end when no process and no pin holds the maps.
  private let server: LoadedServer

  init(report: AttachReport, link: consuming Link?, interface: NetworkInterface, server: consuming LoadedServer) {
    self.report = report
    self.link = link
    self.interface = interface
    self.server = server
  }

  /// One of its maps.
  public func map(_ name: String) throws(ControlError) -> Map { try server.map(name) }

  /// Whether the server is still this one: another run may have updated it in place, or detached it.
  public func isAttached() -> Bool {
    let attachments = (try? XDP.attachments(interface: interface.index)) ?? []
    return attachments.contains { $0.programID == report.programID }
  }

  /// Detaches it, unless another run has taken it over. Connections end without a word; their segments reach the
  /// kernel, which resets them. For servers without pins, whose owner this value is.
  public consuming func detach() throws(ControlError) {
    guard isAttached() else {
      if !Equipment.isServed(interface.index) { try Equipment.remove(served: interface.index) }
      return
    }
    do {
      switch link {
      case .some(let link): try link.detach()
      case .none: try XDP.detach(server.program, interface: interface.index, mode: report.mode)
      }
    } catch {
      throw ControlError(.system, error)
    }
    try Equipment.remove(served: interface.index)
    ServerRecord.remove(of: try server.map("sessions").info.id)
  }
}
