import ArgumentParser
import ServerControl

/// `xdp_loader check`.
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tells what this kernel, interface and set-up can and cannot do, and what mends it.",
    discussion: """
      Changes nothing. Exits with 1 if something is in the way of attaching. With options for the content it tells \
      what would be served, and where a mistake is.
      """)

  @Argument(help: ArgumentHelp("The network interface.", valueName: "interface"))
  var interface: String?
  @Option(help: ArgumentHelp("An eBPF object to try in the place of the built-in one.", valueName: "path"))
  var object: String?
  @OptionGroup var content: ContentOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try Output.reporting(output) {
      var site: SiteView?
      if !content.flags.isEmpty {
        let view = SiteView(preview: try SitePreview(content.flags))
        Output.notices(view.preview.notices)
        if interface == nil, object == nil {
          return output.json ? Output.json(.object([.init("site", view.json)])) : Output.line(view.text)
        }
        site = view
      }
      let file = try object.map { path throws(ControlError) in try DataPlaneObjectFile(path: path) } ?? .embedded
      var findings = Checks.host(file: file)
      if let interface { findings += Checks.interface(try NetworkInterface(named: interface)) }
      let worst = findings.map(\.level).max() ?? .ok
      if output.json {
        let fields: [JSON.Field] = [
          .init("worst", .string(worst.rawValue)), .init("findings", .array(findings.map(\.json))),
        ]
        Output.json(.object(fields + (site.map { [.init("site", $0.json)] } ?? [])))
      } else {
        for finding in findings {
          Output.line(Format.left(finding.level.rawValue, 9) + Format.left(finding.subject, 21) + finding.sentence)
          if let mend = finding.mend { Output.line(String(repeating: " ", count: 30) + "-> " + mend) }
        }
      }
      if !output.json, let site { Output.line(site.text) }
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
