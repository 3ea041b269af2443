// Requests that find no room among a session's answers wait, acknowledged, in the map `unread` until there is some:
// what a client sends in one go is answered at the pace at which it acknowledges the answers, and nothing of it has to
// be sent twice.
//
// The input of a session lies there in one piece, from `unread_start` on, and goes back to the beginning only when all
// of it has been read. What may still be written behind it is what the receive window offers meanwhile, so its right
// edge stands still until then, and opens again as a whole (RFC 9293 3.8.6.2.2).

extension UnsafeMutablePointer<session> {
  /// Whether there is unread input, and room for an answer. The caller holds the claim.
  var readsOn: Bool {
    @inline(__always) get { pointee.unread_length != 0 && (hasRoomForAnswer || parser.pointee.isFinished) }
  }

  /// Where the unread input ends in `unread`, bytes.
  fileprivate var unreadEnd: UInt32 {
    @inline(__always) get { UInt32(pointee.unread_start) &+ UInt32(pointee.unread_length) }
  }
}

/// The stage `read`: requests are read from what is unread, and then from what of the segment's payload is next in
/// order. What finds no room is kept. The session is claimed.
@_cdecl("read_program") @inline(__always)
public func read(_ context: UnsafeMutablePointer<xdp_md>) -> Int32 {
  var zero: UInt32 = 0
  guard let scratch = scratch_lookup(&zero), let session = sessions_lookup(scratch.flow) else { return XDPAction.drop }
  let reading = scratch.reading
  let hadUnread = session.pointee.unread_length != 0
  var buffered = min(scratch.packet.pointee.frame_length, 512)
  if hadUnread {
    scratch.prepareUnread(session)
    _ = read_segment(context, session, scratch)
    noteRead(session, scratch)
    buffered = 0
  }
  scratch.prepareSegment(buffered: buffered)
  if scratch.reaction.pointee.deliverable_length > 0 {
    if session.pointee.unread_length == 0 { _ = read_segment(context, session, scratch) }
    if session.pointee.unread_length != 0 || reading.pointee.is_full != 0 { _ = keep_unread(context, session, scratch) }
  }
  if hadUnread || session.pointee.unread_length != 0 { offerWindow(session, scratch) }
  _ = stages_tail_call(context, UInt32(STAGE_TRANSMIT))
  session_release(session)
  return XDPAction.drop
}

/// Takes note of how much of the unread input has been read. The caller holds the claim.
@inline(never)
private func noteRead(_ session: Session, _ scratch: Scratch) {
  let reading = scratch.reading
  let left = reading.pointee.end &- reading.pointee.position
  if left > 0, reading.pointee.is_full == 0 {
    // A block is gone, which must not be: nobody can tell any more what was asked for.
    session.parser.pointee.abandon()
    session.tcp.pointee.close()
  }
  guard left > 0, reading.pointee.is_full != 0 else {
    forgetUnread(session, scratch.flow)
    return
  }
  session.pointee.unread_start = UInt16(truncatingIfNeeded: reading.pointee.position)
  session.pointee.unread_length = UInt16(truncatingIfNeeded: left)
}

/// Offers the window that unread input leaves. Once it opens again the peer has to hear of it.
@inline(never)
private func offerWindow(_ session: Session, _ scratch: Scratch) {
  var zero: UInt32 = 0
  guard let configuration = configuration_lookup(&zero) else { return }
  let room = session.pointee.unread_length == 0 ? UInt32.max : UInt32(UNREAD_LIMIT) &- session.unreadEnd
  let before = session.tcp.pointee.receive.window
  session.tcp.pointee.offerWindow(configuration.pointee.receive_window, room: room)
  if session.tcp.pointee.receive.window > before { scratch.reaction.pointee.acknowledgment_due = 1 }
}

/// Keeps what is left of the segment's payload behind what is unread: what the global function `keep_unread` does. What
/// there is no room for is not acknowledged, and comes again.
@_cdecl("session_keep_unread") @inline(__always)
public func keepUnread(
  _ context: UnsafeMutablePointer<xdp_md>, _ session: UnsafeMutablePointer<session>,
  _: UnsafeMutablePointer<scratch>
) -> UInt32 {
  var zero: UInt32 = 0
  guard let scratch = scratch_lookup(&zero), let statistics = statistics_lookup(&zero) else { return 0 }
  let reading = scratch.reading
  let position = reading.pointee.position
  var loop = loop_context(context: context, scratch: scratch, session: session, grammar: nil)
  _ = keep_unread_loop(mostPieces, &loop)
  reading.pointee.consumed = reading.pointee.position &- reading.pointee.start
  let kept = reading.pointee.position &- position
  count(.bytesReceived, UInt64(kept), in: statistics)
  if kept > 0 { count(.segmentsKept, in: statistics) }
  if reading.pointee.position < reading.pointee.end { count(.droppedQueueFull, in: statistics) }
  return 0
}

/// Pieces of the longest segment, each cut once more where a block ends.
private let mostPieces: UInt32 = 64

/// Keeps a piece of the payload.
@_cdecl("keep_unread_step") @inline(__always)
public func keepUnreadStep(_ index: UInt32, _ loop: UnsafeMutablePointer<loop_context>) -> Int {
  let scratch = loop.pointee.scratch
  let reading = scratch.reading
  guard let session = loop.pointee.session else { return 1 }
  let position = reading.pointee.position
  let end = session.unreadEnd
  guard position < reading.pointee.end, end < UInt32(UNREAD_LIMIT) else { return 1 }
  let place = UnreadPlace(end)
  let room = min(place.room, UInt32(UNREAD_LIMIT) &- end)
  let wanted = min(min(reading.pointee.end &- position, room), UInt32(UNREAD_PIECE))
  let count = bounded(wanted, limit: UInt64(UNREAD_PIECE))
  guard let bytes = place.find(scratch) ?? place.make(scratch),
    bpf_xdp_load_bytes(loop.pointee.context, position, bytes, count) == 0
  else { return 1 }
  session.pointee.unread_length &+= UInt16(truncatingIfNeeded: count)
  reading.pointee.position = position &+ count
  return 0
}

/// Copies what is unread from `position` on, up to `wanted` bytes, to `target`, which has room for 512.
///
/// - Returns: how many; 0 if they are not there.
@inline(__always)
func loadUnread(
  _ scratch: Scratch, _ position: UInt32, _ wanted: UInt32, _ target: UnsafeMutableRawPointer
) -> UInt32 {
  let place = UnreadPlace(position)
  guard let bytes = place.find(scratch) else { return 0 }
  var offset = 0
  while bpf_opaque(UInt64(offset)) < 512 {  // a comparison that LLVM can't unroll the loop by
    let word = bytes.load(fromByteOffset: offset, as: UInt64.self)
    (target + offset).assumingMemoryBound(to: UInt64.self).pointee = bpf_opaque(word)
    offset &+= 8
  }
  return min(wanted, place.room)
}

/// Forgets what is unread. The caller holds the claim.
@inline(never)
func forgetUnread(_ session: Session, _ flow: UnsafePointer<flow>) {
  var zero: UInt32 = 0
  guard let scratch = scratch_lookup(&zero) else { return }
  let key = scratch_unread_key(scratch)
  flow_copy(unread_key_flow(key), flow)
  var block: UInt32 = 0
  while block < UInt32(UNREAD_BLOCKS) {
    key.pointee.block = block
    unread_delete(key)
    block &+= 1
  }
  session.pointee.unread_start = 0
  session.pointee.unread_length = 0
}

/// A place in a session's unread input.
private struct UnreadPlace {
  let block: UInt32
  private let offset: UInt32

  @inline(__always)
  init(_ place: UInt32) {
    block = place / UInt32(UNREAD_BLOCK)
    offset = place &- block &* UInt32(UNREAD_BLOCK)
  }

  /// Bytes from here to the end of the block.
  var room: UInt32 { @inline(__always) get { UInt32(UNREAD_BLOCK) &- offset } }

  /// The byte there, behind which UNREAD_PIECE bytes can be reached.
  @inline(__always)
  func find(_ scratch: Scratch) -> UnsafeMutableRawPointer? {
    let key = scratch_unread_key(scratch)
    flow_copy(unread_key_flow(key), scratch.flow)
    key.pointee.block = block
    guard let found = unread_lookup(key) else { return nil }
    let bounded = bpf_opaque(UInt64(offset))
    guard bounded <= UInt64(UNREAD_BLOCK) else { return nil }
    return unread_block_bytes(found) + Int(bounded)
  }

  /// Likewise, of a block that is new.
  @inline(__always)
  func make(_ scratch: Scratch) -> UnsafeMutableRawPointer? {
    var zero: UInt32 = 0
    guard let blank = blank_block_lookup(&zero),
      unread_update(scratch_unread_key(scratch), blank, 1 /* BPF_NOEXIST */) == 0
    else { return nil }
    return find(scratch)
  }
}
