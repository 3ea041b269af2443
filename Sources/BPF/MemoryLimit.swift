import Glibc

/// RLIMIT_MEMLOCK: before Linux 5.11 BPF memory counted against it; since then memory cgroups count it instead.
enum MemoryLimit {
  /// Raises the limit as far as this process may. Failing is no error: on every kernel that this library supports
  /// the limit no longer applies.
  static func raise() {
    let resource = __rlimit_resource_t(__RLIMIT_MEMLOCK.rawValue)
    var unlimited = rlimit(rlim_cur: rlim_t.max, rlim_max: rlim_t.max)
    if setrlimit(resource, &unlimited) == 0 { return }
    var limit = rlimit()
    guard getrlimit(resource, &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    _ = setrlimit(resource, &limit)
  }
}
