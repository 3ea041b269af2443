// What lets new data go out in few large bursts instead of many small ones. A receiver that keeps up acknowledges every
// second segment; were each of these ACKs answered with the two segments that it makes room for, bursts would stay that
// small for ever, and each of them costs as much as a large one. So on a short path new data waits until half of the
// window is free. Linux does the same for the sake of segmentation offload, with a third of the window
// (tcp_tso_should_defer). A sender may wait as long as something makes it go on (RFC 9293 3.8.6.2.1): here that is the
// next ACK, which a receiver owes for every second segment (RFC 9293 SHLD-19), and if none comes, the tail loss probe
// (RFC 8985 7), or without SACK the retransmission timer (RFC 6298 5).

extension ControlBlock {
  /// Fewer segments under way make nothing wait: with one or two of them lost, what arrives of the rest would be a
  /// single one, whose ACK the receiver may delay by half a second (RFC 9293 MUST-40).
  private static var fewest: UInt32 { @inline(__always) get { 4 } }

  /// Whether new data waits for the next ACK, although the windows have room for some of it: half a window at the least
  /// is under way on a short path, nothing is missing, and what waits does not all fit.
  @inline(__always)
  var defersNewData: Bool {
    let window = min(congestion.window, send.window)
    let flight = outstanding
    return roundTrip.isShort && flight >= Self.fewest &* segmentSize && flight >= window >> 1 && flight < window
      && unsent > window &- flight && hasOneRunAtMost && scoreboard.sacked == 0
  }
}
