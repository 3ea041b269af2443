/// A date as HTTP writes it: `Sun, 06 Nov 1994 08:49:37 GMT` (IMF-fixdate, RFC 9110 5.6.7).
public enum IMFFixdate {
  /// Bytes.
  public static var length: UInt32 { 29 }

  /// Writes a date: `length` bytes, and three of zero behind them.
  ///
  /// - Parameters:
  ///   - seconds: since 1970, UTC.
  ///   - text: 32 bytes, aligned to 8.
  @inline(__always)
  public static func write(_ seconds: UInt32, to text: UnsafeMutableRawPointer) {
    let days = seconds / 86400
    let rest = seconds &- days &* 86400
    let hour = rest / 3600
    let minute = (rest &- hour &* 3600) / 60
    let second = rest &- hour &* 3600 &- minute &* 60

    // The calendar from 1 March of year 0 on repeats itself every 400 years, and its leap day is the last of a year.
    let shifted = days &+ 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted &- era &* 146_097
    let yearOfEra = (dayOfEra &- dayOfEra / 1460 &+ dayOfEra / 36_524 &- dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra &- (yearOfEra &* 365 &+ yearOfEra / 4 &- yearOfEra / 100)
    let monthFromMarch = (dayOfYear &* 5 &+ 2) / 153
    let day = dayOfYear &- (monthFromMarch &* 153 &+ 2) / 5 &+ 1
    let isLate = monthFromMarch >= 10
    let month = isLate ? monthFromMarch &- 10 : monthFromMarch &+ 2
    let year = yearOfEra &+ era &* 400 &+ (isLate ? 1 : 0)

    // 1 January 1970 was a Thursday.
    let weekday = (days &+ 4) % 7
    let words = text.assumingMemoryBound(to: UInt64.self)
    words[0] = name(weekday, 0x53_4654_5754_4D_53, 0x61_7268_6575_6F_75, 0x74_6975_6465_6E_6E) | 0x20_2C &<< 24
      | twoDigits(day) &<< 40 | 0x20 &<< 56
    let isFirst = month < 8
    let place = isFirst ? month : month &- 8
    words[1] = name(
      place, isFirst ? 0x414A_4A4D_414D_464A : 0x444E_4F53, isFirst ? 0x7575_7561_7061_6561 : 0x656F_6365,
      isFirst ? 0x676C_6E79_7272_626E : 0x6376_7470) | 0x20 &<< 24
      | twoDigits(year / 100) &<< 32 | twoDigits(year % 100) &<< 48
    words[2] = 0x20 | twoDigits(hour) &<< 8 | 0x3A &<< 24 | twoDigits(minute) &<< 32 | 0x3A &<< 48
      | (twoDigits(second) & 0xFF) &<< 56
    words[3] = twoDigits(second) &>> 8 | 0x54_4D_47_20 &<< 8
  }

  /// Three letters at `place` of three rows of letters, the first one lowest.
  @inline(__always)
  private static func name(_ place: UInt32, _ first: UInt64, _ second: UInt64, _ third: UInt64) -> UInt64 {
    let shift = UInt64(place &* 8)
    return ((first &>> shift) & 0xFF) | ((second &>> shift) & 0xFF) &<< 8 | ((third &>> shift) & 0xFF) &<< 16
  }

  /// A number below 100, the first digit lowest.
  @inline(__always)
  private static func twoDigits(_ number: UInt32) -> UInt64 {
    let tens = number / 10
    return UInt64(0x3030 &+ tens &+ (number &- tens &* 10) &<< 8)
  }
}
