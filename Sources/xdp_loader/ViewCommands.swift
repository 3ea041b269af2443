import ArgumentParser
import ServerControl

/// The interface of a view, or all that are served.
struct TargetOptions: ParsableArguments {
  @Argument(help: ArgumentHelp("The network interface (default: all that are served).", valueName: "interface"))
  var interface: String?

  func interfaces() throws(ControlError) -> [NetworkInterface] {
    try Host.requirePrivileges(for: .finding)
    if let interface { return [try NetworkInterface(named: interface)] }
    return try RunningServer.interfaces()
  }
}

/// `xdp_loader status`.
struct Status: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Shows what is attached where, and how it is set up.")
  @OptionGroup var target: TargetOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try Output.reporting(output) {
      var values: [JSON] = []
      for interface in try target.interfaces() {
        let status = try ServerControl.Status(try RunningServer(interface: interface))
        if output.json { values.append(status.json) } else { Output.line(status.text) }
      }
      if output.json { return Output.json(.object([.init("servers", .array(values))])) }
      if target.interface == nil, try target.interfaces().isEmpty { Output.line("no interface is served") }
    }
  }
}

/// `xdp_loader stats`.
struct Stats: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Shows the counters, totals over all CPUs.")
  @OptionGroup var target: TargetOptions
  @Flag(help: "Read them every second and show rates, until Ctrl-C.") var watch = false
  @OptionGroup var output: OutputOptions

  func run() throws {
    try Output.reporting(output) {
      let interfaces = try target.interfaces()
      if watch {
        guard interfaces.count == 1, let interface = interfaces.first else {
          throw ControlError(
            .invalidSetting, "--watch shows one interface, and \(interfaces.count) are served", mend: "name it")
        }
        Interruption.prepare()
        return try LiveView(interface: interface.name, json: output.json).show {
          let server = try RunningServer(interface: interface)
          return (try server.readStatistics(), try server.sessionCounts())
        }
      }
      var values: [JSON] = []
      for interface in interfaces {
        let server = try RunningServer(interface: interface)
        let report = StatisticsReport(
          interface: interface.name, statistics: try server.readStatistics(), earlier: nil,
          sessions: try server.sessionCounts())
        if output.json { values.append(report.json) } else { Output.line(report.text) }
      }
      if output.json { return Output.json(.object([.init("servers", .array(values))])) }
      if interfaces.isEmpty { Output.line("no interface is served") }
    }
  }
}
