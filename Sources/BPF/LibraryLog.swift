import CLibBPF
import Glibc
import Synchronization

/// Catches what libbpf prints, so that errors can quote it and nothing is spilled onto standard error.
enum LibraryLog {
  /// Lines by the thread that made libbpf print them: libbpf calls back on the thread of its caller.
  private static let lines = Mutex<[pthread_t: String]>([:])

  private static let installed: Void = {
    _ = libbpf_set_print { level, format, arguments in
      guard level != LIBBPF_DEBUG, let format, let arguments else { return 0 }
      var text: UnsafeMutablePointer<CChar>?
      // vasprintf and not a fixed buffer: the verifier's whole log comes through here in one call.
      let length = vasprintf(&text, format, arguments)
      guard length >= 0, let text else { return 0 }
      defer { free(text) }
      let line = String(cString: text)
      LibraryLog.lines.withLock { lines in
        if lines[pthread_self()] != nil { lines[pthread_self()]! += line }
      }
      return length
    }
  }()

  /// Runs `body` and gives its result with all that libbpf had to say meanwhile.
  static func capture<Result>(_ body: () throws -> Result) rethrows -> (Result, String) {
    _ = installed
    let thread = pthread_self()
    let outer = lines.withLock { lines -> String? in
      defer { lines[thread] = "" }
      return lines[thread]
    }
    defer { lines.withLock { $0[thread] = outer } }
    let result = try body()
    return (result, lines.withLock { $0[thread] ?? "" })
  }

  /// The kernel's own explanation of a refused netlink request, as libbpf prints it.
  static func kernelMessage(in log: String) -> String? {
    let marker = "Kernel error message: "
    for line in log.split(separator: "\n") where line.contains(marker) {
      guard let range = line.firstRange(of: marker) else { continue }
      return String(line[range.upperBound...])
    }
    return nil
  }

  /// libbpf's last warning without its prefix, for errors that have nothing better to quote.
  static func lastWarning(in log: String) -> String? {
    guard let line = log.split(separator: "\n").last else { return nil }
    return String(line.hasPrefix("libbpf: ") ? line.dropFirst(8) : line)
  }
}
