import CLinux
import Glibc

/// A network namespace that goes when the object goes or the process ends.
public final class NetworkNamespace: Sendable {
  /// `xts-PID-N`: the process's number tells a dead run's namespaces from a live one's.
  public let name: String
  private let cleanup: Cleanup.Token

  static let prefix = "xts-"

  /// - Throws: `LabError`, without the right to make one (root, or CAP_SYS_ADMIN and CAP_NET_ADMIN).
  public init() throws {
    guard geteuid() == 0 else { throw LabError("network namespaces need root: run the tests with sudo") }
    StaleLabs.removeOnce()
    let name = "\(Self.prefix)\(getpid())-\(LabCounter.next())"
    self.name = name
    cleanup = Cleanup.add { NetworkNamespace.remove(name) }
    try Command.run("ip", "netns", "add", name)
    try run("ip", "link", "set", "dev", "lo", "up")
  }

  deinit { close() }

  /// Removes it now, with every process in it.
  public func close() { Cleanup.run(cleanup) }

  /// The arguments that run `arguments` in here. nsenter, and not `ip netns exec`: that mounts another /sys, in
  /// which bpffs and its pins are gone.
  public func entering(_ arguments: [String]) -> [String] {
    ["nsenter", "--net=/run/netns/\(name)"] + arguments
  }

  @discardableResult
  public func run(_ arguments: String..., timeout: Duration = .seconds(60)) throws -> String {
    try run(arguments, timeout: timeout)
  }

  @discardableResult
  public func run(_ arguments: [String], timeout: Duration = .seconds(60)) throws -> String {
    try Command.run(entering(arguments), timeout: timeout)
  }

  public func attempt(_ arguments: String..., timeout: Duration = .seconds(60)) throws -> Command.Result {
    try Command.attempt(entering(arguments), timeout: timeout)
  }

  /// Starts a process in here and leaves it running.
  public func start(_ arguments: String...) throws -> ChildProcess { try ChildProcess(entering(arguments)) }

  /// Runs `body` on a thread of its own inside the namespace: what it opens (sockets) stays in there.
  public func inside<T>(_ body: () throws -> T) throws -> T {
    try Thread.run {
      let file = open("/run/netns/\(name)", O_RDONLY | O_CLOEXEC)
      guard file >= 0 else { throw LabError.system("can't open the namespace \(name)") }
      defer { Glibc.close(file) }
      guard setns(file, 0) == 0 else { throw LabError.system("can't enter the namespace \(name)") }
      return try body()
    }
  }

  static func remove(_ name: String) {
    let pids = (try? Command.attempt(["ip", "netns", "pids", name]))?.output.split(separator: "\n") ?? []
    for pid in pids.compactMap({ pid_t($0) }) where pid != getpid() { kill(pid, SIGKILL) }
    _ = try? Command.attempt(["ip", "netns", "del", name])
  }
}
