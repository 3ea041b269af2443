/// A position in one direction's byte stream, modulo 2^32 (RFC 9293 3.4).
///
/// Comparisons are those of the RFC: `a` precedes `b` if the way forward from `a` to `b` is shorter than 2^31.
public struct SequenceNumber: Equatable {
  public var value: UInt32

  @inline(__always)
  public init(_ value: UInt32) { self.value = value }

  /// The signed distance from `other` to `self`: positive if `self` comes later.
  @inline(__always)
  public func distance(from other: SequenceNumber) -> Int32 {
    Int32(bitPattern: value &- other.value)
  }

  @inline(__always)
  public func advanced(by length: UInt32) -> SequenceNumber { SequenceNumber(value &+ length) }

  @inline(__always)
  public func precedes(_ other: SequenceNumber) -> Bool { other.distance(from: self) > 0 }

  @inline(__always)
  public func precedesOrEquals(_ other: SequenceNumber) -> Bool { other.distance(from: self) >= 0 }

  /// Whether `self` lies in the window of `size` numbers that starts at `start`.
  @inline(__always)
  public func isInWindow(from start: SequenceNumber, size: UInt32) -> Bool { value &- start.value < size }
}
