import ArgumentParser
import Glibc
import ServerControl

/// `xdp_loader log`.
struct Log: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Prints the access log, a line for each answer.",
    discussion: """
      Each line is given once, to one reader. The server keeps the lines that nobody has read as far as there is room, \
      and counts those that it loses.
      """)

  @Argument(help: ArgumentHelp("The network interface.", valueName: "interface"))
  var interface: String
  @Option(help: ArgumentHelp("common, combined or json.", valueName: "format"))
  var format = LogFormat.combined
  @Flag(name: [.customShort("f"), .long], help: "Go on until Ctrl-C, or until the server goes.")
  var follow = false
  @OptionGroup var output: OutputOptions

  func run() throws {
    try Output.reporting(output) {
      try Host.requirePrivileges(for: .finding)
      let found = try NetworkInterface(named: interface)
      let server = try RunningServer(interface: found)
      let log = try AccessLog(server)
      Interruption.prepare()
      var lines = LineBuffer()
      var lost = try server.readStatistics()["log_entries_lost"] ?? 0
      let format = output.json ? .json : format
      var looked = ContinuousClock.now
      while true {
        try log.read(timeout: follow ? .milliseconds(100) : .zero) { lines.add(format.line($0)) }
        lines.flush()
        guard follow, Interruption.wait(milliseconds: 0) == nil else { return }
        guard looked.duration(to: .now) > .seconds(1) else { continue }
        looked = .now
        let total = try server.readStatistics()["log_entries_lost"] ?? 0
        if total > lost { Output.error("xdp_loader: \(total - lost) lines were lost: nobody read them in time") }
        lost = total
        guard (try? RunningServer(interface: found))?.isSame(as: server) ?? false else {
          return Output.error("xdp_loader: the server on \(interface) was detached or replaced")
        }
      }
    }
  }
}

extension LogFormat: ExpressibleByArgument {}

/// Lines that are written together.
private struct LineBuffer {
  private var text: [UInt8] = []

  mutating func add(_ line: String) {
    text += line.utf8
    text.append(UInt8(ascii: "\n"))
    if text.count >= 65536 { flush() }
  }

  mutating func flush() {
    Output.write(text)
    text.removeAll(keepingCapacity: true)
  }
}
