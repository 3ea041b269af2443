/// Which algorithm governs the congestion window; `struct configuration`'s `congestion_control`.
public enum CongestionControl {
  /// RFC 9438.
  public static var cubic: UInt8 { @inline(__always) get { 0 } }
  /// RFC 5681, with appropriate byte counting (RFC 3465).
  public static var newReno: UInt8 { @inline(__always) get { 1 } }
}

/// All state of congestion control. Windows are in bytes, times in milliseconds of the monotonic clock, modulo 2^32,
/// and round-trip times in microseconds. Fixed point throughout.
///
/// Its layout is that of `struct congestion` in data_plane_abi.h.
public struct Congestion {
  /// cwnd, from one segment to `largestWindow`.
  public var window: UInt32 = 0
  /// ssthresh; `unlimited` until the first congestion event or the end of HyStart++.
  public var threshold: UInt32 = 0
  /// Bytes acknowledged that have not yet moved the window by a byte or a segment: whole ones with NewReno, 4096ths of
  /// a byte of window with CUBIC.
  public var credit: UInt32 = 0

  /// CUBIC's W_max (RFC 9438 4.1.2). 0: the next epoch starts at its own W_max (4.8).
  public var maximum: UInt32 = 0
  /// CUBIC's W_est, what Reno would have (RFC 9438 4.3).
  public var estimate: UInt32 = 0
  /// CUBIC's K, milliseconds (RFC 9438 4.2).
  public var delay: UInt32 = 0
  /// CUBIC's t_epoch, moved on by the time in which the window was not the limit; valid with `Flags.epoch`.
  public var epoch: UInt32 = 0
  /// When the last ACK of new data came.
  public var acknowledgedAt: UInt32 = 0

  /// HyStart++'s currentRoundMinRTT (RFC 9406 4.2).
  public var roundMinimum: UInt32 = 0
  /// HyStart++'s lastRoundMinRTT.
  public var lastRoundMinimum: UInt32 = 0
  /// HyStart++'s cssBaselineMinRtt.
  public var baselineMinimum: UInt32 = 0

  /// PRR's RecoverFS (RFC 9937 6); after a timeout, what was outstanding then and has not been acknowledged since.
  public var recoverFlight: UInt32 = 0
  /// PRR's prr_delivered.
  public var delivered: UInt32 = 0
  /// PRR's prr_out.
  public var out: UInt32 = 0

  /// The window before the last reduction: CUBIC's cwnd_prior, and what `undo` goes back to.
  public var priorWindow: UInt32 = 0
  /// The same for `threshold`.
  public var priorThreshold: UInt32 = 0
  /// The same for `maximum`.
  public var priorMaximum: UInt32 = 0

  /// 65536ths of a byte, below `estimate`.
  public var estimateFraction: UInt16 = 0
  public var flags = Flags(rawValue: 0)
  /// HyStart++'s rttSampleCount (low five bits) and rounds of Conservative Slow Start (high three).
  public var rounds: UInt8 = 0

  @inline(__always)
  public init() {}

  /// `threshold` before anything is known: "arbitrarily high" (RFC 5681 3.1).
  public static var unlimited: UInt32 { @inline(__always) get { .max } }
  /// No window grows beyond what a peer can offer (RFC 7323 2.3), 1 GiB.
  public static var largestWindow: UInt32 { @inline(__always) get { 1 << 30 } }

  public struct Flags: Equatable {
    public var rawValue: UInt8

    @inline(__always)
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// CUBIC's epoch has begun: `epoch`, `delay` and `estimate` are valid.
    public static var epoch: Flags { @inline(__always) get { Flags(rawValue: 1) } }
    /// Conservative Slow Start (RFC 9406 4.2).
    public static var conservative: Flags { @inline(__always) get { Flags(rawValue: 2) } }
    /// There is a reduction that can be undone.
    public static var undoable: Flags { @inline(__always) get { Flags(rawValue: 4) } }
    /// Between `reduce` and `recovered`.
    public static var recovering: Flags { @inline(__always) get { Flags(rawValue: 8) } }
    /// Nothing new was acknowledged since a timeout.
    public static var timedOut: Flags { @inline(__always) get { Flags(rawValue: 16) } }
    /// The path is short, and the last round trip measured showed a queue: nothing grows.
    public static var queued: Flags { @inline(__always) get { Flags(rawValue: 32) } }

    @inline(__always)
    public func contains(_ other: Flags) -> Bool { rawValue & other.rawValue == other.rawValue }

    @inline(__always)
    public mutating func insert(_ other: Flags) { rawValue |= other.rawValue }

    @inline(__always)
    public mutating func remove(_ other: Flags) { rawValue &= ~other.rawValue }
  }

  /// The connection is established.
  ///
  /// - Parameters:
  ///   - segmentSize: SMSS, bytes of payload, at least 1; here and in all other methods.
  ///   - initialWindow: segments.
  @inline(__always)
  public mutating func begin(segmentSize: UInt32, initialWindow: UInt32) {
    self = Congestion()
    window = Congestion.initial(segmentSize, initialWindow)
    threshold = Congestion.unlimited
    priorThreshold = Congestion.unlimited
    roundMinimum = Congestion.noRoundTrip
    lastRoundMinimum = Congestion.noRoundTrip
    baselineMinimum = Congestion.noRoundTrip
  }

  /// "min (10*MSS, max (2*MSS, 14600))" (RFC 6928 2), for any number of segments in place of ten.
  @inline(__always)
  private static func initial(_ segmentSize: UInt32, _ segments: UInt32) -> UInt32 {
    min(segments &* segmentSize, max(2 &* segmentSize, segments &* 1460))
  }

  /// New bytes were acknowledged outside of recovery.
  ///
  /// - Parameters:
  ///   - bytes: that this ACK has taken out of the network.
  ///   - isLimited: the congestion window, and not the peer's window or a lack of data, was what kept the sender from
  ///     sending more when the acknowledged flight left. Otherwise nothing grows (RFC 9438 5.8, RFC 7661).
  ///   - roundTrip: smoothed, microseconds.
  ///   - sample: a measurement that came with this ACK, microseconds; 0: none.
  ///   - roundEnded: with this ACK all is acknowledged that was outstanding when the round began.
  ///   - now: milliseconds.
  @inline(__always)
  public mutating func acknowledged(
    _ bytes: UInt32, algorithm: UInt8, segmentSize: UInt32, isLimited: Bool, roundTrip: UInt32, sample: UInt32,
    roundEnded: Bool, now: UInt32
  ) {
    // Clocks of two CPUs may differ by a tick.
    let elapsed = UInt32(bitPattern: max(Int32(bitPattern: now &- acknowledgedAt), 0))
    acknowledgedAt = now
    flags.remove(.timedOut)
    let isLimited = isLimited && !flags.contains(.queued)
    if window < threshold {
      growSlowStart(
        bytes, algorithm: algorithm, segmentSize: segmentSize, isLimited: isLimited, sample: sample,
        roundEnded: roundEnded)
    } else if algorithm == CongestionControl.newReno {
      if isLimited { growNewReno(bytes, segmentSize: segmentSize) }
    } else {
      growCubic(
        bytes, segmentSize: segmentSize, isLimited: isLimited, roundTrip: roundTrip, elapsed: elapsed, now: now)
    }
  }

  /// A congestion event: a loss that was found by duplicate or selective acknowledgments, or an ECE (RFC 3168 6.1.2),
  /// at most once in a round trip. Until `recovering` says otherwise the window is the new threshold.
  ///
  /// - Parameter inFlight: FlightSize, bytes, without those that were SACKed before the ACK that brought the news.
  @inline(__always)
  public mutating func reduce(inFlight: UInt32, algorithm: UInt8, segmentSize: UInt32, now: UInt32) {
    remember()
    threshold = reduced(inFlight, algorithm, segmentSize)
    lowerMaximum()
    window = min(window, threshold)
    startRecovery(inFlight: inFlight)
    leaveGrowth(now)
  }

  /// The retransmission timer expired (RFC 5681 3.1).
  ///
  /// - Parameter inFlight: FlightSize, bytes.
  @inline(__always)
  public mutating func timeout(inFlight: UInt32, algorithm: UInt8, segmentSize: UInt32, now: UInt32) {
    // For a segment that was repeated by the timer already, "the value of ssthresh is held constant".
    if !flags.contains(.timedOut) {
      let isRecovering = flags.contains(.recovering)
      // Going back from here leads to where recovery was going.
      if isRecovering { window = threshold }
      remember()
      // The losses of one window of data reduce it once.
      threshold = isRecovering
        ? min(threshold, Congestion.fraction(inFlight, algorithm, segmentSize))
        : reduced(inFlight, algorithm, segmentSize)
      recoverFlight = inFlight
      // K = 0, and W_max is what the next congestion avoidance starts at (RFC 9438 4.8).
      maximum = 0
    }
    // "LW, which equals 1 full-sized segment".
    window = segmentSize
    flags.insert(.timedOut)
    flags.remove(.recovering)
    leaveGrowth(now)
  }

  /// What was taken for a loss was none (RFC 9438 4.9, RFC 4015 3): the windows are again what they were, unless they
  /// have outgrown that. CUBIC's epoch starts anew: with W_max and the window as they were, it is at the same place of
  /// the curve.
  @inline(__always)
  public mutating func undo() {
    guard flags.contains(.undoable) else { return }
    window = max(window, priorWindow)
    threshold = max(threshold, priorThreshold)
    maximum = priorMaximum
    recoverFlight = 0
    flags.remove(.undoable)
    flags.remove(.recovering)
    flags.remove(.timedOut)
    flags.remove(.epoch)
  }

  /// Nothing was sent for longer than the retransmission timeout: RW = min(IW, cwnd) (RFC 5681 4.1).
  @inline(__always)
  public mutating func restart(segmentSize: UInt32, initialWindow: UInt32) {
    window = min(window, Congestion.initial(segmentSize, initialWindow))
    credit = 0
    flags.remove(.epoch)
    flags.remove(.queued)
    startRound()
  }

  @inline(__always)
  private mutating func remember() {
    priorWindow = window
    priorThreshold = threshold
    priorMaximum = maximum
    flags.insert(.undoable)
  }

  @inline(__always)
  private mutating func leaveGrowth(_ now: UInt32) {
    acknowledgedAt = now
    credit = 0
    flags.remove(.epoch)
    flags.remove(.conservative)
    flags.remove(.queued)
  }

  /// The new threshold. NewReno takes half of FlightSize: "cwnd ... may incidentally increase well beyond rwnd"
  /// (RFC 5681 3.1). CUBIC takes the window, as RFC 9438 4.6 allows where it does not grow while it is not the limit:
  /// a loss among the last segments of an answer says nothing against the window that the answer was sent with.
  @inline(__always)
  private func reduced(_ inFlight: UInt32, _ algorithm: UInt8, _ segmentSize: UInt32) -> UInt32 {
    Congestion.fraction(algorithm == CongestionControl.newReno ? inFlight : window, algorithm, segmentSize)
  }

  /// A half with NewReno (RFC 5681, equation 4), 0.7 with CUBIC (RFC 9438 4.6), at least two segments. The same for ECE
  /// as for loss: RFC 9438 4.6 has it so, and RFC 8511's milder answer is an experiment that supposes shallow marking.
  @inline(__always)
  private static func fraction(_ bytes: UInt32, _ algorithm: UInt8, _ segmentSize: UInt32) -> UInt32 {
    let part = algorithm == CongestionControl.newReno
      ? bytes >> 1 : UInt32(truncatingIfNeeded: UInt64(bytes) &* 7 / 10)
    return min(max(part, 2 &* segmentSize), largestWindow)
  }
}
