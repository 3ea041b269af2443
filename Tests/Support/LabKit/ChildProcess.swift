import Glibc

/// A process in a process group of its own. The whole group is killed when the object goes, when the time is up
/// and when this process ends, so that nothing outlives a test.
public final class ChildProcess {
  /// How a process ended.
  public enum Ending: Equatable, Sendable {
    case exited(Int32)
    case signalled(Int32)
    case timedOut
  }

  public let pid: pid_t
  public let command: String
  private let output: Int32
  private let errors: Int32
  private var ending: Ending?
  private let cleanup: Cleanup.Token

  /// Starts `arguments`, looked up in PATH, with nothing on its standard input.
  /// - Throws: `LabError`, where the program is not there.
  public init(_ arguments: [String], environment: [String: String] = [:]) throws {
    command = arguments.joined(separator: " ")
    output = try Self.temporaryFile()
    errors = try Self.temporaryFile()

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, errors, 2)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Its own group, and Ctrl-C as a shell would have it.
    var defaults = sigset_t()
    sigemptyset(&defaults)
    for number in [SIGINT, SIGTERM, SIGHUP, SIGPIPE] { sigaddset(&defaults, number) }
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF))
    posix_spawnattr_setpgroup(&attributes, 0)

    var variables = Self.environment
    for (name, value) in environment { variables[name] = value }
    var argv = arguments.map { strdup($0) } + [nil]
    var envp = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { (argv + envp).forEach { free($0) } }
    var started = pid_t()
    let status = posix_spawnp(&started, arguments[0], &actions, &attributes, &argv, &envp)
    guard status == 0 else {
      close(output)
      close(errors)
      throw LabError("can't start \(arguments[0]): \(String(cString: strerror(status))); is it installed? (make deps)")
    }
    let group = started
    pid = group
    cleanup = Cleanup.add { _ = Glibc.kill(-group, SIGKILL) }
  }

  deinit {
    if ending == nil { kill() }
    close(output)
    close(errors)
  }

  /// What it has written so far, as text.
  public var standardOutput: String { Self.contents(output) }
  public var standardError: String { Self.contents(errors) }

  /// Whether it still runs.
  public var isRunning: Bool { poll() == nil }

  /// Waits until it ends, or kills its group when the time is up.
  public func wait(timeout: Duration) -> Ending {
    let deadline = ContinuousClock.now + timeout
    var pause: UInt32 = 500
    while true {
      if let ending = poll() { return ending }
      guard ContinuousClock.now < deadline else { break }
      usleep(pause)
      pause = min(pause * 2, 20_000)
    }
    kill()
    ending = .timedOut
    return .timedOut
  }

  /// Waits until a line of its standard output holds `text`.
  /// - Throws: `LabError`, where it ends or the time is up before.
  public func waitForOutput(_ text: String, timeout: Duration) throws {
    let deadline = ContinuousClock.now + timeout
    while !standardOutput.contains(text) {
      guard isRunning, ContinuousClock.now < deadline else {
        throw LabError("\(command) did not say \(text.debugDescription): \(standardOutput)\(standardError)")
      }
      usleep(5000)
    }
  }

  /// Sends a signal to the process alone.
  public func signal(_ number: Int32) { if ending == nil { Glibc.kill(pid, number) } }

  /// Kills the whole group and waits for it.
  public func kill() {
    guard ending == nil else { return }
    Cleanup.run(cleanup)
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    ending = Self.decode(status)
  }

  private func poll() -> Ending? {
    if let ending { return ending }
    var status: Int32 = 0
    guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
    ending = Self.decode(status)
    // What it may have left behind in its group goes as well.
    Cleanup.run(cleanup)
    return ending
  }

  private static func decode(_ status: Int32) -> Ending {
    status & 0x7f == 0 ? .exited(status >> 8 & 0xff) : .signalled(status & 0x7f)
  }

  private static var environment: [String: String] {
    var variables: [String: String] = [:]
    var entry = environ
    while let text = entry.pointee {
      let parts = String(cString: text).split(separator: "=", maxSplits: 1)
      if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
      entry += 1
    }
    return variables
  }

  /// A nameless file: it can't fill up like a pipe, and can be read while it is written.
  private static func temporaryFile() throws -> Int32 {
    var path = Array("/tmp/lab-output-XXXXXX".utf8CString)
    let file = mkstemp(&path)
    guard file >= 0 else { throw LabError.system("can't make a temporary file") }
    _ = fcntl(file, F_SETFD, FD_CLOEXEC)
    unlink(path)
    return file
  }

  private static func contents(_ file: Int32) -> String {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = pread(file, &buffer, buffer.count, off_t(bytes.count))
      guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes += buffer[..<count]
    }
  }
}
