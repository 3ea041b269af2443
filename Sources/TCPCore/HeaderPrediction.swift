// Header prediction, after Van Jacobson: the segments of a conversation that goes well are nearly all alike, and a few
// comparisons tell whether one is just what was expected. What is done then is what `receive` and `transmit` would do (RFC 9293 3.10.7.4 and 3.10.2).

extension ControlBlock {
  /// Takes a segment with payload that is next in order, to an established connection on which nothing waits or is
  /// under way and which nobody is about to close. All of its payload is deliverable, and an ACK is due.
  ///
  /// - Returns: false if it is not such a segment; then nothing has changed, and it is for `receive`.
  @inline(__always)
  public mutating func receiveExpected(_ segment: Segment) -> Bool {
    guard state == .established, flags.rawValue == 0,
      segment.flags.union(.push) == ControlBits.acknowledge.union(.push),
      segment.sequence == receive.next, segment.payloadLength > 0, segment.payloadLength <= receive.window,
      segment.acknowledgment == send.next, send.queued == send.next
    else { return false }
    updateWindow(segment)
    send.unacknowledged = segment.acknowledgment
    return true
  }

  /// Takes note that all of an expected segment's payload was consumed, and sends in one segment all that was queued
  /// meanwhile, with PSH, from SND.NXT as it was before on.
  ///
  /// - Parameter room: bytes of payload that the frame can hold.
  /// - Returns: its length; 0 if it is for `deliver` and `transmit`, and then nothing has changed.
  @inline(__always)
  public mutating func answerExpected(_ consumed: UInt32, of length: UInt32, room: UInt32) -> UInt32 {
    let queued = send.queued.value &- send.next.value
    guard consumed == length, flags.rawValue == 0, queued > 0, queued <= UInt32(maximumSegmentSize), queued <= room,
      queued <= send.window
    else { return 0 }
    receive.next = receive.next.advanced(by: consumed)
    send.next = send.queued
    return queued
  }
}
