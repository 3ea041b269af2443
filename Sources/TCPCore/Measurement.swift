// Which round trips are measured: Karn's algorithm and timestamps.

extension ControlBlock {
  /// A measured round trip that ends with an acknowledgment of new data, microseconds, or 0. Of segments that were
  /// sent again only a timestamp tells which copy has been acknowledged (RFC 6298 3, RFC 7323 4.1); it is coarse, so
  /// it is used for nothing else.
  @inline(__always)
  mutating func measurement(
    _ acknowledgment: SequenceNumber, _ options: UnsafePointer<SegmentOptions>, isRepairing: Bool, _ now: Instant
  ) -> UInt32 {
    if roundTrip.timedStart != 0 {
      guard roundTrip.timedSequence.precedes(acknowledgment) else { return 0 }
      let elapsed = now.clock &- roundTrip.timedStart
      roundTrip.timedStart = 0
      // 1.024 microseconds each. A minute and more is no round trip.
      return elapsed < 1 << 26 ? (max(elapsed, 1) &* 131) >> 7 : 0
    }
    guard isRepairing, usesTimestamps, options.pointee.has(SegmentOptions.timestamps) else { return 0 }
    let ticks = timestampToSend(now) &- options.pointee.timestampEcho
    // 1048.6 microseconds each. Less than one tells nothing but that the estimate still holds.
    return ticks == 0 ? min(roundTrip.estimate, 1048) | 1 : ticks < 1 << 16 ? ticks &* 1049 : 0
  }

  /// Whether the acknowledgment answers a segment that was sent before the first retransmission, which was then
  /// not called for (RFC 3522 3.2).
  @inline(__always)
  func answersOriginal(_ options: UnsafePointer<SegmentOptions>) -> Bool {
    let age = Int32(bitPattern: options.pointee.timestampEcho &- recovery.undoTimestamp)
    return usesTimestamps && options.pointee.has(SegmentOptions.timestamps) && age < 0
  }
}
