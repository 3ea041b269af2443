/// Reads a connection's input as a stream of requests, in pieces of any size: C's `struct request_parser`, 16 bytes,
/// all zero at the start of a connection. What a request says goes into a `Request`, whose owner keeps it between two
/// pieces, unless the parser is between two requests. Its caller repeats, while bytes are left:
///
///     position += parser.skip(available)
///     let count = parser.chunkLength(available)
///     if count > 0 {
///       copy count bytes from position on to the buffer
///       let taken = parser.read(buffer, count, grammar, request)
///       position += taken + parser.capture(buffer + taken, count - taken, grammar, request)
///     }
///     if parser.settle(request) { answer the request, and parser.begin(request) }
///
/// What comes out does not depend on how the bytes were cut into pieces.
public struct RequestParser: Equatable, Sendable {
  /// A state of the grammar's automaton.
  public var state: UInt16 = 0
  /// What the present request has said so far.
  public var flags = RequestFlags(rawValue: 0)
  /// Bytes of the present request's head so far, empty lines before it included; then of a chunk's line, or of the
  /// trailer section.
  public var length: UInt16 = 0
  /// The byte that led to `state`, while that needs attention.
  public var byte: UInt8 = 0
  public var reserved: UInt8 = 0
  /// Content-Length, or a chunk's size, as far as it has been read, but at most a little more than the limit; while
  /// content is skipped, the bytes yet to come.
  public var contentLength: UInt32 = 0
  /// Of a chunked content: bytes in the chunks so far, and of what their lines have beyond their usual length.
  public var contentTotal: UInt32 = 0

  /// The most bytes that one `read` takes.
  public static var chunkCapacity: UInt32 { 64 }

  @inline(__always) public init() {}

  /// Whether we close the connection: all that may still come is ignored.
  @inline(__always) public var isFinished: Bool { state == ParserState.finished }

  /// Whether the input ends between two requests, so that the peer may close without cutting one short, and nothing of
  /// a request needs to be kept.
  @inline(__always) public var isBetweenRequests: Bool { state == ParserState.start && length == 0 }

  /// Whether a part of a request has been read, which is to be kept until the rest comes.
  @inline(__always) public var isWithinRequest: Bool { !isBetweenRequests && !isFinished }

  /// Whether so many bytes of content are skipped without that anything else happens.
  @inline(__always) public func isInContent(_ available: UInt32) -> Bool {
    state == ParserState.content && available < contentLength
  }

  /// Whether the next byte may belong to a text that is kept.
  @inline(__always) public var isCapturing: Bool {
    state >= ParserState.firstCapturing && state < ParserState.firstAttention
  }

  /// Whether there is something for `settle` to resolve.
  @inline(__always) public var needsAttention: Bool {
    state >= ParserState.firstAttention && state != ParserState.content && state != ParserState.finished
  }

  /// Whether `settle` has something to do.
  @inline(__always) public var wantsSettling: Bool { needsAttention || UInt32(length) >= limit }

  /// Skips content, or everything once the connection is finished. Returns how many bytes of those available.
  @inline(__always) public mutating func skip(_ available: UInt32) -> UInt32 {
    if state == ParserState.finished { return available }
    guard state == ParserState.content else { return 0 }
    guard available >= contentLength else {
      contentLength &-= available
      return available
    }
    let rest = contentLength
    contentLength = 0
    state = flags.intersects(.chunked) ? ParserState.chunkDataEnd : ParserState.messageComplete
    return rest
  }

  /// How many of the bytes available the next `read` may be given, at most `chunkCapacity`. A chunk never reaches
  /// beyond a limit, so that it makes no difference to the limits how the input was cut.
  @inline(__always) public func chunkLength(_ available: UInt32) -> UInt32 {
    if state >= ParserState.firstAttention { return 0 }
    var count = available
    if count > RequestParser.chunkCapacity { count = RequestParser.chunkCapacity }
    let room = limit &- UInt32(length)
    if count > room { count = room }
    return count
  }

  /// Reads up to `count` bytes, 1 to `chunkCapacity`, stopping behind the first one that needs attention or is kept.
  /// Returns how many it has read; none while a text is being kept. The state must not need attention: call `settle`
  /// after every `read`. `buffer` is `chunkCapacity` bytes long; what it holds beyond `count` does not matter. Natively
  /// it is aligned to 8; eBPF loads words from any address where the machine does.
  ///
  /// In eBPF, `buffer`, `self` and the input's position must lie in a map's value: the verifier tracks what lies on the
  /// stack exactly, and would verify each of its values anew.
  @inline(__always)
  public mutating func read(
    _ buffer: UnsafeRawPointer, _ count: UInt, _ grammar: GrammarTables, _ request: UnsafeMutablePointer<Request>
  ) -> UInt32 {
    if self.state >= ParserState.firstCapturing { return 0 }
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
          if state >= UInt(ParserState.firstCapturing) { break }
        }
        // Every request has a Host field, so the first one is dealt with in passing.
        let known = UInt(RequestFlags.host.union(.absolute).rawValue)
        if state != UInt(ParserState.hostName) || flags & known != 0 { break }
        flags |= UInt(RequestFlags.host.rawValue)
        state = UInt(ParserState.hostValue)
        // Never so. Linux 6.1 takes a loop only if a jump leads back, and this one stays where it is.
        if barrier(taken) > 8 { break }
      }
      index &+= 8
    } while state < UInt(ParserState.firstCapturing) && index < count
      && barrier(index) < UInt(RequestParser.chunkCapacity)
    self.state = UInt16(truncatingIfNeeded: state)
    self.byte = UInt8(truncatingIfNeeded: byte)
    self.flags = RequestFlags(rawValue: UInt16(truncatingIfNeeded: flags))
    let read = UInt32(truncatingIfNeeded: index &- 8 &+ taken)
    length &+= UInt16(truncatingIfNeeded: read)
    if isCapturing { request.append(byte, grammar.capture(state)) }
    return read
  }

  /// Goes on behind `read`, as long as the bytes belong to texts that are kept. `count` is 0 to `chunkCapacity`.
  /// Returns how many it has read.
  @inline(__always)
  public mutating func capture(
    _ buffer: UnsafeRawPointer, _ count: UInt, _ grammar: GrammarTables, _ request: UnsafeMutablePointer<Request>
  ) -> UInt32 {
    guard isCapturing else { return 0 }
    // The verifier needs the bound once more.
    var state = barrier(UInt(self.state)) & 511
    var flags = UInt(self.flags.rawValue)
    var byte: UInt = 0
    var index: UInt = 0
    while index < count && barrier(index) < UInt(RequestParser.chunkCapacity) {
      byte = UInt(buffer.load(fromByteOffset: Int(bitPattern: index), as: UInt8.self))
      index &+= 1
      state = grammar.next(state, byte)
      flags |= grammar.effects(state)
      if state &- UInt(ParserState.firstCapturing) >= UInt(GrammarTables.captureCapacity) { break }
      request.append(byte, grammar.capture(state))
    }
    self.state = UInt16(truncatingIfNeeded: state)
    self.byte = UInt8(truncatingIfNeeded: byte)
    self.flags = RequestFlags(rawValue: UInt16(truncatingIfNeeded: flags))
    length &+= UInt16(truncatingIfNeeded: index)
    return UInt32(truncatingIfNeeded: index)
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
