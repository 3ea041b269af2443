import BPF
import Glibc

/// The pins of one attached server: ROOT/NETWORK-NAMESPACE/INTERFACE/. Both are needed to name it, since two
/// namespaces may each have an `eth0`.
struct PinFolder: Equatable {
  let path: String
  let networkNamespace: UInt64
  let interface: String

  init(root: String, networkNamespace: UInt64, interface: String) {
    self.networkNamespace = networkNamespace
    self.interface = interface
    // bpffs takes no name with a dot, and no interface's name has a colon.
    let file = String(interface.map { $0 == "." ? ":" : $0 })
    path = "\(root)/\(networkNamespace)/\(file)"
  }

  var link: String { "\(path)/link" }
  var program: String { "\(path)/program" }
  func map(_ name: String) -> String { "\(path)/map_\(name)" }

  var exists: Bool { access(path, F_OK) == 0 }

  func make() throws(ControlError) {
    let parent = String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])
    for folder in [parent, path] {
      guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
        throw ControlError(.noPinFileSystem, "cannot make the folder \(folder): \(String(cString: strerror(errno)))")
      }
    }
  }

  /// Removes the pins, the folder, and the namespace's folder if it is empty then.
  func remove() throws(ControlError) {
    for name in Folder.entries(path) {
      try controlled { try Pin.remove("\(path)/\(name)") }
    }
    guard rmdir(path) == 0 || errno == ENOENT else {
      throw ControlError(.system, "cannot remove the folder \(path): \(String(cString: strerror(errno)))")
    }
    if let slash = path.lastIndex(of: "/") { rmdir(String(path[..<slash])) }
  }

  /// The pinned program's id; nil if there is none.
  func programID() -> UInt32? {
    guard let program = try? Program(pinned: program) else { return nil }
    return try? program.info().id
  }

  /// All folders below `root`.
  static func all(root: String) -> [PinFolder] {
    Folder.entries(root).flatMap { namespace -> [PinFolder] in
      guard let number = UInt64(namespace) else { return [] }
      return Folder.entries("\(root)/\(namespace)").map { file in
        PinFolder(
          root: root, networkNamespace: number, interface: String(file.map { $0 == ":" ? "." : $0 }))
      }
    }
  }

  /// Whether nothing is attached any more of what was pinned here: the interface is gone, or the run died halfway.
  func isLeftover() -> Bool {
    if let link = try? Link(pinned: link) {
      // A link whose interface has gone says 0.
      guard let info = try? link.info() else { return false }
      return info.interface == 0
    }
    // Attached by netlink, or not at all. Another namespace's interfaces cannot be asked: leave that alone.
    guard networkNamespace == Host.networkNamespace() else { return false }
    guard let id = programID() else { return true }
    return !NetworkInterface.all().contains { interface in
      ((try? XDP.attachments(interface: interface.index)) ?? []).contains { $0.programID == id }
    }
  }
}

/// Names in a folder.
enum Folder {
  /// Without `.` and `..`; empty if the folder cannot be read.
  static func entries(_ path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }
}

/// Keeps two commands from attaching or detaching at the same time.
final class PinLock {
  private var files: [Int32] = []

  /// Waits for the lock: of the network namespace, whose interfaces are changed, and of all pins if there are any.
  init(root: String?) {
    for path in ["/proc/thread-self/ns/net"] + (root.map { [$0] } ?? []) {
      let file = open(path, O_RDONLY | O_CLOEXEC)
      guard file >= 0 else { continue }
      flock(file, LOCK_EX)
      files.append(file)
    }
  }

  func release() {
    for file in files { close(file) }
    files = []
  }

  deinit { release() }
}
