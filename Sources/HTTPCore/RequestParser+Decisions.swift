// The rare part of reading a request: what the tables can't decide byte by byte.

/// The most that a request may be, in bytes.
public enum RequestLimits {
  /// Up to the end of the request target; beyond it 414 (RFC 9112 3 recommends at least 8000 for the request line).
  public static var target: UInt32 { 8192 }
  /// The whole head; beyond it 431 (RFC 6585 5).
  public static var head: UInt32 { 16384 }
  /// Content, which is skipped; beyond it 413.
  public static var content: UInt64 { 1 << 20 }
}

extension RequestParser {
  @inline(__always) var limit: UInt32 {
    flags.intersects(.targetEnded) ? RequestLimits.head : RequestLimits.target
  }

  /// Resolves what `read` stopped at, and leaves a state that `read` or `skip` can go on from.
  @inline(__always) public mutating func settle() -> RequestEvent {
    switch state {
    case ParserState.headComplete: return completeHead()
    case ParserState.versionNotSupported: return refuse(.versionNotSupported)
    // RFC 9112 3.2: more than one Host field is refused, equal ones too. `read` goes on from the first by itself.
    case ParserState.malformed, ParserState.hostName: return refuse(.badRequest)
    case ParserState.contentLengthFirstDigit:
      // RFC 9110 8.6 lets a recipient refuse repeated equal values, RFC 9112 6.3 has it refuse different ones.
      if flags.intersects(.contentLength) { return refuse(.badRequest) }
      flags = flags.union(.contentLength)
      if !appendContentLengthDigit() { return refuse(.badRequest) }
    case ParserState.contentLengthNextDigit:
      if !appendContentLengthDigit() { return refuse(.badRequest) }
    default: break
    }
    byte = 0
    return length < limit ? .none : refuse(excess)
  }

  /// What is too long.
  @inline(__always) var excess: AnswerKind {
    if flags.intersects(.targetEnded) { return .headerTooLarge }
    if flags.intersects(RequestFlags.get.union(.head).union(.methodNotAllowed).union(.methodUnknown)) {
      return .uriTooLong
    }
    // A method without end, or empty lines.
    return .badRequest
  }

  /// Every refusal closes the connection: where the next request would start is not certain any more.
  @inline(__always) mutating func refuse(_ kind: AnswerKind) -> RequestEvent {
    let headOnly = flags.intersects(.head)
    self = RequestParser()
    state = ParserState.finished
    return .answer(Response(kind: kind, persistence: .close, headOnly: headOnly))
  }

  @inline(__always) mutating func completeHead() -> RequestEvent {
    let old = flags.intersects(.version10)
    // RFC 9112 3.2: a request of HTTP/1.1 without Host is refused.
    if !old && !flags.intersects(.host) { return refuse(.badRequest) }
    if flags.intersects(.transferEncoding) {
      // RFC 9112 6.1 and 6.3: both framings at once, and a transfer coding in HTTP/1.0, are attempts at smuggling.
      if old || flags.intersects(.contentLength) { return refuse(.badRequest) }
    }
    // RFC 9110 9.1
    if flags.intersects(.methodUnknown) { return refuse(.notImplemented) }
    if flags.intersects(.methodNotAllowed) { return refuse(.methodNotAllowed) }
    // RFC 9112 6.1: a transfer coding that the server does not understand.
    if flags.intersects(.transferEncoding) { return refuse(.notImplemented) }
    if contentLength > RequestLimits.content { return refuse(.contentTooLarge) }

    let headOnly = flags.intersects(.head)
    let persistence = self.persistence
    let content = contentLength
    self = RequestParser()
    if persistence == .close {
      state = ParserState.finished
    } else if content > 0 {
      state = ParserState.content
      contentLength = content
    }
    return .answer(Response(kind: .ok, persistence: persistence, headOnly: headOnly))
  }

  /// RFC 9112 9.3: `close` wins; HTTP/1.1 stays; HTTP/1.0 stays only if asked to.
  @inline(__always) var persistence: Persistence {
    if flags.intersects(.close) { return .close }
    guard flags.intersects(.version10) else { return .implied }
    return flags.intersects(.keepAlive) ? .keepAlive : .close
  }

  /// Returns false for a number that does not fit, which must not be taken for another one (RFC 9110 8.6).
  @inline(__always) mutating func appendContentLengthDigit() -> Bool {
    if contentLength > (UInt64.max &- 9) / 10 { return false }
    contentLength = contentLength &* 10 &+ UInt64(byte & 15)
    state = ParserState.contentLengthDigits
    return true
  }
}
