/// The automaton that reads a request's head, as tables: C's `struct request_grammar`, built by HTTPGrammar.
/// `classes[byte]` is below 64; `transitions[state * 64 + class]` is the next state; `effects[state]` are the flags
/// that entering it sets; `captures[state - ParserState.firstCapturing]` says where its bytes go.
public struct GrammarTables {
  public static var stateCapacity: UInt32 { 512 }
  public static var classCapacity: UInt32 { 64 }
  public static var captureCapacity: UInt32 { 64 }
  public static var transitionsOffset: Int { 256 }
  public static var effectsOffset: Int { transitionsOffset &+ 512 &* 64 &* 2 }
  public static var capturesOffset: Int { effectsOffset &+ 512 &* 2 }
  /// Bytes.
  public static var size: Int { capturesOffset &+ 64 &* 8 }

  let base: UnsafeRawPointer

  /// `base` points to `size` bytes, aligned to 8.
  @inline(__always) public init(_ base: UnsafeRawPointer) { self.base = base }

  /// The state that `byte` leads to from `state`, which are below 256 and 512.
  @inline(__always) func next(_ state: UInt, _ byte: UInt) -> UInt {
    // The masks bound the indices for the verifier, which knows nothing of what the table holds. The state, on which
    // everything waits, is added last.
    let kind = UInt(base.load(fromByteOffset: Int(bitPattern: byte), as: UInt8.self)) & 63
    let column = base + (GrammarTables.transitionsOffset &+ Int(bitPattern: kind &<< 1))
    return UInt(column.load(fromByteOffset: Int(bitPattern: state &<< 7), as: UInt16.self)) & 511
  }

  @inline(__always) func effects(_ state: UInt) -> UInt {
    UInt(base.load(fromByteOffset: GrammarTables.effectsOffset &+ Int(bitPattern: state &<< 1), as: UInt16.self))
  }

  /// Where the bytes go that lead to a capturing state.
  @inline(__always) func capture(_ state: UInt) -> Capture {
    let index = (state &- UInt(ParserState.firstCapturing)) & 63
    let place = base + (GrammarTables.capturesOffset &+ Int(bitPattern: index &<< 3))
    return Capture(
      area: place.load(as: UInt16.self), offset: place.load(fromByteOffset: 2, as: UInt16.self),
      capacity: place.load(fromByteOffset: 4, as: UInt16.self), fold: place.load(fromByteOffset: 6, as: UInt16.self))
  }
}

/// Where the bytes of a text go: C's `struct capture`.
public struct Capture: Equatable, Sendable {
  /// A `RequestArea`.
  public var area: UInt16
  /// Of the area in the request, bytes.
  public var offset: UInt16
  /// Bytes that are kept of it.
  public var capacity: UInt16
  /// 0x20: letters are made small; 0: they are left as they are.
  public var fold: UInt16

  @inline(__always) public init(area: UInt16, offset: UInt16, capacity: UInt16, fold: UInt16) {
    self.area = area
    self.offset = offset
    self.capacity = capacity
    self.fold = fold
  }
}
