import HTTPCore

/// The grammar of a request (RFC 9112), and the tables that the parser runs on.
public struct RequestGrammar: Sendable {
  /// What the map `request_grammar` holds: C's `struct request_grammar`, `GrammarTables.size` bytes.
  public let bytes: [UInt8]

  /// - Parameter keepsLogFields: whether Referer and User-Agent are kept, for an access log.
  public init(keepsLogFields: Bool = false) {
    bytes = RequestGrammar.tables(RequestGrammar.automaton(keepsLogFields: keepsLogFields))
  }

  /// Calls `body` with the tables in memory, as the parser wants them.
  public func withTables<Result>(_ body: (GrammarTables) throws -> Result) rethrows -> Result {
    try bytes.withUnsafeBytes { try body(GrammarTables($0.baseAddress!)) }
  }

  static func automaton(keepsLogFields: Bool = false) -> Automaton {
    var automaton = Automaton()
    let start = automaton.state("start", number: ParserState.start)
    let fieldStart = automaton.state("start of a field line", number: ParserState.fieldStart)
    automaton.requestLine(start: start, end: fieldStart)
    automaton.fields(start: fieldStart, keepsLogFields: keepsLogFields)
    automaton.chunkedContent()
    return automaton
  }

  /// Bytes that no state tells apart share a class.
  private static func tables(_ automaton: Automaton) -> [UInt8] {
    let states = 0..<UInt16(GrammarTables.stateCapacity)
    var classes: [[UInt16]: UInt8] = [:]
    var bytes = [UInt8](repeating: 0, count: GrammarTables.size)
    // Little-endian, as every system is that the server runs on.
    func put(_ value: UInt16, _ offset: Int) {
      bytes[offset] = UInt8(truncatingIfNeeded: value)
      bytes[offset + 1] = UInt8(truncatingIfNeeded: value >> 8)
    }
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
        put(column[Int(state)], GrammarTables.transitionsOffset + index * 2)
      }
    }
    for state in states {
      put(automaton.effects(state).rawValue, GrammarTables.effectsOffset + Int(state) * 2)
      guard let capture = automaton.capture(state) else { continue }
      let offset = GrammarTables.capturesOffset + Int(state - ParserState.firstCapturing) * 8
      put(capture.area, offset)
      put(capture.offset, offset + 2)
      put(capture.capacity, offset + 4)
      put(capture.fold, offset + 6)
    }
    return bytes
  }
}
