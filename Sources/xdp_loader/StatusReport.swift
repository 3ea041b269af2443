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
    var rows: [(String, String)] = [
      ("mode", "\(mode.rawValue), driver \(interface.driver), MTU \(interface.mtu)"),
      ("kept", modeSentence + (pins.map { ": \($0)" } ?? "")),
      ("program", "\(program.name), id \(program.id), tag \(program.tag), loaded \(Format.time(age)) ago"),
      ("serves", "port \(ports.map { "\($0)" }.joined(separator: ", "))"),
      ("addresses", addresses.map(\.description).joined(separator: ", ")),
      (
        "sessions", "\(sessions.values.reduce(0, +)) of \(maxSessions), \(maxTimeWait) in time-wait at most"
          + (states.isEmpty ? "" : ": " + states.joined(separator: ", "))
      ),
      ("segments", "window \(window), MSS \(segmentSizeIPv4) (IPv4), \(segmentSizeIPv6) (IPv6)"),
      (
        "timeouts",
        timeouts.map { "\($0.name.replacing("_", with: "-")) \(Format.time($0.nanoseconds))" }.joined(separator: ", ")
      ),
      ("sends", sending),
    ]
    if let site { rows.append(("site", site.text + (logsAccess ? "; requests are logged" : ""))) }
    if let pump { rows.append(("pump", pump.text)) }
    if let fault = pump?.fault { rows.append(("", "-> " + fault.mend)) }
    return ([interface.name] + rows.map { "  " + Format.left($0.0, 11) + $0.1 }).joined(separator: "\n")
  }

  private var sending: String {
    let features: [(TransportSettings.Features, String)] = [
      (.selectiveAcknowledgments, "SACK"), (.timestamps, "timestamps"), (.windowScaling, "window scaling"),
      (.congestionNotification, "ECN"),
    ]
    var words = ["\(transport.congestionControl.name) from \(transport.initialWindow) segments on"]
    words += features.filter { transport.features.contains($0.0) }.map(\.1)
    words.append(
      "RTO \(Format.time(transport.minimumTimeout.nanoseconds)) to "
        + "\(Format.time(transport.maximumTimeout.nanoseconds))")
    words.append("gives up after \(Format.time(transport.giveUpTime.nanoseconds))")
    if let keepAlive = transport.keepAlive {
      words.append(
        "keep-alive after \(Format.time(keepAlive.idle.nanoseconds)), \(keepAlive.probes) times every "
          + Format.time(keepAlive.interval.nanoseconds))
    }
    if !sendsBursts { words.append("one segment at a time") }
    return words.joined(separator: ", ")
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
      .init("max_sessions", .unsigned(UInt64(maxSessions))), .init("max_time_wait", .unsigned(UInt64(maxTimeWait))),
      .init("sessions", StatisticsReport.json(sessions)),
      .init("window", .unsigned(UInt64(window))),
      .init("maximum_segment_size_ipv4", .unsigned(UInt64(segmentSizeIPv4))),
      .init("maximum_segment_size_ipv6", .unsigned(UInt64(segmentSizeIPv6))),
      .init("timeouts_ns", .object(timeouts.map { .init($0.name, .unsigned($0.nanoseconds)) })),
      .init("sends_bursts", .bool(sendsBursts)), .init("transport", transport.json),
      .init("pump", pump.map(\.json) ?? .null),
      .init("site", site.map { .object($0.fields + [.init("access_log", .bool(logsAccess))]) } ?? .null),
    ])
  }
}

extension PumpHealth {
  fileprivate var text: String {
    var words = [fault.map { "\(state.rawValue): \($0.sentence)" } ?? state.rawValue]
    if let rate { words.append("\(rate) rounds a second while something is due") }
    words.append("\(Format.count(rounds)) rounds")
    if let lastRoundAge { words.append("the last one \(Format.time(lastRoundAge)) ago") }
    words += ["\(Format.count(wakes)) wakes", "\(Format.count(segments)) segments sent"]
    return words.joined(separator: ", ") + " (\(sendingInterface), \(receivingInterface))"
  }

  fileprivate var json: JSON {
    .object([
      .init("state", .string(state.rawValue)),
      .init("interfaces", .array([.string(sendingInterface), .string(receivingInterface)])),
      .init("rate", rate.map { .unsigned(UInt64($0)) } ?? .null), .init("rounds", .unsigned(rounds)),
      .init("last_round_age_ns", lastRoundAge.map { .unsigned($0) } ?? .null), .init("wakes", .unsigned(wakes)),
      .init("segments_sent", .unsigned(segments)), .init("fault", .optional(fault?.sentence)),
      .init("mend", .optional(fault?.mend)),
    ])
  }
}

extension TransportSettings.CongestionControl {
  /// As the command line has it.
  fileprivate var name: String { self == .cubic ? "cubic" : "newreno" }
}

extension TransportSettings {
  fileprivate var json: JSON {
    .object([
      .init("congestion_control", .string(congestionControl.name)),
      .init("initial_window", .unsigned(UInt64(initialWindow))),
      .init("sack", .bool(features.contains(.selectiveAcknowledgments))),
      .init("timestamps", .bool(features.contains(.timestamps))),
      .init("window_scaling", .bool(features.contains(.windowScaling))),
      .init("ecn", .bool(features.contains(.congestionNotification))),
      .init("minimum_timeout_ns", .unsigned(minimumTimeout.nanoseconds)),
      .init("maximum_timeout_ns", .unsigned(maximumTimeout.nanoseconds)),
      .init("give_up_ns", .unsigned(giveUpTime.nanoseconds)),
      .init(
        "keep_alive",
        keepAlive.map { keepAlive in
          .object([
            .init("idle_ns", .unsigned(keepAlive.idle.nanoseconds)),
            .init("interval_ns", .unsigned(keepAlive.interval.nanoseconds)),
            .init("probes", .unsigned(UInt64(keepAlive.probes))),
          ])
        } ?? .null),
    ])
  }
}
