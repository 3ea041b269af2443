import Glibc

/// One end of a lab's wire.
public struct Host {
  public let namespace: NetworkNamespace
  public let interface: String
  public let ipv4: String
  public let ipv6: String

  /// The interface's Ethernet address.
  public var linkAddress: String {
    get throws {
      let words = try namespace.run("ip", "-br", "link", "show", "dev", interface).split(separator: " ")
      guard words.count > 2 else { throw LabError("\(interface) has no link address") }
      return String(words[2])
    }
  }

  /// Whether packets get to `address` and back: the host there accepts a connection to its discard port, or
  /// refuses it.
  /// - Parameter timeout: how long to wait for that. A SYN that is lost is sent again after a second.
  public func reaches(_ address: String, within timeout: Duration = .seconds(10)) -> Bool {
    do {
      _ = try TCPConnection(in: namespace, to: address, port: 9, timeout: timeout)
      return true
    } catch let error as ConnectionError {
      return error.code == ECONNREFUSED
    } catch {
      return false
    }
  }
}

/// Two hosts and a wire: a client and a server in network namespaces of their own, joined by a veth pair.
///
/// The client's end carries a program that passes everything: veth delivers what the far end sends with XDP_TX
/// only to an end that has a program itself.
public final class Lab {
  public let server: Host
  public let client: Host

  /// VLAN tags on the wire.
  public enum Tagging: Sendable {
    /// 802.1Q, identifier 7.
    case one
    /// 802.1ad, identifier 9, and behind it 802.1Q, identifier 10.
    case two
  }

  /// - Parameters:
  ///   - mtu: of both ends, bytes. Below 1280 there is no IPv6.
  ///   - queues: of both ends, in each direction. What is sent by one end's queue n is received by the other's queue n.
  ///   - clientHasProgram: whether the client's end gets the passing program.
  /// - Throws: `LabError`, without root or where a tool or the built object is missing.
  public init(mtu: Int = 1500, queues: Int = 1, clientHasProgram: Bool = true) throws {
    let serverSpace = try NetworkNamespace()
    let clientSpace = try NetworkNamespace()
    // Interface names of their own, since a loader may name its pins after them.
    let number = "\(getpid() % 1_000_000)n\(LabCounter.next())"
    server = Host(namespace: serverSpace, interface: "s\(number)", ipv4: "10.77.0.1", ipv6: "fd77::1")
    client = Host(namespace: clientSpace, interface: "c\(number)", ipv4: "10.77.0.2", ipv6: "fd77::2")
    let size = ["mtu", "\(mtu)", "numtxqueues", "\(queues)", "numrxqueues", "\(queues)"]
    try Command.run(
      ["ip", "link", "add", server.interface, "netns", serverSpace.name] + size
        + ["type", "veth", "peer", "name", client.interface, "netns", clientSpace.name] + size)
    for host in [server, client] {
      try host.namespace.run("sysctl", "-qw", "net.ipv6.conf.all.accept_ra=0")
      try Self.configure(host, hasIPv6: mtu >= 1280)
      // A tag in the skb's metadata would be invisible to XDP: have the kernel write it into the frame.
      try host.namespace.run("ethtool", "-K", host.interface, "txvlan", "off", "tx-vlan-stag-hw-insert", "off")
    }
    if clientHasProgram { try Self.attachPassingProgram(to: client) }
    for address in mtu >= 1280 ? [server.ipv4, server.ipv6] : [server.ipv4] {
      try Self.waitForCarrier(from: client, to: address)
    }
  }

  /// From now on the client sends and understands only tagged frames. The tags are written by programs at its end,
  /// not by VLAN interfaces, which not every kernel has; the server's kernel does not know them, so that only an XDP
  /// program can answer.
  public func tag(_ tagging: Tagging) throws {
    let suffix = tagging == .one ? "one" : "two"
    let space = client.namespace
    for (address, option) in [(server.ipv4, "-4"), (server.ipv6, "-6")] {
      try space.run(
        "ip", option, "neigh", "replace", address, "lladdr", try server.linkAddress, "dev", client.interface,
        "nud", "permanent")
    }
    try space.run("tc", "qdisc", "add", "dev", client.interface, "clsact")
    for (direction, verb) in [("egress", "push"), ("ingress", "pop")] {
      try space.run(
        "tc", "filter", "add", "dev", client.interface, direction, "bpf", "da", "obj", Products.labPrograms,
        "sec", "tc", "program", "tc_\(verb)_\(suffix)")
    }
  }

  /// Removes everything now.
  public func close() {
    client.namespace.close()
    server.namespace.close()
  }

  static func configure(_ host: Host, hasIPv6: Bool) throws {
    try host.namespace.run("ip", "addr", "add", "\(host.ipv4)/24", "dev", host.interface)
    // Without duplicate address detection the address can be used at once.
    if hasIPv6 {
      try host.namespace.run("ip", "addr", "add", "\(host.ipv6)/64", "dev", host.interface, "nodad")
    }
    try host.namespace.run("ip", "link", "set", "dev", host.interface, "up")
  }

  static func attachPassingProgram(to host: Host) throws {
    let object = Products.labPrograms
    guard access(object, R_OK) == 0 else { throw LabError("\(object) is missing: run make build first") }
    try host.namespace.run("ip", "link", "set", "dev", host.interface, "xdpdrv", "obj", object, "sec", "xdp")
  }

  /// Any change at one end restarts the other's NAPI: wait until packets get across.
  static func waitForCarrier(from host: Host, to address: String) throws {
    let deadline = ContinuousClock.now + .seconds(20)
    while !host.reaches(address, within: .milliseconds(300)) {
      guard ContinuousClock.now < deadline else {
        throw LabError("no packet gets from \(host.interface) to \(address)")
      }
      usleep(10_000)
    }
  }
}
