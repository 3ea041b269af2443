/// A number in decimal, without leading zeros.
public struct DecimalDigits {
  /// Digits, 1 to 10.
  public let count: UInt32
  /// The first eight digits, the first one lowest, and those behind them.
  public let low: UInt64
  public let high: UInt64

  @inline(__always)
  public init(_ number: UInt32) {
    let count = DecimalDigits.digits(number)
    var rest = number
    // Ten digits with leading zeros.
    var low: UInt64 = 0
    var high: UInt64 = 0
    for _ in 0..<10 {
      let digit = UInt64(0x30 &+ rest % 10)
      rest /= 10
      high = high &<< 8 | low &>> 56
      low = low &<< 8 | digit
    }
    // Those in front that are zero are shifted out, in halves: a shift by all 64 bits would be one by none.
    let skipped = UInt64(10 &- count) &* 4
    let isShort = count <= 2
    let beyond = UInt64(2 &- min(count, 2)) &* 8
    let first = ((low &>> skipped) &>> skipped) | ((high &<< (32 &- skipped)) &<< (32 &- skipped))
    self.low = isShort ? high &>> beyond : first
    self.high = isShort ? 0 : (high &>> skipped) &>> skipped
    self.count = count
  }

  /// How many digits a number has.
  @inline(__always)
  public static func digits(_ number: UInt32) -> UInt32 {
    var count: UInt32 = 1
    var limit: UInt64 = 10
    for _ in 0..<9 {
      count &+= UInt64(number) >= limit ? 1 : 0
      limit &*= 10
    }
    return count
  }
}
