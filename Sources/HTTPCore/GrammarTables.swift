/// The automaton that reads a request's head, as tables: C's `struct request_grammar`, built by HTTPGrammar.
/// `classes[byte]` is below 64; `transitions[state * 64 + class]` is the next state; `effects[state]` are the flags
/// that entering it sets.
public struct GrammarTables {
  public static var stateCapacity: UInt32 { 256 }
  public static var classCapacity: UInt32 { 64 }
  public static var transitionsOffset: Int { 256 }
  public static var effectsOffset: Int { 256 &+ 256 &* 64 }
  /// Bytes.
  public static var size: Int { effectsOffset &+ 256 &* 2 }

  let base: UnsafeRawPointer

  /// `base` points to `size` bytes, aligned to 2.
  @inline(__always) public init(_ base: UnsafeRawPointer) { self.base = base }

  /// The state that `byte` leads to from `state`. Both are below 256.
  @inline(__always) func next(_ state: UInt, _ byte: UInt) -> UInt {
    // The mask bounds the index for the verifier, which knows nothing of what the table holds. The state, on which
    // everything waits, is added last.
    let kind = UInt(base.load(fromByteOffset: Int(bitPattern: byte), as: UInt8.self)) & 63
    let column = base + (GrammarTables.transitionsOffset &+ Int(bitPattern: kind))
    return UInt(column.load(fromByteOffset: Int(bitPattern: state &<< 6), as: UInt8.self))
  }

  @inline(__always) func effects(_ state: UInt) -> UInt {
    UInt(base.load(fromByteOffset: GrammarTables.effectsOffset &+ Int(bitPattern: state &<< 1), as: UInt16.self))
  }
}

/// The automaton's states that the parser knows by number. All others are known to the tables alone.
public enum ParserState {
  /// Before a request line. 0, so that a session's zeroed memory is a parser at its start.
  public static var start: UInt8 { 0 }
  /// Where reading goes on after `hostName`.
  public static var hostValue: UInt8 { 1 }
  /// Where reading goes on after a digit of Content-Length.
  public static var contentLengthDigits: UInt8 { 2 }

  /// In the value of a field that does not matter, where text leads back to itself.
  public static var fieldValue: UInt8 { 3 }
  /// Before a field line, or the empty line that ends the head.
  public static var fieldStart: UInt8 { 4 }
  /// States from here to `firstAttention` have no name here.
  public static var firstUnnamed: UInt8 { 5 }

  /// States from here on stop the reading of bytes and are resolved by `RequestParser.settle`.
  public static var firstAttention: UInt8 { 240 }
  /// The empty line that ends the head has been read.
  public static var headComplete: UInt8 { 240 }
  /// The bytes are not a request.
  public static var malformed: UInt8 { 241 }
  /// The request line's version is not HTTP/1.x.
  public static var versionNotSupported: UInt8 { 242 }
  /// The colon of a Host field has been read.
  public static var hostName: UInt8 { 243 }
  /// The first digit of a Content-Length field has been read.
  public static var contentLengthFirstDigit: UInt8 { 244 }
  /// A further digit of it.
  public static var contentLengthNextDigit: UInt8 { 245 }
  /// In a request's content, which is skipped. Not entered by the tables.
  public static var content: UInt8 { 246 }
  /// The connection will be closed by us; further bytes are ignored. Not entered by the tables.
  public static var finished: UInt8 { 247 }
}
