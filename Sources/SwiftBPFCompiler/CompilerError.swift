/// Why no object was made: one sentence, and diagnostics that each name a place in the sources.
public struct CompilerError: Error, CustomStringConvertible {
  public let message: String
  /// What a compiler printed, where it says more than `diagnostics` do.
  public let said: String
  public let diagnostics: [Diagnostic]

  init(_ message: String, said: String = "", diagnostics: [Diagnostic] = []) {
    self.message = message
    self.said = said
    self.diagnostics = diagnostics
  }

  public var description: String {
    ((said.isEmpty ? [] : [said]) + diagnostics.map(\.description) + ["error: \(message)"]).joined(separator: "\n")
  }
}
