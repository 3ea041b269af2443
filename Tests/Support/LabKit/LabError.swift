import Glibc

/// What went wrong while a lab was built or used, in one sentence.
public struct LabError: Error, CustomStringConvertible {
  public let description: String
  public init(_ description: String) { self.description = description }

  /// A failed system call, with the words of its `errno`.
  static func system(_ what: String) -> LabError {
    LabError("\(what): \(String(cString: strerror(errno)))")
  }
}
