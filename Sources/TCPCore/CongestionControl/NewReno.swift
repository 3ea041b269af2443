extension Congestion {
  /// Congestion avoidance by appropriate byte counting: one segment more when a window's worth has been acknowledged
  /// (RFC 5681 3.1; RFC 3465 2.1).
  @inline(__always)
  mutating func growNewReno(_ bytes: UInt32, segmentSize: UInt32) {
    credit = min(credit &+ bytes, 2 &* Congestion.largestWindow)
    guard credit >= window else { return }
    // An ACK for more than a window, as after a repaired loss, counts for one.
    credit = min(credit &- window, window)
    window = min(window &+ segmentSize, Congestion.largestWindow)
  }
}
