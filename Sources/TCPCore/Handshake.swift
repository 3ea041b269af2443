extension ControlBlock {
  /// A SYN arrives for LISTEN (RFC 9293 3.10.7.2, third step): the block becomes that of a half-open connection, and
  /// the caller sends <SEQ=ISS><ACK=RCV.NXT><CTL=SYN,ACK>. Payload of the SYN is not taken and will be sent again.
  ///
  /// - Parameters:
  ///   - initial: ISS, see `initialSequenceNumber`.
  ///   - window: RCV.WND to offer, bytes, 1 to 65535.
  ///   - peerMaximumSegmentSize: the MSS option of the SYN, or the default of RFC 9293 3.7.1.
  ///   - ownMaximumSegmentSize: what our interface can carry.
  @inline(__always)
  public mutating func open(
    _ segment: Segment, initial: SequenceNumber, window: UInt32, peerMaximumSegmentSize: UInt16,
    ownMaximumSegmentSize: UInt16
  ) {
    receive.initial = segment.sequence
    receive.next = segment.sequence.advanced(by: 1)
    receive.window = window
    send.initial = initial
    send.unacknowledged = initial
    send.next = initial.advanced(by: 1)
    send.queued = initial.advanced(by: 1)
    send.window = segment.window
    send.maximumWindow = segment.window
    send.updateSequence = segment.sequence
    send.updateAcknowledgment = initial
    maximumSegmentSize = min(max(peerMaximumSegmentSize, MaximumSegmentSize.smallest), ownMaximumSegmentSize)
    challengeStart = 0
    challengeCount = 0
    flags = Flags(rawValue: 0)
    state = .synReceived
  }
}
