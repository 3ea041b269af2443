import Foundation

/// Readable names for the mangled symbols of a module, each a C identifier, as BTF requires, and each given once.
struct SymbolNames {
  /// Mangled name to readable name.
  let table: [Substring: String]

  /// `module` is the text of a whole module; `demangle` gives the demangled form of each symbol, in order.
  init(module: String, demangle: ([Substring]) throws -> [String]) throws {
    var mangled: [Substring] = []
    var seen: Set<Substring> = []
    var taken: Set<String> = []
    func meet(_ symbol: Substring) {
      guard seen.insert(symbol).inserted else { return }
      if symbol.first == "$" { mangled.append(symbol) } else { taken.insert(String(symbol)) }
    }
    for line in module.split(separator: "\n") {
      switch line.utf8.first {
      case UInt8(ascii: "d") where line.hasPrefix("define ") || line.hasPrefix("declare "), UInt8(ascii: "@"):
        if let symbol = IRText.tokens(line).lazy.compactMap(IRText.symbol).first { meet(symbol) }
      case UInt8(ascii: "!") where line.contains("!DISubprogram("):
        let tokens = IRText.tokens(line)
        if let at = tokens.firstIndex(of: .plain("linkageName")), tokens.count > at + 3 {
          let symbol = tokens[at + 3].text.dropFirst().dropLast()
          if symbol.first == "$" { meet(symbol) }
        }
      default: break
      }
    }
    let demangled = mangled.isEmpty ? [] : try demangle(mangled)
    guard demangled.count == mangled.count else {
      throw CompilerError("swift-demangle gave \(demangled.count) names for \(mangled.count) symbols")
    }
    var table: [Substring: String] = [:]
    // A specialised function takes the plain name before the one that it was made of: mostly it alone remains.
    let pairs = Array(zip(mangled, demangled))
    let isSpecialized = { (pair: (Substring, String)) in pair.1.contains("specialization <") }
    for (symbol, text) in pairs.filter(isSpecialized) + pairs.filter({ !isSpecialized($0) }) {
      let base = Self.readable(demangled: text)
      var name = base
      var number = 2
      while !taken.insert(name).inserted {
        name = "\(base)_\(number)"
        number += 1
      }
      table[symbol] = name
    }
    self.table = table
  }

  func readable(_ symbol: Substring) -> String { table[symbol] ?? Self.identifier(String(symbol)) }

  /// `generic specialization <Swift.UInt32> of Module.Type.method<A>(A) -> ()` gives `Module_Type_method`.
  static func readable(demangled: String) -> String {
    var text = Substring(demangled)
    // Private declarations are written "(name in _0123456789ABCDEF)".
    while let range = text.range(of: #"\([^() ]+ in _[0-9A-F]+\)"#, options: .regularExpression) {
      let name = text[range].dropFirst().prefix { $0 != " " }
      text = Substring(text.replacingCharacters(in: range, with: name))
    }
    text = Substring(text.replacingOccurrences(of: #"\(extension in [^)]*\):"#, with: "", options: .regularExpression))
    // What was made of it, in front: "function signature specialization <...> of ", "merged ", "static ".
    while let specialization = text.range(of: "specialization <"),
      let end = closing(text[specialization.upperBound...])
    {
      let rest = text[text.index(after: end)...]
      text = rest.hasPrefix(" of ") ? rest.dropFirst(4) : rest
    }
    // A closure is written in front of the function that holds it.
    if let closure = text.range(of: #"closure #[0-9]+"#, options: .regularExpression) {
      let number = text[closure].drop { !$0.isNumber }
      if let holder = text.range(of: " in ", options: .backwards), holder.lowerBound > closure.upperBound {
        return identifier("\(readable(demangled: String(text[holder.upperBound...])))_closure_\(number)")
      }
    }
    for prefix in ["merged ", "static "] where text.hasPrefix(prefix) { text = text.dropFirst(prefix.count) }
    // The rest is its type.
    let end = [" -> ", " : ", "(", "<"].compactMap { text.range(of: $0)?.lowerBound }.min() ?? text.endIndex
    return identifier(String(text[..<end]))
  }

  /// The closest C identifier, of at most 100 characters (the kernel's limit is 127).
  static func identifier(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      let fits = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "_")
      if fits { result.unicodeScalars.append(scalar) } else if result.last != "_" { result += "_" }
    }
    while result.last == "_" { result.removeLast() }
    if result.isEmpty { result = "function" }
    if result.first!.isNumber { result = "_" + result }
    return String(result.prefix(100))
  }

  /// The `>` that ends what a `<` before `text` began; the one in `->` is none.
  private static func closing(_ text: Substring) -> Substring.Index? {
    var depth = 1
    var previous: Character = " "
    for index in text.indices {
      if text[index] == "<" { depth += 1 }
      if text[index] == ">", previous != "-" { depth -= 1 }
      if depth == 0 { return index }
      previous = text[index]
    }
    return nil
  }
}
