extension ControlBlock {
  /// The fifth step of SEGMENT ARRIVES, with the ACK bit on (RFC 9293 3.10.7.4).
  @inline(__always)
  mutating func acknowledge(_ segment: Segment, _ now: Instant) -> Reaction {
    let ack = segment.acknowledgment
    if state == .synReceived {
      guard send.unacknowledged.precedes(ack), ack.precedesOrEquals(send.next) else {
        return Reaction(.reset, .acknowledgment)
      }
      state = .established
      send.unacknowledged = ack
      setWindow(segment)
      return Reaction(.establish)
    }

    // RFC 5961 5.2: SND.UNA - MAX.SND.WND =< SEG.ACK =< SND.NXT, else an ACK in reply, at the challenge's rate.
    let behind = send.unacknowledged.distance(from: ack)
    guard ack.precedesOrEquals(send.next), behind <= Int32(bitPattern: send.maximumWindow) else {
      return challenge(.acknowledgment, now)
    }
    guard behind <= 0 else { return Reaction(.proceed) }  // an old ACK; the payload may still be new
    updateWindow(segment)
    send.unacknowledged = ack

    let finishAcknowledged = flags.contains(.finishSent) && ack == send.next
    guard finishAcknowledged else { return Reaction(.proceed) }
    switch state {
    case .finWait1: state = .finWait2
    case .closing: state = .timeWait
    case .lastAck:
      state = .closed
      return Reaction(.close)
    default: break
    }
    return Reaction(.proceed)
  }

  /// "If (SND.WL1 < SEG.SEQ or (SND.WL1 = SEG.SEQ and SND.WL2 =< SEG.ACK))" (RFC 9293 3.10.7.4): an older segment
  /// that arrives late must not bring an older window. The rule takes segments to be processed in sequence; the ACK
  /// of one out of order counts here too, and whatever acknowledges more than all before it was sent after them.
  @inline(__always)
  mutating func updateWindow(_ segment: Segment) {
    let sequence = segment.sequence
    guard
      send.unacknowledged.precedes(segment.acknowledgment) || send.updateSequence.precedes(sequence)
        || (send.updateSequence == sequence && send.updateAcknowledgment.precedesOrEquals(segment.acknowledgment))
    else { return }
    setWindow(segment)
  }

  @inline(__always)
  private mutating func setWindow(_ segment: Segment) {
    send.window = segment.window
    send.maximumWindow = max(send.maximumWindow, segment.window)
    send.updateSequence = segment.sequence
    send.updateAcknowledgment = segment.acknowledgment
  }
}
