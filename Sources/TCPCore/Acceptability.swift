extension ControlBlock {
  /// The acceptability test for incoming segments (RFC 9293 3.4, table 6; 3.10.7.4 first step).
  ///
  /// A segment without length may lie at the window's edge too: there are the ACKs of a peer that has filled the window
  /// and lost the beginning of it, and what they acknowledge counts. Linux takes them as well.
  @inline(__always)
  public func isAcceptable(_ segment: Segment) -> Bool { isAcceptable(segment.sequence, segment.length) }

  @inline(__always)
  func isAcceptable(_ sequence: SequenceNumber, _ length: UInt32) -> Bool {
    if length == 0 { return sequence.isInWindow(from: receive.next, size: receive.window &+ 1) }
    guard receive.window > 0 else { return false }
    let last = sequence.advanced(by: length &- 1)
    return sequence.isInWindow(from: receive.next, size: receive.window)
      || last.isInWindow(from: receive.next, size: receive.window)
  }
}
