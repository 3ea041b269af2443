import ArgumentParser
import ServerControl

/// `xdp_loader reload`.
struct Reload: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Packs the content anew and swaps it in at once.",
    discussion: """
      What is being transferred ends with the old bytes; no connection is dropped. Without options for the content it \
      is what the server was last told to serve, as it is now.
      """)

  @Argument(help: ArgumentHelp("The network interface.", valueName: "interface"))
  var interface: String
  @OptionGroup var content: ContentOptions
  @Option(help: ArgumentHelp("How long to wait until nobody has the old content.", valueName: "time"))
  var wait = TimeArgument(.seconds(10))
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if content.accessLog, content.flags.isEmpty {
      throw ValidationError("--access-log is given, and nothing to serve: say both, or neither.")
    }
  }

  func run() throws {
    try Output.reporting(output) {
      let flags = content.absoluteFlags
      let progress = ProgressBar(isShown: !output.json)
      defer { progress.end() }
      let report = try Server.reload(
        interface: try NetworkInterface(named: interface), site: flags == SiteFlags() ? nil : flags,
        wait: wait.duration, progress: progress.show)
      progress.end()
      Output.notices(report.notices)
      if output.json { return Output.json(report.json(interface: interface)) }
      Output.line("\(interface) serves \(report.text)")
    }
  }
}

extension SiteReport {
  /// Names are documented.
  var fields: [JSON.Field] {
    [
      .init("generation", .unsigned(UInt64(current.number))), .init("resources", .integer(Int64(current.resources))),
      .init("bytes", .integer(Int64(current.bytes))), .init("held", .array(held.map(\.json))),
    ]
  }

  func json(interface: String) -> JSON {
    .object(
      [.init("outcome", .string("reloaded")), .init("interface", .string(interface))] + fields
        + [.init("notices", .array(notices.map { .string($0.description) }))])
  }

  var text: String {
    var text = "site \(current.number): \(Format.plural(current.resources, "resource")), "
      + "\(Format.bytes(current.bytes)) of memory"
    if !held.isEmpty {
      let list = held.map { "\($0.number) (\(Format.bytes($0.bytes)))" }.joined(separator: ", ")
      text += "; connections still get answers of site \(list)"
    }
    return text
  }
}

extension SiteReport.Generation {
  var json: JSON {
    .object([
      .init("generation", .unsigned(UInt64(number))), .init("resources", .integer(Int64(resources))),
      .init("bytes", .integer(Int64(bytes))),
    ])
  }
}
