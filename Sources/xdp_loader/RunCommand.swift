import ArgumentParser
import Glibc
import ServerControl

/// `xdp_loader run`, the default.
struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Attaches the server, shows live statistics, and detaches on Ctrl-C.",
    discussion: "Nothing is pinned: should this process die, the server goes with it.")

  @Argument(help: ArgumentHelp("The network interface.", valueName: "interface"))
  var interface: String
  @OptionGroup var mode: ModeOptions
  @OptionGroup var server: ServerOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try Output.reporting(output) {
      Interruption.prepare()
      var options = AttachOptions()
      options.mode = mode.wanted
      options.replace = mode.replace
      options.pinned = false
      let found = try NetworkInterface(named: interface)
      let attached = try Server.attach(
        file: try server.file(), interface: found, settings: server.settings, options: options)
      Output.notices(attached.report.notices)
      if output.json {
        Output.line(attached.report.json.text(indented: false))
      } else {
        Output.line(attached.report.sentence(ports: server.port) + "; Ctrl-C detaches")
      }
      let view = LiveView(interface: interface, json: output.json)
      do {
        try view.show {
          attached.isAttached() ? (try attached.readStatistics(), try attached.sessionCounts()) : nil
        }
      } catch {
        try attached.detach()
        throw error
      }
      try attached.detach()
      if !output.json { Output.line("detached from \(interface)") }
    }
  }
}

/// SIGINT, SIGTERM and SIGHUP, noticed between two looks instead of killing the process.
enum Interruption {
  /// Blocks the signals, so that `wait` receives them.
  static func prepare() {
    var set = signals
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// Waits for a signal, for at most `seconds`.
  /// - Returns: its number, or nil if none came.
  static func wait(seconds: Int) -> Int32? {
    var set = signals
    var time = timespec(tv_sec: seconds, tv_nsec: 0)
    let signal = sigtimedwait(&set, nil, &time)
    return signal > 0 ? signal : nil
  }

  private static var signals: sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for signal in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&set, signal) }
    return set
  }
}
