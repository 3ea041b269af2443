// Explicit congestion notification (RFC 3168), in both roles.

extension ControlBlock {
  /// Whether new data goes out as ECT(0). Repetitions, probes and bare ACKs never do (RFC 3168 6.1.4 to 6.1.6).
  @inline(__always)
  public var isCapable: Bool { features.contains(.congestionNotification) }

  /// The receiver's part: a mark is echoed until the sender says that it has reduced its window (RFC 3168 6.1.3). A
  /// segment with both starts anew.
  @inline(__always)
  mutating func noteCongestionMark(_ segment: Segment) {
    guard isCapable else { return }
    if segment.flags.contains(.congestionWindowReduced) { features.remove(.echoing) }
    if segment.isCongestionMarked { features.insert(.echoing) }
  }

  /// ACK, with ECE if a mark is to be echoed.
  @inline(__always)
  public var acknowledgmentFlags: ControlBits {
    ControlBits(rawValue: 0x10 | (features.rawValue & Features.echoing.rawValue) << 2)
  }

  /// The sender's part: the peer has seen a mark. The window is reduced as after a loss, and not again for what was
  /// in flight then (RFC 3168 6.1.2).
  @inline(__always)
  mutating func noteEcho(_ algorithm: UInt8, _ now: Instant) {
    guard isCapable, recovery.mode == .open, outstanding > 0 else { return }
    congestion.reduce(
      inFlight: pipe(), algorithm: algorithm, segmentSize: segmentSize, now: now.milliseconds)
    recovery.mode = .reducing
    recovery.point = send.next
    noteReduction()
  }

  /// The window has been reduced, for whatever reason: the next new data says so (RFC 3168 6.1.2).
  @inline(__always)
  mutating func noteReduction() {
    if isCapable { features.insert(.reductionDue) }
  }
}
