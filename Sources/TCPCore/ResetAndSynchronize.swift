extension ControlBlock {
  /// The second step of SEGMENT ARRIVES (RFC 9293 3.10.7.4; RFC 5961 3.2): a reset counts at RCV.NXT exactly, with
  /// a window of zero too (MUST-66), and alike in every state, since a passive open has no caller to inform.
  @inline(__always)
  mutating func takeReset(_ segment: Segment, _ now: Instant) -> Reaction {
    if segment.sequence == receive.next {
      state = .closed
      return Reaction(.abort)
    }
    guard segment.sequence.isInWindow(from: receive.next, size: receive.window) else {
      return Reaction(.discard, .reset)
    }
    return challenge(.reset, now)
  }

  /// The fourth step of SEGMENT ARRIVES: "irrespective of the sequence number" a SYN is challenged once the
  /// connection is synchronised (RFC 9293 3.10.7.4; RFC 5961 4.2).
  @inline(__always)
  mutating func takeSynchronize(_ segment: Segment, _ now: Instant) -> Reaction {
    let isPlain = !segment.flags.contains(.acknowledge) && !segment.flags.contains(.finish)
    switch state {
    case .synReceived:
      // A repetition of the SYN that made this session: its SYN-ACK was lost or is under way. RFC 9293 would have an
      // ACK, with which a client in SYN-SENT can do nothing.
      if isPlain, segment.sequence == receive.initial { return Reaction(.synchronize) }
      guard segment.sequence.isInWindow(from: receive.next, size: receive.window) else {
        return challenge(.outOfWindow, now)
      }
      state = .closed  // back to LISTEN, which has no session
      return Reaction(.abort, .synchronize)
    case .timeWait where isPlain && receive.next.precedesOrEquals(segment.sequence):
      // It lies beyond all that the old connection sent (RFC 9293 3.6.1, MAY-2; RFC 6191 2, without timestamps).
      return Reaction(.reopen)
    default:
      // RFC 6191 drops an older SYN in TIME-WAIT in silence. A challenge lets its sender reset what is left here,
      // and its next SYN be taken.
      return challenge(.synchronize, now)
    }
  }
}
