import HTTPCore

extension Automaton {
  /// RFC 9112 5: the field lines, and the empty line behind them. `start` is the start of each line.
  ///
  /// A line that begins with white space is none (RFC 9112 2.2, 5.2: no obsolete folding), a name may not be empty,
  /// nothing but the colon may follow it (RFC 9112 5.1), a bare CR and a bare LF end nothing (RFC 9112 2.2), and
  /// control characters stand nowhere (RFC 9110 5.5).
  mutating func fields(start: State) {
    let lineEnd = state("end of a field line")
    move(lineEnd, on: .lf, to: start)

    let value = state("field value", number: ParserState.fieldValue)
    move(value, on: .fieldText, to: value)
    move(value, on: .cr, to: lineEnd)

    let name = state("field name")
    move(name, on: .tchar, to: name)
    move(name, on: ByteSet(":"), to: value)
    move(start, on: .tchar, to: name)
    move(start, through: "\r\n", to: Automaton.attention(ParserState.headComplete))

    let values: [(name: String, value: State)] = [
      ("host", host(lineEnd: lineEnd)),
      ("connection", connection(lineEnd: lineEnd)),
      ("content-length", contentLength(lineEnd: lineEnd)),
      // RFC 9112 6.1. Whatever the coding is, the parser refuses it.
      ("transfer-encoding", state("transfer coding", effects: .transferEncoding, like: value)),
    ]
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

    // RFC 3986 3.2.3: port = *DIGIT
    let port = state("port", like: end)
    move(port, on: .digit, to: port)

    // RFC 3986 3.2.2: reg-name, of which IPv4address is a case.
    let name = state("registered name", like: end)
    move(name, on: ByteSet.unreserved.union(.subDelims), to: name)
    move(name, on: ByteSet(":"), to: port)
    let firstHex = state("percent")
    let secondHex = state("percent and one digit")
    move(name, on: ByteSet("%"), to: firstHex)
    move(firstHex, on: .hexdig, to: secondHex)
    move(secondHex, on: .hexdig, to: name)

    // RFC 3986 3.2.2: IP-literal, by its characters.
    let literalStart = state("address literal")
    let literal = state("inside an address literal")
    let literalEnd = state("behind an address literal", like: end)
    let literalText = ByteSet.unreserved.union(.subDelims).union(ByteSet(":"))
    move(literalStart, on: literalText, to: literal)
    move(literal, on: literalText, to: literal)
    move(literal, on: ByteSet("]"), to: literalEnd)
    move(literalEnd, on: ByteSet(":"), to: port)

    let value = state("host", number: ParserState.hostValue)
    move(value, on: .ows, to: value)
    move(value, on: .cr, to: lineEnd)
    move(value, on: ByteSet.unreserved.union(.subDelims), to: name)
    move(value, on: ByteSet("%"), to: firstHex)
    move(value, on: ByteSet("["), to: literalStart)
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
}
