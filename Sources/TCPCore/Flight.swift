extension ControlBlock {
  /// FlightSize: bytes that are not acknowledged cumulatively (RFC 5681 2).
  @inline(__always)
  public var outstanding: UInt32 { send.next.value &- send.unacknowledged.value }

  /// Bytes of those that have arrived all the same: what SACK says, or a segment for each duplicate ACK. One at least
  /// has not, or else it would be acknowledged.
  @inline(__always)
  var delivered: UInt32 {
    let most = outstanding > segmentSize ? outstanding &- segmentSize : 0
    return usesSelectiveAcknowledgment ? scoreboard.sacked : min(recovery.duplicates, most)
  }

  /// Pipe: an estimate of what is in the network, bytes (RFC 6675 4, SetPipe): neither acknowledged, nor SACKed, nor
  /// lost and not sent again.
  public var inFlight: UInt32 {
    var copy = self
    return copy.pipe()
  }

  /// The same. In the kernel this is a subprogram, as is all that has the scoreboard's ranges in it: inlined together
  /// they would not fit the stack of 512 bytes.
  @inline(never)
  mutating func pipe() -> UInt32 {
    let lost = afresh(lost(from: send.unacknowledged.later(recovery.retransmitted)))
    let gone = afresh(delivered) &+ lost
    let outstanding = afresh(outstanding)
    return outstanding > gone ? outstanding &- gone : 0
  }

  /// Bytes from `start` on that are taken for lost and were not sent again.
  @inline(never)
  private mutating func lost(from start: SequenceNumber) -> UInt32 {
    switch recovery.mode {
    case .open, .reducing: return 0
    case .timeout: return scoreboard.missing(from: start, to: recovery.point)
    case .fast where usesSelectiveAcknowledgment:
      return scoreboard.lostBytes(from: start, segmentSize: segmentSize)
    case .fast: return start == send.unacknowledged ? min(segmentSize, outstanding) : 0
    }
  }

  /// Bytes that the congestion window has room for.
  @inline(__always)
  mutating func free() -> UInt32 {
    let flight = pipe()
    return congestion.window > flight ? congestion.window &- flight : 0
  }

  /// IsLost (RFC 6675 4).
  @inline(never)
  mutating func isLost(at sequence: SequenceNumber) -> Bool {
    usesSelectiveAcknowledgment && scoreboard.isLost(at: sequence, segmentSize: segmentSize)
  }

  /// The first gap at `start` or after it and below `limit`: its beginning in the lower half, its end in the upper.
  @inline(never)
  mutating func hole(from start: SequenceNumber, below limit: SequenceNumber) -> UInt64 {
    let hole = scoreboard.nextHole(from: start, below: limit)
    return UInt64(hole.start.value) | UInt64(hole.end.value) << 32
  }

  @inline(__always)
  public var usesSelectiveAcknowledgment: Bool { features.contains(.selectiveAcknowledgment) }
}

extension SequenceNumber {
  /// The later of the two.
  @inline(__always)
  func later(_ other: SequenceNumber) -> SequenceNumber { precedes(other) ? other : self }

  /// The earlier of the two.
  @inline(__always)
  func earlier(_ other: SequenceNumber) -> SequenceNumber { precedes(other) ? self : other }

  /// How far it is from `other` to here, 0 if `other` comes later.
  @inline(__always)
  func beyond(_ other: SequenceNumber) -> UInt32 { UInt32(bitPattern: max(distance(from: other), 0)) }
}

extension Scoreboard {
  /// Bytes from `start` to before `end` that are not SACKed.
  @inline(__always)
  func missing(from start: SequenceNumber, to end: SequenceNumber) -> UInt32 {
    let present = share(ranges.0, 0, start, end) &+ share(ranges.1, 1, start, end) &+ share(ranges.2, 2, start, end)
      &+ share(ranges.3, 3, start, end) &+ share(ranges.4, 4, start, end) &+ share(ranges.5, 5, start, end)
      &+ share(ranges.6, 6, start, end) &+ share(ranges.7, 7, start, end)
    return end.beyond(start) &- present
  }

  /// How much of a range lies between the two.
  @inline(__always)
  private func share(
    _ range: SelectiveBlock, _ index: UInt32, _ start: SequenceNumber, _ end: SequenceNumber
  ) -> UInt32 {
    index < count ? range.end.earlier(end).beyond(range.start.later(start)) : 0
  }
}
