extension ControlBlock {
  /// The acceptability test for incoming segments (RFC 9293 3.4, table 6; 3.10.7.4 first step).
  @inline(__always)
  public func isAcceptable(_ segment: Segment) -> Bool { isAcceptable(segment.sequence, segment.length) }

  @inline(__always)
  func isAcceptable(_ sequence: SequenceNumber, _ length: UInt32) -> Bool {
    if length == 0 {
      return receive.window == 0
        ? sequence == receive.next : sequence.isInWindow(from: receive.next, size: receive.window)
    }
    guard receive.window > 0 else { return false }
    let last = sequence.advanced(by: length &- 1)
    return sequence.isInWindow(from: receive.next, size: receive.window)
      || last.isInWindow(from: receive.next, size: receive.window)
  }
}
