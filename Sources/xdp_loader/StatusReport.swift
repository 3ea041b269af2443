import ServerControl

extension ServerControl.Status {
  private var modeSentence: String {
    switch keeper {
    case .pin: "stays until detached (pinned)"
    case .process: "goes with the process that holds it"
    case .interface: "stays until detached (held by the interface)"
    }
  }

  var text: String {
    let states = Session.states.compactMap { state in sessions[state].map { "\($0) \(state)" } }
    let rows: [(String, String)] = [
      ("mode", "\(mode.rawValue), driver \(interface.driver), MTU \(interface.mtu)"),
      ("kept", modeSentence + (pins.map { ": \($0)" } ?? "")),
      ("program", "\(program.name), id \(program.id), tag \(program.tag), loaded \(Format.time(age)) ago"),
      ("serves", "port \(ports.map { "\($0)" }.joined(separator: ", "))"),
      ("addresses", addresses.map(\.description).joined(separator: ", ")),
      (
        "sessions", "\(sessions.values.reduce(0, +)) of \(maxSessions)"
          + (states.isEmpty ? "" : ": " + states.joined(separator: ", "))
      ),
      ("segments", "window \(window), MSS \(segmentSizeIPv4) (IPv4), \(segmentSizeIPv6) (IPv6)"),
      (
        "timeouts",
        timeouts.map { "\($0.name.replacing("_", with: "-")) \(Format.time($0.nanoseconds))" }.joined(separator: ", ")
      ),
    ]
    return ([interface.name] + rows.map { "  " + Format.left($0.0, 11) + $0.1 }).joined(separator: "\n")
  }

  var json: JSON {
    .object([
      .init("interface", .string(interface.name)), .init("interface_index", .unsigned(UInt64(interface.index))),
      .init("driver", .string(interface.driver)), .init("mtu", .integer(Int64(interface.mtu))),
      .init("mode", .string(mode.rawValue)), .init("kept_by", .string(keeper.rawValue)), .init("pins", .optional(pins)),
      .init(
        "program",
        .object([
          .init("name", .string(program.name)), .init("id", .unsigned(UInt64(program.id))),
          .init("tag", .string(program.tag)), .init("age_ns", .unsigned(age)),
          .init("run_count", .unsigned(program.runCount)), .init("run_time_ns", .unsigned(program.runTime)),
        ])),
      .init("ports", .array(ports.map { .unsigned(UInt64($0)) })),
      .init("addresses", .array(addresses.map { .string($0.description) })),
      .init("max_sessions", .unsigned(UInt64(maxSessions))), .init("sessions", StatisticsReport.json(sessions)),
      .init("window", .unsigned(UInt64(window))),
      .init("maximum_segment_size_ipv4", .unsigned(UInt64(segmentSizeIPv4))),
      .init("maximum_segment_size_ipv6", .unsigned(UInt64(segmentSizeIPv6))),
      .init("timeouts_ns", .object(timeouts.map { .init($0.name, .unsigned($0.nanoseconds)) })),
    ])
  }
}
