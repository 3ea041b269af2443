import Glibc

/// The machine that the server runs on: kernel, privileges, network namespace.
public enum Host {
  /// The oldest kernel that the programs load on.
  public static let oldestKernel = (major: 6, minor: 1)

  /// The running kernel's release, such as `6.1.0-32-amd64`.
  public static func kernelRelease() -> String {
    var names = utsname()
    uname(&names)
    return withUnsafeBytes(of: names.release) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  /// - Throws: `ControlError` for a kernel that is too old.
  public static func requireKernel(release: String = kernelRelease()) throws(ControlError) {
    let parts = release.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
    guard parts.count == 2 else { return }
    if (parts[0], parts[1]) < (oldestKernel.major, oldestKernel.minor) {
      throw ControlError(
        .kernel, "Linux \(release) is too old", mend: "6.1 is the oldest kernel that the programs load on")
    }
  }

  /// Linux capabilities, by their number in linux/capability.h.
  public enum Capability: Int, CaseIterable, Sendable {
    case networkAdministration = 12  // CAP_NET_ADMIN
    case systemAdministration = 21  // CAP_SYS_ADMIN
    case bpf = 39  // CAP_BPF
  }

  /// The capabilities in effect for this process.
  public static func capabilities() -> Set<Capability> {
    guard let status = TextFile.read("/proc/self/status"),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("CapEff:") }),
      let mask = UInt64(line.split(separator: "\t").last ?? "", radix: 16)
    else { return [] }
    return Set(Capability.allCases.filter { mask & 1 << UInt64($0.rawValue) != 0 })
  }

  /// What privileges are asked for.
  public enum Purpose: Sendable {
    /// Loading and attaching: CAP_SYS_ADMIN, or CAP_BPF with CAP_NET_ADMIN.
    case attaching
    /// Finding what runs: CAP_SYS_ADMIN, which BPF_PROG_GET_FD_BY_ID asks for.
    case finding
  }

  /// - Throws: `ControlError`, naming what is missing.
  public static func requirePrivileges(
    for purpose: Purpose, present: Set<Capability> = capabilities()
  ) throws(ControlError) {
    if present.contains(.systemAdministration) { return }
    if purpose == .attaching, present.isSuperset(of: [.bpf, .networkAdministration]) { return }
    let missing = purpose == .attaching ? "CAP_SYS_ADMIN (or CAP_BPF with CAP_NET_ADMIN)" : "CAP_SYS_ADMIN"
    throw ControlError(.noPrivilege, "the privilege \(missing) is missing", mend: "run it as root, with sudo")
  }

  /// The number that tells this thread's network namespace from any other.
  public static func networkNamespace() -> UInt64 {
    var status = stat()
    return stat("/proc/thread-self/ns/net", &status) == 0 ? UInt64(status.st_ino) : 0
  }

  /// Nanoseconds of CLOCK_MONOTONIC: the clock that sessions are stamped with.
  public static func monotonicNanoseconds() -> UInt64 { nanoseconds(CLOCK_MONOTONIC) }

  /// Nanoseconds of CLOCK_BOOTTIME: the clock that the kernel stamps programs with.
  public static func bootNanoseconds() -> UInt64 { nanoseconds(CLOCK_BOOTTIME) }

  private static func nanoseconds(_ clock: Int32) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}

/// Small files of the kernel's.
enum TextFile {
  /// The file as text, or nil if it cannot be read.
  static func read(_ path: String) -> String? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = Glibc.read(file, &chunk, chunk.count)
      guard count >= 0 else { return nil }
      if count == 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes += chunk.prefix(count)
    }
  }

  /// Writes a setting.
  /// - Returns: whether it was taken.
  @discardableResult
  static func write(_ text: String, to path: String) -> Bool {
    let file = open(path, O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return false }
    defer { close(file) }
    return Glibc.write(file, text, text.utf8.count) == text.utf8.count
  }
}
