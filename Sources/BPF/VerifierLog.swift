/// A place in a source file.
struct SourcePlace: Equatable {
  let file: String
  let line: Int
}

/// What can be read from a verifier's log: plain text, made for people.
struct VerifierLog {
  /// Why the program was refused.
  let sentence: String
  /// The last source line that the log quotes; newer kernels add file and line.
  let lastSource: (text: String, place: SourcePlace?)?
  /// The end of the log that matters.
  let excerpt: String

  /// Source lines of the excerpt: enough to see how the refused instruction was reached.
  private static let quotedLines = 4
  private static let excerptLines = 40

  init(_ log: String) {
    let lines = log.split(separator: "\n").map(String.init)
    let body = lines.filter { !Self.isSummary($0) }
    sentence = Self.reason(in: body)
    lastSource = body.last { $0.hasPrefix("; ") }.map { Self.parse(quoted: $0) }
    var first = body.count
    var quoted = 0
    while first > 0, body.count - first < Self.excerptLines, quoted < Self.quotedLines {
      first -= 1
      if body[first].hasPrefix("; ") { quoted += 1 }
    }
    excerpt = body[first...].joined(separator: "\n")
  }

  /// Lines of account after the refusal: "processed 12 insns (limit 1000000) ...".
  private static func isSummary(_ line: String) -> Bool {
    line.hasPrefix("processed ") || line.hasPrefix("verification time ") || line.hasPrefix("stack depth ")
      || line.hasPrefix("max_states")
  }

  /// The last line that is neither an instruction nor a register state nor a source line.
  private static func reason(in lines: [String]) -> String {
    let spoken = lines.last { line in
      guard let first = line.first else { return false }
      return first != ";" && !isInstruction(line) && !line.hasPrefix("from ") && !line.hasPrefix("mark_precise")
        && !line.hasPrefix("arg#") && !line.hasPrefix(" ")
    }
    return spoken ?? lines.last ?? "the verifier gave no reason"
  }

  /// "123: (85) call bpf_map_lookup_elem#1 ..." or "123: R0=...".
  private static func isInstruction(_ line: String) -> Bool {
    guard let colon = line.firstIndex(of: ":"), colon != line.startIndex else { return false }
    return line[..<colon].allSatisfy(\.isNumber)
  }

  /// "; let x = y @ File.swift:12" (since 6.8) or "; let x = y".
  private static func parse(quoted line: String) -> (text: String, place: SourcePlace?) {
    let text = String(line.dropFirst(2))
    let parts = text.split(separator: " ", omittingEmptySubsequences: false)
    guard parts.count >= 2, parts[parts.count - 2] == "@", let last = parts.last,
      let colon = last.lastIndex(of: ":"), let number = Int(last[last.index(after: colon)...])
    else { return (text, nil) }
    let place = SourcePlace(file: String(last[..<colon]), line: number)
    return (parts.dropLast(2).joined(separator: " "), place)
  }
}
