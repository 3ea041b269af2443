import CLibBPF
import Glibc

/// What the kernel says of a link (struct bpf_link_info of linux/bpf.h).
public struct LinkInfo: Sendable, Equatable {
  public let id: UInt32
  /// BPF_LINK_TYPE_* of linux/bpf.h.
  public let type: UInt32
  public let programID: UInt32
  /// Of an XDP link: the interface's index in the interface's own network namespace; 0 once it is detached.
  public let interface: UInt32?

  public var isXDP: Bool { type == BPF_LINK_TYPE_XDP.rawValue }
}

/// An attachment that lasts as long as somebody holds it: a descriptor such as this one, or a pin.
public struct Link: ~Copyable, Sendable {
  private let handle: Descriptor

  /// For system calls of one's own; closed with this value.
  public var descriptor: Int32 { handle.number }

  private init(owning number: Int32) { handle = Descriptor(owning: number) }

  /// The link that the kernel knows by `id`.
  public init(id: UInt32) throws(BPFError) {
    let number = bpf_link_get_fd_by_id(id)
    guard number >= 0 else { throw BPFError(doing: "open link \(id)", result: number) }
    self.init(owning: number)
  }

  /// The link pinned at `path`.
  public init(pinned path: String) throws(BPFError) {
    self.init(owning: try Pin.open(path, .link))
  }

  /// Attaches `program` to an interface. The kernel gives no explanation here when it refuses: `XDP.attach` does.
  /// - Parameter interface: its index in this process's network namespace.
  public static func attachXDP(
    _ program: borrowing Program, interface: UInt32, mode: XDPMode
  ) throws(BPFError) -> Link {
    var options = bpf_link_create_opts()
    options.sz = optionsSize(through: \bpf_link_create_opts.flags)
    options.flags = mode.flags
    let number = bpf_link_create(program.descriptor, Int32(interface), BPF_XDP, &options)
    guard number >= 0 else {
      throw BPFError(doing: "attach to interface \(interface) in \(mode) mode", result: number)
    }
    return Link(owning: number)
  }

  /// The identifiers of all links that the kernel has.
  public static func ids() throws(BPFError) -> [UInt32] {
    try identifiers(bpf_link_get_next_id, of: "links")
  }

  /// The link that holds `program` on an interface, or nil if none does.
  ///
  /// The program tells apart interfaces that have the same index in different network namespaces.
  public static func xdp(program: UInt32, interface: UInt32) throws(BPFError) -> Link? {
    for id in try ids() {
      // A link may go between listing and opening; then it holds nothing any more.
      guard let link = try? Link(id: id), let info = try? link.info() else { continue }
      if info.isXDP, info.programID == program, info.interface == interface { return link }
    }
    return nil
  }

  public func info() throws(BPFError) -> LinkInfo {
    var raw = bpf_link_info()
    var length = UInt32(MemoryLayout<bpf_link_info>.size)
    let result = bpf_obj_get_info_by_fd(descriptor, &raw, &length)
    guard result == 0 else { throw BPFError(doing: "ask the kernel about a link", result: result) }
    let isXDP = raw.type == BPF_LINK_TYPE_XDP.rawValue
    return LinkInfo(id: raw.id, type: raw.type, programID: raw.prog_id, interface: isXDP ? raw.xdp.ifindex : nil)
  }

  /// Puts another program in the place of the present one, between two frames.
  public func update(_ program: borrowing Program) throws(BPFError) {
    let result = bpf_link_update(descriptor, program.descriptor, nil)
    guard result == 0 else { throw BPFError(doing: "update a link's program", result: result) }
  }

  /// Takes the program off the interface, whoever else holds the link.
  public func detach() throws(BPFError) {
    let result = bpf_link_detach(descriptor)
    guard result == 0 else { throw BPFError(doing: "detach a link", result: result) }
  }

  /// Keeps the link alive without this process, under `path` in a bpffs.
  public func pin(_ path: String) throws(BPFError) {
    try Pin.create(descriptor, path: path, what: "a link")
  }
}
