/// A time on the monotonic clock.
public struct Instant: Equatable {
  /// Since boot, as CLOCK_MONOTONIC counts.
  public var nanoseconds: UInt64

  @inline(__always)
  public init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

  /// Milliseconds, modulo 2^32.
  @inline(__always)
  public var milliseconds: UInt32 { UInt32(truncatingIfNeeded: nanoseconds / 1_000_000) }

  /// Units of 2^20 nanoseconds, 1.049 milliseconds, modulo 2^32: the clock of timestamps, which may tick once in 1 ms
  /// to 1 s (RFC 7323 5.4). A shift, where milliseconds cost a division.
  @inline(__always)
  public var ticks: UInt32 { UInt32(truncatingIfNeeded: nanoseconds >> 20) }

  /// Microseconds since `ticks` were so many; below 0 if they are still to come. Who has had to wait for its turn at a
  /// connection may have looked at the clock before whoever had it meanwhile.
  @inline(__always)
  func microseconds(since earlier: UInt32) -> Int64 { Int64(Int32(bitPattern: ticks &- earlier)) &* 1049 }

  /// Units of 2^10 nanoseconds, modulo 2^32, and never 0: the clock that round trips are measured with.
  @inline(__always)
  var clock: UInt32 { UInt32(truncatingIfNeeded: nanoseconds >> 10) | 1 }
}
