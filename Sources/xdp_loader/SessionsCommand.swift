import ArgumentParser
import ServerControl

/// `xdp_loader sessions`.
struct Sessions: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Lists the connections, as ss does.")
  @OptionGroup var target: TargetOptions
  @Option(
    help: ArgumentHelp(
      "Only connections in this state, such as established; repeat it for more.", valueName: "state"))
  var state: [String] = []
  @OptionGroup var output: OutputOptions

  func validate() throws {
    for name in state where !Session.states.contains(name) {
      throw ValidationError("There is no state \(name), only \(Session.states.joined(separator: ", ")).")
    }
  }

  func run() throws {
    try Output.reporting(output) {
      var found: [(interface: String, session: Session)] = []
      let interfaces = try target.interfaces()
      for interface in interfaces {
        let server = try RunningServer(interface: interface)
        try server.forEachSession(states: state.isEmpty ? nil : Set(state)) { found.append((interface.name, $0)) }
      }
      // Oldest first, since the kernel's order says nothing.
      found.sort { $0.session.age > $1.session.age }
      if output.json {
        return Output.json(.object([.init("sessions", .array(found.map { $0.session.json(interface: $0.interface) }))]))
      }
      if interfaces.isEmpty { return Output.line("no interface is served") }
      Output.line(Session.heading)
      for entry in found { Output.line(entry.session.text) }
    }
  }
}

extension Session {
  static let heading =
    Format.left("State", 13) + Format.right("Received", 10) + Format.right("Sent", 12) + Format.right("Requests", 10)
    + "  " + Format.left("Local Address:Port", 26) + Format.left("Peer Address:Port", 26) + Format.right("RTT", 9)
    + Format.right("Window", 10) + Format.right("Resent", 8) + Format.right("Age", 8) + Format.right("Expires", 9)

  var text: String {
    let vlan = vlans.isEmpty ? "" : " vlan " + vlans.map { "\($0)" }.joined(separator: ".")
    return Format.left(state, 13) + Format.right("\(bytesReceived)", 10) + Format.right("\(bytesSent)", 12)
      + Format.right("\(requests)", 10) + "  " + Format.left(localAddress.description(port: localPort), 25) + " "
      + Format.left(remoteAddress.description(port: remotePort), 25) + " " + sending
      + Format.right(Format.time(age), 8) + Format.right(Format.time(expiresIn), 9) + vlan
  }

  private var sending: String {
    Format.right(roundTrip.map { Format.roundTrip($0) } ?? "-", 9) + Format.right("\(congestionWindow)", 10)
      + Format.right("\(segmentsRetransmitted)", 8)
  }

  func json(interface: String) -> JSON {
    .object([
      .init("interface", .string(interface)), .init("state", .string(state)),
      .init("local_address", .string(localAddress.description)), .init("local_port", .unsigned(UInt64(localPort))),
      .init("remote_address", .string(remoteAddress.description)), .init("remote_port", .unsigned(UInt64(remotePort))),
      .init("vlans", .array(vlans.map { .unsigned(UInt64($0)) })), .init("bytes_received", .unsigned(bytesReceived)),
      .init("bytes_sent", .unsigned(bytesSent)), .init("bytes_in_flight", .unsigned(UInt64(bytesInFlight))),
      .init("round_trip_ns", roundTrip.map { .unsigned($0) } ?? .null),
      .init("congestion_window", .unsigned(UInt64(congestionWindow))),
      .init("slow_start_threshold", slowStartThreshold.map { .unsigned(UInt64($0)) } ?? .null),
      .init("recovery", .string(recovery.rawValue)),
      .init("segments_retransmitted", .unsigned(UInt64(segmentsRetransmitted))),
      .init("requests", .unsigned(UInt64(requests))), .init("segments_received", .unsigned(UInt64(segmentsReceived))),
      .init("age_ns", .unsigned(age)), .init("expires_in_ns", .unsigned(expiresIn)),
    ])
  }
}
