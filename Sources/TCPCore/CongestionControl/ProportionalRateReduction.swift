// Proportional Rate Reduction (RFC 9937, which replaces RFC 6937): during recovery the window follows what is
// delivered, so that the flight ends up at the threshold without a pause and without a burst.

extension Congestion {
  @inline(__always)
  mutating func startRecovery(inFlight: UInt32) {
    // Not below the threshold, or else more would be sent than is delivered once the flight has grown beyond it.
    recoverFlight = max(inFlight, threshold)
    delivered = 0
    out = 0
    flags.insert(.recovering)
    flags.remove(.timedOut)
  }

  /// An ACK during recovery, the first one included (RFC 9937 6).
  ///
  /// - Parameters:
  ///   - newlyDelivered: DeliveredData: bytes that this ACK acknowledges for the first time, cumulatively or
  ///     selectively.
  ///   - inFlight: the estimate of what is in the network, bytes (pipe, RFC 6675 4).
  ///   - isProgress: SafeACK: SND.UNA has moved, and no further loss was found.
  @inline(__always)
  public mutating func recovering(
    delivered newlyDelivered: UInt32, inFlight: UInt32, isProgress: Bool, segmentSize: UInt32
  ) {
    guard newlyDelivered > 0 else { return }
    delivered = min(delivered &+ newlyDelivered, 1 << 31)
    var allowance: UInt32
    if inFlight > threshold {
      // CEIL(prr_delivered * ssthresh / RecoverFS) - prr_out
      let flight = UInt64(max(recoverFlight, 1))
      let due = (UInt64(delivered) &* UInt64(threshold) &+ flight &- 1) / flight
      allowance = UInt32(truncatingIfNeeded: min(due > UInt64(out) ? due &- UInt64(out) : 0, UInt64(threshold)))
    } else {
      // Conservative: as much as was delivered; with a SafeACK one segment more, as slow start would (PRR-SSRB).
      allowance = max(delivered > out ? delivered &- out : 0, newlyDelivered)
      if isProgress { allowance &+= segmentSize }
      allowance = min(threshold &- inFlight, allowance)
    }
    // "Force a fast retransmit upon entering recovery": of a whole segment, while the share is still less.
    if out == 0 { allowance = max(allowance, segmentSize) }
    // Below one segment nothing could be sent, and recovery would wait for the timer.
    window = min(max(inFlight &+ allowance, segmentSize), Congestion.largestWindow)
  }

  /// Bytes were sent, new or again; prr_out.
  @inline(__always)
  public mutating func sent(_ bytes: UInt32) { out = min(out &+ bytes, 1 << 31) }

  /// All that was outstanding when recovery began is acknowledged: "cwnd = ssthresh". Nothing happens if
  /// the recovery was undone meanwhile.
  @inline(__always)
  public mutating func recovered() {
    guard flags.contains(.recovering) else { return }
    window = threshold
    recoverFlight = 0
    flags.remove(.recovering)
  }
}
