/// A time on the monotonic clock.
public struct Instant: Equatable {
  /// Since boot, as CLOCK_MONOTONIC counts.
  public var nanoseconds: UInt64

  @inline(__always)
  public init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

  /// Milliseconds, modulo 2^32.
  @inline(__always)
  public var milliseconds: UInt32 { UInt32(truncatingIfNeeded: nanoseconds / 1_000_000) }
}
