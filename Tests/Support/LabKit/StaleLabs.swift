import Glibc
import Synchronization

/// Numbers that tell the labs of one process apart.
enum LabCounter {
  private static let counter = Atomic<Int>(0)
  static func next() -> Int { counter.wrappingAdd(1, ordering: .relaxed).newValue }
}

/// Removes what runs that were killed have left behind: namespaces, pins and files named after a process that no longer
/// lives.
public enum StaleLabs {
  private static let once: Void = remove()

  static func removeOnce() { _ = once }

  /// Looks for leftovers now.
  public static func remove() {
    let list = (try? Command.attempt(["ip", "netns", "list"]))?.output ?? ""
    for line in list.split(separator: "\n") {
      guard let name = line.split(separator: " ").first.map(String.init), let owner = owner(of: name) else { continue }
      guard kill(owner, 0) != 0, errno == ESRCH else { continue }
      removePins(of: name)
      NetworkNamespace.remove(name)
    }
    for folder in [Body.folder, Impairment.pinFolder] {
      let names = (try? Command.attempt(["ls", folder]))?.output.split(separator: "\n").map(String.init) ?? []
      for name in names where name.hasPrefix(NetworkNamespace.prefix) {
        guard let owner = pid_t(name.split(separator: "-")[1]), kill(owner, 0) != 0, errno == ESRCH else { continue }
        _ = try? Command.attempt("rm", "-rf", "\(folder)/\(name)")
      }
    }
  }

  /// Pins of a server that was attached in a namespace would outlast it.
  private static func removePins(of name: String) {
    var status = stat()
    guard stat("/run/netns/\(name)", &status) == 0 else { return }
    _ = try? Command.attempt("rm", "-rf", "/sys/fs/bpf/xdp_tcp_server/\(status.st_ino)")
  }

  private static func owner(of name: String) -> pid_t? {
    let parts = name.split(separator: "-")
    guard name.hasPrefix(NetworkNamespace.prefix), parts.count == 3 else { return nil }
    return pid_t(parts[1])
  }
}
