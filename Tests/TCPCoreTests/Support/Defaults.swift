import TCPCore

/// The core's methods with no options and the default parameters, where a test is not about them.
extension ControlBlock {
  mutating func receive(_ segment: Segment, now: Instant) -> Reaction {
    var options = SegmentOptions()
    return receive(segment, &options, parameters: Parameters(), now: now)
  }

  mutating func open(
    _ segment: Segment, initial: SequenceNumber, window: UInt32, peerMaximumSegmentSize: UInt16,
    ownMaximumSegmentSize: UInt16, now: Instant = Instant(nanoseconds: 0)
  ) {
    var options = SegmentOptions()
    open(
      segment, &options, initial: initial, window: window, peerMaximumSegmentSize: peerMaximumSegmentSize,
      ownMaximumSegmentSize: ownMaximumSegmentSize, parameters: Parameters(), timestampOffset: 0, now: now)
  }

  mutating func transmit(budget: UInt32 = 64, acknowledgmentDue: Bool = false, now: Instant) -> Transmission {
    transmit(budget: budget, acknowledgmentDue: acknowledgmentDue, parameters: Parameters(), now: now)
  }
}
