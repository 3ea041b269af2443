extension ControlBlock {
  /// SEGMENT ARRIVES for a connection that exists (RFC 9293 3.10.7.4). Payload is not touched here: the reaction
  /// names what is next in order, and the caller hands back how much of it was consumed (`deliver`).
  @inline(__always)
  public mutating func receive(_ segment: Segment, now: Instant) -> Reaction {
    // RST and SYN have sequence number checks of their own (RFC 5961), so they come before the first step.
    if segment.flags.contains(.reset) { return takeReset(segment, now) }
    if segment.flags.contains(.synchronize) { return takeSynchronize(segment, now) }

    // First, check sequence number.
    guard isAcceptable(segment) else { return refuseUnacceptable(segment, now) }

    // Fifth, check the ACK field.
    guard segment.flags.contains(.acknowledge) else { return Reaction(.discard, .noAcknowledgment) }
    var reaction = acknowledge(segment, now)
    guard reaction.verdict == .proceed || reaction.verdict == .establish else { return reaction }

    // Sixth, the URG bit: data is delivered in line, urgent or not (RFC 9293 3.8.5 leaves it to the application).
    // Seventh, process the segment text; eighth, check the FIN bit.
    locatePayload(segment, &reaction)
    return reaction
  }

  /// "If an incoming segment is not acceptable, an acknowledgment should be sent in reply" (RFC 9293 3.10.7.4). Two
  /// ends that hold each other's ACKs for unacceptable would answer for ever, so the answer to an empty one is limited.
  @inline(__always)
  private mutating func refuseUnacceptable(_ segment: Segment, _ now: Instant) -> Reaction {
    if segment.length == 0 { return challenge(.outOfWindow, now) }
    var reaction = Reaction(.acknowledge, .outOfWindow)
    // A repetition ends no further back than what the peer may have had outstanding: our window and its FIN. In
    // SYN-RECEIVED only the SYN is outstanding, and that is not repeated as if it were payload.
    let end = segment.sequence.advanced(by: segment.length)
    reaction.repeats = state != .synReceived && receive.next.isInWindow(from: end, size: receive.window &+ 2)
    return reaction
  }

  /// Finds the payload that is next in order. "Segments with higher beginning sequence numbers SHOULD be held for
  /// later processing" (3.10.7.4); they are not kept, and the ACK that is due repeats RCV.NXT.
  @inline(__always)
  private func locatePayload(_ segment: Segment, _ reaction: inout Reaction) {
    let length = segment.length
    reaction.acknowledgmentDue = length > 0
    guard length > 0 else { return }
    let offset = receive.next.distance(from: segment.sequence)
    guard offset >= 0 else {
      reaction.refusal = .outOfOrder
      return
    }
    // The peer would not have sent what we have already, had our answer to it arrived.
    reaction.repeats = offset > 0
    // After the peer's FIN nothing can follow: "this should not occur ... ignore the segment text" (3.10.7.4).
    guard state.receivesData else { return }
    let start = UInt32(bitPattern: offset)
    // The segment may repeat payload that was taken already, and then hold no more than its FIN.
    let present = segment.payloadLength > start ? segment.payloadLength &- start : 0
    reaction.deliverableOffset = start
    reaction.deliverableLength = min(present, receive.window)
    // The FIN has a number of its own, which has to lie in the window too.
    reaction.finishes = segment.flags.contains(.finish) && present < receive.window
  }
}
