import HTTPCore
@testable import HTTPGrammar
import XCTest

/// The tables are whole: what the parser may meet in them is what it expects.
final class GrammarTests: XCTestCase {
  private let automaton = RequestGrammar.automaton(keepsLogFields: true)
  private let bytes = RequestGrammar(keepsLogFields: true).bytes

  /// One grammar may take the other's place while a parser stands anywhere: states and classes are the same, and only
  /// what follows the colon of two fields is another.
  func testBothGrammarsHaveTheSameStates() {
    let other = RequestGrammar(keepsLogFields: false).bytes
    let differences = zip(bytes, other).filter { $0 != $1 }.count
    XCTAssertGreaterThan(differences, 0)
    // A state has two bytes.
    XCTAssertLessThanOrEqual(differences, 4)
  }


  /// Where the parser may go on from a state of attention.
  private func continuations(_ state: UInt16) -> [UInt16] {
    switch state {
    case ParserState.hostName: return [ParserState.hostValue, ParserState.otherHostValue]
    case ParserState.contentLengthFirstDigit: return [ParserState.contentLengthDigits]
    case ParserState.transferCodingName: return [ParserState.transferCoding]
    case ParserState.authorityEnd: return [ParserState.version]
    case ParserState.authorityQuery: return [ParserState.target]
    case ParserState.headComplete: return [ParserState.chunkStart]
    case ParserState.chunkDigit: return [ParserState.chunkSize]
    case ParserState.chunkLineEnd: return [ParserState.trailerStart, ParserState.chunkDataEnd]
    case ParserState.elementEnd...:
      let kind = (state - ParserState.elementEnd) / 2
      return [state & 1 == 0 ? ParserState.lineEnd : ParserState.elementStart + kind]
    default: return []
    }
  }

  private func reachable() -> Set<UInt16> {
    var found: Set<UInt16> = [ParserState.start]
    var pending: [UInt16] = [ParserState.start]
    while let state = pending.popLast() {
      var next = (UInt8.min...UInt8.max).map { automaton.target(state, $0) }
      // Where the parser goes on by itself.
      next += continuations(state)
      for state in next where found.insert(state).inserted { pending.append(state) }
    }
    return found
  }

  func testEveryStateIsReachable() {
    let found = reachable()
    for state in automaton.numbers {
      XCTAssertTrue(found.contains(state), "nothing leads to the state \(automaton.name(state))")
    }
  }

  func testEveryTransitionLeadsToAStateThatThereIs() {
    var attention: Set<UInt16> = [
      ParserState.headComplete, ParserState.malformed, ParserState.versionNotSupported, ParserState.hostName,
      ParserState.contentLengthFirstDigit, ParserState.contentLengthNextDigit, ParserState.transferCodingName,
      ParserState.authorityEnd, ParserState.authorityQuery, ParserState.chunkDigit, ParserState.chunkLineEnd,
      ParserState.messageComplete,
    ]
    for kind in 0..<ElementKind.count {
      attention.insert(ParserState.elementEnd + kind * 2)
      if kind <= ElementKind.ifMatch { attention.insert(ParserState.elementEnd + kind * 2 + 1) }
    }
    XCTAssertEqual(reachable(), attention.union(automaton.numbers))
    XCTAssertTrue(attention.allSatisfy { $0 >= ParserState.firstAttention })
  }

  func testAttentionStatesLeadNowhere() {
    for state in ParserState.firstAttention..<UInt16(GrammarTables.stateCapacity) {
      for byte in UInt8.min...UInt8.max { XCTAssertEqual(automaton.target(state, byte), state) }
      XCTAssertEqual(automaton.effects(state), .none)
    }
  }

  func testTablesSayWhatTheAutomatonSays() {
    func short(_ offset: Int) -> UInt16 { UInt16(bytes[offset]) | UInt16(bytes[offset + 1]) << 8 }
    for byte in 0..<256 {
      let kind = Int(bytes[byte])
      XCTAssertLessThan(kind, Int(GrammarTables.classCapacity))
      for state in 0..<512 {
        XCTAssertEqual(
          short(GrammarTables.transitionsOffset + (state * 64 + kind) * 2),
          automaton.target(UInt16(state), UInt8(byte)))
      }
    }
    for state in 0..<512 {
      XCTAssertEqual(short(GrammarTables.effectsOffset + state * 2), automaton.effects(UInt16(state)).rawValue)
    }
    for index in 0..<64 {
      let offset = GrammarTables.capturesOffset + index * 8
      let capture = Capture(
        area: short(offset), offset: short(offset + 2), capacity: short(offset + 4), fold: short(offset + 6))
      let none = Capture(area: 0, offset: 0, capacity: 0, fold: 0)
      XCTAssertEqual(capture, automaton.capture(ParserState.firstCapturing + UInt16(index)) ?? none)
    }
  }

  func testCapturingStatesHaveNoEffects() {
    for state in automaton.numbers where automaton.capture(state) != nil {
      XCTAssertEqual(automaton.effects(state), .none)
      XCTAssertTrue((ParserState.firstCapturing..<ParserState.firstAttention).contains(state))
    }
  }

  func testNeitherGrammarTellsTooMuchApart() {
    for grammar in [RequestGrammar(), RequestGrammar(keepsLogFields: true)] {
      XCTAssertLessThan(grammar.bytes.prefix(256).max()!, UInt8(GrammarTables.classCapacity))
    }
    XCTAssertLessThan(automaton.numbers.filter { $0 < ParserState.firstCapturing }.max()!, ParserState.firstCapturing)
  }

  private func isEnd(_ state: UInt16) -> Bool {
    [ParserState.headComplete, ParserState.messageComplete, ParserState.chunkLineEnd].contains(state)
  }

  func testNoStateEndsAHeadThatIsNotEmptyLineTerminated() {
    for state in automaton.numbers {
      for byte in UInt8.min...UInt8.max where isEnd(automaton.target(state, byte)) {
        XCTAssertEqual(byte, 0x0A)
      }
    }
  }

  private func isElementsLineEnd(_ state: UInt16) -> Bool {
    state >= ParserState.elementEnd && (state - ParserState.elementEnd) % 2 == 0
  }

  func testOnlyCarriageReturnLeadsToWhereLineFeedIsTaken() {
    let takesLineFeed = automaton.numbers.filter { automaton.target($0, 0x0A) != ParserState.malformed }
    XCTAssertFalse(takesLineFeed.isEmpty)
    for state in automaton.numbers {
      for byte in UInt8.min...UInt8.max 
      where takesLineFeed.contains(automaton.target(state, byte)) || isElementsLineEnd(automaton.target(state, byte)) {
        XCTAssertEqual(byte, 0x0D, "\(automaton.name(state))")
      }
    }
    for state in takesLineFeed {
      for byte in UInt8.min...UInt8.max where byte != 0x0A {
        XCTAssertEqual(automaton.target(state, byte), ParserState.malformed, "\(automaton.name(state))")
      }
    }
  }

  func testTextLeadsFromAFieldValueBackToIt() {
    // What `read` takes for granted where it takes eight bytes at once.
    for byte in UInt8.min...UInt8.max where byte >= 0x20 && byte != 0x7F {
      XCTAssertEqual(automaton.target(ParserState.fieldValue, byte), ParserState.fieldValue)
    }
    XCTAssertEqual(automaton.effects(ParserState.fieldValue), .none)
  }
}
