// Slow start (RFC 5681 3.1), left early by HyStart++ (RFC 9406) the first time.

extension Congestion {
  /// No measurement.
  static var noRoundTrip: UInt32 { @inline(__always) get { .max } }
  /// MIN_RTT_THRESH and MAX_RTT_THRESH, microseconds (RFC 9406 4.3), as are the following.
  private static var smallestRise: UInt32 { @inline(__always) get { 4000 } }
  private static var largestRise: UInt32 { @inline(__always) get { 16000 } }
  /// MIN_RTT_DIVISOR, as a shift.
  private static var riseShift: UInt32 { @inline(__always) get { 3 } }
  /// N_RTT_SAMPLE
  private static var enoughSamples: UInt8 { @inline(__always) get { 8 } }
  /// CSS_GROWTH_DIVISOR, as a shift.
  private static var conservativeShift: UInt32 { @inline(__always) get { 2 } }
  /// CSS_ROUNDS
  private static var conservativeRounds: UInt8 { @inline(__always) get { 5 } }

  @inline(__always)
  mutating func growSlowStart(
    _ bytes: UInt32, algorithm: UInt8, segmentSize: UInt32, isLimited: Bool, sample: UInt32, roundEnded: Bool
  ) {
    // "HyStart++ only for the initial slow start", as long as the threshold was never set.
    let isInitial = threshold == Congestion.unlimited
    if isInitial { measure(sample, isLimited: isLimited, roundEnded: roundEnded) }
    let limit = growthLimit(algorithm, segmentSize)
    recoverFlight &-= min(recoverFlight, bytes)
    let growth = min(bytes, limit) >> (flags.contains(.conservative) ? Congestion.conservativeShift : 0)
    if isLimited { window = min(min(window &+ growth, threshold), Congestion.largestWindow) }
    if isInitial, roundEnded { endRound(isLimited: isLimited) }
  }

  /// What one ACK may add at the most, L * SMSS.
  ///
  /// After a timeout an ACK may acknowledge what had arrived long before, so L is 1 (RFC 3465 2.3) until all of that is
  /// acknowledged. Else it is 2 with NewReno (RFC 3465 2.2). RFC 9406 4.2 has 8 for senders without pacing, to keep
  /// their bursts small; but receivers that merge segments (GRO) acknowledge 64 KiB at once, and with 8 the window
  /// would no longer double in a round trip. One ACK releases no more than 64 segments here, so that is CUBIC's L.
  @inline(__always)
  private func growthLimit(_ algorithm: UInt8, _ segmentSize: UInt32) -> UInt32 {
    if recoverFlight > 0 { return segmentSize }
    return segmentSize << (algorithm == CongestionControl.newReno ? 1 : 6)
  }

  /// RFC 9406 4.2, on each ACK. The RFC waits for eight samples in a round. Where one segment is timed at a time there
  /// are one or two, and they are judged at the round's end: a sample that a delayed ACK has made too long costs a
  /// round of Conservative Slow Start, after which slow start goes on.
  ///
  /// A flight that the window did not limit builds no queue: that it took longer means nothing, least of all where
  /// answers of a single segment meet delayed ACKs.
  @inline(__always)
  private mutating func measure(_ sample: UInt32, isLimited: Bool, roundEnded: Bool) {
    if sample != 0 {
      roundMinimum = min(roundMinimum, sample)
      if rounds & 0x1f < 0x1f { rounds &+= 1 }
    }
    let isKnown = roundEnded || rounds & 0x1f >= Congestion.enoughSamples
    guard isLimited, isKnown, roundMinimum != Congestion.noRoundTrip else { return }
    if flags.contains(.conservative) {
      // "If the RTT decreases ... resume slow start".
      if roundMinimum < baselineMinimum {
        baselineMinimum = Congestion.noRoundTrip
        flags.remove(.conservative)
      }
    } else if lastRoundMinimum != Congestion.noRoundTrip {
      let rise = max(Congestion.smallestRise, min(lastRoundMinimum >> Congestion.riseShift, Congestion.largestRise))
      if roundMinimum >= lastRoundMinimum, roundMinimum &- lastRoundMinimum >= rise {
        baselineMinimum = roundMinimum
        flags.insert(.conservative)
        rounds &= 0x1f
      }
    }
  }

  @inline(__always)
  private mutating func endRound(isLimited: Bool) {
    if isLimited, flags.contains(.conservative) {
      let passed = (rounds >> 5) &+ 1
      rounds = passed << 5
      // After five rounds congestion avoidance begins. That is no congestion event: CUBIC's W_max stays unset.
      if passed >= Congestion.conservativeRounds {
        threshold = window
        priorWindow = window
        flags.remove(.conservative)
      }
    }
    startRound()
  }

  @inline(__always)
  mutating func startRound() {
    if roundMinimum != Congestion.noRoundTrip { lastRoundMinimum = roundMinimum }
    roundMinimum = Congestion.noRoundTrip
    rounds &= 0xe0
  }
}
