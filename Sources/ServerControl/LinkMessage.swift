import CLinux
import Glibc

/// An answer to RTM_GETLINK (rtnetlink(7)): what the kernel says of one interface.
struct LinkMessage: Equatable {
  private(set) var index: UInt32 = 0
  private(set) var name = ""
  private(set) var mtu = 0
  private(set) var flags: UInt32 = 0
  private(set) var kind: String?
  private(set) var receiveQueues = 1
  private(set) var transmitQueues = 1
  private(set) var hasProgram = false
  /// IFLA_LINK: of a veth, the other end's index.
  private(set) var peerIndex: UInt32?
  /// IFLA_LINK_NETNSID: the namespace that this index counts in; nil: the same.
  private(set) var peerNamespace: Int32?

  /// Asks for an interface by its index.
  /// - Parameter namespace: this namespace's number for another one (IFLA_TARGET_NETNSID); nil: this one itself.
  /// - Returns: nil if there is no such interface, or if it may not be seen.
  static func query(index: UInt32, namespace: Int32? = nil) -> LinkMessage? {
    var information = ifinfomsg()
    information.ifi_index = Int32(bitPattern: index)
    var payload = Netlink.bytes(of: information)
    payload += Netlink.attribute(IFLA_EXT_MASK, UInt32(RTEXT_FILTER_SKIP_STATS))
    if let namespace { payload += Netlink.attribute(IFLA_TARGET_NETNSID, UInt32(bitPattern: namespace)) }
    return Netlink.ask(family: NETLINK_ROUTE, type: UInt16(RTM_GETLINK), payload: payload)?
      .withUnsafeBytes { LinkMessage($0) }
  }

  /// Asks for an interface of this network namespace by its name.
  static func query(name: String) -> LinkMessage? {
    let index = if_nametoindex(name)
    return index == 0 ? nil : query(index: index)
  }

  var isUp: Bool { flags & UInt32(IFF_UP) != 0 }

  /// - Parameter bytes: struct ifinfomsg and attributes.
  private init?(_ bytes: UnsafeRawBufferPointer) {
    let start = MemoryLayout<ifinfomsg>.size
    guard bytes.count >= start else { return nil }
    let information = bytes.loadUnaligned(as: ifinfomsg.self)
    index = UInt32(bitPattern: information.ifi_index)
    flags = information.ifi_flags
    Netlink.forEachAttribute(UnsafeRawBufferPointer(rebasing: bytes[start...])) { take($0, $1) }
  }

  private mutating func take(_ type: Int, _ payload: UnsafeRawBufferPointer) {
    func word() -> UInt32 { payload.count >= 4 ? payload.loadUnaligned(as: UInt32.self) : 0 }
    switch type {
    case Int(IFLA_IFNAME): name = Self.text(payload)
    case Int(IFLA_MTU): mtu = Int(word())
    case Int(IFLA_LINK): peerIndex = word()
    case Int(IFLA_LINK_NETNSID): peerNamespace = Int32(bitPattern: word())
    case Int(IFLA_NUM_RX_QUEUES): receiveQueues = Int(word())
    case Int(IFLA_NUM_TX_QUEUES): transmitQueues = Int(word())
    case Int(IFLA_LINKINFO):
      var found: String?
      Netlink.forEachAttribute(payload) { if $0 == Int(IFLA_INFO_KIND) { found = Self.text($1) } }
      kind = found
    case Int(IFLA_XDP):
      var attached: UInt8 = 0
      Netlink.forEachAttribute(payload) { if $0 == Int(IFLA_XDP_ATTACHED), let first = $1.first { attached = first } }
      hasProgram = attached != 0
    default: break
    }
  }

  private static func text(_ payload: UnsafeRawBufferPointer) -> String {
    String(decoding: payload.prefix { $0 != 0 }, as: UTF8.self)
  }
}
