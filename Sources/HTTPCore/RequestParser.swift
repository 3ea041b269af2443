/// Reads a connection's input as a stream of requests, in pieces of any size: C's `struct request_parser`, 16 bytes,
/// all zero at the start of a connection. Its caller repeats, while bytes are left:
///
///     position += parser.skip(available)
///     let count = parser.chunkLength(available)    // 0: nothing is left to read
///     copy count bytes from position on to the buffer
///     position += parser.read(buffer, count, grammar)
///     let event = parser.settle()
///
/// What comes out does not depend on how the bytes were cut into pieces.
public struct RequestParser: Equatable, Sendable {
  /// A state of the grammar's automaton.
  public var state: UInt8 = 0
  /// The byte that led to `state`, while that needs attention.
  public var byte: UInt8 = 0
  /// What the present request has said so far.
  public var flags = RequestFlags(rawValue: 0)
  /// Bytes of the present request's head so far, empty lines before it included.
  public var length: UInt32 = 0
  /// The value of Content-Length as far as it has been read; while content is skipped, the bytes yet to come.
  public var contentLength: UInt64 = 0

  /// The most bytes that one `read` takes.
  public static var chunkCapacity: UInt32 { 64 }

  @inline(__always) public init() {}

  /// Whether we close the connection: all that may still come is ignored.
  @inline(__always) public var isFinished: Bool { state == ParserState.finished }

  /// Whether the input ends between two requests, so that the peer may close without cutting one short.
  @inline(__always) public var isBetweenRequests: Bool { state == ParserState.start && length == 0 }

  /// Skips content, or everything once the connection is finished. Returns how many bytes of those available.
  @inline(__always) public mutating func skip(_ available: UInt32) -> UInt32 {
    if state == ParserState.finished { return available }
    guard state == ParserState.content else { return 0 }
    guard UInt64(available) >= contentLength else {
      contentLength &-= UInt64(available)
      return available
    }
    let rest = UInt32(truncatingIfNeeded: contentLength)
    self = RequestParser()
    return rest
  }

  /// How many of the bytes available the next `read` may be given, at most `chunkCapacity`. A chunk never reaches
  /// beyond a limit, so that it makes no difference to the limits how the input was cut.
  @inline(__always) public func chunkLength(_ available: UInt32) -> UInt32 {
    var count = available
    if count > RequestParser.chunkCapacity { count = RequestParser.chunkCapacity }
    let room = limit &- length
    if count > room { count = room }
    return count
  }

  /// Reads up to `count` bytes, 1 to `chunkCapacity`, stopping behind the first one that needs attention.
  /// Returns how many it has read. The state must not need attention: call `settle` after every `read`.
  /// `buffer` is `chunkCapacity` bytes long; what it holds beyond `count` does not matter. Natively it is aligned to 8;
  /// eBPF loads words from any address where the machine does.
  ///
  /// In eBPF, `buffer`, `self` and the input's position must lie in a map's value: the verifier tracks what lies on the
  /// stack exactly, and would verify each of its values anew.
  @inline(__always)
  public mutating func read(_ buffer: UnsafeRawPointer, _ count: UInt, _ grammar: GrammarTables) -> UInt32 {
    var state = UInt(self.state)
    var flags = UInt(self.flags.rawValue)
    var byte: UInt = 0
    var taken: UInt = 0
    var index: UInt = 0
    repeat {
      // Eight bytes at a time in a register, the first one lowest.
      var word = buffer.load(fromByteOffset: Int(bitPattern: index), as: UInt64.self)
      var wordLength = count &- index
      if wordLength > 8 { wordLength = 8 }
      // Most of a head is the text of field values that do not matter.
      taken = state == UInt(ParserState.fieldValue) && wordLength == 8 && isText(word) ? 8 : 0
      while true {
        while taken < wordLength {
          byte = UInt(word & 0xFF)
          word &>>= 8
          state = grammar.next(state, byte)
          flags |= grammar.effects(state)
          taken &+= 1
          if state >= UInt(ParserState.firstAttention) { break }
        }
        // Every request has a Host field, so the first one is dealt with in passing.
        if state != UInt(ParserState.hostName) || flags & UInt(RequestFlags.host.rawValue) != 0 { break }
        flags |= UInt(RequestFlags.host.rawValue)
        state = UInt(ParserState.hostValue)
        // Never so. Linux 6.1 takes a loop only if a jump leads back, and this one stays where it is.
        if barrier(taken) > 8 { break }
      }
      index &+= 8
    } while state < UInt(ParserState.firstAttention) && index < count
      && barrier(index) < UInt(RequestParser.chunkCapacity)
    self.state = UInt8(truncatingIfNeeded: state)
    self.byte = UInt8(truncatingIfNeeded: byte)
    self.flags = RequestFlags(rawValue: UInt16(truncatingIfNeeded: flags))
    let read = UInt32(truncatingIfNeeded: index &- 8 &+ taken)
    length &+= read
    return read
  }

  /// Whether none of the eight bytes is a control character: below 0x20, or 0x7F.
  @inline(__always) func isText(_ word: UInt64) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let isDelete = word ^ (ones &* 0x7F)
    // A byte's subtraction borrows its top bit only where the byte was below what is subtracted.
    let below = (word &- ones &* 0x20) & ~word | (isDelete &- ones) & ~isDelete
    return below & (ones &* 0x80) == 0
  }
}
