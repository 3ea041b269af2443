import Glibc

/// What the kernel logs from some moment on. Where it may not be read (kernel.dmesg_restrict), it is empty.
public final class KernelLog {
  private let file: Int32

  public init() {
    file = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    if file >= 0 { lseek(file, 0, SEEK_END) }
  }

  deinit { if file >= 0 { close(file) } }

  /// Lines since then, or since the last call, that tell of an error of the kernel's or of a CPU that got stuck.
  public func complaints() -> [String] {
    var found: [String] = []
    var buffer = [UInt8](repeating: 0, count: 8192)
    guard file >= 0 else { return [] }
    while true {
      let count = read(file, &buffer, buffer.count)
      // EPIPE: lines that nobody had read were overwritten.
      if count < 0, errno == EPIPE { continue }
      guard count > 0 else { return found }
      let line = String(decoding: buffer[..<count], as: UTF8.self)
      let signs = ["WARNING:", "BUG:", "Oops", "soft lockup", "hard LOCKUP", "rcu: INFO", "general protection fault"]
      if signs.contains(where: line.contains) { found.append(line) }
    }
  }
}
