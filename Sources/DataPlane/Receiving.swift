/// Has the core judge the received segment: what the global function `receive_segment` does. The caller holds the
/// claim. What the core asks for is in `scratch.reaction` then.
///
/// - Returns: a `Verdict`.
@_cdecl("session_receive") @inline(__always)
public func receive(_ session: UnsafeMutablePointer<session>, _ scratch: UnsafeMutablePointer<scratch>) -> UInt32 {
  session.pointee.segments_received &+= 1
  let reaction = session.tcp.pointee.receive(
    Segment(scratch.packet), now: Instant(nanoseconds: scratch.pointee.now))
  let stored = scratch.reaction
  stored.pointee.refusal = UInt32(reaction.refusal.rawValue)
  stored.pointee.deliverable_offset = reaction.deliverableOffset
  stored.pointee.deliverable_length = reaction.deliverableLength
  stored.pointee.finishes = reaction.finishes ? 1 : 0
  stored.pointee.acknowledgment_due = reaction.acknowledgmentDue || reaction.verdict == .acknowledge ? 1 : 0
  stored.pointee.repeats = reaction.repeats ? 1 : 0
  scratch.reading.pointee.consumed = 0
  session.forgetAcknowledged()
  return UInt32(reaction.verdict.rawValue)
}
