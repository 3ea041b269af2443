import HTTPCore
@testable import HTTPGrammar
import XCTest

/// The tables are whole: what the parser may meet in them is what it expects.
final class GrammarTests: XCTestCase {
  private let automaton = RequestGrammar.automaton()
  private let bytes = RequestGrammar().bytes

  private func reachable() -> Set<UInt8> {
    var found: Set<UInt8> = [ParserState.start]
    var pending: [UInt8] = [ParserState.start]
    while let state = pending.popLast() {
      var next = (UInt8.min...UInt8.max).map { automaton.target(state, $0) }
      // Where the parser goes on by itself.
      if state == ParserState.hostName { next.append(ParserState.hostValue) }
      if state == ParserState.contentLengthFirstDigit { next.append(ParserState.contentLengthDigits) }
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
    let attention: Set<UInt8> = [
      ParserState.headComplete, ParserState.malformed, ParserState.versionNotSupported, ParserState.hostName,
      ParserState.contentLengthFirstDigit, ParserState.contentLengthNextDigit,
    ]
    XCTAssertEqual(reachable(), attention.union(automaton.numbers))
    XCTAssertTrue(attention.allSatisfy { $0 >= ParserState.firstAttention })
  }

  func testAttentionStatesLeadNowhere() {
    for state in ParserState.firstAttention...UInt8.max {
      for byte in UInt8.min...UInt8.max { XCTAssertEqual(automaton.target(state, byte), state) }
      XCTAssertEqual(automaton.effects(state), .none)
    }
  }

  func testTablesSayWhatTheAutomatonSays() {
    for byte in 0..<256 {
      let kind = Int(bytes[byte])
      XCTAssertLessThan(kind, Int(GrammarTables.classCapacity))
      for state in 0..<256 {
        XCTAssertEqual(
          bytes[GrammarTables.transitionsOffset + state * 64 + kind], automaton.target(UInt8(state), UInt8(byte)))
      }
    }
    for state in 0..<256 {
      let offset = GrammarTables.effectsOffset + state * 2
      XCTAssertEqual(
        UInt16(bytes[offset]) | UInt16(bytes[offset + 1]) << 8, automaton.effects(UInt8(state)).rawValue)
    }
  }

  func testNoStateEndsAHeadThatIsNotEmptyLineTerminated() {
    for state in automaton.numbers {
      for byte in UInt8.min...UInt8.max where automaton.target(state, byte) == ParserState.headComplete {
        XCTAssertEqual(byte, 0x0A)
      }
    }
  }

  func testOnlyCarriageReturnLeadsToWhereLineFeedIsTaken() {
    let takesLineFeed = automaton.numbers.filter { automaton.target($0, 0x0A) != ParserState.malformed }
    XCTAssertFalse(takesLineFeed.isEmpty)
    for state in automaton.numbers {
      for byte in UInt8.min...UInt8.max where takesLineFeed.contains(automaton.target(state, byte)) {
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
