/// What takes the element of a request for what it is: the request itself, or in eBPF global functions that have it do
/// so, each of which the verifier follows once and by itself.
public protocol ElementEvaluator {
  func evaluateCoding()
  func evaluateTag(_ kind: UInt16)
  func evaluateRange()
  func evaluateDate(_ kind: UInt16)
}

extension UnsafeMutablePointer: ElementEvaluator where Pointee == Request {}

extension RequestParser {
  /// Evaluates the element that has been read.
  @inline(__always) public func evaluateElement(
    _ request: UnsafeMutablePointer<Request>, by evaluator: some ElementEvaluator
  ) {
    let kind = elementKind
    request.closeElement()
    switch kind {
    case ElementKind.acceptEncoding: evaluator.evaluateCoding()
    case ElementKind.range: evaluator.evaluateRange()
    case ElementKind.expect: request.evaluateExpectation()
    default:
      if kind == ElementKind.ifNoneMatch || kind == ElementKind.ifMatch || kind == ElementKind.ifRange {
        evaluator.evaluateTag(kind)
      }
      if request.wantsDate(kind) { evaluator.evaluateDate(kind) }
    }
  }

  /// Which field it is of: an `ElementKind`.
  @inline(__always) public var elementKind: UInt16 { (state &- ParserState.elementEnd) >> 1 }

  /// Goes on behind an element: with the next one, or at the end of the line.
  @inline(__always) public mutating func endElement(_ request: UnsafeMutablePointer<Request>) {
    request.pointee.elementLength = 0
    let isLast = state & 1 == 0
    state = isLast ? ParserState.lineEnd : ParserState.elementStart &+ elementKind
  }
}

extension UnsafeMutablePointer<Request> {
  /// Puts a zero behind the element, which no text has.
  @inline(__always) public func closeElement() {
    var end = UInt(pointee.elementLength)
    // A longer one is none that is understood.
    if end > UInt(RequestLayout.elementCapacity) { end = 0 }
    element.storeBytes(of: 0, toByteOffset: Int(bitPattern: end), as: UInt8.self)
  }

  @inline(__always) private func add(_ condition: RequestConditions) {
    pointee.conditions = pointee.conditions.union(condition)
  }

  /// RFC 9110 12.5.3: codings [ weight ].
  @inline(__always) public func evaluateCoding() {
    add(.acceptEncoding)
    // Letters are made small; what ends the name becomes a space, a semicolon or, a tab, 0x29, which is checked later.
    let word = loadWord(UnsafeRawPointer(element), 0) | 0x2020_2020_2020_2020
    var length: UInt = 0
    var place: UInt = 0
    switch word & 0xFF_FFFF_FFFF {
    case 0x20_7069_7A67, 0x3B_7069_7A67, 0x29_7069_7A67: (length, place) = (4, 1)  // gzip
    case 0x20_6474_737A, 0x3B_6474_737A, 0x29_6474_737A: (length, place) = (4, 3)  // zstd
    default:
      if word & 0xFFFF == 0x7262 { (length, place) = (2, 2) }  // br
      if word & 0xFF == 0x2A { (length, place) = (1, 4) }  // *
      if word & 0xFFFF_FFFF_FFFF == 0x7069_7A67_2D78 { (length, place) = (6, 1) }  // x-gzip (RFC 9110 8.4.1.3)
      if word == 0x7974_6974_6E65_6469 { (length, place) = (8, 0) }  // identity
    }
    guard length > 0 else { return }
    // What comes is verified once, not once for each name.
    var reader = ElementReader(self, from: length)
    let unknown = UInt(pointee.elementLength)
    let index = (barrier(place &+ unknown) &- unknown) & 7
    let qualities = area(24).assumingMemoryBound(to: UInt16.self) + Int(bitPattern: index)
    reader.skipSpace()
    var quality: UInt16 = 1001
    if reader.byte != 0 {
      guard reader.take(0x3B), let given = weight(&reader) else { return }
      quality = given
    }
    qualities.pointee = quality
  }

  /// RFC 9110 12.4.2: weight = OWS ";" OWS "q=" qvalue, behind the semicolon, as 1 + thousandths.
  @inline(__always) private func weight(_ reader: inout ElementReader) -> UInt16? {
    reader.skipSpace()
    guard reader.byte | 0x20 == 0x71 else { return nil }
    reader.advance()
    guard reader.take(0x3D) else { return nil }
    let whole = reader.byte &- 0x30
    guard whole < 2 else { return nil }
    reader.advance()
    var value = UInt16(whole) &* 1000
    if reader.take(0x2E) {
      var scale: UInt16 = 100
      var count = 0
      while count < 3 {
        let digit = reader.byte &- 0x30
        if digit > 9 { break }
        value &+= UInt16(digit) &* scale
        scale /= 10
        reader.advance()
        count &+= 1
      }
    }
    guard reader.isAtEnd(), value <= 1000 else { return nil }
    return value &+ 1
  }

  /// RFC 9110 8.8.3: entity-tag = [ "W/" ] opaque-tag. Of If-Range the whole value.
  @inline(__always) public func evaluateTag(_ kind: UInt16) {
    var reader = ElementReader(self)
    if kind == ElementKind.ifNoneMatch {
      if !pointee.conditions.intersects(.noneMatch) { pointee.noneMatch = EntityTags() }
      add(.noneMatch)
    } else if kind == ElementKind.ifMatch {
      if !pointee.conditions.intersects(.match) { pointee.match = EntityTags() }
      add(.match)
    } else {
      // A second field line makes it no value that there is.
      if pointee.conditions.intersects(.ifRange) {
        pointee.conditions = pointee.conditions.subtracting(.ifRangeIsTag).union(.rangeDate)
        return
      }
      add(.ifRange)
    }
    if reader.byte == 0x2A && kind != ElementKind.ifRange {
      reader.advance()
      guard reader.isAtEnd() else { return }
      add(kind == ElementKind.ifNoneMatch ? .noneMatchAny : .matchAny)
      return
    }
    var isWeak = false
    if reader.byte == 0x57 && reader.at(1) == 0x2F {
      isWeak = true
      reader.advance(by: 2)
    }
    let number = tagNumber(&reader)
    guard number != 0 else { return }
    if kind == ElementKind.ifNoneMatch {
      pointee.noneMatch.append(number)
    } else if !isWeak {
      // RFC 9110 13.1.1 and 13.1.5: strong comparison, which a weak tag does not pass.
      if kind == ElementKind.ifMatch {
        pointee.match.append(number)
      } else {
        pointee.rangeTag = number
        add(.ifRangeIsTag)
      }
    }
  }

  /// The number in a tag of the form of ours, 16 small hexadecimal digits; 0 for any other.
  @inline(__always) private func tagNumber(_ reader: inout ElementReader) -> UInt64 {
    guard reader.take(0x22) else { return 0 }
    var number: UInt64 = 0
    var isOurs = true
    var count = 0
    while count < 16 {
      let byte = reader.byte
      // One bit for each digit, so that there is one way through.
      let map: UInt64 = byte & 0x40 == 0 ? 0x03FF_0000_0000_0000 : 0x0000_007E_0000_0000
      isOurs = isOurs && byte < 0x80 && map >> UInt64(byte & 63) & 1 == 1
      number = number << 4 | UInt64(byte & 15) &+ (byte & 0x40 == 0 ? 0 : 9)
      reader.advance()
      count &+= 1
    }
    guard isOurs, reader.take(0x22), reader.isAtEnd() else { return 0 }
    return number
  }

  /// RFC 9110 14.1.2: one range of bytes. Other units (14.2) and several ranges are answered by the whole; what is no
  /// range by 416, as nginx does it.
  @inline(__always) public func evaluateRange() {
    if pointee.conditions.intersects(.range) {
      // A second field line.
      pointee.conditions = pointee.conditions.subtracting(.anyRange)
      return
    }
    add(.range)
    let unit = loadWord(UnsafeRawPointer(element), 0) | 0x20_2020_2020
    guard unit & 0xFFFF_FFFF_FFFF == 0x3D73_6574_7962 else { return }  // bytes=
    var reader = ElementReader(self, from: 6)
    reader.skipSpace()
    var isBounded = false
    pointee.rangeLast = UInt32.max
    if let first = reader.number() {
      isBounded = true
      pointee.rangeFirst = first
    }
    var isValid = reader.take(0x2D)
    if let last = reader.number() {
      pointee.rangeLast = last
      isValid = isValid && (!isBounded || pointee.rangeFirst <= last)
    } else {
      isValid = isValid && isBounded
    }
    reader.skipSpace()
    if reader.byte == 0x2C && isValid { return }
    if reader.byte != 0 || !isValid { return add(.rangeIsInvalid) }
    add(isBounded ? .rangeIsBounded : .rangeIsSuffix)
  }

  /// RFC 9110 10.1.1: 100-continue in any case, or another.
  @inline(__always) public func evaluateExpectation() {
    let name = UnsafeRawPointer(element)
    let isKnown = loadWord(name, 0) | 0x2020_2020_0020_2020 == 0x746E_6F63_2D30_3031  // 100-cont
      && loadWord(name, 8) & 0xFFFF_FFFF | 0x2020_2020 == 0x6575_6E69  // inue
    guard isKnown else { return add(.expectOther) }
    var reader = ElementReader(self, from: 12)
    add(reader.isAtEnd() ? .expectContinue : .expectOther)
  }
}
