import ArgumentParser
import BPF
import ServerControl

/// Options that every command has.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Print JSON, with the field names that docs/command-line.md gives.")
  var json = false
}

/// Where the program runs, and what becomes of another one.
struct ModeOptions: ParsableArguments {
  @Flag(name: [.customShort("N"), .customLong("native")], help: "Run in the driver (the default).")
  var native = false

  @Flag(name: [.customShort("S"), .customLong("skb")], help: "Run after the driver: slower, on every interface.")
  var skb = false

  @Flag(name: [.customShort("O"), .customLong("offload")], help: "Run on the network card.")
  var offload = false

  @Option(help: ArgumentHelp("native, skb, offload, or auto for the best that works.", valueName: "mode"))
  var mode: ModeName?

  @Flag(name: [.customShort("F"), .customLong("replace")], help: "Replace another program that is attached.")
  var replace = false

  enum ModeName: String, ExpressibleByArgument, CaseIterable {
    case native, skb, offload, auto
  }

  func validate() throws {
    let chosen = [native, skb, offload, mode != nil].filter { $0 }.count
    if chosen > 1 { throw ValidationError("-N, -S, -O and --mode exclude one another.") }
  }

  var wanted: AttachOptions.Mode {
    if native || mode == .native { return .exactly(.native) }
    if skb || mode == .skb { return .exactly(.skb) }
    if offload || mode == .offload { return .exactly(.offload) }
    return mode == .auto ? .automatic : .standard
  }
}

/// What the server is to do.
struct ServerOptions: ParsableArguments {
  @Option(
    name: [.customShort("p"), .long], help: ArgumentHelp("A port to serve; repeat it for more.", valueName: "port"))
  var port: [UInt16] = [8080]

  @Option(help: ArgumentHelp("Connections at once (default: 10000).", valueName: "count"))
  var maxSessions: UInt32?

  @Option(
    help: ArgumentHelp(
      "Connections in TIME-WAIT at once (default: a quarter of all); beyond it the oldest goes.", valueName: "count"))
  var maxTimeWait: UInt32?

  @Option(help: ArgumentHelp("Receive window to advertise, 1 to 1073725440.", valueName: "bytes"))
  var window: UInt32 = 65535

  @Option(help: ArgumentHelp("How long a handshake may take.", valueName: "time"))
  var halfOpenTimeout = TimeArgument(.seconds(20))

  @Option(help: ArgumentHelp("How long a connection may be silent.", valueName: "time"))
  var idleTimeout = TimeArgument(.seconds(75))

  @Option(help: ArgumentHelp("How long the peer may take to close its side.", valueName: "time"))
  var closingTimeout = TimeArgument(.seconds(60))

  @Option(help: ArgumentHelp("How long a closed connection is remembered.", valueName: "time"))
  var timeWaitTimeout = TimeArgument(.seconds(60))

  @OptionGroup var content: ContentOptions

  @OptionGroup var transport: TransportOptions

  @Option(help: ArgumentHelp("An address to answer for beside this host's own; repeat it for more.", valueName: "ip"))
  var address: [AddressArgument] = []

  @Option(help: ArgumentHelp("An eBPF object to load in the place of the built-in one.", valueName: "path"))
  var object: String?

  func validate() throws {
    do { try settings.validate() } catch { throw ValidationError("\(error)") }
  }

  var settings: Settings {
    var settings = Settings()
    settings.ports = Set(port)
    settings.maxSessions = maxSessions
    settings.maxTimeWait = maxTimeWait
    settings.window = window
    settings.halfOpenTimeout = halfOpenTimeout.duration
    settings.idleTimeout = idleTimeout.duration
    settings.closingTimeout = closingTimeout.duration
    settings.timeWaitTimeout = timeWaitTimeout.duration
    settings.site = content.absoluteFlags
    settings.transport = transport.settings
    settings.pumpRate = transport.pumpRate
    settings.extraAddresses = Set(address.map(\.address))
    return settings
  }

  func file() throws(ControlError) -> DataPlaneObjectFile {
    guard let object else { return .embedded }
    return try DataPlaneObjectFile(path: object)
  }
}

/// A time such as `500ms`, `30s`, `2m` or `1h`.
struct TimeArgument: ExpressibleByArgument {
  let duration: Duration

  init(_ duration: Duration) { self.duration = duration }

  init?(argument: String) {
    let digits = argument.prefix { $0.isASCII && $0.isNumber }
    guard let number = Int64(digits), number <= 1_000_000_000 else { return nil }
    switch argument.dropFirst(digits.count) {
    case "ms": duration = .milliseconds(number)
    case "s": duration = .seconds(number)
    case "m": duration = .seconds(number * 60)
    case "h": duration = .seconds(number * 3600)
    default: return nil
    }
  }

  /// As help shows the default.
  var defaultValueDescription: String {
    let milliseconds = duration.nanoseconds / 1_000_000
    return milliseconds % 1000 == 0 ? "\(milliseconds / 1000)s" : "\(milliseconds)ms"
  }
}

/// An IPv4 or IPv6 address.
struct AddressArgument: ExpressibleByArgument {
  let address: IPAddress

  init?(argument: String) {
    guard let address = IPAddress(argument) else { return nil }
    self.address = address
  }
}
