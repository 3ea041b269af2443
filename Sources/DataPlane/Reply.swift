/// An answer that is being put together from parts of the content: `scratch.reply`.
typealias Reply = UnsafeMutablePointer<answer>

extension UnsafeMutablePointer<scratch> {
  var reply: Reply { @inline(__always) get { scratch_reply(self) } }
}

/// A representation as it lies in the content, without its body for HEAD (RFC 9110 9.3.2): what the global function
/// `reply_whole` does.
///
/// - Parameter place: offset of a `Representation`.
/// - Returns: its status; 0 if there is none.
@_cdecl("whole_reply") @inline(__always)
public func replyWhole(_ scratch: UnsafeMutablePointer<scratch>, _ place: UInt32) -> UInt32 {
  let reply = scratch.reply
  guard place != 0, let content = Content(scratch.responding.pointee.generation),
    let representation = content.at(place, as: Representation.self), representation.pointee.offset != 0
  else { return 0 }
  // Another answer may have been begun, and given up.
  reply.pointee.flags = 0
  let head = representation.pointee.validatorsLength &+ representation.pointee.entityLength
    &+ representation.pointee.lengthLength
  reply.start(representation)
  reply.pointee.head = representation.pointee.offset &+ UInt32(reply.pointee.start_length)
  reply.pointee.head_length = head
  reply.pointee.body = representation.pointee.bodyOffset
  let isHead = scratch.request.pointee.method == RequestMethod.head
  reply.pointee.body_length = isHead ? 0 : representation.pointee.bodyLength
  reply.tail(content, scratch.request)
  let closing = representation.pointee.closingOffset
  if closing != 0, scratch.request.pointee.persistence == Persistence.close.rawValue {
    reply.closing(content, closing)
    return UInt32(representation.pointee.status)
  }
  guard scratch.request.pointee.persistence == Persistence.implied.rawValue else {
    return UInt32(representation.pointee.status)
  }
  // The CRLF that ends the head lies behind it, and a short body behind that.
  let end = reply.pointee.head &+ UInt32(head)
  let hasBody = reply.pointee.body_length > 0
  reply.pointee.tail = end
  if !hasBody || reply.pointee.body == end &+ 2 { reply.pointee.flags |= UInt8(ANSWER_IN_ONE_PIECE.rawValue) }
  reply.pointee.checksum = hasBody ? representation.pointee.checksum : representation.pointee.headChecksum
  return UInt32(representation.pointee.status)
}

/// What a condition or a range has made of the answer: what the global function `reply_other` does.
///
/// - Returns: its status; 0 if there is none.
@_cdecl("other_reply") @inline(__always)
public func replyOther(_ scratch: UnsafeMutablePointer<scratch>) -> UInt32 {
  let responding = scratch.responding
  let reply = scratch.reply
  if responding.pointee.selected == UInt32(SelectionKind.unsatisfiable.rawValue) {
    // 416, which tells how long the representation is (RFC 9110 15.5.17).
    let status = reply_whole(
      scratch, site_common_offset(UInt32(CommonAnswer.rangeNotSatisfiable.rawValue)))
    responding.pointee.total = responding.pointee.length
    responding.pointee.length = 0
    return status
  }
  let isPart = responding.pointee.selected == UInt32(SelectionKind.partial.rawValue)
  let common = isPart ? CommonAnswer.partial : CommonAnswer.notModified
  guard let content = Content(responding.pointee.generation),
    let representation = content.at(responding.pointee.representation, as: Representation.self),
    let start = content.at(site_common_offset(UInt32(common.rawValue)), as: Representation.self)
  else { return 0 }
  reply.start(start)
  reply.pointee.head = representation.pointee.offset &+ UInt32(representation.pointee.startLength)
  reply.pointee.head_length = representation.pointee.validatorsLength
  reply.pointee.body_length = 0
  if isPart {
    // A part has all lines but the length (RFC 9110 15.3.7), a 304 those that a cache wants to hear again (15.4.5).
    reply.pointee.head_length &+= representation.pointee.entityLength
    reply.pointee.body = representation.pointee.bodyOffset &+ responding.pointee.first
    reply.pointee.body_length = responding.pointee.length
    responding.pointee.total = representation.pointee.bodyLength
  } else {
    reply.tail(content, scratch.request)
  }
  return UInt32(start.pointee.status)
}

extension UnsafeMutablePointer<answer> {
  /// What all answers to the request have in common.
  @inline(__always)
  func begin(_ request: UnsafeMutablePointer<Request>, _ date: UInt32, _ generation: UInt32) {
    pointee.date = date
    pointee.count = 1
    pointee.checksum = 0
    pointee.generation = UInt8(truncatingIfNeeded: generation)
    pointee.tail_kind = UInt8(TAIL_STORED.rawValue)
    pointee.flags = 0
    pointee.reserved = 0
  }

  /// Has the last lines come from what is kept of the request, rather than from the content.
  @inline(__always)
  func takesKept(_ length: UInt32) {
    pointee.tail_kind = UInt8(TAIL_KEPT.rawValue)
    pointee.tail = 0
    pointee.tail_length = UInt16(truncatingIfNeeded: length)
    pointee.flags &= ~UInt8(ANSWER_IN_ONE_PIECE.rawValue)
  }

  @inline(__always)
  fileprivate func start(_ representation: UnsafePointer<Representation>) {
    pointee.start = representation.pointee.offset
    pointee.start_length = representation.pointee.startLength
    if representation.pointee.isDated != 0 { pointee.flags |= UInt8(ANSWER_DATED.rawValue) }
  }

  /// All of it, as it lies once more at `place`, in one piece.
  @inline(__always)
  fileprivate func closing(_ content: Content, _ place: UInt32) {
    guard let chunk = content_chunk_lookup(content.generation, place >> UInt32(CONTENT_CHUNK_SHIFT)) else { return }
    pointee.start = place
    pointee.head = place &+ UInt32(pointee.start_length)
    pointee.tail = pointee.head &+ UInt32(pointee.head_length)
    pointee.body = pointee.tail &+ UInt32(pointee.tail_length)
    pointee.flags |= UInt8(ANSWER_IN_ONE_PIECE.rawValue)
    let first = UInt32(truncatingIfNeeded: bpf_opaque(UInt64(place)) & contentChunkMask)
    pointee.checksum = contentSum(chunk, from: first, length: pointee.length)
  }

  /// The last lines, as they are stored.
  @inline(__always)
  fileprivate func tail(_ content: Content, _ request: UnsafeMutablePointer<Request>) {
    let tail = site_tail(content.site, UInt32(request.pointee.persistence))
    pointee.tail = tail.pointee.offset
    pointee.tail_length = UInt16(truncatingIfNeeded: tail.pointee.length)
  }
}
