import Dispatch
import Glibc
import Synchronization

/// Work on the numbers below a count, shared by all cores.
enum Workers {
  /// Calls `body` once for each number below `count`, the lower ones earlier, at the same time on several cores.
  /// - Throws: an error of `body`, of those that there are the one with the lowest number; then the rest is not begun.
  static func run(
    _ count: Int, step: Int = 1, _ body: (Int) throws(ContentError) -> Void
  ) throws(ContentError) {
    let next = Atomic(0)
    let failure = Failure()
    // Swift cannot tell that concurrentPerform has ended all of it before it returns.
    withoutActuallyEscaping(body) { body in
      nonisolated(unsafe) let body = body
      DispatchQueue.concurrentPerform(iterations: cores) { _ in
        while case let start = next.wrappingAdd(step, ordering: .relaxed).oldValue, start < count {
          for number in start..<min(start + step, count) {
            guard !failure.isSet else { return }
            do throws(ContentError) { try body(number) } catch { failure.set(error, number) }
          }
        }
      }
    }
    if let error = failure.first { throw error }
  }

  private static var cores: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

  private final class Failure: Sendable {
    private let found = Mutex<(error: ContentError, number: Int)?>(nil)
    private let flag = Atomic(false)

    var isSet: Bool { flag.load(ordering: .relaxed) }
    var first: ContentError? { found.withLock { $0?.error } }

    func set(_ error: ContentError, _ number: Int) {
      found.withLock { found in
        if found == nil || number < found!.number { found = (error, number) }
      }
      flag.store(true, ordering: .relaxed)
    }
  }
}

/// Tells how far work is, from several cores, and not too often.
final class ProgressMeter: @unchecked Sendable {
  private let phase: SiteProgress.Phase
  private let total: Int
  private let report: ((SiteProgress) -> Void)?
  private let done = Mutex((bytes: 0, told: 0))

  init(_ phase: SiteProgress.Phase, total: Int, _ report: ((SiteProgress) -> Void)?) {
    self.phase = phase
    self.total = total
    self.report = report
    report?(SiteProgress(phase: phase, done: 0, total: total))
  }

  func add(_ bytes: Int) {
    guard let report else { return }
    done.withLock { state in
      state.bytes += bytes
      // A thousand times at most.
      guard state.bytes - state.told > total / 1000 || state.bytes == total else { return }
      state.told = state.bytes
      report(SiteProgress(phase: phase, done: state.bytes, total: total))
    }
  }
}
