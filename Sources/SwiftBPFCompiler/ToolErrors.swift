import Foundation

/// Turns the error output of swiftc and clang into errors that say what a programmer of eBPF should do.
enum ToolErrors {
  /// What the tools said comes first, as they said it, unless all of it could be said better.
  static func explain(_ run: Subprocess, of tool: String) -> CompilerError {
    let text = (run.errors + run.output).trimmingCharacters(in: .whitespacesAndNewlines)
    if tool == "swiftc" {
      return CompilerError(
        "no object was made: swiftc reports errors", said: text, diagnostics: unique(frontEndHints(text)))
    }
    let explained = backEnd(text)
    if explained.isEmpty { return CompilerError("no object was made: \(tool) failed", said: text) }
    return CompilerError("no object was made", diagnostics: unique(explained))
  }

  private static func unique(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
    var seen: Set<Diagnostic> = []
    return diagnostics.filter { seen.insert($0).inserted }
  }

  // MARK: swiftc

  /// swiftc's errors are clear about Swift, and silent about why eBPF can't have it.
  private static func frontEndHints(_ text: String) -> [Diagnostic] {
    text.split(separator: "\n").compactMap { line in
      guard let (file, number, message) = place(line, marker: ": error: ") else { return nil }
      let hint: String
      if message.contains("-no-allocations mode") {
        hint = "eBPF has no heap, and this allocates: use structures, enumerations, tuples and maps; arrays, strings,"
          + " classes, escaping closures and indirect enumerations need a heap"
      } else if message.contains("[#EmbeddedRestrictions]") || message.contains("in embedded Swift") {
        hint = "eBPF has no indirect calls and no run-time types: use generics (`some P`, `<T: P>`) or an enumeration"
          + " instead of `any P`"
      } else {
        return nil
      }
      return Diagnostic(.error, file: file, line: number, hint)
    }
  }

  // MARK: LLVM's BPF back end

  /// `error: FILE:LINE:COLUMN: in function NAME TYPE: MESSAGE`
  private static func backEnd(_ text: String) -> [Diagnostic] {
    var diagnostics: [Diagnostic] = []
    for line in text.split(separator: "\n") {
      if let range = line.range(of: "error in backend: Cannot select: ") {
        let what = line[range.upperBound...]
        diagnostics.append(
          Diagnostic(.error, "LLVM has no eBPF instructions for an operation of this program: \(what.prefix(300))"))
      }
      guard line.hasPrefix("error: "), let function = line.range(of: ": in function ") else { continue }
      let location = line[line.index(line.startIndex, offsetBy: 7)..<function.lowerBound].split(separator: ":")
      let rest = line[function.upperBound...]
      let name = rest.prefix { $0 != " " }
      guard location.count >= 3, let number = Int(location[location.count - 2]) else { continue }
      let file = absolute(location.dropLast(2).joined(separator: ":"))
      let known = number > 0 || !file.hasPrefix("<")
      diagnostics.append(
        Diagnostic(
          .error, file: known ? file : nil, line: known ? max(number, 1) : nil, "\(name): \(sentence(String(rest)))"))
    }
    // Where the same function is blamed with and without a line, the line says more.
    let placed = Set(diagnostics.filter { ($0.line ?? 1) > 1 }.map(\.message))
    return diagnostics.filter { ($0.line ?? 1) > 1 || !placed.contains($0.message) }
  }

  /// LLVM leaves the directory off that the compiler ran in.
  private static func absolute(_ file: String) -> String {
    if file.hasPrefix("/") || file.hasPrefix("<") { return file }
    return URL(fileURLWithPath: FileManager.default.currentDirectoryPath).appendingPathComponent(file).path
  }

  private static func sentence(_ message: String) -> String {
    if message.contains("stack limit is exceeded") { return RuntimeCalls.stackLimit }
    if message.contains("unsupported signed division") { return RuntimeCalls.signedDivision }
    if message.contains("too many arguments") || message.contains("stack arguments are not supported") {
      return RuntimeCalls.tooManyArguments
    }
    if message.contains("aggregate returns are not supported") || message.contains("only small returns supported") {
      return RuntimeCalls.wideResult
    }
    if message.contains("unsupported dynamic stack allocation") { return RuntimeCalls.dynamicStack }
    if let call = message.range(of: "A call to built-in function '") {
      return RuntimeCalls.explanation(message[call.upperBound...].prefix { $0 != "'" })
    }
    return message
  }

  /// `FILE:LINE:COLUMN: error: MESSAGE`
  private static func place(_ line: Substring, marker: String) -> (file: String, line: Int, message: Substring)? {
    guard let range = line.range(of: marker) else { return nil }
    let parts = line[..<range.lowerBound].split(separator: ":")
    guard parts.count >= 3, let number = Int(parts[parts.count - 2]), number > 0 else { return nil }
    return (parts.dropLast(2).joined(separator: ":"), number, line[range.upperBound...])
  }
}
