import CLibBPF

/// The kernel's verifier refused a program.
///
/// `description` is short: program, source line, the verifier's sentence and the end of its log. `log` has all of it.
public struct VerifierError: Error, Sendable, CustomStringConvertible {
  /// The refused program's name.
  public let program: String
  /// The source file of the refused instruction; nil if the object has no line information.
  public let file: String?
  /// The line in that file, from 1.
  public let line: Int?
  /// That line's text, as the object quotes it.
  public let source: String?
  /// Why: the verifier's own last word.
  public let sentence: String
  /// The whole log, never shortened.
  public let log: String
  /// The log's end: from the quoted source lines that lead to the refusal.
  public let excerpt: String

  public var description: String {
    var text = "the kernel's verifier refused program \(program)"
    if let file, let line { text += " at \(file):\(line)" }
    text += ": \(sentence)"
    if let source { text += "\n  \(source)" }
    return text + "\n" + excerpt
  }

  /// Finds the rejection in what libbpf printed while loading; nil if there is none.
  init?(libraryLog: String, objectBytes: [UInt8]) {
    let begin = ": -- BEGIN PROG LOAD LOG --\n"
    guard let start = libraryLog.firstRange(of: begin) else { return nil }
    let end = libraryLog[start.upperBound...].firstRange(of: "-- END PROG LOAD LOG --")
    let log = String(libraryLog[start.upperBound..<(end?.lowerBound ?? libraryLog.endIndex)])
    // The line reads: libbpf: prog 'NAME': -- BEGIN PROG LOAD LOG --
    let program = libraryLog[..<start.lowerBound].split(separator: "'").last.map(String.init) ?? "?"
    self.init(program: program, log: log, objectBytes: objectBytes)
  }

  /// - Parameter objectBytes: the object file, for the source line; empty if it is not at hand.
  public init(program: String, log: String, objectBytes: [UInt8]) {
    let parsed = VerifierLog(log)
    let quoted = parsed.lastSource
    var place = quoted?.place
    if place == nil, let quoted, let lines = LineTable(objectBytes: objectBytes) {
      place = lines.place(of: quoted.text)
    }
    self.program = program
    self.log = log
    file = place?.file
    line = place?.line
    source = quoted?.text
    sentence = parsed.sentence
    excerpt = parsed.excerpt
  }
}
