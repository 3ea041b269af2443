import HTTPContent
import SiteSettings

/// What a configuration comes to, without packing it.
public struct SitePreview: Sendable {
  /// What lies in a folder that is served.
  public struct Folder: Sendable, Equatable {
    public let files: Int
    public let bytes: Int
  }

  public let configuration: SiteConfiguration
  /// Paths that lead to something; prefixes are not among them.
  public let paths: Int
  /// Of each host of the configuration; nil: it has none.
  public let roots: [Folder?]
  /// What is there and cannot be served.
  public let notices: [Notice]

  /// Reads the configuration file, if there is one, and looks at all that is to be served.
  /// - Throws: `ControlError` for what is wrong with it.
  public init(_ flags: SiteFlags) throws(ControlError) {
    let configuration = try describing { try flags.configuration() }
    var notices: [Notice] = []
    let source = try configuration.source(notices: &notices)
    // What is wrong with heads, paths and sizes is found when places are given out; that takes no time without codings.
    try describing {
      var bare = source
      bare.options.codings = []
      _ = try SiteImage(bare)
    }
    self.configuration = configuration
    self.notices = notices
    paths = source.entries.count
    guard case .hosts(let hosts) = configuration.content else {
      roots = []
      return
    }
    roots = hosts.map { host in
      guard host.root != nil else { return nil }
      // An index is one file under two paths.
      var files: [[UInt8]: Int] = [:]
      for entry in source.entries where entry.host == host.names.first {
        if case .file(let file) = entry.content { files[file.path] = file.size }
      }
      return Folder(files: files.count, bytes: files.values.reduce(0, +))
    }
  }
}
