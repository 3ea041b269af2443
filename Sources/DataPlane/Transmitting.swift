/// Takes note of what was read of the segment, and has the core decide what is sent in its place: what the global
/// function `transmit_segment` does. The caller holds the claim. The segment is described in `scratch.reply` then, with
/// a copy of the answers that its payload comes from in `scratch.queue`.
///
/// - Parameter room: bytes of payload that the frame can hold.
/// - Returns: 1 if there is something to send.
@_cdecl("session_transmit") @inline(__always)
public func transmit(
  _ session: UnsafeMutablePointer<session>, _ scratch: UnsafeMutablePointer<scratch>, _ room: UInt32
) -> UInt32 {
  let stored = scratch.reaction
  let tcp = session.tcp
  var reaction = Reaction(.proceed)
  reaction.deliverableLength = stored.pointee.deliverable_length
  reaction.finishes = stored.pointee.finishes != 0
  let consumed = scratch.reading.pointee.consumed
  session.pointee.bytes_received &+= UInt64(consumed)
  tcp.pointee.deliver(consumed, of: reaction)
  // The peer has finished, and every request of its is answered.
  if tcp.pointee.state == .closeWait { tcp.pointee.close() }
  let transmission = tcp.pointee.transmit(
    room: room, acknowledgmentDue: stored.pointee.acknowledgment_due != 0, repeating: stored.pointee.repeats != 0)
  guard transmission.isDue else { return 0 }
  fillReply(scratch, session, transmission)
  return 1
}

@inline(__always)
func fillReply(_ scratch: Scratch, _ session: Session, _ transmission: Transmission) {
  let reply = scratch.reply
  reply.pointee.sequence = transmission.sequence.value
  reply.pointee.acknowledgment = session.tcp.pointee.receive.next.value
  reply.pointee.window = session.tcp.pointee.receive.window
  reply.pointee.flags = UInt32(transmission.flags.rawValue)
  reply.pointee.payload_length = transmission.length
  reply.pointee.maximum_segment_size = 0
  reply.pointee.stream_offset = transmission.sequence.value &- session.queue.pointee.first_sequence
  reply.pointee.is_repetition = transmission.isRepetition ? 1 : 0
  reply.pointee.new_length = transmission.newLength
  guard transmission.length > 0 else { return }
  scratch.pointee.queue = session.queue.pointee
  session.pointee.bytes_sent &+= UInt64(transmission.newLength)
}
