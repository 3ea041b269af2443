import BPF

extension Checks {
  /// An interface: driver, MTU, queues, addresses, what is attached, and how its pump fares.
  public static func interface(_ interface: NetworkInterface) -> [Finding] {
    var findings = [link(interface), driver(interface), native(interface), mtu(interface), addresses(interface)]
    if interface.kind == "veth" { findings.append(peer(interface)) }
    findings.append(occupant(interface))
    if let pump = pump(interface) { findings.append(pump) }
    return findings
  }

  private static func link(_ interface: NetworkInterface) -> Finding {
    let name = interface.name
    if interface.isLoopback {
      return Finding(.failure, "link", "\(name) is the loopback interface", mend: "name another one")
    }
    return interface.isUp
      ? Finding(.ok, "link", "\(name) is up")
      : Finding(.warning, "link", "\(name) is down", mend: "ip link set \(name) up")
  }

  private static func driver(_ interface: NetworkInterface) -> Finding {
    Finding(
      .ok, "driver", "\(interface.name) has the driver \(interface.driver), \(interface.receiveQueues) receive and "
        + "\(interface.transmitQueues) transmit queues")
  }

  private static func native(_ interface: NetworkInterface) -> Finding {
    guard let features = DriverFeatures.query(interface: interface.index) else {
      return Finding(
        .ok, "native", "this kernel does not tell beforehand whether \(interface.driver) has a native mode")
    }
    // Drivers that leave the word out run programs all the same, now and then.
    return features.runsNatively
      ? Finding(.ok, "native", "\(interface.driver) has a native mode\(features.offloads ? ", and offload" : "")")
      : Finding(
        .warning, "native", "\(interface.driver) says that it has no native mode as it is set up now",
        mend: "use -S, or --mode auto")
  }

  private static func mtu(_ interface: NetworkInterface) -> Finding {
    if let limit = Refusal.limit(interface), interface.mtu > limit {
      return Finding(
        .warning, "mtu", "MTU \(interface.mtu) is more than \(interface.driver)'s native mode takes, about \(limit)",
        mend: "ip link set \(interface.name) mtu 1500 on both ends, or -S")
    }
    return Finding(.ok, "mtu", "MTU \(interface.mtu)")
  }

  private static func addresses(_ interface: NetworkInterface) -> Finding {
    let found = ((try? IPAddress.local()) ?? []).sorted().map(\.description)
    if found.isEmpty {
      return Finding(
        .failure, "addresses", "this network namespace has no address to answer for",
        mend: "ip address add ... dev \(interface.name), or --address")
    }
    return Finding(.ok, "addresses", "answers for \(found.joined(separator: ", "))")
  }

  private static func peer(_ interface: NetworkInterface) -> Finding {
    guard let peer = interface.peer else {
      return Finding(
        .warning, "veth_peer", "the other end of \(interface.name) cannot be seen from here: native mode answers only "
          + "if it has an XDP program")
    }
    if peer.hasProgram { return Finding(.ok, "veth_peer", "\(peer.name), the other end, has an XDP program") }
    return Finding(
      .warning, "veth_peer", "\(peer.name), the other end, has no XDP program: native answers do not reach it",
      mend: "attach one there, or use -S")
  }

  /// nil where no server with a pump is attached.
  private static func pump(_ interface: NetworkInterface) -> Finding? {
    guard let server = try? RunningServer(interface: interface), let health = (try? Status(server))?.pump else {
      return nil
    }
    if let fault = health.fault { return Finding(.warning, "pump", "the pump: \(fault.sentence)", mend: fault.mend) }
    return Finding(.ok, "pump", "the pump is \(health.state.rawValue)")
  }

  private static func occupant(_ interface: NetworkInterface) -> Finding {
    do {
      guard let occupant = try Occupant.all(on: interface).first else {
        return Finding(.ok, "attached", "nothing is attached")
      }
      if occupant.isServer { return Finding(.ok, "attached", "the server is attached: \(occupant)") }
      return Finding(.warning, "attached", "\(occupant) is attached", mend: "replace it with -F, or detach it")
    } catch {
      return Finding(.warning, "attached", error.sentence, mend: error.mend)
    }
  }
}
