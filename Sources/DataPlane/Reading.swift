typealias Reading = UnsafeMutablePointer<reading>

extension UnsafeMutablePointer<reading> {
  /// The first of the runs.
  var runs: UnsafeMutableRawPointer { @inline(__always) get { reading_runs(self) } }

  /// The parser, in place.
  var parser: UnsafeMutablePointer<RequestParser> {
    @inline(__always) get {
      reading_after(self).assumingMemoryBound(to: RequestParser.self)
    }
  }
}

/// Parses what of the segment's payload is next in order, before the session's lock is taken: a program can neither
/// loop for long nor call a helper while it holds one. The session is read without the lock; `commit` takes the
/// outcome only if the session is then still what it was here.
@inline(never)
func readRequests(_ context: UnsafeMutablePointer<xdp_md>, _ scratch: Scratch, _ session: Session) {
  var zero: UInt32 = 0
  guard let grammar = request_grammar_lookup(&zero) else { return }
  let reading = scratch.reading
  let packet = scratch.packet
  let tcp = session.tcp
  let expected = tcp.pointee.receive.next
  reading.pointee.expected = expected.value
  let offset = UInt32(bitPattern: expected.distance(from: SequenceNumber(packet.pointee.sequence)))
  let length = packet.pointee.payload_length
  guard offset < length else { return }
  let present = min(length &- offset, tcp.pointee.receive.window)

  reading.pointee.before = session.pointee.http
  reading.pointee.after = reading.pointee.before
  reading.pointee.position = packet.pointee.payload_offset &+ offset
  reading.pointee.end = packet.pointee.payload_offset &+ offset &+ present
  reading.pointee.buffered_from = 0
  reading.pointee.buffered_to = min(packet.pointee.frame_length, 512)
  reading.pointee.room = session.freeRuns(after: SequenceNumber(packet.pointee.acknowledgment))
  let start = reading.pointee.position

  var loop = loop_context(context: context, scratch: scratch, grammar: grammar)
  readBeginning(scratch, reading)
  readHost(scratch, reading)
  // Every step reads a byte at least.
  _ = read_requests_loop(present, &loop)
  reading.pointee.consumed = reading.pointee.position &- start
}

/// The short cuts through the first request's beginning. They take their numbers from memory anew, and what they
/// learned of them is forgotten behind them: else the verifier would follow each length of a target or a name through
/// all that comes after.
@inline(__always)
private func readBeginning(_ scratch: Scratch, _ reading: Reading) {
  let position = reading.pointee.position
  let available = availableForShortCut(reading, position)
  guard available > 0 else { return }
  let bytes = Frame(scratch, from: position).base
  reading.pointee.position = position &+ reading.parser.pointee.readCommonBeginning(bytes, available)
}

@inline(__always)
private func readHost(_ scratch: Scratch, _ reading: Reading) {
  let position = reading.pointee.position
  let available = availableForShortCut(reading, position)
  guard available > 0 else { return }
  let bytes = Frame(scratch, from: position).base
  reading.pointee.position = position &+ reading.parser.pointee.readSimpleHost(bytes, available)
}

/// Bytes of input that the buffer holds from `position` on; 0 also where an answer would have no place.
@inline(__always)
private func availableForShortCut(_ reading: Reading, _ position: UInt32) -> UInt32 {
  let end = min(reading.pointee.end, reading.pointee.buffered_to)
  return position < end && reading.pointee.run_count < reading.pointee.room ? end &- position : 0
}

/// Reads up to 64 bytes of a request, or skips what is not to be read.
@_cdecl("read_requests_step") @inline(__always)
public func readRequestsStep(_ index: UInt32, _ loop: UnsafeMutablePointer<loop_context>) -> Int {
  let scratch = loop.pointee.scratch
  let reading = scratch.reading
  guard let grammar = loop.pointee.grammar else { return 1 }
  let position = reading.pointee.position
  let end = reading.pointee.end
  guard position < end else { return 1 }
  let parser = reading.parser
  let skipped = parser.pointee.skip(end &- position)
  if skipped > 0 {
    reading.pointee.position = position &+ skipped
    return 0
  }
  // What completes here might have no place among the session's answers: leave it to a repetition.
  if reading.pointee.run_count >= reading.pointee.room {
    reading.pointee.is_full = 1
    return 1
  }

  guard buffer(loop.pointee.context, scratch, reading, position, end) else { return 1 }
  let from = reading.pointee.buffered_from
  let count = parser.pointee.chunkLength(min(end, reading.pointee.buffered_to) &- position)
  let bytes = Frame(scratch, from: position &- from).base
  let read = parser.pointee.read(bytes, UInt(count), GrammarTables(UnsafeRawPointer(grammar)))
  reading.pointee.position = position &+ read
  if case .answer(let response) = parser.pointee.settle() { addRun(reading, response) }
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

/// Notes an answer: one more of the kind before it, or the first of a new run.
@inline(__always)
private func addRun(_ reading: Reading, _ response: Response) {
  var index = response.templateIndex
  guard let template = answers_lookup(&index) else { return }
  var length = template.pointee.length
  var checksum = template.pointee.checksum
  if response.headOnly {
    length = template.pointee.head_length
    checksum = template.pointee.head_checksum
  }
  let offset = template.pointee.offset
  reading.pointee.queued_bytes &+= length
  if response.kind == .ok { reading.pointee.requests &+= 1 } else { reading.pointee.refused &+= 1 }
  if response.closes { reading.pointee.closes = 1 }

  let runs = reading.runs.assumingMemoryBound(to: answer.self)
  let count = reading.pointee.run_count
  let last = runs + Int(bpf_opaque(UInt64(count &- 1)) & 3)
  if count > 0, last.pointee.offset == offset, last.pointee.length == length, last.pointee.count < 0xffff {
    last.pointee.count &+= 1
    return
  }
  let next = runs + Int(bpf_opaque(UInt64(count)) & 3)
  next.pointee = answer(offset: offset, length: length, count: 1, checksum: checksum)
  reading.pointee.run_count = count &+ 1
}
