import Glibc
import SystemPackage

/// What failed, why, and what mends it. Every call of this library that can fail throws this, and only
/// `Object.load()` can throw a `VerifierError` besides.
public struct BPFError: Error, Equatable, Sendable, CustomStringConvertible {
  /// One sentence, with names and numbers, without a full stop's worth of advice.
  public let sentence: String
  /// What to do about it, as a sentence or a command; nil where nothing general can be said.
  public let mend: String?
  /// What the kernel answered; nil where it was not the kernel that refused.
  public let code: Errno?

  public init(_ sentence: String, mend: String? = nil, code: Errno? = nil) {
    self.sentence = sentence
    self.mend = mend
    self.code = code
  }

  /// The error of a system call that failed with `errno`.
  /// - Parameters:
  ///   - doing: what was being done, to follow "cannot", such as "load map sessions".
  ///   - result: libbpf's negative return value, or 0 or -1 to take `errno`.
  init(doing: String, result: Int32 = -1, detail: String? = nil) {
    let number = result < -1 ? -result : errno
    let code = Errno(rawValue: number)
    let reason = detail.map { $0.contains("\(code)") ? $0 : "\($0) (\(code))" } ?? "\(code)"
    self.init("cannot \(doing): \(reason)", mend: Self.mend(for: code), code: code)
  }

  public var description: String { mend.map { "\(sentence); \($0)" } ?? sentence }

  private static func mend(for code: Errno) -> String? {
    switch code {
    case .notPermitted, .permissionDenied:
      return "run it as root, or with the capabilities CAP_BPF and CAP_NET_ADMIN"
    case .noMemory:
      return "free memory, or ask for smaller maps"
    default:
      return nil
    }
  }
}
