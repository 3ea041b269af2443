/// An answer that is being put together from parts of the content: `scratch.reply`.
typealias Reply = UnsafeMutablePointer<answer>

extension UnsafeMutablePointer<answer> {
  /// What all answers to the request have in common.
  @inline(__always)
  func begin(_ request: UnsafeMutablePointer<Request>, _ date: UInt32, _ generation: UInt32) {
    pointee.date = date
    pointee.range_start = 0
    pointee.count = 1
    pointee.checksum = 0
    pointee.generation = UInt8(truncatingIfNeeded: generation)
    pointee.tail_kind = UInt8(TAIL_STORED.rawValue)
    pointee.persistence = request.pointee.persistence
    pointee.flags = 0
    pointee.reserved = 0
  }

  /// A representation as it lies in the content, without its body for HEAD (RFC 9110 9.3.2).
  ///
  /// - Returns: its status; 0 if there is none.
  @inline(__always)
  func whole(
    _ content: Content, _ representation: UnsafePointer<Representation>?, _ request: UnsafeMutablePointer<Request>
  ) -> UInt32 {
    guard let representation, representation.pointee.offset != 0 else { return 0 }
    let head = representation.pointee.validatorsLength &+ representation.pointee.entityLength
      &+ representation.pointee.lengthLength
    let isHeadOnly = request.pointee.method == RequestMethod.head
    start(representation)
    pointee.head = representation.pointee.offset &+ UInt32(pointee.start_length)
    pointee.head_length = head
    pointee.body = representation.pointee.bodyOffset
    pointee.body_length = isHeadOnly ? 0 : representation.pointee.bodyLength
    tail(content)
    let end = pointee.head &+ UInt32(head)
    if pointee.persistence == Persistence.implied.rawValue {
      // The CRLF that ends the head lies behind it, and a short body behind that.
      pointee.tail = end
      if pointee.body_length == 0 || pointee.body == end &+ 2 { pointee.flags |= UInt8(ANSWER_IN_ONE_PIECE.rawValue) }
      pointee.checksum = pointee.body_length == 0
        ? representation.pointee.headChecksum : representation.pointee.checksum
    }
    return UInt32(representation.pointee.status)
  }

  /// 304: the lines that a cache wants to hear again (RFC 9110 15.4.5).
  @inline(__always)
  func notModified(
    _ content: Content, _ representation: UnsafePointer<Representation>, _ request: UnsafeMutablePointer<Request>
  ) -> UInt32 {
    guard let common = content.common(CommonAnswer.notModified.rawValue) else { return 0 }
    start(common)
    pointee.head = representation.pointee.offset &+ UInt32(representation.pointee.startLength)
    pointee.head_length = representation.pointee.validatorsLength
    pointee.body_length = 0
    tail(content)
    return UInt32(common.pointee.status)
  }

  /// 206: a part of a representation's body, with the same lines but for its length (RFC 9110 15.3.7).
  @inline(__always)
  func partial(
    _ content: Content, _ representation: UnsafePointer<Representation>, _ request: UnsafeMutablePointer<Request>,
    _ first: UInt32, _ length: UInt32
  ) -> UInt32 {
    guard let common = content.common(CommonAnswer.partial.rawValue) else { return 0 }
    start(common)
    pointee.head = representation.pointee.offset &+ UInt32(representation.pointee.startLength)
    pointee.head_length = representation.pointee.validatorsLength &+ representation.pointee.entityLength
    pointee.range_start = first
    pointee.body = representation.pointee.bodyOffset &+ first
    pointee.body_length = length
    made(UInt8(TAIL_PARTIAL.rawValue), total: representation.pointee.bodyLength)
    return UInt32(common.pointee.status)
  }

  /// 416, which tells how long the representation is (RFC 9110 15.5.17).
  @inline(__always)
  func unsatisfiable(_ content: Content, _ request: UnsafeMutablePointer<Request>, _ total: UInt32) -> UInt32 {
    let common = content.common(CommonAnswer.rangeNotSatisfiable.rawValue)
    let status = whole(content, common, request)
    pointee.flags &= ~UInt8(ANSWER_IN_ONE_PIECE.rawValue)
    made(UInt8(TAIL_UNSATISFIED.rawValue), total: total)
    return status
  }

  @inline(__always)
  private func start(_ representation: UnsafePointer<Representation>) {
    pointee.start = representation.pointee.offset
    pointee.start_length = representation.pointee.startLength
    if representation.pointee.isDated != 0 { pointee.flags |= UInt8(ANSWER_DATED.rawValue) }
  }

  /// The last lines, as they are stored.
  @inline(__always)
  private func tail(_ content: Content) {
    let tails = content.site.pointee.tails
    let tail = pointee.persistence == Persistence.close.rawValue ? tails.1
      : pointee.persistence == Persistence.keepAlive.rawValue ? tails.2 : tails.0
    pointee.tail = tail.offset
    pointee.tail_length = UInt16(truncatingIfNeeded: tail.length)
  }

  /// The last lines, made of numbers.
  @inline(__always)
  private func made(_ kind: UInt8, total: UInt32) {
    pointee.tail_kind = kind
    pointee.tail = total
    pointee.tail_length = UInt16(truncatingIfNeeded: pointee.rangeLines.byteCount)
  }
}

extension answer {
  /// What the last lines say, if they are made of a range.
  @inline(__always)
  var rangeLines: RangeLines {
    RangeLines(
      first: range_start, length: tail_kind == UInt8(TAIL_PARTIAL.rawValue) ? body_length : 0, total: tail,
      persistence: Persistence(rawValue: persistence) ?? .implied)
  }
}

extension Content {
  /// An answer that no path has: a `CommonAnswer`.
  @inline(__always)
  func common(_ number: UInt8) -> UnsafePointer<Representation>? {
    guard UInt32(number) < CommonAnswer.count else { return nil }
    return site_common(UnsafeRawPointer(site), UInt32(number)).assumingMemoryBound(to: Representation.self)
  }
}

extension UnsafeMutablePointer<scratch> {
  var reply: Reply { @inline(__always) get { scratch_reply(self) } }
}
