/// What a request may have, in bytes.
public enum RequestLimits {
  /// The request line up to the space behind the target, and empty lines before it; beyond it 414 (RFC 9110 15.5.15).
  public static var target: UInt32 { 8192 }
  /// The head, its last line included, and a trailer section; beyond it 431 (RFC 6585 5).
  public static var head: UInt32 { 16384 }
  /// Content, which is skipped; beyond it 413.
  public static var content: UInt32 { 1 << 20 }
  /// A chunk's line; what is beyond counts as content.
  public static var chunkLine: UInt32 { 32 }
}

extension RequestParser {
  @inline(__always) var limit: UInt32 {
    flags.intersects(.targetEnded) ? RequestLimits.head : RequestLimits.target
  }

  /// Makes room for the next request. Called once the one at hand is answered.
  @inline(__always) public func begin(_ request: UnsafeMutablePointer<Request>) {
    // After 100 it is the same request that goes on.
    if request.pointee.continues == 0 { request.begin() } else { request.pointee.continues = 0 }
  }

  /// Whether an element of a field has been read that is to be evaluated.
  @inline(__always) public var isAtElement: Bool {
    state >= ParserState.elementEnd && state < ParserState.elementEnd &+ ElementKind.count &* 2
  }

  /// Resolves what reading and skipping stopped at, and leaves a state from which they can go on.
  ///
  /// - Returns: whether the request is to be answered now: with the common answer in `refusal`, or with what its path
  ///   leads to.
  @inline(__always) public mutating func settle(_ request: UnsafeMutablePointer<Request>) -> Bool {
    if isAtElement {
      evaluateElement(request, by: request)
      endElement(request)
    }
    guard settleState(request) else { return false }
    if request.pointee.refusal == Request.accepted && !request.preparePath() { refusePath(request) }
    return true
  }

  /// `settle` but for elements and paths.
  @inline(__always) public mutating func settleState(_ request: UnsafeMutablePointer<Request>) -> Bool {
    switch state {
    case ParserState.headComplete: return completeHead(request)
    case ParserState.messageComplete: return completeMessage(request)
    case ParserState.versionNotSupported: return refuse(.versionNotSupported, request)
    case ParserState.malformed: return refuse(.badRequest, request)
    case ParserState.hostName:
      // RFC 9112 3.2: more than one Host field is refused, equal ones too. `read` goes on from the first by itself.
      if flags.intersects(.host) { return refuse(.badRequest, request) }
      flags = flags.union(.host)
      // RFC 9112 3.2.2: the host of an absolute target counts, not the field.
      state = ParserState.otherHostValue
    case ParserState.contentLengthFirstDigit:
      // RFC 9110 8.6 lets a recipient refuse repeated equal values, RFC 9112 6.3 has it refuse different ones.
      if flags.intersects(.contentLength) { return refuse(.badRequest, request) }
      flags = flags.union(.contentLength)
      appendDigit(10)
      state = ParserState.contentLengthDigits
    case ParserState.contentLengthNextDigit:
      appendDigit(10)
      state = ParserState.contentLengthDigits
    case ParserState.transferCodingName:
      // A second field would add a coding (RFC 9110 5.3); `chunked` is the only one that is understood.
      if flags.intersects(.transferEncoding) { return refuse(.badRequest, request) }
      flags = flags.union(.transferEncoding)
      state = ParserState.transferCoding
    case ParserState.authorityEnd, ParserState.authorityQuery: endAuthority(request)
    case ParserState.chunkDigit:
      appendDigit(16)
      state = ParserState.chunkSize
    case ParserState.chunkLineEnd:
      if !beginChunk() { return refuse(.contentTooLarge, request) }
      return false
    default: break
    }
    if state >= ParserState.firstAttention { return false }
    byte = 0
    return UInt32(length) < limit ? false : refuse(excess, request)
  }

  /// What is too long.
  @inline(__always) var excess: CommonAnswer {
    if flags.intersects(.trailers) { return .headerTooLarge }
    if flags.intersects(.headEnded) { return .contentTooLarge }
    if flags.intersects(.targetEnded) { return .headerTooLarge }
    // A method without end, or empty lines.
    return flags.method == RequestMethod.none ? .badRequest : .uriTooLong
  }

  /// Every refusal closes the connection: where the next request would start is not certain any more.
  @inline(__always)
  public mutating func refuse(_ answer: CommonAnswer, _ request: UnsafeMutablePointer<Request>) -> Bool {
    request.pointee.refusal = answer.rawValue
    request.pointee.persistence = Persistence.close.rawValue
    request.pointee.method = flags.method
    request.pointee.minorVersion = flags.intersects(.version10) ? 0 : 1
    request.pointee.continues = 0
    abandon()
    return true
  }

  /// The target is no path: what came of the request otherwise does not count any more.
  @inline(__always) public mutating func refusePath(_ request: UnsafeMutablePointer<Request>) {
    request.pointee.refusal = CommonAnswer.badRequest.rawValue
    request.pointee.persistence = Persistence.close.rawValue
    abandon()
  }

  /// All that may still come is ignored.
  @inline(__always) public mutating func abandon() {
    self = RequestParser()
    state = ParserState.finished
  }

  @inline(__always) private mutating func completeHead(_ request: UnsafeMutablePointer<Request>) -> Bool {
    let old = flags.intersects(.version10)
    // RFC 9112 3.2: a request of HTTP/1.1 without Host is refused.
    if !old && !flags.intersects(.host) { return refuse(.badRequest, request) }
    if flags.intersects(.transferEncoding) {
      // RFC 9112 6.1 and 6.3: both framings at once, and a transfer coding in HTTP/1.0, are attempts at smuggling.
      if old || flags.intersects(.contentLength) { return refuse(.badRequest, request) }
    }
    // RFC 1035 2.3.4: no name is longer.
    if request.pointee.hostLength > RequestLayout.hostCapacity { return refuse(.badRequest, request) }
    // RFC 9110 9.1
    if flags.method == RequestMethod.unknown { return refuse(.notImplemented, request) }
    // RFC 9112 6.1: a transfer coding that the server does not understand.
    if flags.intersects(.transferEncoding) && !flags.intersects(.chunked) { return refuse(.notImplemented, request) }
    if contentLength > RequestLimits.content { return refuse(.contentTooLarge, request) }
    let conditions = request.pointee.conditions
    // RFC 9110 10.1.1: an expectation that is not known is refused; those of HTTP/1.0 are ignored.
    if !old && conditions.intersects(.expectOther) { return refuse(.expectationFailed, request) }
    guard flags.intersects(.chunked) || contentLength > 0 else { return completeMessage(request) }

    let isExpected = !old && conditions.intersects(.expectContinue)
    // A client that hears at once that it is refused need not send the content, so nothing is sure to follow.
    if isExpected && flags.method == RequestMethod.other { return refuse(.methodNotAllowed, request) }
    flags = flags.union(.headEnded)
    byte = 0
    if flags.intersects(.chunked) {
      length = 0
      state = ParserState.chunkStart
    } else {
      state = ParserState.content
    }
    guard isExpected else { return false }
    request.pointee.refusal = CommonAnswer.continues.rawValue
    request.pointee.persistence = Persistence.implied.rawValue
    request.pointee.method = flags.method
    request.pointee.continues = 1
    return true
  }

  /// The request has been read to its end, and the next one may follow.
  @inline(__always) private mutating func completeMessage(_ request: UnsafeMutablePointer<Request>) -> Bool {
    let method = flags.method
    let persistence = self.persistence
    request.pointee.method = method
    request.pointee.persistence = persistence.rawValue
    request.pointee.minorVersion = flags.intersects(.version10) ? 0 : 1
    request.pointee.continues = 0
    request.pointee.refusal = Request.accepted
    // RFC 9110 9.3.7, 15.5.6
    if method == RequestMethod.options { request.pointee.refusal = CommonAnswer.options.rawValue }
    if method == RequestMethod.other { request.pointee.refusal = CommonAnswer.methodNotAllowed.rawValue }
    self = RequestParser()
    if persistence == .close { state = ParserState.finished }
    return true
  }

  /// RFC 9112 9.3: `close` wins; HTTP/1.1 stays; HTTP/1.0 stays only if asked to.
  @inline(__always) var persistence: Persistence {
    if flags.intersects(.close) { return .close }
    guard flags.intersects(.version10) else { return .implied }
    return flags.intersects(.keepAlive) ? .keepAlive : .close
  }

  /// A digit of a length. One beyond the limit stays beyond it, whatever follows, so that it can't be taken for another
  /// (RFC 9110 8.6, RFC 9112 7.1).
  @inline(__always) private mutating func appendDigit(_ radix: UInt32) {
    guard contentLength <= RequestLimits.content else { return }
    let letter: UInt32 = byte > 0x39 ? 9 : 0
    contentLength = contentLength &* radix &+ UInt32(byte & 15) &+ letter
  }

  /// RFC 9112 7.1: behind the line of a chunk's size. Returns false if it is too much.
  @inline(__always) private mutating func beginChunk() -> Bool {
    if UInt32(length) > RequestLimits.chunkLine { contentTotal &+= UInt32(length) &- RequestLimits.chunkLine }
    contentTotal &+= contentLength
    length = 0
    byte = 0
    if contentTotal > RequestLimits.content { return false }
    if contentLength == 0 {
      flags = flags.union(.trailers)
      state = ParserState.trailerStart
    } else {
      state = ParserState.content
    }
    return true
  }

  /// RFC 9112 3.2.2, RFC 9110 4.2.3: an absolute target without a path is one with the path `/`.
  @inline(__always) private mutating func endAuthority(_ request: UnsafeMutablePointer<Request>) {
    request.target.storeBytes(of: 0x2F, as: UInt8.self)
    request.pointee.targetLength = 1
    if state == ParserState.authorityEnd {
      flags = flags.union(.targetEnded)
      state = ParserState.version
      return
    }
    request.target.storeBytes(of: 0x3F, toByteOffset: 1, as: UInt8.self)
    request.pointee.targetLength = 2
    state = ParserState.target
  }
}
