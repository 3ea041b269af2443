import ArgumentParser
import ServerControl

/// What is served.
struct ContentOptions: ParsableArguments {
  @Option(help: ArgumentHelp("A file to answer with, up to 1 GiB (default: a greeting).", valueName: "path"))
  var body: String?

  @Option(help: ArgumentHelp("Its media type (default: \(ContentSource.defaultType)).", valueName: "type"))
  var contentType: String?

  func validate() throws {
    if contentType != nil, body == nil { throw ValidationError("--content-type is the type of --body's file.") }
  }

  var source: ContentSource {
    guard let body else { return .hello }
    return .file(path: body, type: contentType ?? ContentSource.defaultType)
  }
}
