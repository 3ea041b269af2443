import Glibc

/// Clients beside a lab's own, at further interfaces of the server's host.
extension Lab {
  /// A client at the other end of a wire of its own.
  /// - Returns: the new wire's two ends.
  public func addClient() throws -> (server: Host, client: Host) {
    let (near, far) = try Self.addWire(from: server.namespace, to: try NetworkNamespace())
    try Self.attachPassingProgram(to: far)
    try Self.waitForCarrier(from: far, to: near.ipv4)
    return (near, far)
  }

  /// A client behind a router.
  /// - Parameter mtu: what the router sends on towards the client at most, bytes, at least 1280; it tells whoever
  ///   sends more (ICMP "fragmentation needed", ICMPv6 "packet too big"). Neither end's own link shows it.
  /// - Returns: the server's end of its wire to the router, the router's end of that, and the client.
  public func addRoutedClient(mtu: Int) throws -> (server: Host, router: Host, client: Host) {
    let (near, router) = try Self.addWire(from: server.namespace, to: try NetworkNamespace())
    let (last, far) = try Self.addWire(from: router.namespace, to: try NetworkNamespace())
    try router.namespace.run("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1")
    // One frame is one segment: what the router receives is what it judges.
    for host in [near, router, last, far] {
      try host.namespace.run("ethtool", "-K", host.interface, "gro", "off", "gso", "off", "tso", "off")
    }
    for (option, to, hop, back, source) in [
      ("-4", far.ipv4 + "/32", router.ipv4, last.ipv4, near.ipv4 + "/32"),
      ("-6", far.ipv6 + "/128", router.ipv6, last.ipv6, near.ipv6 + "/128"),
    ] {
      try server.namespace.run("ip", option, "route", "add", to, "via", hop)
      try far.namespace.run("ip", option, "route", "add", source, "via", back)
      try router.namespace.run("ip", option, "route", "add", to, "dev", last.interface, "mtu", "\(mtu)")
    }
    try Self.attachPassingProgram(to: router)
    for address in [near.ipv4, near.ipv6] { try Self.waitForCarrier(from: far, to: address) }
    return (near, router, far)
  }

  private static func addWire(
    from one: NetworkNamespace, to other: NetworkNamespace
  ) throws -> (near: Host, far: Host) {
    let number = LabCounter.next()
    // 10.77.0.0/24 and fd77::/64 are the lab's own.
    let (third, name) = (number % 254 + 1, "\(getpid() % 1_000_000)n\(number)")
    let near = Host(namespace: one, interface: "s\(name)", ipv4: "10.77.\(third).1", ipv6: "fd77:\(third)::1")
    let far = Host(namespace: other, interface: "c\(name)", ipv4: "10.77.\(third).2", ipv6: "fd77:\(third)::2")
    try Command.run(
      "ip", "link", "add", near.interface, "netns", one.name, "type", "veth", "peer", "name", far.interface, "netns",
      other.name)
    for host in [near, far] { try configure(host, hasIPv6: true) }
    return (near, far)
  }
}
