// The Date of an answer (RFC 9110 6.6.1): the second in which it was queued, so that what is sent again is what was
// sent. The kernel's clock of International Atomic Time is the one of the world's clocks that programs may read.

/// The time, seconds since 1970, UTC.
///
/// - Parameter now: nanoseconds, CLOCK_MONOTONIC.
@inline(__always)
func wallClock(_ now: UInt64, _ configuration: Configuration) -> UInt32 {
  var zero: UInt32 = 0
  guard let clock = wall_clock_lookup(&zero) else { return 0 }
  if now < clock.pointee.until { return clock.pointee.seconds }
  let time = bpf_ktime_get_tai_ns()
  let seconds = time / 1_000_000_000
  // The clock may be set at any time, so it is read several times a second.
  let rest = 1_000_000_000 &- (time &- seconds &* 1_000_000_000)
  clock.pointee.until = now &+ min(rest, 100_000_000)
  clock.pointee.seconds = UInt32(truncatingIfNeeded: seconds) &- configuration.pointee.atomic_time_offset
  return clock.pointee.seconds
}

extension UnsafeMutablePointer<scratch> {
  /// The text of a date, 29 bytes with zeros behind them, and its sum in `date_sum`.
  @inline(__always)
  func dateText(_ seconds: UInt32) -> UnsafeRawPointer {
    if pointee.date != seconds { writeDate(self, seconds) }
    return UnsafeRawPointer(scratch_date_text(self))
  }
}

@inline(never)
private func writeDate(_ scratch: Scratch, _ seconds: UInt32) {
  let text = scratch_date_text(scratch)
  IMFFixdate.write(seconds, to: text)
  let words = text.assumingMemoryBound(to: UInt64.self)
  let sum = InternetChecksum.sum(words[0]) &+ InternetChecksum.sum(words[1]) &+ InternetChecksum.sum(words[2])
    &+ InternetChecksum.sum(words[3])
  scratch.pointee.date_sum = UInt32(InternetChecksum.fold(sum))
  scratch.pointee.date = seconds
}

extension answer {
  /// Where the date's text begins, counted from the answer's first byte. CRLF follows it, and ends the start.
  var datePlace: UInt32 {
    @inline(__always) get {
      flags & UInt8(ANSWER_DATED.rawValue) == 0 ? .max : UInt32(start_length) &- IMFFixdate.length &- 2
    }
  }
}
