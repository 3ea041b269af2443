import CLinux
import Glibc
import SiteSettings

/// Notices when files that are served change: by inotify, on their folders.
public final class ContentWatch {
  private let file: Int32
  private let flags: SiteFlags
  /// By the number of the watch.
  private var folders: [Int32: Folder] = [:]
  private var firstChange: ContinuousClock.Instant?
  private var lastChange: ContinuousClock.Instant?

  private struct Folder {
    let path: String
    /// The names in it that matter; nil: all of them.
    var names: Set<String>?
    var includesDotFiles: Bool
  }

  /// How long it has to be quiet: a copy of a folder is many changes.
  private static let quiet = Duration.milliseconds(200)
  /// How long a change waits at the most where it is never quiet.
  private static let longest = Duration.seconds(2)
  private static let mask = UInt32(
    IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF)

  /// - Throws: `ControlError` if the kernel has no more watches.
  public init(_ flags: SiteFlags) throws(ControlError) {
    self.flags = flags
    file = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
    guard file >= 0 else {
      throw ControlError(
        .system, "cannot watch files: \(String(cString: strerror(errno)))",
        mend: "raise the limit: sysctl fs.inotify.max_user_instances=1024")
    }
    try look()
  }

  deinit { close(file) }

  /// Watches folders that are new. To be called before the site is packed, so that no change is missed.
  public func look() throws(ControlError) {
    if let config = flags.config { try watch(fileAt: config) }
    // A file with a mistake is watched until it is mended.
    guard let configuration = try? flags.configuration() else { return }
    switch configuration.content {
    case .greeting: break
    case .body(let path, _): try watch(fileAt: path)
    case .hosts(let hosts):
      for host in hosts {
        if let root = host.root { try watch(root.path, root.includesDotFiles) }
        if let page = host.notFound { try watch(fileAt: page) }
        for case .respond(let answer) in host.routes.map(\.action) {
          if case .file(let path) = answer.body { try watch(fileAt: path) }
        }
      }
    }
  }

  /// Whether something has changed, and it is quiet again. Does not wait.
  public func hasChanged(now: ContinuousClock.Instant = .now) -> Bool {
    if readEvents() {
      firstChange = firstChange ?? now
      lastChange = now
    }
    guard let firstChange, let lastChange else { return false }
    guard lastChange.duration(to: now) >= Self.quiet || firstChange.duration(to: now) >= Self.longest else {
      return false
    }
    (self.firstChange, self.lastChange) = (nil, nil)
    return true
  }

  /// Counts as a change: what was read was half written.
  public func lookAgain(now: ContinuousClock.Instant = .now) { (firstChange, lastChange) = (firstChange ?? now, now) }

  /// A folder and all below it.
  private func watch(_ path: String, _ includesDotFiles: Bool) throws(ControlError) {
    try add(Folder(path: path, names: nil, includesDotFiles: includesDotFiles))
    for name in ServerControl.Folder.entries(path) where includesDotFiles || !name.hasPrefix(".") {
      var status = stat()
      let child = "\(path)/\(name)"
      // What a link leads to lies in the root, or is not served.
      guard lstat(child, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { continue }
      try watch(child, includesDotFiles)
    }
  }

  /// A file, by its folder: editors put a new file in the place of the old one.
  private func watch(fileAt path: String) throws(ControlError) {
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let name = String(path[(slash.map { path.index(after: $0) } ?? path.startIndex)...])
    try add(Folder(path: folder, names: [name], includesDotFiles: true))
  }

  private func add(_ folder: Folder) throws(ControlError) {
    let number = inotify_add_watch(file, folder.path, Self.mask | UInt32(IN_ONLYDIR))
    guard number >= 0 else {
      // It went meanwhile, or is none: packing tells so.
      if errno == ENOENT || errno == ENOTDIR { return }
      throw ControlError(
        .system, "cannot watch \(folder.path): \(String(cString: strerror(errno)))",
        mend: errno == ENOSPC ? "raise the limit: sysctl fs.inotify.max_user_watches=1048576" : nil)
    }
    guard var present = folders[number] else { return folders[number] = folder }
    if let names = present.names { present.names = folder.names.map { names.union($0) } }
    present.includesDotFiles = present.includesDotFiles || folder.includesDotFiles
    folders[number] = present
  }

  /// - Returns: whether one of them matters.
  private func readEvents() -> Bool {
    var buffer = [UInt8](repeating: 0, count: 65536)
    var matters = false
    while case let count = read(file, &buffer, buffer.count), count > 0 {
      var offset = 0
      let header = MemoryLayout<inotify_event>.size
      while offset + header <= count {
        let event = buffer.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: inotify_event.self) }
        let name = buffer[(offset + header)...].prefix(Int(event.len)).prefix { $0 != 0 }
        if concerns(event, name: String(decoding: name, as: UTF8.self)) { matters = true }
        if event.mask & UInt32(IN_IGNORED) != 0 { folders[event.wd] = nil }
        offset += header + Int(event.len)
      }
    }
    return matters
  }

  private func concerns(_ event: inotify_event, name: String) -> Bool {
    // Events that found no room may have been any.
    if event.mask & UInt32(IN_Q_OVERFLOW) != 0 { return true }
    guard let folder = folders[event.wd], event.mask & UInt32(IN_IGNORED) == 0 else { return false }
    if name.isEmpty { return folder.names == nil }
    if let names = folder.names { return names.contains(name) }
    return folder.includesDotFiles || !name.hasPrefix(".")
  }
}
