import ArgumentParser
import Glibc
import ServerControl

/// `xdp_loader run`, the default.
struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Attaches the server, shows live statistics, and detaches on Ctrl-C.",
    discussion: """
      Nothing is pinned: should this process die, the server goes with it. SIGHUP makes it pack the content anew.
      """)

  @Argument(help: ArgumentHelp("The network interface.", valueName: "interface"))
  var interface: String
  @OptionGroup var mode: ModeOptions
  @OptionGroup var server: ServerOptions
  @Flag(help: "Pack the content anew when its files change.") var watch = false
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if watch, server.content.flags.isEmpty {
      throw ValidationError("--watch is about files: name them with --root, --config or --body.")
    }
  }

  func run() throws {
    try Output.reporting(output) {
      Interruption.prepare()
      var options = AttachOptions()
      options.mode = mode.wanted
      options.replace = mode.replace
      options.pinned = false
      let found = try NetworkInterface(named: interface)
      let settings = server.settings
      // Before the site is packed, so that no change is missed.
      let watch = try watch ? ContentWatch(settings.site) : nil
      let progress = ProgressBar(isShown: !output.json)
      defer { progress.end() }
      let attached = try Server.attach(
        file: try server.file(), interface: found, settings: settings, options: options, progress: progress.show)
      progress.end()
      Output.notices(attached.report.notices)
      if output.json {
        Output.line(attached.report.json.text(indented: false))
      } else {
        Output.line(attached.report.sentence(ports: server.port) + "; Ctrl-C detaches")
      }
      let reloader = Reloader(interface: found, site: settings.site, watch: watch, json: output.json)
      let view = LiveView(interface: interface, json: output.json)
      do {
        try view.show(reloader) {
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

/// Packs the content anew while the server runs: on SIGHUP, and when files change.
final class Reloader {
  private let interface: NetworkInterface
  private let site: SiteFlags
  private let watch: ContentWatch?
  private let json: Bool
  private var isHeld = false
  /// What became of the last reload, for the view.
  private(set) var message = ""

  init(interface: NetworkInterface, site: SiteFlags, watch: ContentWatch?, json: Bool) {
    self.interface = interface
    self.site = site
    self.watch = watch
    self.json = json
  }

  /// To be called several times a second.
  func tick() {
    if watch?.hasChanged() == true { reload() }
  }

  /// A site that cannot be served leaves the one that is.
  func reload() {
    do throws(ControlError) {
      try watch?.look()
      let report = try Server.reload(interface: interface, site: site, wait: .zero)
      isHeld = !report.held.isEmpty
      Output.notices(report.notices)
      tell(report.text)
      if json { Output.line(report.json(interface: interface.name).text(indented: false)) }
    } catch {
      // Half written files are whole later.
      if watch != nil, error.sentence.hasSuffix("changed while it was read") { watch?.lookAgain() }
      tell("kept the site: \(error)")
    }
  }

  /// Gives up old sites once nobody has them any more.
  func collect() {
    guard isHeld, let report = try? Server.collect(interface: interface) else { return }
    isHeld = !report.held.isEmpty
  }

  private func tell(_ text: String) {
    message = text
    Output.error("xdp_loader: \(text)")
  }
}

/// SIGINT, SIGTERM and SIGHUP, noticed between two looks instead of killing the process.
enum Interruption {
  /// Blocks the signals, so that `wait` receives them.
  static func prepare() {
    var set = signals
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// Waits for a signal, for at most `milliseconds`.
  /// - Returns: its number, or nil if none came.
  static func wait(milliseconds: Int) -> Int32? {
    var set = signals
    var time = timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
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
