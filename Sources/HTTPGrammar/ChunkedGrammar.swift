import HTTPCore

extension Automaton {
  /// RFC 9112 7.1: chunked-body. Its data is skipped by the parser.
  mutating func chunkedContent() {
    let start = state("start of a chunk", number: ParserState.chunkStart)
    let size = state("chunk size", number: ParserState.chunkSize)
    let digit = Automaton.attention(ParserState.chunkDigit)
    move(start, on: .hexdig, to: digit)
    move(size, on: .hexdig, to: digit)
    let lineEnd = state("end of a chunk's line")
    move(size, on: .cr, to: lineEnd)
    move(lineEnd, on: .lf, to: Automaton.attention(ParserState.chunkLineEnd))

    // RFC 9112 7.1.1: extensions, of which none is known. White space before them is bad, and taken; a size with
    // nothing but white space behind it is none.
    let space = state("space behind a chunk's size")
    let extensions = state("chunk extensions")
    move(size, on: .ows, to: space)
    move(space, on: .ows, to: space)
    for state in [size, space] { move(state, on: ByteSet(";"), to: extensions) }
    move(extensions, on: .fieldText, to: extensions)
    move(extensions, on: .cr, to: lineEnd)

    let dataEnd = state("end of a chunk's data", number: ParserState.chunkDataEnd)
    move(dataEnd, through: "\r\n", to: start)

    // RFC 9112 7.1.2: trailer fields, which are read like others and ignored.
    let trailers = state("start of a trailer field", number: ParserState.trailerStart)
    let name = state("name of a trailer field")
    let value = state("value of a trailer field")
    let valueEnd = state("end of a trailer field")
    move(trailers, on: .tchar, to: name)
    move(name, on: .tchar, to: name)
    move(name, on: ByteSet(":"), to: value)
    move(value, on: .fieldText, to: value)
    move(value, on: .cr, to: valueEnd)
    move(valueEnd, on: .lf, to: trailers)
    move(trailers, through: "\r\n", to: Automaton.attention(ParserState.messageComplete))
  }
}
