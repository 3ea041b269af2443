import Glibc
import ServerControl

/// Statistics that are read again every second, until a signal comes or the server goes.
struct LiveView {
  let interface: String
  let json: Bool

  /// - Parameters:
  ///   - reloader: what SIGHUP and changed files are for; nil: SIGHUP ends the view.
  ///   - read: gives the counters and the sessions by state, or nil once the server is gone.
  func show(_ reloader: Reloader? = nil, _ read: () throws -> (Statistics, [String: Int])?) throws {
    let isTerminal = isatty(1) == 1 && !json
    var earlier: Statistics?
    repeat {
      guard let (statistics, sessions) = try read() else {
        return Output.error("xdp_loader: the server on \(interface) was detached or replaced")
      }
      let report = StatisticsReport(
        interface: interface, statistics: statistics, earlier: earlier, sessions: sessions)
      if json {
        Output.line(report.json.text(indented: false))
      } else {
        // Home and clear to the end, so that the view stays where it is.
        let message = isTerminal && reloader?.message.isEmpty == false ? "\n\(reloader?.message ?? "")" : ""
        Output.line((isTerminal ? "\u{1B}[H\u{1B}[2J" : "") + report.text + message)
      }
      earlier = statistics
      reloader?.collect()
    } while !pause(reloader)
  }

  /// Waits for a second, reloading on demand.
  /// - Returns: whether the view is to end.
  private func pause(_ reloader: Reloader?) -> Bool {
    guard let reloader else { return Interruption.wait(milliseconds: 1000) != nil }
    let end = ContinuousClock.now + .seconds(1)
    repeat {
      switch Interruption.wait(milliseconds: 100) {
      case SIGHUP: reloader.reload()
      case .some: return true
      case nil: reloader.tick()
      }
    } while ContinuousClock.now < end
    return false
  }
}

/// Statistics as text and as JSON.
struct StatisticsReport {
  let interface: String
  let statistics: Statistics
  /// What was read before, for rates; nil: none are shown.
  let earlier: Statistics?
  /// By state.
  let sessions: [String: Int]

  private var rates: [Double]? { earlier.map { statistics.rates(since: $0) } }

  /// Counters that are 0 are left out, but for the first group.
  var text: String {
    var lines = ["\(interface): \(sessions.values.reduce(0, +)) sessions"]
    for group in Counter.Group.allCases {
      var rows: [String] = []
      for (index, counter) in Counter.all.enumerated() where counter.group == group {
        let value = statistics.values[index]
        if value == 0, group != .traffic { continue }
        var row = "  " + Format.left(counter.name, 36) + Format.right(Format.count(value), 18)
        if let rates { row += Format.right(Format.count(UInt64(rates[index].rounded())) + "/s", 16) }
        rows.append(row)
      }
      if !rows.isEmpty { lines += [group.rawValue] + rows }
    }
    return lines.joined(separator: "\n")
  }

  var json: JSON {
    let counters = zip(Counter.all, statistics.values).map { JSON.Field($0.name, .unsigned($1)) }
    var fields: [JSON.Field] = [
      .init("interface", .string(interface)), .init("monotonic_ns", .unsigned(statistics.moment)),
      .init("sessions", Self.json(sessions)), .init("counters", .object(counters)),
    ]
    if let rates {
      let values = zip(Counter.all, rates).map { JSON.Field($0.name, .number($1)) }
      fields.append(.init("rates_per_second", .object(values)))
    }
    return .object(fields)
  }

  /// Connections by state, every state named.
  static func json(_ sessions: [String: Int]) -> JSON {
    let total = JSON.Field("total", .integer(Int64(sessions.values.reduce(0, +))))
    return .object(
      [total] + Session.states.map { .init($0.replacing("-", with: "_"), .integer(Int64(sessions[$0] ?? 0))) })
  }
}
