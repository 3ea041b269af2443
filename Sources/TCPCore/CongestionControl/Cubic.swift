// CUBIC (RFC 9438). C is 0.4 segments a cubed second, beta 0.7. Curves are computed in milliseconds, which is fine
// enough for what happens in seconds; with short round-trip times the window follows W_est, which counts bytes.

extension Congestion {
  /// The longest time on a curve, milliseconds: a cube of it still fits, and no window is that far from its W_max.
  private static var longestTime: UInt32 { @inline(__always) get { (1 << 19) &- 1 } }
  /// 1 / C, cubed milliseconds a segment.
  private static var slowness: UInt64 { @inline(__always) get { 2_500_000_000 } }

  @inline(__always)
  mutating func growCubic(
    _ bytes: UInt32, segmentSize: UInt32, isLimited: Bool, roundTrip: UInt32, elapsed: UInt32, now: UInt32
  ) {
    // Milliseconds; the factor is 2^26 / 1000, since a multiplication is cheaper than a division.
    let roundTripTime = UInt32(truncatingIfNeeded: (UInt64(roundTrip) &* 67109) >> 26)
    if flags.contains(.epoch) {
      // Time in which the window was not the limit does not count (RFC 9438 5.8), nor does silence that is longer than
      // a round trip and a delayed ACK explain.
      let counted = isLimited ? min(elapsed, 2 &* roundTripTime &+ 100) : 0
      epoch &+= elapsed &- counted
    } else {
      beginEpoch(segmentSize, now)
    }
    guard isLimited else { return }

    // So that products fit into 64 bits. No ACK with good news is for more than a MiB.
    let bytes = UInt64(min(bytes, 1 << 20))
    raiseEstimate(bytes, segmentSize)
    // Another CPU, whose clock is a tick ahead, may have begun the epoch.
    let time = UInt32(bitPattern: max(Int32(bitPattern: now &- epoch), 0))
    if curve(time, segmentSize) < estimate {
      // The Reno-friendly region (4.3).
      window = max(window, min(estimate, Congestion.largestWindow))
    } else {
      // The concave and the convex region (4.4, 4.5): (target - cwnd) / cwnd for each segment, with the target from
      // cwnd to 1.5 * cwnd.
      let target = min(max(curve(time &+ roundTripTime, segmentSize), window), window &+ window >> 1)
      let growth = ((UInt64(target &- window) &* bytes) << 12) / UInt64(window) &+ UInt64(credit)
      credit = UInt32(truncatingIfNeeded: growth) & 0xfff
      window = min(window &+ UInt32(truncatingIfNeeded: growth >> 12), Congestion.largestWindow)
    }
  }

  /// Congestion avoidance starts (RFC 9438 4.2): K is the cube root of (W_max - cwnd_epoch) / C, and W_est is
  /// cwnd_epoch. Beyond W_max, or without one, the curve starts at its plateau (4.8).
  @inline(__always)
  private mutating func beginEpoch(_ segmentSize: UInt32, _ now: UInt32) {
    flags.insert(.epoch)
    epoch = now
    credit = 0
    estimate = window
    estimateFraction = 0
    maximum = max(maximum, window)
    let distance = UInt64(maximum &- window) &* Congestion.slowness
    delay = Congestion.cubeRoot(distance / UInt64(segmentSize))
  }

  /// W_est grows by alpha segments for each window that is acknowledged (RFC 9438, figure 4): 3 (1 - beta) / (1 + beta)
  /// = 9/17, and 1 once it has reached cwnd_prior.
  @inline(__always)
  private mutating func raiseEstimate(_ bytes: UInt64, _ segmentSize: UInt32) {
    let isPast = estimate >= priorWindow
    let share = bytes &* UInt64(segmentSize) &* (isPast ? 17 : 9)
    let growth = (share << 16) / (UInt64(window) &* 17) &+ UInt64(estimateFraction)
    estimateFraction = UInt16(truncatingIfNeeded: growth)
    estimate = min(estimate &+ UInt32(truncatingIfNeeded: growth >> 16), Congestion.largestWindow)
  }

  /// W_cubic(t) = C * (t - K)^3 + W_max (RFC 9438, figure 1), bytes.
  @inline(__always)
  private func curve(_ time: UInt32, _ segmentSize: UInt32) -> UInt32 {
    let isConcave = time < delay
    let distance = UInt64(min(isConcave ? delay &- time : time &- delay, Congestion.longestTime))
    let cubed = distance &* distance &* distance
    // Both divided by 1024, so that the product fits.
    let height = (cubed >> 10) &* UInt64(segmentSize) / (Congestion.slowness >> 10)
    let bounded = UInt32(truncatingIfNeeded: min(height, UInt64(Congestion.largestWindow)))
    return isConcave ? maximum &- min(bounded, maximum) : maximum &+ bounded
  }

  /// Fast convergence (RFC 9438 4.7): a window that has not come back to W_max gives room to newcomers.
  @inline(__always)
  mutating func lowerMaximum() {
    maximum = window < maximum ? UInt32(truncatingIfNeeded: UInt64(window) &* 17 / 20) : window
  }

  /// The integer cube root, rounded down, of a number below 2^63: digit by digit, from the highest of 21.
  @inline(__always)
  public static func cubeRoot(_ number: UInt64) -> UInt32 {
    var rest = number
    // Zero, which the verifier does not know: a known root would have two known successors at each digit.
    var root = unassumed(number) &>> 63
    var shift: UInt64 = 63
    while shift > 0 {
      shift &-= 3
      root &+= root
      let step = 3 &* root &* (root &+ 1) &+ 1
      // The same as rest >= step << shift, which might not fit.
      let digit = unassumed(rest &>> shift >= step ? 1 : 0)
      rest &-= (step &<< shift) &* digit
      root &+= digit
    }
    return UInt32(truncatingIfNeeded: root)
  }
}
