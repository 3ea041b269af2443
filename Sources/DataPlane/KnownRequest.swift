// Health checks, beacons and floods ask the same thing again and again, byte for byte. A request that this CPU has just
// answered is known by its bytes, and need not be read and looked up: the same bytes from where a request begins have
// the same answer as long as the site is the same, but for the date (RFC 9110 6.6.1).

extension UnsafeMutablePointer<scratch> {
  fileprivate var known: UnsafeMutablePointer<known_request> { @inline(__always) get { scratch_known(self) } }
}

/// The longest request that is remembered, bytes.
private let longestKnown = UInt32(KNOWN_REQUEST_BYTES)
/// How many others are read before the one that is known makes way.
private let patience: UInt32 = 8

/// Queues the answer of the received segment's payload if it is the known request: what the global function
/// `answer_known` does. The caller holds the claim, and nothing is queued.
///
/// - Returns: 1; 0 if it has to be read, and nothing has changed.
@_cdecl("session_answer_known") @inline(__always)
public func answerKnown(_ session: UnsafeMutablePointer<session>, _ scratch: UnsafeMutablePointer<scratch>) -> UInt32 {
  let known = scratch.known
  let length = scratch.packet.pointee.payload_length
  guard length == known.pointee.length, length <= longestKnown, session.parser.pointee.isBetweenRequests,
    isEqual(
      Frame(scratch, from: scratch.packet.pointee.payload_offset).base, known_request_bytes(known), length,
      limit: UInt(longestKnown))
  else { return 0 }
  var zero: UInt32 = 0
  guard let configuration = configuration_lookup(&zero), let current = current_lookup(&zero),
    let statistics = statistics_lookup(&zero)
  else { return 0 }
  // What is logged is what has been read.
  guard configuration.pointee.logs_requests == 0, session.queue.pointee.count == 0 else { return 0 }
  let generation = UInt32(truncatingIfNeeded: bpf_opaque(UInt64(current.pointee)))
  // A generation's number comes back; a site's key does not.
  guard UInt32(known.answer.pointee.generation) == generation, let content = Content(generation),
    content.site.pointee.key.0 == known.pointee.site
  else { return 0 }
  known.answer.pointee.date = wallClock(scratch.pointee.now, configuration)
  session.enqueue(known.answer)
  if known.pointee.closes != 0 {
    session.parser.pointee.abandon()
    session.tcp.pointee.close()
  }
  session.pointee.requests &+= 1
  count(.bytesReceived, UInt64(length), in: statistics)
  count(.requests, in: statistics)
  scratch.reading.pointee.consumed = length
  scratch.reading.pointee.is_full = 0
  known.pointee.others = 0
  return 1
}

/// Remembers the request that has been read and answered, if it was the whole payload of the received segment and all
/// of its answer lies in the content: what the global function `learn_request` does. The caller holds the claim.
@_cdecl("session_learn") @inline(__always)
public func learn(_ session: UnsafeMutablePointer<session>, _ scratch: UnsafeMutablePointer<scratch>) -> UInt32 {
  let known = scratch.known
  let reading = scratch.reading
  known.pointee.others &+= 1
  guard known.pointee.others >= patience || known.pointee.length == 0 else { return 0 }
  let start = reading.pointee.start
  let length = reading.pointee.end &- start
  guard reading.pointee.requests == 1, reading.pointee.refused == 0, reading.pointee.is_unread == 0,
    reading.pointee.is_pending == 0, reading.pointee.position == reading.pointee.end, length <= longestKnown,
    start == scratch.packet.pointee.payload_offset, length == scratch.packet.pointee.payload_length,
    reading.pointee.buffered_from == 0, reading.pointee.end <= reading.pointee.buffered_to,
    !session.parser.pointee.isWithinRequest, session.queue.pointee.count == 1
  else { return 0 }
  let answer = session.queue.run(0)
  guard answer.pointee.count == 1, answer.pointee.tail_kind == UInt8(TAIL_STORED.rawValue),
    let content = Content(UInt32(answer.pointee.generation))
  else { return 0 }
  let bytes = Frame(scratch, from: start).base
  var index: UInt = 0
  while index < UInt(length), UInt(bpf_opaque(UInt64(index))) < UInt(longestKnown) {
    storeWord(bpf_opaque(loadWord(bytes, index)), known_request_bytes(known), index)
    index &+= 8
  }
  answer_copy(known.answer, answer)
  known.pointee.site = content.site.pointee.key.0
  known.pointee.length = length
  known.pointee.closes = session.parser.pointee.isFinished ? 1 : 0
  known.pointee.others = 0
  return 0
}

extension UnsafeMutablePointer<known_request> {
  fileprivate var answer: Reply { @inline(__always) get { known_request_answer(self) } }
}
