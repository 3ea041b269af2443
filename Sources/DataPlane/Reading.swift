typealias Reading = UnsafeMutablePointer<reading>

extension UnsafeMutablePointer<session> {
  /// The parser, in place.
  var parser: UnsafeMutablePointer<RequestParser> {
    @inline(__always) get { session_http(self).assumingMemoryBound(to: RequestParser.self) }
  }
}

/// Parses the input that `scratch.reading` describes, and has the requests answered. The caller holds the claim. What
/// the global function `read_segment` does.
@_cdecl("session_read") @inline(__always)
public func readRequests(
  _ context: UnsafeMutablePointer<xdp_md>, _ session: UnsafeMutablePointer<session>,
  _: UnsafeMutablePointer<scratch>
) -> UInt32 {
  var zero: UInt32 = 0
  // Linux 6.1 takes no map's key from the memory that a global function was handed.
  guard let grammar = request_grammar_lookup(&zero), let statistics = statistics_lookup(&zero),
    let scratch = scratch_lookup(&zero)
  else { return 0 }
  let reading = scratch.reading
  let start = reading.pointee.start
  let length = reading.pointee.end &- start

  if session.parser.pointee.isInContent(length) {
    // Nothing is to be kept of it, and nothing to be answered yet.
    reading.pointee.position = start &+ session.parser.pointee.skip(length)
  } else {
    var loop = loop_context(context: context, scratch: scratch, session: session, grammar: grammar)
    if session.parser.pointee.isWithinRequest {
      loadRequest(session, scratch)
    } else {
      scratch.request.begin()
      readUsual(scratch, session)
    }
    // Every step reads a byte at least.
    if reading.pointee.position < reading.pointee.end { _ = read_requests_loop(length, &loop) }
    keepRequest(session, scratch)
  }
  let consumed = reading.pointee.position &- start
  reading.pointee.consumed = consumed
  session.pointee.requests &+= reading.pointee.requests
  if reading.pointee.is_unread == 0 { count(.bytesReceived, UInt64(consumed), in: statistics) }
  count(.requests, UInt64(reading.pointee.requests), in: statistics)
  if reading.pointee.refused != 0 { count(.requestsRefused, UInt64(reading.pointee.refused), in: statistics) }
  return 0
}

extension UnsafeMutablePointer<scratch> {
  /// Has what is next in order of the received segment's payload read.
  ///
  /// - Parameter buffered: how much of the frame, from its beginning, is still in the buffer, bytes.
  @inline(__always)
  func prepareSegment(buffered: UInt32) {
    let start = packet.pointee.payload_offset &+ reaction.pointee.deliverable_offset
    prepare(isUnread: 0, start, reaction.pointee.deliverable_length, buffered)
  }

  /// Has what is unread of earlier segments read.
  @inline(__always)
  func prepareUnread(_ session: Session) {
    prepare(isUnread: 1, UInt32(session.pointee.unread_start), UInt32(session.pointee.unread_length), 0)
  }

  @inline(__always)
  private func prepare(isUnread: UInt32, _ start: UInt32, _ length: UInt32, _ buffered: UInt32) {
    reading.pointee.is_unread = isUnread
    reading.pointee.start = start
    reading.pointee.position = start
    reading.pointee.end = start &+ length
    reading.pointee.buffered_from = 0
    reading.pointee.buffered_to = buffered
    reading.pointee.requests = 0
    reading.pointee.refused = 0
    reading.pointee.is_full = 0
    reading.pointee.is_pending = 0
    reading.pointee.consumed = 0
  }
}

/// The short cuts through a request of the usual form. Each is a global function, so that the verifier does not follow
/// each length of a target or a name through all that comes after.
@inline(__always)
private func readUsual(_ scratch: Scratch, _ session: Session) {
  _ = read_beginning(session, scratch)
  _ = read_host(session, scratch)
  guard read_end(session, scratch) > 0 else { return }
  if settle_request(session, scratch) != 0 { answer(session, scratch) }
}

@_cdecl("session_read_beginning") @inline(__always)
public func readBeginning(
  _ session: UnsafeMutablePointer<session>, _ scratch: UnsafeMutablePointer<scratch>
) -> UInt32 {
  takeShortCut(scratch, session) { $0.pointee.readCommonBeginning($1, $2, scratch.request) }
}

@_cdecl("session_read_host") @inline(__always)
public func readHost(_ session: UnsafeMutablePointer<session>, _ scratch: UnsafeMutablePointer<scratch>) -> UInt32 {
  takeShortCut(scratch, session) { $0.pointee.readSimpleHost($1, $2, scratch.request) }
}

@_cdecl("session_read_end") @inline(__always)
public func readEnd(_ session: UnsafeMutablePointer<session>, _ scratch: UnsafeMutablePointer<scratch>) -> UInt32 {
  takeShortCut(scratch, session) { $0.pointee.readSimpleEnd($1, $2) }
}

/// Takes one of them, unless an answer would have no place.
///
/// - Parameter read: the parser's short cut: input that the buffer holds, and how many bytes there are of it.
/// - Returns: how many of them were taken.
@inline(__always)
private func takeShortCut(
  _ scratch: Scratch, _ session: Session,
  _ read: (UnsafeMutablePointer<RequestParser>, UnsafeRawPointer, UInt32) -> UInt32
) -> UInt32 {
  let reading = scratch.reading
  let position = reading.pointee.position
  let end = min(reading.pointee.end, reading.pointee.buffered_to)
  guard position < end, session.hasRoomForAnswer else { return 0 }
  let taken = read(session.parser, Frame(scratch, from: position).base, end &- position)
  reading.pointee.position = position &+ taken
  return taken
}

/// Reads up to 64 bytes of a request, or skips what is not to be read, and answers a request that ends there.
@_cdecl("read_requests_step") @inline(__always)
public func readRequestsStep(_ index: UInt32, _ loop: UnsafeMutablePointer<loop_context>) -> Int {
  let scratch = loop.pointee.scratch
  let reading = scratch.reading
  guard let grammar = loop.pointee.grammar, let session = loop.pointee.session else { return 1 }
  let position = reading.pointee.position
  let end = reading.pointee.end
  guard position < end else { return 1 }
  let parser = session.parser
  // What completes here might have no place among the session's answers: leave it until there is one.
  if !parser.pointee.isFinished && !session.hasRoomForAnswer {
    reading.pointee.is_full = 1
    return 1
  }
  let skipped = parser.pointee.skip(end &- position)
  if skipped > 0 {
    reading.pointee.position = position &+ skipped
  } else {
    if position >= reading.pointee.buffered_to, fill_buffer(loop.pointee.context, session, scratch) == 0 { return 1 }
    let from = reading.pointee.buffered_from
    let count = parser.pointee.chunkLength(min(end, reading.pointee.buffered_to) &- position)
    let bytes = Frame(scratch, from: position &- from).base
    let taken = parser.pointee.read(bytes, UInt(count), GrammarTables(UnsafeRawPointer(grammar)), scratch.request)
    reading.pointee.position = position &+ taken
    if parser.pointee.isCapturing { _ = read_text(session, scratch) }
  }
  if parser.pointee.wantsSettling && settle_request(session, scratch) != 0 { answer(session, scratch) }
  return reading.pointee.position < end ? 0 : 1
}

/// Reads up to 64 bytes of a text that is kept: what the global function `read_text` does.
@_cdecl("session_read_text") @inline(__always)
public func readText(_ session: UnsafeMutablePointer<session>, _ scratch: UnsafeMutablePointer<scratch>) -> UInt32 {
  var zero: UInt32 = 0
  guard let grammar = request_grammar_lookup(&zero) else { return 0 }
  let reading = scratch.reading
  let position = reading.pointee.position
  let end = min(reading.pointee.end, reading.pointee.buffered_to)
  guard position < end else { return 0 }
  let count = session.parser.pointee.chunkLength(end &- position)
  let bytes = Frame(scratch, from: position &- reading.pointee.buffered_from).base
  let taken = session.parser.pointee.capture(
    bytes, UInt(count), GrammarTables(UnsafeRawPointer(grammar)), scratch.request)
  reading.pointee.position = position &+ taken
  return taken
}

/// Brings the next bytes to be read to the buffer: what the global function `fill_buffer` does.
///
/// - Returns: 1, or 0 if that failed.
@_cdecl("session_fill_buffer") @inline(__always)
public func fillBuffer(
  _ context: UnsafeMutablePointer<xdp_md>, _: UnsafeMutablePointer<session>, _: UnsafeMutablePointer<scratch>
) -> UInt32 {
  var zero: UInt32 = 0
  guard let scratch = scratch_lookup(&zero) else { return 0 }
  let reading = scratch.reading
  let position = reading.pointee.position
  let wanted = min(reading.pointee.end &- position, 512)
  let target = UnsafeMutableRawPointer(scratch) + 2
  var length = wanted
  if reading.pointee.is_unread != 0 {
    length = loadUnread(scratch, position, wanted, target)
    if length == 0 { return 0 }
  } else {
    length = bounded(wanted, limit: 512)
    if bpf_xdp_load_bytes(context, position, target, length) != 0 { return 0 }
  }
  reading.pointee.buffered_from = position
  reading.pointee.buffered_to = position &+ length
  return 1
}

/// Has the request at hand answered, and makes room for the next.
@inline(__always)
func answer(_ session: Session, _ scratch: Scratch) {
  let status = respond_request(session, scratch)
  // The final answer is still to come after 100.
  if status >= 400 {
    scratch.reading.pointee.refused &+= 1
  } else if status >= 200 {
    scratch.reading.pointee.requests &+= 1
  }
  session.parser.pointee.begin(scratch.request)
}
