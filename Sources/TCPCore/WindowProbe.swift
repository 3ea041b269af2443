// Zero-window probes (RFC 9293 3.8.6.1) and the override of silly window avoidance (3.8.6.2.1).

extension ControlBlock {
  /// A segment goes out whatever the peer's window: as much as fits it, and one byte at least. Nothing tells whether
  /// a byte beyond the window is taken, so that is sent again once the window opens; the congestion window stays.
  @inline(__always)
  mutating func expireWindowProbe() {
    recovery.flags.insert(.windowProbe)
    recovery.flags.remove(.undoable)
    repeatAll()
    backoff &+= backoff < 32 ? 1 : 0
  }
}
