import ArgumentParser
import Glibc
import ServerControl

/// What is served.
struct ContentOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Serve the files in a folder.", valueName: "folder"))
  var root: String?

  @Option(help: ArgumentHelp("Serve what a configuration file says.", valueName: "file"))
  var config: String?

  @Option(
    help: ArgumentHelp(
      "Redirect: [STATUS:][PATH=]LOCATION; \"https\" is https://{host}{target}; repeat it for more.",
      valueName: "rule"))
  var redirect: [String] = []

  @Option(help: ArgumentHelp("Answer a path: PATH=STATUS[:TEXT]; repeat it for more.", valueName: "rule"))
  var respond: [String] = []

  @Flag(help: "Answer /healthz with 200.") var healthz = false

  @Option(help: ArgumentHelp("A file with the page of a 404.", valueName: "file"))
  var notFound: String?

  @Option(
    help: ArgumentHelp("A header of all answers, or below a prefix: [PREFIX=]NAME: VALUE; repeat it for more.",
      valueName: "line"))
  var header: [String] = []

  @Option(help: ArgumentHelp("Cache-Control: [PREFIX=]VALUE; repeat it for more.", valueName: "value"))
  var cacheControl: [String] = []

  @Flag(help: "Serve files, too, whose names begin with a dot.") var dotFiles = false

  @Flag(help: "Use NAME.gz, NAME.br and NAME.zst beside NAME for clients that take them.")
  var precompressed = false

  @Flag(help: "Keep no compressed files.") var noCompress = false

  @Option(help: ArgumentHelp("A file to answer all with, up to 1 GiB (default: a greeting).", valueName: "path"))
  var body: String?

  @Option(help: ArgumentHelp("Its media type (default: \(ContentSource.defaultType)).", valueName: "type"))
  var contentType: String?

  @Flag(help: "Keep a log of the requests, for xdp_loader log.") var accessLog = false

  /// Paths are those of this process's working directory.
  var flags: SiteFlags {
    var flags = SiteFlags()
    flags.root = root
    flags.config = config
    flags.redirects = redirect
    flags.responds = respond
    flags.healthz = healthz
    flags.notFound = notFound
    flags.headers = header
    flags.cacheControl = cacheControl
    flags.dotFiles = dotFiles
    flags.precompressed = precompressed
    flags.noCompress = noCompress
    flags.body = body
    flags.contentType = contentType
    flags.accessLog = accessLog
    return flags
  }

  /// The same, for processes that run elsewhere.
  var absoluteFlags: SiteFlags {
    guard let folder = getcwd(nil, 0) else { return flags }
    defer { free(folder) }
    return flags.absolute(from: String(cString: folder))
  }

  func validate() throws {
    do { try flags.check() } catch { throw ValidationError("\(error).") }
  }
}
