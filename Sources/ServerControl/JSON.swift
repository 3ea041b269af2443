/// JSON text (RFC 8259), with fields in the order in which they are given: stable for people and diffs.
public indirect enum JSON: Sendable, Equatable {
  case null
  case bool(Bool)
  case integer(Int64)
  case unsigned(UInt64)
  case number(Double)
  case string(String)
  case array([JSON])
  case object([Field])

  /// A name and its value.
  public struct Field: Sendable, Equatable {
    public let name: String
    public let value: JSON
    public init(_ name: String, _ value: JSON) {
      self.name = name
      self.value = value
    }
  }

  /// A string, or null.
  public static func optional(_ text: String?) -> JSON { text.map { .string($0) } ?? .null }

  /// The text: indented by two spaces, or in one line.
  public func text(indented: Bool = true) -> String {
    var output = ""
    write(to: &output, depth: indented ? 0 : nil)
    return output
  }

  private func write(to output: inout String, depth: Int?) {
    switch self {
    case .null: output += "null"
    case .bool(let value): output += value ? "true" : "false"
    case .integer(let value): output += "\(value)"
    case .unsigned(let value): output += "\(value)"
    case .number(let value): output += value.isFinite ? "\(value)" : "null"
    case .string(let value): Self.write(value, to: &output)
    case .array(let values):
      Self.write(values, between: "[", "]", depth: depth, to: &output) { $0.write(to: &$1, depth: $2) }
    case .object(let fields):
      Self.write(fields, between: "{", "}", depth: depth, to: &output) { field, output, depth in
        Self.write(field.name, to: &output)
        output += depth == nil ? ":" : ": "
        field.value.write(to: &output, depth: depth)
      }
    }
  }

  private static func write<Element>(
    _ elements: [Element], between open: String, _ close: String, depth: Int?, to output: inout String,
    _ body: (Element, inout String, Int?) -> Void
  ) {
    output += open
    for (index, element) in elements.enumerated() {
      if index > 0 { output += "," }
      if let depth { output += "\n" + String(repeating: " ", count: 2 * depth + 2) }
      body(element, &output, depth.map { $0 + 1 })
    }
    if let depth, !elements.isEmpty { output += "\n" + String(repeating: " ", count: 2 * depth) }
    output += close
  }

  private static func write(_ text: String, to output: inout String) {
    output += "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": output += "\\\""
      case "\\": output += "\\\\"
      case "\n": output += "\\n"
      case "\t": output += "\\t"
      case "\r": output += "\\r"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        output += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: output.unicodeScalars.append(scalar)
      }
    }
    output += "\""
  }
}
