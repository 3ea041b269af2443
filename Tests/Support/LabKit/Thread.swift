import Glibc
import Synchronization

/// Threads of one's own, for what belongs to a thread: its network namespace.
enum Thread {
  private final class Body {
    let run: () -> Void
    init(_ run: @escaping () -> Void) { self.run = run }
  }

  static func detach(_ body: @escaping @Sendable () -> Void) {
    if let thread = start(body) { pthread_detach(thread) }
  }

  /// Runs `body` on a new thread and waits for it.
  static func run<T>(_ body: () throws -> T) throws -> T {
    var result: Result<T, any Error>?
    try withoutActuallyEscaping(body) { body in
      guard let thread = start({ result = Result { try body() } }) else { throw LabError("can't start a thread") }
      pthread_join(thread, nil)
    }
    return try result!.get()
  }

  private static func start(_ body: @escaping () -> Void) -> pthread_t? {
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Body(body)).toOpaque()
    let status = pthread_create(
      &thread, nil,
      { box in
        Unmanaged<Body>.fromOpaque(box!).takeRetainedValue().run()
        return nil
      }, box)
    guard status == 0 else {
      Unmanaged<Body>.fromOpaque(box).release()
      return nil
    }
    return thread
  }
}

/// Work that goes on beside a test, on a thread of its own.
public final class Background<T: Sendable>: Sendable {
  private let outcome = Mutex<Result<T, any Error>?>(nil)

  public init(_ body: @escaping @Sendable () throws -> T) {
    Thread.detach { [self] in
      let result = Result { try body() }
      outcome.withLock { $0 = result }
    }
  }

  public var isDone: Bool { outcome.withLock { $0 != nil } }

  /// What came of it, once it is done.
  /// - Throws: what the work threw; `LabError` when the time is up.
  public func result(timeout: Duration = .seconds(60)) throws -> T {
    let deadline = ContinuousClock.now + timeout
    while true {
      if let result = outcome.withLock({ $0 }) { return try result.get() }
      guard ContinuousClock.now < deadline else { throw LabError("not done within \(timeout)") }
      usleep(2000)
    }
  }
}
