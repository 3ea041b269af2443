/// The measured round trip and the timeout that follows from it (RFC 6298). One segment at a time is timed.
public struct RoundTrip {
  /// SRTT, microseconds times 8; 0: nothing measured yet.
  public var smoothed: UInt32 = 0
  /// RTTVAR, microseconds times 4.
  public var variation: UInt32 = 0
  /// RTO before any back-off and without its upper bound, microseconds.
  public var timeout: UInt32 = 0
  /// An acknowledgment beyond this number ends the measurement under way.
  public var timedSequence = SequenceNumber(0)
  /// When it began, `Instant.clock`; 0: none is under way.
  public var timedStart: UInt32 = 0
  /// The shortest one measured since the connection began, or since it was idle or lost a flight: a route may have
  /// changed then. Microseconds.
  public var minimum: UInt32 = .max

  @inline(__always)
  public init() {}

  /// RTO before the first measurement, microseconds (RFC 6298 2.1).
  public static var initialTimeout: UInt32 { @inline(__always) get { 1_000_000 } }
  /// RTO for data after the SYN-ACK had to be repeated (RFC 6298 5.7).
  public static var initialTimeoutAfterLoss: UInt32 { @inline(__always) get { 3_000_000 } }

  /// SRTT, microseconds.
  @inline(__always)
  public var estimate: UInt32 { smoothed >> 3 }

  /// Takes a measurement of `sample` microseconds (RFC 6298 2.2 and 2.3).
  ///
  /// The lower bound is put to the variation's share of the timeout and not to their sum, as Linux has it: the
  /// smallest timeout is there for a peer that delays its ACKs, and that delay comes on top of the round trip.
  @inline(__always)
  mutating func measured(_ sample: UInt32, _ minimumTimeout: UInt32) {
    // A minute is more than any bound; below it nothing here overflows.
    let sample = min(max(sample, 1), 60_000_000)
    minimum = min(minimum, sample)
    let isFirst = smoothed == 0
    let difference = Int32(bitPattern: sample &- (smoothed >> 3))
    let deviation = UInt32(bitPattern: max(difference, 0 &- difference))
    variation = isFirst ? sample &* 2 : variation &- (variation >> 2) &+ deviation
    smoothed = isFirst ? sample &* 8 : UInt32(bitPattern: Int32(bitPattern: smoothed) &+ difference)
    timeout = (smoothed >> 3) &+ max(variation, minimumTimeout)
  }
}
