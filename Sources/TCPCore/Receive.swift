extension ControlBlock {
  /// SEGMENT ARRIVES for a connection that exists (RFC 9293 3.10.7.4). Payload is not touched here: the reaction
  /// names what is next in order, and the caller hands back how much of it was consumed (`deliver`).
  ///
  /// - Parameter options: those of the segment.
  @inline(__always)
  public mutating func receive(
    _ segment: Segment, _ options: UnsafePointer<SegmentOptions>, parameters: Parameters, now: Instant
  ) -> Reaction {
    // RST and SYN have sequence number checks of their own (RFC 5961), so they come before the first step.
    if segment.flags.contains(.reset) { return takeReset(segment, now) }
    if segment.flags.contains(.synchronize) { return takeSynchronize(segment, options, now) }
    if segment.flags.contains(.acknowledge) {
      noteSelections(segment.sequence, segment.length, segment.acknowledgment, options)
    }

    // First, check sequence number, and before it the timestamp (RFC 7323 5.3).
    guard isAcceptable(segment) || fillsClosedWindow(segment) else {
      return refuseUnacceptable(segment, .outOfWindow, now)
    }
    guard !isOutdated(options) else { return refuseUnacceptable(segment, .timestamp, now) }

    // Fifth, check the ACK field.
    guard segment.flags.contains(.acknowledge) else { return Reaction(.discard, .noAcknowledgment) }
    var reaction = acknowledge(segment, options, parameters, now)
    guard reaction.verdict == .proceed || reaction.verdict == .establish else { return reaction }
    noteTimestamp(segment, options)
    noteCongestionMark(segment)

    // Sixth, the URG bit: data is delivered in line, urgent or not (RFC 9293 3.8.5 leaves it to the application).
    // Seventh, process the segment text; eighth, check the FIN bit.
    locatePayload(segment, &reaction)
    return reaction
  }

  /// "If an incoming segment is not acceptable, an acknowledgment should be sent in reply" (RFC 9293 3.10.7.4). Two
  /// ends that hold each other's ACKs for unacceptable would answer for ever, so the answer to an empty one is limited.
  @inline(__always)
  private mutating func refuseUnacceptable(_ segment: Segment, _ refusal: Refusal, _ now: Instant) -> Reaction {
    probes = 0  // it may be the answer to a keep-alive probe all the same
    return segment.length == 0 ? challenge(refusal, now) : Reaction(.acknowledge, refusal)
  }

  /// "If the RCV.WND is zero, no segments will be acceptable, but special allowance should be made to accept valid
  /// ACKs" (RFC 9293 3.10.7.4): of what a peer sends into a closed window, next in order, the ACK counts, and nothing
  /// else.
  @inline(__always)
  private func fillsClosedWindow(_ segment: Segment) -> Bool {
    receive.window == 0 && segment.sequence == receive.next
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
    // After the peer's FIN nothing can follow: "this should not occur ... ignore the segment text" (3.10.7.4).
    guard state.receivesData else { return }
    if receive.window == 0 { reaction.refusal = .outOfWindow }
    let start = UInt32(bitPattern: offset)
    // The segment may repeat payload that was taken already, and then hold no more than its FIN.
    let present = segment.payloadLength > start ? segment.payloadLength &- start : 0
    reaction.deliverableOffset = start
    reaction.deliverableLength = min(present, receive.window)
    // The FIN has a number of its own, which has to lie in the window too.
    reaction.finishes = segment.flags.contains(.finish) && present < receive.window
  }
}
