/// A text as errors quote it: control characters made visible, and not too long.
func quoted(_ text: String) -> String {
  var result = "\""
  for (index, scalar) in text.unicodeScalars.enumerated() {
    if index == 80 { return result + "...\"" }
    result += scalar.value < 0x20 || scalar.value == 0x7F ? scalar.escaped(asASCII: true) : String(scalar)
  }
  return result + "\""
}

/// A character as errors name it.
func named(_ scalar: Unicode.Scalar) -> String {
  switch scalar {
  case " ": "a space"
  case "\n", "\r": "a line's end"
  case "\t": "a tab"
  default: scalar.value < 0x20 || scalar.value == 0x7F ? "a control character" : "the character \(scalar)"
  }
}

/// Words that are like others.
enum Nearest {
  /// The one of `words` that is most like `word`; nil if none is like it at all.
  static func word(to word: String, among words: [String]) -> String? {
    let scored = words.map { ($0, distance(word, $0)) }
    guard let best = scored.min(by: { ($0.1, $0.0) < ($1.1, $1.0) }), best.1 <= max(2, word.count / 2) else {
      return nil
    }
    return best.0
  }

  /// How many letters have to be changed, put in or left out.
  static func distance(_ left: String, _ right: String) -> Int {
    let left = Array(left.lowercased()), right = Array(right.lowercased())
    var row = Array(0...right.count)
    for (i, a) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, b) in right.enumerated() {
        let next = min(row[j] + 1, row[j + 1] + 1, diagonal + (a == b ? 0 : 1))
        diagonal = row[j + 1]
        row[j + 1] = next
      }
    }
    return row[right.count]
  }
}
