import BPF
import CLinux
import Glibc

/// The pair of veth interfaces through which the pump's frame circles: what is sent into `sending` arrives at
/// `receiving`, whose ingress program sends it into `sending` again. It lies in the served interface's network
/// namespace and is named after that interface's index.
struct PumpPair: Equatable {
  let sending: LinkMessage
  let receiving: LinkMessage

  /// Both names, at most 14 bytes long.
  static func names(served index: UInt32) -> (sending: String, receiving: String) { ("xts\(index)a", "xts\(index)b") }

  /// The index of the served interface that `name` is named after; nil for other interfaces' names.
  static func servedIndex(of name: String) -> UInt32? {
    guard name.hasPrefix("xts"), name.hasSuffix("a") || name.hasSuffix("b") else { return nil }
    let digits = name.dropFirst(3).dropLast()
    guard digits.first != "0", digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
    return UInt32(digits)
  }

  /// The pair of a served interface, if both ends are there and belong together.
  static func find(served index: UInt32) -> PumpPair? {
    let names = names(served: index)
    guard let sending = LinkMessage.query(name: names.sending), sending.kind == "veth",
      let receiving = LinkMessage.query(name: names.receiving), receiving.kind == "veth",
      sending.peerIndex == receiving.index, receiving.peerIndex == sending.index
    else { return nil }
    return PumpPair(sending: sending, receiving: receiving)
  }

  /// Makes the pair, both ends down. One of those names that is there already goes.
  static func make(served interface: NetworkInterface) throws(ControlError) -> PumpPair {
    try remove(served: interface.index)
    let names = names(served: interface.index)
    // One queue each: the frame is one, and the queueing discipline is the interface's and not a queue's.
    func end(_ name: String) -> [[UInt8]] {
      [
        Netlink.attribute(IFLA_IFNAME, name), Netlink.attribute(IFLA_NUM_TX_QUEUES, UInt32(1)),
        Netlink.attribute(IFLA_NUM_RX_QUEUES, UInt32(1)),
      ]
    }
    let peer = Netlink.bytes(of: ifinfomsg()) + end(names.receiving).flatMap { $0 }
    let data = Netlink.attribute(IFLA_INFO_DATA, nesting: [Netlink.attribute(VETH_INFO_PEER, peer)])
    let kind = Netlink.attribute(
      IFLA_LINKINFO, nesting: [Netlink.attribute(IFLA_INFO_KIND, "veth"), data])
    let what = "make the interfaces \(names.sending) and \(names.receiving)"
    try step(what, needs: "veth") { () throws(Netlink.Refusal) in
      try Netlink.request(
        type: RTM_NEWLINK, flags: NLM_F_CREATE | NLM_F_EXCL,
        payload: Netlink.bytes(of: ifinfomsg()) + end(names.sending).flatMap { $0 } + kind)
    }
    guard let pair = find(served: interface.index) else {
      throw ControlError(.system, "the interfaces \(names.sending) and \(names.receiving) went as soon as they came")
    }
    return pair
  }

  /// Removes a served interface's pair, or what is left of it.
  static func remove(served index: UInt32) throws(ControlError) {
    let names = names(served: index)
    for name in [names.sending, names.receiving] {
      guard let link = LinkMessage.query(name: name), link.kind == "veth" else { continue }
      var information = ifinfomsg()
      information.ifi_index = Int32(bitPattern: link.index)
      do {
        try Netlink.request(type: RTM_DELLINK, payload: Netlink.bytes(of: information))
      } catch where error.code != ENODEV {
        throw ControlError(.system, "cannot remove the interface \(name): \(error)", mend: "ip link del \(name)")
      } catch {}
    }
  }

  /// Keeps both ends from talking by themselves, makes room for any frame of the served interface, and takes them up.
  func start(served interface: NetworkInterface) throws(ControlError) {
    for end in [sending, receiving] {
      end.silence()
      // A received frame sets the pump going, so the longest one has to pass: with a tag or two.
      let mtu = UInt32(min(max(interface.mtu + 8, end.mtu), 65535))
      try Self.step("set up the interface \(end.name)") { () throws(Netlink.Refusal) in
        try end.change([
          Netlink.attribute(IFLA_IFALIAS, "xdp_tcp_server: pump of \(interface.name)"),
          Netlink.attribute(IFLA_MTU, mtu),
        ])
        try end.change([], flags: UInt32(IFF_UP | IFF_NOARP))
      }
    }
  }

  /// veth takes what another program redirects to its other end only while it polls, which this makes it do.
  func enablePolling() throws(ControlError) {
    guard Ethtool.set(UInt32(ETHTOOL_SGRO), 1, interface: receiving.name) else {
      throw ControlError(
        .system, "cannot switch on GRO of the interface \(receiving.name): \(String(cString: strerror(errno)))")
    }
  }

  static func step(
    _ what: String, needs feature: String? = nil, _ body: () throws(Netlink.Refusal) -> Void
  ) throws(ControlError) {
    do { try body() } catch {
      let isMissing = [ENOENT, EOPNOTSUPP, EAFNOSUPPORT].contains(error.code)
      guard let feature, isMissing else { throw ControlError(.system, "cannot \(what): \(error)") }
      throw ControlError(
        .kernel, "cannot \(what): this kernel has no \(feature)", mend: "load it: modprobe \(feature)")
    }
  }
}

extension LinkMessage {
  /// Changes attributes and flags of the interface.
  fileprivate func change(_ attributes: [[UInt8]], flags: UInt32 = 0) throws(Netlink.Refusal) {
    var information = ifinfomsg()
    information.ifi_index = Int32(bitPattern: index)
    information.ifi_flags = flags
    information.ifi_change = flags
    try Netlink.request(type: RTM_SETLINK, payload: Netlink.bytes(of: information) + attributes.flatMap { $0 })
  }

  /// No addresses of its own, and so no neighbour discovery and no group reports. Kernels without IPv6 have none of it.
  fileprivate func silence() {
    let mode = Netlink.attribute(IFLA_INET6_ADDR_GEN_MODE, [UInt8(IN6_ADDR_GEN_MODE_NONE.rawValue)])
    let family = Netlink.attribute(AF_INET6, nesting: [mode])
    try? change([Netlink.attribute(IFLA_AF_SPEC, nesting: [family])])
    TextFile.write("1", to: "/proc/sys/net/ipv6/conf/\(name)/disable_ipv6")
  }
}
