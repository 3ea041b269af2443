import HTTPCore

extension Automaton {
  /// RFC 9112 3: request-line = method SP request-target SP HTTP-version CRLF. Leads from the parser's start to
  /// `end`, the start of the field lines.
  mutating func requestLine(start: State, end: State) {
    // RFC 9112 2.2: empty lines before the request line are ignored.
    move(start, through: "\r\n", to: start)
    let version = state("version", number: ParserState.version, effects: .targetEnded)
    methods(start: start, version: version)
    httpVersion(from: version, end: end)
  }

  /// RFC 9110 9.1: the method is a token, and its case matters. Which form of target follows depends on it.
  private mutating func methods(start: State, version: State) {
    let resource = state("target of GET", effects: .method(RequestMethod.get))
    targetForms(start: resource, version: version)
    let head = state("target of HEAD", effects: .method(RequestMethod.head), like: resource)
    let other = state("target of a method not allowed", effects: .method(RequestMethod.other), like: resource)

    // RFC 9112 3.2.4: asterisk-form is for OPTIONS alone.
    let options = state("target of OPTIONS", effects: .method(RequestMethod.options), like: resource)
    let asterisk = state("asterisk")
    move(options, on: ByteSet("*"), to: asterisk)
    move(asterisk, on: .sp, to: version)

    // RFC 9112 3.2.3: authority-form is for CONNECT alone. What it asks for is not looked at, nor is the target of a
    // method that is not known: RFC 3986 knows none but visible ASCII.
    let any = state("any target")
    move(any, on: .vchar, to: any)
    move(any, on: .sp, to: version)
    let connect = state("target of CONNECT", effects: .method(RequestMethod.other))
    move(connect, on: .vchar, to: any)
    let unknown = state("target of an unknown method", effects: .method(RequestMethod.unknown))
    move(unknown, on: .vchar, to: any)

    let method = state("method")
    move(start, on: .tchar, to: method)
    move(method, on: .tchar, to: method)
    move(method, on: .sp, to: unknown)
    // RFC 9110 9.3 and RFC 5789: those that a server may be expected to know are refused by 405 rather than 501.
    let known: [(names: [String], target: State)] = [
      (["GET"], resource), (["HEAD"], head), (["OPTIONS"], options), (["CONNECT"], connect),
      (["POST", "PUT", "DELETE", "TRACE", "PATCH"], other),
    ]
    for (names, target) in known {
      for name in names { keyword(name, from: start, other: method, ignoringCase: false, ends: [(.sp, target)]) }
    }
  }

  /// RFC 9112 3.2.1 and 3.2.2: origin-form and absolute-form. RFC 3986 has a few visible characters in no path or
  /// query, which browsers send nevertheless; only the one that would begin a fragment is refused.
  private mutating func targetForms(start: State, version: State) {
    let target = state("target", number: ParserState.target, capture: .target)
    move(target, on: ByteSet.vchar.subtracting(ByteSet("#")), to: target)
    move(target, on: .sp, to: version)
    move(start, on: ByteSet("/"), to: target)

    // RFC 9110 4.2.3: the scheme in any case. RFC 9110 4.2.4: user information is refused, and so is what is no host.
    let authority = state("authority", effects: .absolute)
    let scheme = state("scheme")
    move(scheme, through: "//", to: authority)
    let secure = state("https")
    let plain = state("http")
    move(start, ignoringCaseThrough: "http", to: plain)
    move(plain, on: ByteSet(":"), to: scheme)
    move(plain, on: ByteSet("Ss"), to: secure)
    move(secure, on: ByteSet(":"), to: scheme)
    let places = uriHost(from: authority, like: nil, capture: .host)
    for place in places {
      move(place, on: ByteSet("/"), to: target)
      move(place, on: ByteSet("?"), to: Automaton.attention(ParserState.authorityQuery))
      move(place, on: .sp, to: Automaton.attention(ParserState.authorityEnd))
    }
  }

  /// RFC 3986 3.2.2: host, and RFC 3986 3.2.3: port.
  ///
  /// - Parameters:
  ///   - start: the state before it.
  ///   - end: what the states behave like where it may end.
  /// - Returns: those states.
  mutating func uriHost(from start: State, like end: State?, capture: Capture?) -> [State] {
    // RFC 3986 3.2.3: port = *DIGIT
    let port = state("port", like: end)
    move(port, on: .digit, to: port)

    // RFC 3986 3.2.2: reg-name, of which IPv4address is a case.
    let name = state("registered name", like: end, capture: capture)
    move(name, on: ByteSet.unreserved.union(.subDelims), to: name)
    move(name, on: ByteSet(":"), to: port)
    let firstHex = state("percent", capture: capture)
    let secondHex = state("percent and one digit", capture: capture)
    move(name, on: ByteSet("%"), to: firstHex)
    move(firstHex, on: .hexdig, to: secondHex)
    move(secondHex, on: .hexdig, to: name)

    // RFC 3986 3.2.2: IP-literal, by its characters.
    let literalStart = state("address literal", capture: capture)
    let literal = state("inside an address literal", capture: capture)
    let literalEnd = state("behind an address literal", like: end, capture: capture)
    let literalText = ByteSet.unreserved.union(.subDelims).union(ByteSet(":"))
    move(literalStart, on: literalText, to: literal)
    move(literal, on: literalText, to: literal)
    move(literal, on: ByteSet("]"), to: literalEnd)
    move(literalEnd, on: ByteSet(":"), to: port)

    move(start, on: ByteSet.unreserved.union(.subDelims), to: name)
    move(start, on: ByteSet("%"), to: firstHex)
    move(start, on: ByteSet("["), to: literalStart)
    return [port, name, literalEnd]
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
