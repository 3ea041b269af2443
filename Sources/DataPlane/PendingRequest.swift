// A request that comes in several segments is kept between them in the map `requests`. The usual one never gets there.

/// Brings back what has come of the request that the session's parser is within. If it is not there any more, nobody
/// can tell what was asked for.
@inline(__always)
func loadRequest(_ session: Session, _ scratch: Scratch) {
  guard let pending = requests_lookup(scratch.flow) else {
    scratch.request.begin()
    giveUp(session, scratch)
    return
  }
  var context = pending_context(scratch: scratch, pending: pending)
  _ = load_request_loop(UInt32(MemoryLayout<pending_request>.size) / UInt32(PENDING_BLOCK), &context)
  scratch.reading.pointee.is_pending = 1
}

@_cdecl("load_request_step") @inline(__always)
public func loadRequestStep(_ index: UInt32, _ context: UnsafeMutablePointer<pending_context>) -> Int {
  scratch_load_block(context.pointee.scratch, context.pointee.pending, index)
  return 0
}

/// Keeps what has come of a request that goes on in another segment, or forgets one that has ended.
@inline(__always)
func keepRequest(_ session: Session, _ scratch: Scratch) {
  if session.parser.pointee.isWithinRequest {
    guard requests_save(scratch.flow, scratch) != 0 else { return }
    // There is no memory for it.
    giveUp(session, scratch)
  }
  if scratch.reading.pointee.is_pending != 0 { requests_delete(scratch.flow) }
}

/// Answers 503, if there is room for an answer, and closes.
@inline(__always)
private func giveUp(_ session: Session, _ scratch: Scratch) {
  if !session.hasRoomForAnswer {
    session.parser.pointee.abandon()
    session.tcp.pointee.close()
  } else if session.parser.pointee.refuse(.unavailable, scratch.request) {
    answer(session, scratch)
  }
}
