import Glibc
import Synchronization

/// What has to be undone when the process ends, however it ends: on return, on failure, on SIGINT, SIGTERM and
/// SIGHUP. Only SIGKILL and a crash get past it; what they leave, `StaleLabs` removes on the next run.
public enum Cleanup {
  /// Stands for one entry.
  public struct Token: Sendable { fileprivate let number: Int }

  private struct State {
    var actions: [Int: @Sendable () -> Void] = [:]
    var last = 0
    var installed = false
  }

  private static let state = Mutex(State())

  /// Has `action` run once when the process ends, unless it is run or cancelled before. Later entries run first.
  public static func add(_ action: @escaping @Sendable () -> Void) -> Token {
    let (token, first) = state.withLock { state in
      state.last += 1
      state.actions[state.last] = action
      defer { state.installed = true }
      return (Token(number: state.last), !state.installed)
    }
    if first { install() }
    return token
  }

  /// Runs the entry now, if it has not run yet.
  public static func run(_ token: Token) {
    state.withLock { $0.actions.removeValue(forKey: token.number) }?()
  }

  /// Runs all entries now, the latest first.
  public static func runAll() {
    while let action = state.withLock({ state in
      state.actions.keys.max().flatMap { state.actions.removeValue(forKey: $0) }
    }) {
      action()
    }
  }

  private static func install() {
    atexit { Cleanup.runAll() }
    // A signal handler may do next to nothing: it passes the signal's number through a pipe to a thread.
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { return }
    signalPipe.store(ends[1], ordering: .sequentiallyConsistent)
    let reading = ends[0]
    Thread.detach {
      var number: UInt8 = 0
      guard read(reading, &number, 1) == 1 else { return }
      Cleanup.runAll()
      signal(Int32(number), SIG_DFL)
      kill(getpid(), Int32(number))
    }
    for number in [SIGINT, SIGTERM, SIGHUP] {
      signal(number) { number in
        var byte = UInt8(number)
        _ = write(signalPipe.load(ordering: .sequentiallyConsistent), &byte, 1)
      }
    }
  }
}

/// The writing end of the pipe that signal handlers write to.
private let signalPipe = Atomic<Int32>(-1)
