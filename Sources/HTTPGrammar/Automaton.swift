import HTTPCore

/// A deterministic automaton over bytes, as it is written down. A byte that a state has no move for is malformed.
struct Automaton {
  /// A state, by its number in the tables.
  struct State: Hashable {
    let number: UInt16
  }

  private struct Row {
    let name: String
    let effects: RequestFlags
    let parent: State?
    let capture: Capture?
    var moves: [UInt8: State] = [:]
  }

  private var rows: [UInt16: Row] = [:]
  private var nextFree = ParserState.firstUnnamed
  private var nextFreeCapturing = ParserState.firstUnnamedCapturing

  /// A state without moves of its own yet. Entering it sets `effects`. Where it has no move, it behaves like
  /// `parent`, moves that the parent gets later included. The bytes that lead to it are kept where `capture` says.
  mutating func state(
    _ name: String, number: UInt16? = nil, effects: RequestFlags = .none, like parent: State? = nil,
    capture: Capture? = nil
  ) -> State {
    let chosen = number ?? (capture == nil ? nextFree : nextFreeCapturing)
    if number == nil {
      if capture == nil { nextFree += 1 } else { nextFreeCapturing += 1 }
    }
    let capturing = ParserState.firstCapturing..<ParserState.firstAttention
    let range = capture == nil ? 0..<ParserState.firstCapturing : capturing
    precondition(range.contains(chosen) && rows[chosen] == nil, "state \(name): number \(chosen) is taken")
    precondition(capture == nil || effects == .none, "state \(name): a capturing state has no effects")
    rows[chosen] = Row(name: name, effects: effects, parent: parent, capture: capture)
    return State(number: chosen)
  }

  /// A state that the parser resolves by itself.
  static func attention(_ number: UInt16) -> State { State(number: number) }

  /// In `state`, any of `bytes` leads to `target`.
  mutating func move(_ state: State, on bytes: ByteSet, to target: State) {
    for byte in bytes.bytes { rows[state.number]!.moves[byte] = target }
  }

  /// In `state`, the bytes of `text` one after the other lead through states of their own, the last one to `target`.
  mutating func move(_ state: State, through text: String, to target: State) {
    var state = state
    for (index, byte) in text.utf8.enumerated() {
      let next = index == text.utf8.count - 1 ? target : self.state("\(text.prefix(index + 1))")
      move(state, on: ByteSet([byte]), to: next)
      state = next
    }
  }

  /// Likewise, where letters are in any case.
  mutating func move(_ state: State, ignoringCaseThrough text: String, to target: State) {
    var state = state
    for (index, byte) in text.utf8.enumerated() {
      let next = index == text.utf8.count - 1 ? target : self.state("\(text.prefix(index + 1))")
      let bytes: Set<UInt8> = ByteSet.alpha.contains(byte) ? [byte | 0x20, byte & ~0x20] : [byte]
      move(state, on: ByteSet(bytes), to: next)
      state = next
    }
  }

  /// Recognises `word` from `root` on. Halfway through it behaves like `other`, the state of any other word; behind
  /// it `ends` say where its end leads.
  mutating func keyword(
    _ word: String, from root: State, other: State, ignoringCase: Bool, ends: [(on: ByteSet, to: State)]
  ) {
    var state = root
    for (index, byte) in word.utf8.enumerated() {
      let known = rows[state.number]!.moves[byte]
      let next: State
      if let known, rows[known.number]?.parent == other {
        next = known
      } else {
        next = self.state("\(word.prefix(index + 1))", like: other)
        var bytes: Set<UInt8> = [byte]
        if ignoringCase && ByteSet.alpha.contains(byte) { bytes = [byte | 0x20, byte & ~0x20] }
        move(state, on: ByteSet(bytes), to: next)
      }
      state = next
    }
    for end in ends { move(state, on: end.on, to: end.to) }
  }
}

// What the tables and the tests ask of it.
extension Automaton {
  /// The numbers in use, without those of attention.
  var numbers: [UInt16] { rows.keys.sorted() }

  func name(_ number: UInt16) -> String { rows[number]?.name ?? "attention \(number)" }

  func effects(_ number: UInt16) -> RequestFlags { rows[number]?.effects ?? .none }

  func capture(_ number: UInt16) -> Capture? { rows[number]?.capture }

  func target(_ number: UInt16, _ byte: UInt8) -> UInt16 {
    // Attention states stay what they are: nobody reads on from them, and if one did, nothing would come of it.
    if number >= ParserState.firstAttention { return number }
    var row = rows[number]
    while let present = row {
      if let target = present.moves[byte] { return target.number }
      row = present.parent.flatMap { rows[$0.number] }
    }
    return ParserState.malformed
  }
}
