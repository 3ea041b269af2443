import Yams

/// A mapping of a file, all of whose keys are known.
struct MappingReader {
  private let values: [String: (key: Node, value: Node)]
  private let file: String

  /// - Throws: `SiteError` if it is no mapping, or has a key that is not known.
  init(_ node: Node, known: [String], what: String, file: String) throws(SiteError) {
    self.file = file
    guard let mapping = node.mapping else {
      throw SiteError(
        "\(what) is \(node.kind), and has to be a mapping", mend: "write KEY: VALUE", place: node.place(in: file))
    }
    var values: [String: (key: Node, value: Node)] = [:]
    for (key, value) in mapping {
      guard let name = key.scalar?.string, known.contains(name) else {
        let name = key.scalar?.string ?? ""
        let nearest = Nearest.word(to: name, among: known)
        throw SiteError(
          "\(what) has no key \(quoted(name))",
          mend: nearest.map { "did you mean \($0)?" } ?? "there are \(known.sorted().joined(separator: ", "))",
          place: key.place(in: file))
      }
      values[name] = (key, value)
    }
    self.values = values
  }

  /// The value of a key, if it is there.
  subscript(name: String) -> Node? { values[name]?.value }

  /// Where the key stands.
  func key(_ name: String) -> Node? { values[name]?.key }

  func string(_ name: String) throws(SiteError) -> String? {
    guard let node = self[name] else { return nil }
    return try text(node, name)
  }

  /// A scalar's text, whatever type YAML would have it be.
  func text(_ node: Node, _ what: String) throws(SiteError) -> String {
    guard let scalar = node.scalar else {
      throw SiteError("\(what) is \(node.kind), and has to be a text", place: node.place(in: file))
    }
    guard !(scalar.string.isEmpty && scalar.style == .plain) else {
      throw SiteError("\(what) has no value", mend: "write one, or leave it out", place: node.place(in: file))
    }
    return scalar.string
  }

  func bool(_ name: String) throws(SiteError) -> Bool? {
    guard let node = self[name] else { return nil }
    guard let value = node.bool else {
      throw SiteError("\(name) is neither true nor false", place: node.place(in: file))
    }
    return value
  }

  func integer(_ name: String) throws(SiteError) -> Int? {
    guard let node = self[name] else { return nil }
    guard let value = node.int else { throw SiteError("\(name) is no number", place: node.place(in: file)) }
    return value
  }

  /// - Parameter orOne: whether one scalar stands for a list of one.
  func list(_ name: String, orOne: Bool = false) throws(SiteError) -> [Node] {
    guard let node = self[name] else { return [] }
    if let sequence = node.sequence { return Array(sequence) }
    if orOne, node.scalar != nil { return [node] }
    throw SiteError(
      "\(name) is \(node.kind), and has to be a list", mend: "begin each entry with a dash",
      place: node.place(in: file))
  }
}

extension Node {
  /// As errors name it.
  var kind: String {
    switch self {
    case .scalar: "a text"
    case .mapping: "a mapping"
    case .sequence: "a list"
    case .alias: "an alias"
    }
  }
}
