import BPF
import CLinux
import Glibc

/// A network interface of this thread's network namespace, as the kernel describes it over netlink (rtnetlink(7)).
/// Not from /sys/class/net: after nsenter that still shows another namespace.
public struct NetworkInterface: Sendable, Equatable {
  public let name: String
  public let index: UInt32
  /// Bytes, without the Ethernet header.
  public let mtu: Int
  public let isUp: Bool
  public let isLoopback: Bool
  /// The driver's own name, such as `virtio_net`; for interfaces that have no driver, their kind, or "unknown".
  public let driver: String
  /// The sort of a virtual interface, such as `veth`; nil for a real one.
  public let kind: String?
  public let receiveQueues: Int
  public let transmitQueues: Int
  /// Of a veth: the other end, if it can be seen.
  public let peer: Peer?

  /// A veth's other end.
  public struct Peer: Sendable, Equatable {
    public let name: String
    /// Whether it has an XDP program. Without one veth does not deliver what this end sends with XDP_TX.
    public let hasProgram: Bool
  }

  /// - Throws: `ControlError` if this network namespace has no interface of that name.
  public init(named name: String) throws(ControlError) {
    let index = if_nametoindex(name)
    guard index != 0 else {
      let names = Self.names().joined(separator: ", ")
      throw ControlError(
        .noInterface, "there is no interface \(name) in this network namespace", mend: "it has: \(names)")
    }
    try self.init(index: index)
  }

  /// - Throws: `ControlError` if this network namespace has no interface of that index.
  init(index: UInt32) throws(ControlError) {
    guard let link = LinkMessage.query(index: index) else {
      throw ControlError(.noInterface, "interface \(index) is gone")
    }
    name = link.name
    self.index = index
    mtu = link.mtu
    isUp = link.isUp
    isLoopback = link.flags & UInt32(IFF_LOOPBACK) != 0
    kind = link.kind
    driver = Self.driver(of: link.name) ?? link.kind ?? "unknown"
    receiveQueues = link.receiveQueues
    transmitQueues = link.transmitQueues
    peer = link.kind == "veth" ? Self.peer(of: link) : nil
  }

  /// All interfaces of this network namespace, in the order of their index.
  public static func all() -> [NetworkInterface] {
    names().compactMap { try? NetworkInterface(named: $0) }
  }

  static func names() -> [String] {
    guard let list = if_nameindex() else { return [] }
    defer { if_freenameindex(list) }
    var names: [String] = []
    var entry = list
    while let name = entry.pointee.if_name {
      names.append(String(cString: name))
      entry += 1
    }
    return names
  }

  /// Whether frames that a neighbour on the same machine sends over it carry unfinished checksums.
  public var hasPartialChecksums: Bool {
    [
      "veth", "virtio_net", "tun", "vif", "hv_netvsc", "bridge", "macvlan", "ipvlan", "bonding", "team", "dummy", "ifb",
    ].contains(driver)
  }

  private static func peer(of link: LinkMessage) -> Peer? {
    guard let index = link.peerIndex, let peer = LinkMessage.query(index: index, namespace: link.peerNamespace) else {
      return nil
    }
    return Peer(name: peer.name, hasProgram: peer.hasProgram)
  }

  private static func driver(of name: String) -> String? {
    var information = ethtool_drvinfo()
    information.cmd = UInt32(ETHTOOL_GDRVINFO)
    guard Ethtool.call(&information, interface: name) else { return nil }
    return withUnsafeBytes(of: information.driver) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}

/// Questions to a driver by SIOCETHTOOL (linux/ethtool.h).
enum Ethtool {
  /// Has the driver read and fill one of ethtool's structures.
  /// - Returns: whether it did; errno says why not.
  static func call<Structure>(_ structure: inout Structure, interface name: String) -> Bool {
    let file = socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard file >= 0 else { return false }
    defer { close(file) }
    var request = ifreq()
    withUnsafeMutableBytes(of: &request.ifr_ifrn) { $0.copyBytes(from: name.utf8.prefix(Int(IFNAMSIZ) - 1)) }
    return withUnsafeMutableBytes(of: &structure) { bytes in
      request.ifr_ifru.ifru_data = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
      return ioctl(file, UInt(SIOCETHTOOL), &request) == 0
    }
  }

  /// Sets a feature that is a number.
  static func set(_ command: UInt32, _ value: UInt32, interface name: String) -> Bool {
    var structure = ethtool_value(cmd: command, data: value)
    return call(&structure, interface: name)
  }
}
