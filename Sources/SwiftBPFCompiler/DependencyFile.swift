import Foundation

/// Rules of make that say what an object was made of.
public enum DependencyFile {
  /// `object: input input ...`, and an empty rule for each input, so that a deleted file is no error.
  public static func text(object: URL, inputs: [URL]) -> String {
    let paths = inputs.map { escape($0.path) }
    return "\(escape(object.path)): \(paths.joined(separator: " \\\n  "))\n"
      + paths.map { "\($0):\n" }.joined()
  }

  /// The prerequisites of the first rule, as clang writes it.
  static func prerequisites(of text: String) -> [URL] {
    guard let colon = text.range(of: ": ") else { return [] }
    var paths: [String] = []
    var path = ""
    var escaped = false
    rule: for character in text[colon.upperBound...] {
      switch character {
      case "\\" where !escaped:
        escaped = true
        continue
      case "\n" where !escaped:
        break rule
      case " " where !escaped, "\n":
        if !path.isEmpty { paths.append(path) }
        path = ""
      default:
        path.append(character)
      }
      escaped = false
    }
    if !path.isEmpty { paths.append(path) }
    return paths.map { URL(fileURLWithPath: $0).standardizedFileURL }
  }

  private static func escape(_ path: String) -> String {
    path.replacingOccurrences(of: " ", with: "\\ ").replacingOccurrences(of: "$", with: "$$")
  }
}
