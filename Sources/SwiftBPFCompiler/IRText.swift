/// LLVM's textual representation, cut into tokens that joined give the text again.
///
/// Edits work on tokens, never on raw text, so that they can't touch what stands between quotation marks: a string
/// constant may well contain "target triple" or "noinline".
enum IRToken: Equatable {
  /// A word, a number, or punctuation.
  case plain(Substring)
  /// A quoted string with its quotation marks, and its prefix (`@`, `%`, `$`, `!`, `c`) if it has one.
  case quoted(Substring)
  case space(Substring)

  var text: Substring {
    switch self {
    case .plain(let text), .quoted(let text), .space(let text): return text
    }
  }
}

enum IRText {
  /// Cuts one line. A line never ends within a string: line feeds in strings are written `\0A`.
  static func tokens(_ line: Substring) -> [IRToken] {
    var tokens: [IRToken] = []
    let bytes = line.utf8
    var start = bytes.startIndex
    while start < bytes.endIndex {
      var end = bytes.index(after: start)
      let first = bytes[start]
      if first == UInt8(ascii: ";") {  // a comment, to the end of the line
        tokens.append(.space(line[start...]))
        break
      }
      if let quote = quotationStart(bytes, start) {
        end = bytes.index(after: quote)
        while end < bytes.endIndex, bytes[end] != UInt8(ascii: "\"") { end = bytes.index(after: end) }
        if end < bytes.endIndex { end = bytes.index(after: end) }
        tokens.append(.quoted(line[start..<end]))
      } else if first == UInt8(ascii: " ") || first == UInt8(ascii: "\t") {
        while end < bytes.endIndex, bytes[end] == first { end = bytes.index(after: end) }
        tokens.append(.space(line[start..<end]))
      } else {
        if isWord(first) || isSigil(first) {
          while end < bytes.endIndex, isWord(bytes[end]) { end = bytes.index(after: end) }
        }
        tokens.append(.plain(line[start..<end]))
      }
      start = end
    }
    return tokens
  }

  static func join(_ tokens: [IRToken]) -> String {
    var text = ""
    for token in tokens { text += token.text }
    return text
  }

  /// The name in a global symbol's token (`@name`, `@"name"`), else nil.
  static func symbol(_ token: IRToken) -> Substring? {
    switch token {
    case .plain(let text) where text.first == "@": return text.dropFirst()
    case .quoted(let text) where text.first == "@": return text.dropFirst(2).dropLast()
    default: return nil
    }
  }

  private static func quotationStart(_ bytes: Substring.UTF8View, _ start: Substring.Index) -> Substring.Index? {
    if bytes[start] == UInt8(ascii: "\"") { return start }
    let next = bytes.index(after: start)
    guard next < bytes.endIndex, bytes[next] == UInt8(ascii: "\"") else { return nil }
    return isSigil(bytes[start]) || bytes[start] == UInt8(ascii: "c") ? next : nil
  }

  private static func isSigil(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "@") || byte == UInt8(ascii: "%") || byte == UInt8(ascii: "$") || byte == UInt8(ascii: "!")
      || byte == UInt8(ascii: "#")
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "$"),
      UInt8(ascii: "-"):
      return true
    default: return false
    }
  }
}
