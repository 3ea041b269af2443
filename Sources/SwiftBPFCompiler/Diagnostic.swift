/// What is wrong, or worth knowing, at one place of the sources.
public struct Diagnostic: Equatable, Hashable, Sendable, CustomStringConvertible {
  public enum Severity: String, Sendable { case error, warning, note }
  public var severity: Severity
  /// As the compiler wrote it; nil where nothing is known.
  public var file: String?
  /// Counted from 1.
  public var line: Int?
  public var message: String

  public init(_ severity: Severity, file: String? = nil, line: Int? = nil, _ message: String) {
    self.severity = severity
    self.file = file
    self.line = line
    self.message = message
  }

  /// `File.swift:12: error: sentence`, the form that editors and SwiftPM recognise.
  public var description: String {
    guard let file else { return "\(severity.rawValue): \(message)" }
    return "\(file):\(line ?? 1): \(severity.rawValue): \(message)"
  }
}
