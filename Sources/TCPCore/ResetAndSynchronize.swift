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
  mutating func takeSynchronize(
    _ segment: Segment, _ options: UnsafePointer<SegmentOptions>, _ now: Instant
  ) -> Reaction {
    let isPlain = !segment.flags.contains(.acknowledge) && !segment.flags.contains(.finish)
    switch state {
    case .synReceived:
      // A repetition of the SYN that made this session: its SYN-ACK was lost or is under way. RFC 9293 would have an
      // ACK, with which a client in SYN-SENT can do nothing.
      if isPlain, segment.sequence == receive.initial {
        roundTrip.timedStart = 0  // its round trip would be ambiguous (Karn; RFC 6298 3)
        if usesTimestamps, options.pointee.has(SegmentOptions.timestamps) {
          timestamps.recent = options.pointee.timestamp
        }
        return Reaction(.synchronize)
      }
      guard segment.sequence.isInWindow(from: receive.next, size: receive.window) else {
        return challenge(.outOfWindow, now)
      }
      state = .closed  // back to LISTEN, which has no session
      return Reaction(.abort, .synchronize)
    case .timeWait where isPlain && isSuccessor(segment, options):
      return Reaction(.reopen)
    default:
      // RFC 6191 drops an older SYN in TIME-WAIT in silence. A challenge lets its sender reset what is left here,
      // and its next SYN be taken.
      return challenge(.synchronize, now)
    }
  }

  /// Whether a SYN lies beyond all that the old connection sent: by its timestamp if both connections have them, else
  /// by its sequence number (RFC 9293 3.6.1, MAY-2; RFC 6191 2).
  @inline(__always)
  private func isSuccessor(_ segment: Segment, _ options: UnsafePointer<SegmentOptions>) -> Bool {
    let isBeyond = receive.next.precedesOrEquals(segment.sequence)
    guard usesTimestamps, options.pointee.has(SegmentOptions.timestamps) else { return isBeyond }
    let age = Int32(bitPattern: options.pointee.timestamp &- timestamps.recent)
    return age > 0 || (age == 0 && isBeyond)
  }
}
