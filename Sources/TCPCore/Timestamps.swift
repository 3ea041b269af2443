/// The timestamps option of one connection (RFC 7323 3).
public struct Timestamps {
  /// TS.Recent: what is echoed.
  public var recent: UInt32 = 0
  /// Added to our clock, so that its values tell nothing about this machine (RFC 7323 7.1).
  public var offset: UInt32 = 0

  @inline(__always)
  public init() {}
}

extension ControlBlock {
  /// Whether every segment but a reset carries timestamps: both SYNs had them.
  @inline(__always)
  public var usesTimestamps: Bool { features.contains(.timestamps) }

  /// TSval of what is sent now.
  @inline(__always)
  public func timestampToSend(_ now: Instant) -> UInt32 { now.ticks &+ timestamps.offset }

  /// TSecr of what is sent now: TS.Recent.
  @inline(__always)
  public var timestampToEcho: UInt32 { timestamps.recent }

  /// PAWS (RFC 7323 5.3 R1): the segment is an old one, left over from before the sequence numbers came round. One
  /// without timestamps on a connection that has agreed on them is not taken either (RFC 7323 3.2).
  ///
  /// RFC 7323 5.5 has TS.Recent outdated after 24 days without a segment. No session lives so long in silence.
  @inline(__always)
  func isOutdated(_ options: UnsafePointer<SegmentOptions>) -> Bool {
    let age = Int32(bitPattern: options.pointee.timestamp &- timestamps.recent)
    return usesTimestamps && (!options.pointee.has(SegmentOptions.timestamps) || age < 0)
  }

  /// TS.Recent follows the segments that are next in order (RFC 7323 4.3, 5.3 R3). All that was taken has been
  /// acknowledged at once, so Last.ACK.sent is RCV.NXT.
  @inline(__always)
  mutating func noteTimestamp(_ segment: Segment, _ options: UnsafePointer<SegmentOptions>) {
    guard usesTimestamps, segment.sequence.precedesOrEquals(receive.next) else { return }
    timestamps.recent = options.pointee.timestamp
  }
}
