extension ControlBlock {
  /// The acceptability test for incoming segments (RFC 9293 3.4, table 6; 3.10.7.4 first step).
  @inline(__always)
  public func isAcceptable(_ segment: Segment) -> Bool {
    let length = segment.length
    if length == 0 {
      return receive.window == 0
        ? segment.sequence == receive.next
        : segment.sequence.isInWindow(from: receive.next, size: receive.window)
    }
    guard receive.window > 0 else { return false }
    let last = segment.sequence.advanced(by: length &- 1)
    return segment.sequence.isInWindow(from: receive.next, size: receive.window)
      || last.isInWindow(from: receive.next, size: receive.window)
  }
}
