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

/// `xdp_loader check`.
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tells what this kernel, interface and set-up can and cannot do, and what mends it.",
    discussion: "Changes nothing. Exits with 1 if something is in the way of attaching.")

  @Argument(help: ArgumentHelp("The network interface.", valueName: "interface"))
  var interface: String?
  @Option(help: ArgumentHelp("An eBPF object to try in the place of the built-in one.", valueName: "path"))
  var object: String?
  @OptionGroup var output: OutputOptions

  func run() throws {
    try Output.reporting(output) {
      let file = try object.map { path throws(ControlError) in try DataPlaneObjectFile(path: path) } ?? .embedded
      var findings = Checks.host(file: file)
      if let interface { findings += Checks.interface(try NetworkInterface(named: interface)) }
      let worst = findings.map(\.level).max() ?? .ok
      if output.json {
        Output.json(.object([.init("worst", .string(worst.rawValue)), .init("findings", .array(findings.map(\.json)))]))
      } else {
        for finding in findings {
          Output.line(Format.left(finding.level.rawValue, 9) + Format.left(finding.subject, 21) + finding.sentence)
          if let mend = finding.mend { Output.line(String(repeating: " ", count: 30) + "-> " + mend) }
        }
      }
      if worst == .failure { throw ExitCode(1) }
    }
  }
}

extension Finding {
  var json: JSON {
    .object([
      .init("level", .string(level.rawValue)), .init("subject", .string(subject)),
      .init("sentence", .string(sentence)), .init("mend", .optional(mend)),
    ])
  }
}
