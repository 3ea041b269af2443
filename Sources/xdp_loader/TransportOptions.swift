import ArgumentParser
import ServerControl

/// How the server sends.
struct TransportOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Congestion control: cubic or newreno.", valueName: "name"))
  var congestionControl = CongestionControlName.cubic

  @Option(help: ArgumentHelp("Segments that a new connection may send at once, 1 to 64.", valueName: "segments"))
  var initialWindow: UInt8 = 10

  @Option(help: ArgumentHelp("The least time before a repetition, from 5ms.", valueName: "time"))
  var minRto = TimeArgument(.milliseconds(200))

  @Option(help: ArgumentHelp("The most time before a repetition, from 1s.", valueName: "time"))
  var maxRto = TimeArgument(.seconds(120))

  @Option(help: ArgumentHelp("End a connection that acknowledges nothing for so long.", valueName: "time"))
  var giveUp = TimeArgument(.seconds(120))

  @Option(
    help: ArgumentHelp("Probe a connection that is silent for so long (default: never).", valueName: "time"))
  var keepalive: TimeArgument?

  @Option(help: ArgumentHelp("Time between two probes (default: 75s).", valueName: "time"))
  var keepaliveInterval: TimeArgument?

  @Option(
    help: ArgumentHelp("Unanswered probes that end a connection, 1 to 255 (default: 9).", valueName: "count"))
  var keepaliveProbes: UInt32?

  @Flag(help: "Use no selective acknowledgments.") var noSack = false
  @Flag(help: "Use no timestamps.") var noTimestamps = false
  @Flag(help: "Use no windows of more than 65535 bytes, either way.") var noWindowScaling = false
  @Flag(help: "Use no explicit congestion notification.") var noEcn = false

  @Option(
    help: ArgumentHelp(
      "Rounds a second of the pump, which sends what is due without a packet from outside.", valueName: "rounds"))
  var pumpRate: UInt32 = 1000

  enum CongestionControlName: String, ExpressibleByArgument, CaseIterable {
    case cubic, newreno
  }

  func validate() throws {
    guard keepalive == nil else { return }
    for (option, isGiven) in [
      ("--keepalive-interval", keepaliveInterval != nil), ("--keepalive-probes", keepaliveProbes != nil),
    ] where isGiven {
      throw ValidationError("\(option) needs --keepalive, without which there are no probes.")
    }
  }

  var settings: TransportSettings {
    var settings = TransportSettings()
    settings.congestionControl = congestionControl == .cubic ? .cubic : .newReno
    settings.initialWindow = initialWindow
    settings.minimumTimeout = minRto.duration
    settings.maximumTimeout = maxRto.duration
    settings.giveUpTime = giveUp.duration
    settings.keepAlive = keepalive.map { time in
      var keepAlive = TransportSettings.KeepAlive(idle: time.duration)
      if let keepaliveInterval { keepAlive.interval = keepaliveInterval.duration }
      if let keepaliveProbes { keepAlive.probes = keepaliveProbes }
      return keepAlive
    }
    for (isLeftOut, feature) in [
      (noSack, TransportSettings.Features.selectiveAcknowledgments), (noTimestamps, .timestamps),
      (noWindowScaling, .windowScaling), (noEcn, .congestionNotification),
    ] where isLeftOut { settings.features.remove(feature) }
    return settings
  }
}
