extension ControlBlock {
  /// Eff.snd.MSS: bytes of payload in a segment, its options taken off (RFC 9293 3.7.1, RFC 6691 2). The timestamps
  /// option takes 12, two of them padding (RFC 7323 appendix A).
  @inline(__always)
  public var segmentSize: UInt32 { UInt32(maximumSegmentSize) &- (usesTimestamps ? 12 : 0) }

  /// A router's message that the path carries less (RFC 1191, RFC 8201). What is outstanding is cut anew and sent
  /// again; nothing was lost by congestion, so the congestion window stays as it is (RFC 1191 6.4).
  ///
  /// - Parameters:
  ///   - size: bytes behind the fixed TCP header: the path's MTU less the fixed headers of IP and TCP.
  ///   - quoted: the sequence number in the segment that the message quotes. A stranger would have to guess it
  ///     (RFC 5927 4.1).
  /// - Returns: whether segments are shorter now: then `transmit` is called.
  @inline(__always)
  public mutating func lowerSegmentSize(to size: UInt16, quoted: SequenceNumber) -> Bool {
    guard quoted.isInWindow(from: send.unacknowledged, size: outstanding), size < maximumSegmentSize,
      state != .synReceived
    else { return false }
    maximumSegmentSize = max(size, min(MaximumSegmentSize.smallest, maximumSegmentSize))
    repeatAll()
    return true
  }
}
