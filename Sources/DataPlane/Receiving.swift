/// Has the core judge the received segment: what the global function `receive_segment` does. The caller holds the
/// claim. What the core asks for is in `scratch.reaction` then.
///
/// - Returns: a `Verdict`.
@_cdecl("session_receive") @inline(__always)
public func receive(_ session: UnsafeMutablePointer<session>, _ scratch: UnsafeMutablePointer<scratch>) -> UInt32 {
  var zero: UInt32 = 0
  guard let configuration = configuration_lookup(&zero) else { return 0 }
  session.pointee.segments_received &+= 1
  let reaction = session.tcp.pointee.receive(
    Segment(scratch), scratch.found, parameters: Parameters(configuration),
    now: Instant(nanoseconds: scratch.pointee.now))
  let stored = scratch.reaction
  stored.pointee.refusal = UInt32(reaction.refusal.rawValue)
  stored.pointee.deliverable_offset = reaction.deliverableOffset
  stored.pointee.deliverable_length = reaction.deliverableLength
  stored.pointee.finishes = reaction.finishes ? 1 : 0
  stored.pointee.acknowledgment_due = reaction.acknowledgmentDue || reaction.verdict == .acknowledge ? 1 : 0
  scratch.reading.pointee.consumed = 0
  session.forgetAcknowledged(scratch.flow)
  return UInt32(reaction.verdict.rawValue)
}

/// Takes note of what was read of the segment. The caller holds the claim.
@inline(__always)
func conclude(_ session: Session, _ scratch: Scratch) {
  let stored = scratch.reaction
  var reaction = Reaction(.proceed)
  reaction.deliverableLength = stored.pointee.deliverable_length
  reaction.finishes = stored.pointee.finishes != 0
  let consumed = scratch.reading.pointee.consumed
  session.pointee.bytes_received &+= UInt64(consumed)
  session.tcp.pointee.deliver(consumed, of: reaction)
  // The peer has finished, and every request of its is answered.
  if session.tcp.pointee.state == .closeWait, session.pointee.unread_length == 0 { session.tcp.pointee.close() }
}
