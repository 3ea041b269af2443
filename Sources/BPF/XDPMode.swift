import CLibBPF
import SystemPackage

/// Where on a frame's way an XDP program runs. In the order of speed, best last.
public enum XDPMode: String, Sendable, CaseIterable {
  /// After an sk_buff was made: on any interface (`-S`).
  case skb
  /// In the driver, before any sk_buff (`-N`).
  case native
  /// On the network card itself (`-O`).
  case offload

  /// XDP_FLAGS_* of linux/if_link.h.
  var flags: UInt32 {
    switch self {
    case .skb: return UInt32(XDP_FLAGS_SKB_MODE)
    case .native: return UInt32(XDP_FLAGS_DRV_MODE)
    case .offload: return UInt32(XDP_FLAGS_HW_MODE)
    }
  }
}

/// A program that is attached to an interface.
public struct XDPAttachment: Sendable, Equatable {
  public let mode: XDPMode
  public let programID: UInt32
}

/// XDP on an interface, by netlink: what is attached, and attachments that belong to the interface and not to a link.
public enum XDP {
  /// The programs attached to an interface, fastest mode first; more than one only with offload.
  /// - Parameter interface: its index in this process's network namespace. None are attached to one that is not there.
  public static func attachments(interface: UInt32) throws(BPFError) -> [XDPAttachment] {
    var options = bpf_xdp_query_opts()
    options.sz = optionsSize(through: \bpf_xdp_query_opts.attach_mode)
    let (result, log) = LibraryLog.capture { bpf_xdp_query(Int32(interface), 0, &options) }
    guard result == 0 else {
      throw BPFError(
        doing: "ask what is attached to interface \(interface)", result: result,
        detail: LibraryLog.kernelMessage(in: log))
    }
    let found: [(XDPMode, UInt32)] = [
      (.offload, options.hw_prog_id), (.native, options.drv_prog_id), (.skb, options.skb_prog_id),
    ]
    return found.filter { $0.1 != 0 }.map { XDPAttachment(mode: $0.0, programID: $0.1) }
  }

  /// Attaches `program` to an interface, where it stays until `detach`, with or without this process.
  /// - Throws: `BPFError` with the kernel's own explanation, where it gives one; also if anything is attached.
  public static func attach(_ program: borrowing Program, interface: UInt32, mode: XDPMode) throws(BPFError) {
    try attach(
      program.descriptor, interface: interface, mode: mode, flags: UInt32(XDP_FLAGS_UPDATE_IF_NOEXIST), old: 0)
  }

  /// Puts `program` in the place of `old`, between two frames.
  /// - Throws: `BPFError` if `old` is not what is attached.
  public static func attach(
    _ program: borrowing Program, interface: UInt32, mode: XDPMode, replacing old: borrowing Program
  ) throws(BPFError) {
    try attach(
      program.descriptor, interface: interface, mode: mode, flags: UInt32(XDP_FLAGS_REPLACE), old: old.descriptor)
  }

  private static func attach(
    _ descriptor: Int32, interface: UInt32, mode: XDPMode, flags: UInt32, old: Int32
  ) throws(BPFError) {
    var options = bpf_xdp_attach_opts()
    options.sz = optionsSize(through: \bpf_xdp_attach_opts.old_prog_fd)
    options.old_prog_fd = old
    let flags = mode.flags | flags
    let (result, log) = LibraryLog.capture { bpf_xdp_attach(Int32(interface), descriptor, flags, &options) }
    guard result == 0 else {
      throw BPFError(
        doing: "attach to interface \(interface) in \(mode) mode", result: result,
        detail: LibraryLog.kernelMessage(in: log))
    }
  }

  /// Detaches `program` from an interface.
  /// - Throws: `BPFError`, with code `fileExists`, if another program is attached by now: that one stays.
  public static func detach(
    _ program: borrowing Program, interface: UInt32, mode: XDPMode
  ) throws(BPFError) {
    var options = bpf_xdp_attach_opts()
    options.sz = optionsSize(through: \bpf_xdp_attach_opts.old_prog_fd)
    options.old_prog_fd = program.descriptor
    let flags = mode.flags | UInt32(XDP_FLAGS_REPLACE)
    let (result, log) = LibraryLog.capture { bpf_xdp_detach(Int32(interface), flags, &options) }
    guard result == 0 else {
      throw BPFError(
        doing: "detach from interface \(interface)", result: result, detail: LibraryLog.kernelMessage(in: log))
    }
  }
}
