import Glibc
import HTTPCore

/// What a directory has to serve.
///
/// ```swift
/// let walk = try DirectoryWalk("/srv/www")
/// let image = try SiteImage(SiteSource(entries: walk.entries))
/// ```
public struct DirectoryWalk: Sendable {
  /// A file for each path, the index for each directory that has one, and for its path without a slash at the end a
  /// redirect to that with one; sorted by path.
  public private(set) var entries: [SiteEntry] = []
  /// What is not served though it is there, and why: sentences without a full stop. Dot-files are not among them.
  public private(set) var omitted: [String] = []

  public struct Options: Sendable {
    /// The name of the virtual host whose root this is; nil: the default one.
    public var host: String?
    /// Put before all paths: `/docs` serves the directory's file `a` as `/docs/a`. Empty, or it begins with a slash and
    /// ends in none.
    public var prefix = ""
    /// Names of which the first that a directory has is what the directory itself leads to.
    public var indexes = ["index.html"]
    /// Whether files and directories are served whose names begin with a dot.
    public var servesDotFiles = false
    /// Whether a file NAME.gz, NAME.br or NAME.zst is taken as NAME in that coding; it is a file of its own as well. Of
    /// what has one no other codings are made.
    public var usesSidecars = false
    public var types = MediaTypes.system()
    /// The most files that are taken.
    public var mostFiles = 4_000_000

    public init() {}
  }

  private let root: [UInt8]
  private let options: Options
  private var files = 0

  /// - Throws: `ContentError` that names what cannot be read or served. A link that leads out of the directory, or
  ///   nowhere, or back to a directory that it lies in, is no error, but omitted; so is what is neither file nor
  ///   directory.
  public init(_ directory: String, options: Options = Options()) throws(ContentError) {
    self.options = options
    guard let root = DirectoryWalk.resolved(Array(directory.utf8)) else { throw SiteFile.unreadable(directory) }
    var status = stat()
    guard DirectoryWalk.look(root, &status) == 0 else { throw SiteFile.unreadable(directory) }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw ContentError("\(directory) is no directory", mend: "name a directory, or a single file with --body")
    }
    self.root = root
    try walk(root, url: Array(options.prefix.utf8) + [slash], above: [Identity(status)])
    entries.sort { $0.path.lexicographicallyPrecedes($1.path) }
  }

  /// What a directory is known by, whatever leads to it.
  private struct Identity: Hashable {
    let device: UInt
    let number: UInt

    init(_ status: stat) {
      device = status.st_dev
      number = status.st_ino
    }
  }

  private let slash = UInt8(ascii: "/")

  /// - Parameters:
  ///   - directory: its place, without links.
  ///   - url: the path that it is served as, which ends in a slash.
  ///   - above: the directories that it lies in, and itself.
  private mutating func walk(_ directory: [UInt8], url: [UInt8], above: Set<Identity>) throws(ContentError) {
    var found: [[UInt8]: SiteFile] = [:]
    for name in try DirectoryWalk.names(directory) {
      guard options.servesDotFiles || name.first != UInt8(ascii: ".") else { continue }
      let shown = directory + [slash] + name
      guard let (place, status) = try target(shown) else { continue }
      switch status.st_mode & S_IFMT {
      case S_IFDIR:
        let identity = Identity(status)
        guard !above.contains(identity) else {
          omitted.append("\(SiteFile.display(shown)) leads back to a directory that it lies in")
          continue
        }
        try walk(place, url: url + name + [slash], above: above.union([identity]))
      case S_IFREG:
        let type = options.types.type(of: SiteFile.display(name))
        found[name] = try SiteFile(pathBytes: place, type: type, status: status)
        try checkReadable(place)
      default: omitted.append("\(SiteFile.display(shown)) is neither a file nor a directory")
      }
    }
    try add(found, url: url)
  }

  /// What lies at a path, links followed; nil if it is not to be served.
  private mutating func target(_ path: [UInt8]) throws(ContentError) -> (place: [UInt8], status: stat)? {
    var status = stat()
    guard DirectoryWalk.look(path, &status, followsLinks: false) == 0 else {
      throw SiteFile.unreadable(SiteFile.display(path))
    }
    guard status.st_mode & S_IFMT == S_IFLNK else { return (path, status) }
    guard let place = DirectoryWalk.resolved(path), DirectoryWalk.look(place, &status) == 0 else {
      omitted.append("the link \(SiteFile.display(path)) leads nowhere")
      return nil
    }
    // The root itself and what lies in it.
    guard place == root || root == [slash] || place.starts(with: root + [slash]) else {
      omitted.append("the link \(SiteFile.display(path)) leads out of \(SiteFile.display(root))")
      return nil
    }
    return (place, status)
  }

  private mutating func add(_ found: [[UInt8]: SiteFile], url: [UInt8]) throws(ContentError) {
    for (name, file) in found.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      files += 1
      guard files <= options.mostFiles else {
        throw ContentError(
          "\(SiteFile.display(root)) has more than \(options.mostFiles) files: \(file.name) is one too many")
      }
      try add(withSidecars(file, name, found), at: url + name)
    }
    for index in options.indexes {
      let name = Array(index.utf8)
      guard let file = found[name] else { continue }
      try add(withSidecars(file, name, found), at: url)
      guard url.count > 1 else { return }
      // A relative reference (RFC 9110 10.2.2) stays right behind a proxy that speaks another scheme.
      let bare = Array(url.dropLast())
      let location = PercentEncoding.encode(url) + "{query}"
      entries.append(SiteEntry(host: options.host, pathBytes: bare, .redirect(status: 301, location: location)))
      return
    }
  }

  private mutating func add(_ file: SiteFile, at url: [UInt8]) throws(ContentError) {
    guard url.count <= SiteLimits.path else {
      throw ContentError(
        "the path of \(file.name) has \(url.count) bytes, and at most \(SiteLimits.path) are served",
        mend: "give it a shorter name")
    }
    entries.append(SiteEntry(host: options.host, pathBytes: url, .file(file)))
  }

  private func withSidecars(_ file: SiteFile, _ name: [UInt8], _ found: [[UInt8]: SiteFile]) -> SiteFile {
    guard options.usesSidecars else { return file }
    var file = file
    for (coding, ending) in [(ContentCoding.gzip, ".gz"), (.brotli, ".br"), (.zstd, ".zst")] {
      if let sidecar = found[name + ending.utf8] { file.sidecars[coding] = sidecar }
    }
    return file
  }

  /// Says now, and not when half of the site is packed, which file may not be read.
  private func checkReadable(_ path: [UInt8]) throws(ContentError) {
    let result = DirectoryWalk.withPath(path) { access($0, R_OK) }
    guard result == 0 else { throw SiteFile.unreadable(SiteFile.display(path)) }
  }
}

extension DirectoryWalk {
  /// The names in a directory but for "." and "..", sorted.
  private static func names(_ path: [UInt8]) throws(ContentError) -> [[UInt8]] {
    guard let directory = withPath(path, opendir) else { throw SiteFile.unreadable(SiteFile.display(path)) }
    defer { closedir(directory) }
    var names: [[UInt8]] = []
    while true {
      errno = 0
      guard let entry = readdir(directory) else {
        guard errno == 0 else { throw SiteFile.unreadable(SiteFile.display(path)) }
        break
      }
      let start = UnsafeRawPointer(entry) + MemoryLayout<dirent>.offset(of: \.d_name)!
      let name = UnsafeRawBufferPointer(start: start, count: strlen(start.assumingMemoryBound(to: CChar.self)))
      if !name.elementsEqual(".".utf8), !name.elementsEqual("..".utf8) { names.append(Array(name)) }
    }
    return names.sorted { $0.lexicographicallyPrecedes($1) }
  }

  private static func withPath<Result>(_ path: [UInt8], _ body: (UnsafePointer<CChar>) -> Result) -> Result {
    (path + [0]).withUnsafeBufferPointer { bytes in
      bytes.withMemoryRebound(to: CChar.self) { body($0.baseAddress!) }
    }
  }

  private static func look(_ path: [UInt8], _ status: inout stat, followsLinks: Bool = true) -> Int32 {
    withPath(path) { fstatat(AT_FDCWD, $0, &status, followsLinks ? 0 : AT_SYMLINK_NOFOLLOW) }
  }

  /// The path without links and dot segments; nil if it leads nowhere.
  private static func resolved(_ path: [UInt8]) -> [UInt8]? {
    guard let result = withPath(path, { realpath($0, nil) }) else { return nil }
    defer { free(result) }
    return Array(UnsafeRawBufferPointer(start: result, count: strlen(result)))
  }
}

/// Bytes of a path as they stand in a URI (RFC 3986 2.1).
enum PercentEncoding {
  static func encode(_ path: [UInt8]) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var text: [UInt8] = []
    for byte in path {
      if isPlain(byte) {
        text.append(byte)
      } else {
        text += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// pchar of RFC 3986 3.3, and the slash.
  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "-._~!$&'()*+,;=:@/".utf8.contains(byte)
    }
  }
}
