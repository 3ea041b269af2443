import Glibc

/// A thread for what must not change for the rest of the process, such as the namespaces it is in.
enum OwnThread {
  private final class Work {
    let body: () -> Void
    init(_ body: @escaping () -> Void) { self.body = body }
  }

  /// Runs `body` on a thread of its own and waits for it.
  /// - Returns: 0, or an errno if there was no thread to be had.
  static func run(_ body: @escaping () -> Void) -> Int32 {
    let work = Work(body)
    var thread = pthread_t()
    let pointer = Unmanaged.passUnretained(work).toOpaque()
    let status = pthread_create(
      &thread, nil,
      { pointer in
        guard let pointer else { return nil }
        Unmanaged<Work>.fromOpaque(pointer).takeUnretainedValue().body()
        return nil
      }, pointer)
    guard status == 0 else { return status }
    pthread_join(thread, nil)
    return 0
  }
}
