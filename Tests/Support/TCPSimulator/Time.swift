/// Simulated time and durations, nanoseconds.
public typealias Nanoseconds = Int

extension Nanoseconds {
  public static func microseconds(_ count: Int) -> Nanoseconds { count * 1000 }
  public static func milliseconds(_ count: Int) -> Nanoseconds { count * 1_000_000 }
  public static func seconds(_ count: Int) -> Nanoseconds { count * 1_000_000_000 }
  /// As people read it.
  public var inMilliseconds: Double { Double(self) / 1e6 }
}
