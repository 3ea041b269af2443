/// An LLVM module as far as diagnostics need to know it: its functions and where each instruction comes from.
struct IRModule {
  struct Function {
    let name: Substring
    /// The `define` or `declare` line in tokens.
    let head: [IRToken]
    var instructions: [Substring] = []
  }

  private(set) var defined: [Function] = []
  private(set) var declared: [Substring: [IRToken]] = [:]
  private var metadata: [Substring: Substring] = [:]

  init(_ text: String) {
    var current: Function?
    for line in text.split(separator: "\n") {
      switch line.utf8.first {
      case UInt8(ascii: " "):
        current?.instructions.append(line)
      case UInt8(ascii: "d") where line.hasPrefix("define ") || line.hasPrefix("declare "):
        let head = IRText.tokens(line)
        guard let name = head.lazy.compactMap(IRText.symbol).first else { continue }
        if line.hasPrefix("define ") { current = Function(name: name, head: head) } else { declared[name] = head }
      case UInt8(ascii: "}"):
        if let function = current { defined.append(function) }
        current = nil
      case UInt8(ascii: "!"):
        if let space = line.utf8.firstIndex(of: UInt8(ascii: " ")) { metadata[line[..<space]] = line }
      default: break
      }
    }
  }

  // MARK: Places

  struct Place: Equatable {
    let file: String
    let line: Int
  }

  /// Where in the sources the instruction or function with these tokens comes from: the Swift line that is closest to
  /// it. What was inlined from a helper's header or from the standard library is told by the line that called it.
  func place(_ tokens: [IRToken]) -> Place? {
    guard let at = tokens.firstIndex(of: .plain("!dbg")), let node = tokens[(at + 1)...].first(where: Self.isNode)
    else { return nil }
    var exact: [Place] = []
    var approximate: [Place] = []
    var location: Substring? = node.text
    while let id = location, let fields = fields(id) {
      if let file = file(of: id), !file.hasPrefix("<") {
        if let line = fields["line"].flatMap({ Int($0) }), line > 0 {
          exact.append(Place(file: file, line: line))
        } else if let line = lineOfFunction(id) {
          approximate.append(Place(file: file, line: line))
        }
      }
      location = fields["inlinedAt"]
    }
    // What the compiler added may have no line but that of its function.
    return (exact + approximate).first { $0.file.hasSuffix(".swift") } ?? exact.first
  }

  func node(_ id: Substring) -> Substring? { metadata[id] }

  /// The location itself, or the closest one that it was inlined into, that is a line of a Swift file.
  func swiftLocation(_ node: Substring) -> Substring? {
    var next: Substring? = node
    while let id = next, let fields = fields(id) {
      if let line = fields["line"], line != "0", file(of: id)?.hasSuffix(".swift") == true { return id }
      next = fields["inlinedAt"]
    }
    return nil
  }

  private static func isNode(_ token: IRToken) -> Bool {
    token.text.first == "!" && token.text.dropFirst().first?.isNumber == true
  }

  /// `!7 = !DILocation(line: 3, scope: !5)` gives line and scope.
  private func fields(_ node: Substring) -> [Substring: Substring]? {
    guard let text = metadata[node] else { return nil }
    var fields: [Substring: Substring] = [:]
    let tokens = IRText.tokens(text)
    for index in tokens.indices.dropLast(3) where tokens[index + 1] == .plain(":") {
      fields[tokens[index].text] = tokens[index + 3].text
    }
    return fields
  }

  /// Where the function starts that a location is in.
  private func lineOfFunction(_ location: Substring) -> Int? {
    var next = fields(location)?["scope"]
    while let id = next, let fields = fields(id) {
      if metadata[id]?.contains("DISubprogram(") == true { return fields["line"].flatMap { Int($0) } }
      next = fields["scope"]
    }
    return nil
  }

  /// The path of the file that a location, a block or a function is in.
  private func file(of node: Substring) -> String? {
    var next: Substring? = node
    while let id = next, let fields = fields(id) {
      if let file = fields["file"], let names = self.fields(file), let name = names["filename"] {
        let path = name.dropFirst().dropLast()
        guard !path.hasPrefix("/"), !path.hasPrefix("<"), let directory = names["directory"] else {
          return String(path)
        }
        return "\(directory.dropFirst().dropLast())/\(path)"
      }
      next = fields["scope"]
    }
    return nil
  }
}
