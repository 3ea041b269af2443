import HTTPCore

extension Automaton {
  /// RFC 9112 3: request-line = method SP request-target SP HTTP-version CRLF. Leads from the parser's start to
  /// `end`, the start of the field lines.
  mutating func requestLine(start: State, end: State) {
    // RFC 9112 2.2: empty lines before the request line are ignored.
    move(start, through: "\r\n", to: start)
    let version = requestTarget(methodsFrom: start)
    httpVersion(from: version, end: end)
  }

  /// RFC 9110 9.1: the method is a token, and its case matters. Returns the state before the version.
  private mutating func requestTarget(methodsFrom start: State) -> State {
    // RFC 9112 3.2. Every form is taken for the same resource, so that only the characters matter: RFC 3986 knows
    // none but visible ASCII.
    let version = state("version", effects: .targetEnded)
    let target = state("target")
    move(target, on: .vchar, to: target)
    move(target, on: .sp, to: version)

    func begin(_ automaton: inout Automaton, _ name: String, _ effects: RequestFlags) -> State {
      let state = automaton.state("target of \(name)", effects: effects)
      automaton.move(state, on: .vchar, to: target)
      return state
    }
    let get = begin(&self, "GET", .get)
    let head = begin(&self, "HEAD", .head)
    let notAllowed = begin(&self, "a method not allowed", .methodNotAllowed)
    let unknown = begin(&self, "an unknown method", .methodUnknown)

    let other = state("method")
    move(start, on: .tchar, to: other)
    move(other, on: .tchar, to: other)
    move(other, on: .sp, to: unknown)
    keyword("GET", from: start, other: other, ignoringCase: false, ends: [(.sp, get)])
    keyword("HEAD", from: start, other: other, ignoringCase: false, ends: [(.sp, head)])
    // RFC 9110 9.3 and RFC 5789: what a server may be expected to know, and to refuse by 405 rather than 501.
    for method in ["POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"] {
      keyword(method, from: start, other: other, ignoringCase: false, ends: [(.sp, notAllowed)])
    }
    return version
  }

  /// RFC 9112 2.3: HTTP-version = "HTTP/" DIGIT "." DIGIT, and its case matters. A later 1.x is read as 1.1
  /// (RFC 9110 2.5), another major version is not read at all.
  private mutating func httpVersion(from version: State, end: State) {
    let major = state("major version")
    move(version, through: "HTTP/", to: major)

    let minor = state("minor version")
    move(major, through: "1.", to: minor)
    let other = state("minor version of another major")
    let otherMajor = state("another major version")
    move(major, on: ByteSet.digit.subtracting(ByteSet("1")), to: otherMajor)
    move(otherMajor, on: ByteSet("."), to: other)
    move(other, on: .digit, to: Automaton.attention(ParserState.versionNotSupported))

    let lineEnd = state("end of the version")
    move(lineEnd, through: "\r\n", to: end)
    let old = state("version 1.0", effects: .version10, like: lineEnd)
    move(minor, on: .digit, to: lineEnd)
    move(minor, on: ByteSet("0"), to: old)
  }
}
