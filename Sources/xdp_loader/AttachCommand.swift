import ArgumentParser
import ServerControl

/// `xdp_loader attach`.
struct Attach: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Attaches the server, pins it and exits: the server stays.",
    discussion: """
      A server of ours that is attached already is updated in place: its sessions go on. Another program is named and \
      left alone, unless -F is given.
      """)

  @Argument(help: ArgumentHelp("The network interface.", valueName: "interface"))
  var interface: String
  @OptionGroup var mode: ModeOptions
  @OptionGroup var server: ServerOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try Output.reporting(output) {
      var options = AttachOptions()
      options.mode = mode.wanted
      options.replace = mode.replace
      let progress = ProgressBar(isShown: !output.json)
      defer { progress.end() }
      let report = try Server.install(
        file: try server.file(), interface: try NetworkInterface(named: interface), settings: server.settings,
        options: options, progress: progress.show)
      progress.end()
      Output.notices(report.notices)
      if output.json { return Output.json(report.json) }
      Output.line(report.sentence(ports: server.port))
    }
  }
}

/// `xdp_loader detach`.
struct Detach: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Detaches the server and removes its pins. Its connections end.")

  @Argument(help: ArgumentHelp("The network interface.", valueName: "interface"))
  var interface: String
  @OptionGroup var output: OutputOptions

  func run() throws {
    try Output.reporting(output) {
      let found = try NetworkInterface(named: interface)
      Output.notices(try Server.detach(interface: found))
      if output.json {
        return Output.json(.object([.init("outcome", .string("detached")), .init("interface", .string(interface))]))
      }
      Output.line("detached from \(interface)")
    }
  }
}

extension AttachReport {
  var json: JSON {
    .object([
      .init("outcome", .string(outcome.rawValue)), .init("interface", .string(interface)),
      .init("mode", .string(mode.rawValue)), .init("program_id", .unsigned(UInt64(programID))),
      .init("pins", .optional(pins)), .init("notices", .array(notices.map { .string($0.description) })),
    ])
  }

  func sentence(ports: [UInt16]) -> String {
    let list = Set(ports).sorted().map { "\($0)" }.joined(separator: ", ")
    let what: String
    switch outcome {
    case .attached: what = "attached to \(interface)"
    case .updated: what = "updated the server on \(interface); its sessions go on"
    case .replaced: what = "replaced the program on \(interface)"
    case .replacedWithGap: what = "detached the program on \(interface) and attached"
    }
    return "\(what): \(mode.rawValue) mode, port\(Set(ports).count == 1 ? "" : "s") \(list)"
  }
}
