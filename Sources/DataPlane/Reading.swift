typealias Reading = UnsafeMutablePointer<reading>

extension UnsafeMutablePointer<session> {
  /// The parser, in place.
  var parser: UnsafeMutablePointer<RequestParser> {
    @inline(__always) get { session_http(self).assumingMemoryBound(to: RequestParser.self) }
  }
}

/// Parses what of the segment's payload is next in order, and queues the answers. The caller holds the claim.
/// What the global function `read_segment` does.
@_cdecl("session_read") @inline(__always)
public func readRequests(
  _ context: UnsafeMutablePointer<xdp_md>, _ session: UnsafeMutablePointer<session>,
  _ scratch: UnsafeMutablePointer<scratch>
) -> UInt32 {
  var zero: UInt32 = 0
  guard let grammar = request_grammar_lookup(&zero), let statistics = statistics_lookup(&zero) else { return 0 }
  let reading = scratch.reading
  let packet = scratch.packet
  let start = packet.pointee.payload_offset &+ scratch.reaction.pointee.deliverable_offset
  let length = scratch.reaction.pointee.deliverable_length

  reading.pointee.requests = 0
  reading.pointee.refused = 0
  reading.pointee.is_full = 0
  reading.pointee.position = start
  reading.pointee.end = start &+ length
  reading.pointee.buffered_from = 0
  reading.pointee.buffered_to = min(packet.pointee.frame_length, 512)

  var loop = loop_context(context: context, scratch: scratch, session: session, grammar: grammar)
  readUsual(scratch, session)
  // Every step reads a byte at least.
  if reading.pointee.position < reading.pointee.end { _ = read_requests_loop(length, &loop) }
  let consumed = reading.pointee.position &- start
  reading.pointee.consumed = consumed
  session.pointee.requests &+= reading.pointee.requests
  count(.bytesReceived, UInt64(consumed), in: statistics)
  count(.requests, UInt64(reading.pointee.requests), in: statistics)
  if reading.pointee.refused != 0 { count(.requestsRefused, UInt64(reading.pointee.refused), in: statistics) }
  // Requests that the session's queue has no room for are not acknowledged, and come again.
  if reading.pointee.is_full != 0 { count(.droppedQueueFull, in: statistics) }
  return 0
}

/// The short cuts through a request of the usual form. Each is a global function, so that the verifier does not follow
/// each length of a target or a name through all that comes after.
@inline(__always)
private func readUsual(_ scratch: Scratch, _ session: Session) {
  _ = read_beginning(session, scratch)
  _ = read_host(session, scratch)
  guard read_end(session, scratch) > 0 else { return }
  if case .answer(let response) = session.parser.pointee.settle() { take(response, scratch, session) }
}

@_cdecl("session_read_beginning") @inline(__always)
public func readBeginning(
  _ session: UnsafeMutablePointer<session>, _ scratch: UnsafeMutablePointer<scratch>
) -> UInt32 {
  takeShortCut(scratch, session) { $0.pointee.readCommonBeginning($1, $2) }
}

@_cdecl("session_read_host") @inline(__always)
public func readHost(_ session: UnsafeMutablePointer<session>, _ scratch: UnsafeMutablePointer<scratch>) -> UInt32 {
  takeShortCut(scratch, session) { $0.pointee.readSimpleHost($1, $2) }
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

/// Reads up to 64 bytes of a request, or skips what is not to be read.
@_cdecl("read_requests_step") @inline(__always)
public func readRequestsStep(_ index: UInt32, _ loop: UnsafeMutablePointer<loop_context>) -> Int {
  let scratch = loop.pointee.scratch
  let reading = scratch.reading
  guard let grammar = loop.pointee.grammar, let session = loop.pointee.session else { return 1 }
  let position = reading.pointee.position
  let end = reading.pointee.end
  guard position < end else { return 1 }
  let parser = session.parser
  let skipped = parser.pointee.skip(end &- position)
  if skipped > 0 {
    reading.pointee.position = position &+ skipped
    return 0
  }
  // What completes here might have no place among the session's answers: leave it to a repetition.
  if !session.hasRoomForAnswer {
    reading.pointee.is_full = 1
    return 1
  }

  guard buffer(loop.pointee.context, scratch, reading, position, end) else { return 1 }
  let from = reading.pointee.buffered_from
  let count = parser.pointee.chunkLength(min(end, reading.pointee.buffered_to) &- position)
  let bytes = Frame(scratch, from: position &- from).base
  let read = parser.pointee.read(bytes, UInt(count), GrammarTables(UnsafeRawPointer(grammar)))
  reading.pointee.position = position &+ read
  if case .answer(let response) = parser.pointee.settle() { take(response, scratch, session) }
  return reading.pointee.position < end ? 0 : 1
}

/// Sees to it that the frame's byte at `position` is in the buffer.
@inline(__always)
private func buffer(
  _ context: UnsafeMutablePointer<xdp_md>, _ scratch: Scratch, _ reading: Reading, _ position: UInt32, _ end: UInt32
) -> Bool {
  if position < reading.pointee.buffered_to { return true }
  let length = bounded(min(end &- position, 512), limit: 512)
  guard bpf_xdp_load_bytes(context, position, UnsafeMutableRawPointer(scratch) + 2, length) == 0 else { return false }
  reading.pointee.buffered_from = position
  reading.pointee.buffered_to = position &+ length
  return true
}

/// Queues the answer to a request.
@inline(__always)
private func take(_ response: Response, _ scratch: Scratch, _ session: Session) {
  let request = scratch.request
  request.pointee.refusal = response.kind == .ok ? 255 : 4
  request.pointee.persistence = response.persistence.rawValue
  request.pointee.method = response.headOnly ? 2 : 1
  request.pointee.conditions = RequestConditions(rawValue: 0)
  request.pointee.pathLength = 1
  let status = respond_request(session, scratch)
  if status < 400 { scratch.reading.pointee.requests &+= 1 } else { scratch.reading.pointee.refused &+= 1 }
}
