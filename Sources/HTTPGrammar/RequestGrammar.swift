import HTTPCore

/// The grammar of a request's head (RFC 9112), and the tables that the parser runs on.
public struct RequestGrammar: Sendable {
  /// What the map `request_grammar` holds: C's `struct request_grammar`, `GrammarTables.size` bytes.
  public let bytes: [UInt8]

  public init() {
    bytes = RequestGrammar.tables(RequestGrammar.automaton())
  }

  /// Calls `body` with the tables in memory, as the parser wants them.
  public func withTables<Result>(_ body: (GrammarTables) throws -> Result) rethrows -> Result {
    try bytes.withUnsafeBytes { try body(GrammarTables($0.baseAddress!)) }
  }

  static func automaton() -> Automaton {
    var automaton = Automaton()
    let start = automaton.state("start", number: ParserState.start)
    let fieldStart = automaton.state("start of a field line", number: ParserState.fieldStart)
    automaton.requestLine(start: start, end: fieldStart)
    automaton.fields(start: fieldStart)
    return automaton
  }

  /// Bytes that no state tells apart share a class.
  private static func tables(_ automaton: Automaton) -> [UInt8] {
    let states = UInt8.min...UInt8.max
    var classes: [[UInt8]: UInt8] = [:]
    var bytes = [UInt8](repeating: 0, count: GrammarTables.size)
    for byte in UInt8.min...UInt8.max {
      let column = states.map { automaton.target($0, byte) }
      let number = classes[column] ?? UInt8(classes.count)
      classes[column] = number
      bytes[Int(byte)] = number
    }
    precondition(classes.count <= GrammarTables.classCapacity, "the grammar tells too many bytes apart")
    for (column, number) in classes {
      for state in states {
        let index = Int(state) * Int(GrammarTables.classCapacity) + Int(number)
        bytes[GrammarTables.transitionsOffset + index] = column[Int(state)]
      }
    }
    for state in states {
      // Little-endian, as every system is that the server runs on.
      let effects = automaton.effects(state).rawValue
      bytes[GrammarTables.effectsOffset + Int(state) * 2] = UInt8(truncatingIfNeeded: effects)
      bytes[GrammarTables.effectsOffset + Int(state) * 2 + 1] = UInt8(truncatingIfNeeded: effects >> 8)
    }
    return bytes
  }
}
