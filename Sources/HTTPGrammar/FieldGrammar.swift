import HTTPCore

extension Automaton {
  /// RFC 9112 5: the field lines, and the empty line behind them. `start` is the start of each line.
  ///
  /// A line that begins with white space is none (RFC 9112 2.2, 5.2: no obsolete folding), a name may not be empty,
  /// nothing but the colon may follow it (RFC 9112 5.1), a bare CR and a bare LF end nothing (RFC 9112 2.2), and
  /// control characters stand nowhere (RFC 9110 5.5).
  mutating func fields(start: State, keepsLogFields: Bool) {
    let lineEnd = state("end of a field line", number: ParserState.lineEnd)
    move(lineEnd, on: .lf, to: start)

    let value = state("field value", number: ParserState.fieldValue)
    move(value, on: .fieldText, to: value)
    move(value, on: .cr, to: lineEnd)

    let name = state("field name")
    move(name, on: .tchar, to: name)
    move(name, on: ByteSet(":"), to: value)
    move(start, on: .tchar, to: name)
    move(start, through: "\r\n", to: Automaton.attention(ParserState.headComplete))

    var values: [(name: String, value: State)] = [
      ("host", host(lineEnd: lineEnd)),
      ("connection", connection(lineEnd: lineEnd)),
      ("content-length", contentLength(lineEnd: lineEnd)),
      ("transfer-encoding", transferCoding(value: value, lineEnd: lineEnd)),
      ("accept-encoding", element(ElementKind.acceptEncoding, .list, lineEnd: lineEnd)),
      ("if-none-match", element(ElementKind.ifNoneMatch, .listOfQuoted, lineEnd: lineEnd)),
      ("if-match", element(ElementKind.ifMatch, .listOfQuoted, lineEnd: lineEnd)),
      ("if-modified-since", element(ElementKind.ifModifiedSince, .single, lineEnd: lineEnd)),
      ("if-unmodified-since", element(ElementKind.ifUnmodifiedSince, .single, lineEnd: lineEnd)),
      ("if-range", element(ElementKind.ifRange, .single, lineEnd: lineEnd)),
      ("range", element(ElementKind.range, .single, lineEnd: lineEnd)),
      ("expect", element(ElementKind.expect, .single, lineEnd: lineEnd)),
    ]
    // All states are there in both grammars, with the same numbers: one may take the other's place while a session's
    // parser stands anywhere.
    let referer = text("referer", .referer, lineEnd: lineEnd)
    let agent = text("user agent", .agent, lineEnd: lineEnd)
    values.append(("referer", keepsLogFields ? referer : value))
    values.append(("user-agent", keepsLogFields ? agent : value))
    for field in values {
      // RFC 9110 5.1: the case of names does not matter.
      keyword(field.name, from: start, other: name, ignoringCase: true, ends: [(ByteSet(":"), field.value)])
    }
  }

  /// RFC 9110 7.2: Host = uri-host [ ":" port ], or nothing. RFC 9112 3.2: any other value is refused.
  private mutating func host(lineEnd: State) -> State {
    let end = state("behind host")
    move(end, on: .ows, to: end)
    move(end, on: .cr, to: lineEnd)
    let value = state("host", number: ParserState.hostValue)
    // RFC 9112 3.2.2: beside an absolute target it is checked and not kept.
    let otherValue = state("host beside an absolute target", number: ParserState.otherHostValue)
    for (start, capture) in [(value, Capture.host), (otherValue, nil)] {
      move(start, on: .ows, to: start)
      move(start, on: .cr, to: lineEnd)
      _ = uriHost(from: start, like: end, capture: capture)
    }
    return Automaton.attention(ParserState.hostName)
  }

  /// RFC 9110 7.6.1: Connection = #connection-option, of which `close` and `keep-alive` matter, in any case.
  private mutating func connection(lineEnd: State) -> State {
    let value = state("connection option")
    let other = state("another connection option")
    move(other, on: .fieldText, to: other)
    move(other, on: ByteSet(","), to: value)
    move(other, on: .cr, to: lineEnd)
    // RFC 9110 5.6.1: a list may have empty elements.
    move(value, on: .fieldText, to: other)
    move(value, on: ByteSet.ows.union(ByteSet(",")), to: value)
    move(value, on: .cr, to: lineEnd)

    for (option, flag) in [("close", RequestFlags.close), ("keep-alive", .keepAlive)] {
      // Only the byte behind it tells that the option is not the beginning of a longer one.
      let spaced = state("behind \(option)", effects: flag, like: other)
      let next = state("option behind \(option)", effects: flag, like: value)
      let last = state("end of line behind \(option)", effects: flag, like: lineEnd)
      let ends: [(on: ByteSet, to: State)] = [(.ows, spaced), (ByteSet(","), next), (.cr, last)]
      keyword(option, from: value, other: other, ignoringCase: true, ends: ends)
    }
    return value
  }

  /// RFC 9110 8.6: Content-Length = 1*DIGIT. A list of values is refused.
  private mutating func contentLength(lineEnd: State) -> State {
    let end = state("behind content length")
    move(end, on: .ows, to: end)
    move(end, on: .cr, to: lineEnd)
    let digits = state("content length digits", number: ParserState.contentLengthDigits, like: end)
    move(digits, on: .digit, to: Automaton.attention(ParserState.contentLengthNextDigit))
    let value = state("content length")
    move(value, on: .ows, to: value)
    move(value, on: .digit, to: Automaton.attention(ParserState.contentLengthFirstDigit))
    return value
  }

  /// RFC 9112 6.1: Transfer-Encoding, of which `chunked` alone is understood.
  private mutating func transferCoding(value: State, lineEnd: State) -> State {
    let start = state("transfer coding", number: ParserState.transferCoding, like: value)
    move(start, on: .ows, to: start)
    let end = state("end of line behind chunked", effects: .chunked, like: lineEnd)
    let spaced = state("space behind chunked", like: value)
    move(spaced, on: .ows, to: spaced)
    move(spaced, on: .cr, to: end)
    keyword("chunked", from: start, other: value, ignoringCase: true, ends: [(.ows, spaced), (.cr, end)])
    return Automaton.attention(ParserState.transferCodingName)
  }

  private enum ElementShape {
    /// The value is one element.
    case single
    /// RFC 9110 5.6.1: elements have commas between them.
    case list
    /// Likewise, and one inside quotes is none.
    case listOfQuoted
  }

  /// A field whose elements are kept one by one, without the white space before them.
  private mutating func element(_ kind: UInt16, _ shape: ElementShape, lineEnd: State) -> State {
    let start = state("value of field \(kind)", number: ParserState.elementStart + kind)
    let text = state("element of field \(kind)", capture: .element)
    move(start, on: .ows, to: start)
    move(start, on: .cr, to: lineEnd)
    let end = ParserState.elementEnd + kind * 2
    move(start, on: ByteSet.fieldText.subtracting(.ows), to: text)
    move(text, on: .fieldText, to: text)
    move(text, on: .cr, to: Automaton.attention(end))
    if shape != .single {
      // RFC 9110 5.6.1: a list may have empty elements.
      move(start, on: ByteSet(","), to: start)
      move(text, on: ByteSet(","), to: Automaton.attention(end + 1))
    }
    if shape == .listOfQuoted {
      let quoted = state("quoted element of field \(kind)", capture: .element)
      move(start, on: ByteSet("\""), to: quoted)
      move(text, on: ByteSet("\""), to: quoted)
      move(quoted, on: .fieldText, to: quoted)
      move(quoted, on: ByteSet("\""), to: text)
      move(quoted, on: .cr, to: Automaton.attention(end))
    }
    return start
  }

  /// A field whose whole value is kept, without the white space before it.
  private mutating func text(_ name: String, _ capture: Capture, lineEnd: State) -> State {
    let start = state("value of \(name)")
    let text = state(name, capture: capture)
    move(start, on: .fieldText, to: text)
    move(start, on: .ows, to: start)
    move(start, on: .cr, to: lineEnd)
    move(text, on: .fieldText, to: text)
    move(text, on: .cr, to: lineEnd)
    return start
  }
}
