/// RFC 9110 5.6.7: a date, in any of its three formats.
///
///     Sun, 06 Nov 1994 08:49:37 GMT    IMF-fixdate
///     Sunday, 06-Nov-94 08:49:37 GMT   rfc850-date
///     Sun Nov  6 08:49:37 1994         asctime-date
struct HTTPDate {
  /// In the element: where the day of the month, the month, the year and the time are,
  private var day: UInt
  private var month: UInt
  private var year: UInt
  private var time: UInt
  /// and what of it is wrong.
  private var isWrong = false

  private let reader: ElementReader

  /// What is no date.
  static var none: UInt32 { UInt32.max }

  /// The date that an element is: seconds since 1970, from 0, which earlier ones are too, to one less than `none`.
  @inline(__always) static func read(_ request: UnsafeMutablePointer<Request>) -> UInt32 {
    var reader = ElementReader(request)
    guard isDayName(reader) else { return none }
    if reader.at(3) == 0x20 { return HTTPDate(asctime: reader).seconds(isShort: false) }
    if reader.at(3) == 0x2C { return HTTPDate(behindComma: reader, 0x20, yearLength: 4).seconds(isShort: false) }
    // The rest of the day's name is at most `nesday`.
    var count: UInt = 0
    while count < 6 {
      if reader.at(3) == 0x2C { break }
      guard reader.at(3) | 0x20 &- 0x61 < 26 else { return none }
      reader.advance()
      count &+= 1
    }
    return HTTPDate(behindComma: reader, 0x2D, yearLength: 2).seconds(isShort: true)
  }

  /// Sun Nov  6 08:49:37 1994
  @inline(__always) private init(asctime reader: ElementReader) {
    self.reader = reader
    (month, day, time, year) = (4, 8, 11, 20)
    isWrong = reader.at(7) != 0x20 || reader.at(10) != 0x20 || reader.at(19) != 0x20 || !HTTPDate.isEnd(reader, 24)
  }

  /// `, 06 Nov 1994 08:49:37 GMT`, with `separator` between day, month and year. The comma is at 3.
  @inline(__always) private init(behindComma reader: ElementReader, _ separator: UInt8, yearLength: UInt) {
    self.reader = reader
    (day, month, year, time) = (5, 8, 12, 13 &+ yearLength)
    let end = time &+ 8
    isWrong = reader.at(3) != 0x2C || reader.at(4) != 0x20 || reader.at(7) != separator || reader.at(11) != separator
      || reader.at(time &- 1) != 0x20 || reader.at(end) != 0x20 || reader.at(end &+ 1) != 0x47
      || reader.at(end &+ 2) != 0x4D || reader.at(end &+ 3) != 0x54 || !HTTPDate.isEnd(reader, end &+ 4)
  }

  @inline(__always) private static func isEnd(_ reader: ElementReader, _ offset: UInt) -> Bool {
    var reader = reader
    reader.advance(by: offset)
    return reader.isAtEnd()
  }

  @inline(__always) private static func isDayName(_ reader: ElementReader) -> Bool {
    switch letters(reader, 0) {
    case 0x006E_7553, 0x006E_6F4D, 0x0065_7554, 0x0064_6557, 0x0075_6854, 0x0069_7246, 0x0074_6153: true
    default: false
    }
  }

  /// Three letters, the first one lowest.
  @inline(__always) private static func letters(_ reader: ElementReader, _ offset: UInt) -> UInt32 {
    UInt32(reader.at(offset)) | UInt32(reader.at(offset &+ 1)) << 8 | UInt32(reader.at(offset &+ 2)) << 16
  }

  @inline(__always) private mutating func twoDigits(_ offset: UInt) -> UInt32 {
    let tens = UInt32(reader.at(offset) &- 0x30)
    let ones = UInt32(reader.at(offset &+ 1) &- 0x30)
    if tens > 9 || ones > 9 { isWrong = true }
    return tens &* 10 &+ ones
  }

  /// 1 to 12; 0 for none.
  @inline(__always) private var monthNumber: UInt32 {
    switch HTTPDate.letters(reader, month) {
    case 0x006E_614A: 1
    case 0x0062_6546: 2
    case 0x0072_614D: 3
    case 0x0072_7041: 4
    case 0x0079_614D: 5
    case 0x006E_754A: 6
    case 0x006C_754A: 7
    case 0x0067_7541: 8
    case 0x0070_6553: 9
    case 0x0074_634F: 10
    case 0x0076_6F4E: 11
    case 0x0063_6544: 12
    default: 0
    }
  }

  @inline(__always) private consuming func seconds(isShort: Bool) -> UInt32 {
    // asctime pads the day by a space.
    let isPadded = time < 13 && reader.at(day) == 0x20
    let dayNumber = isPadded ? UInt32(reader.at(day &+ 1) &- 0x30) : twoDigits(day)
    let monthNumber = UInt32(truncatingIfNeeded: barrier(UInt(monthNumber)))
    var yearNumber = twoDigits(year)
    if isShort {
      // What we serve is of 1970 to 2069. RFC 9110 5.6.7 has a year that seems to be more than 50 years ahead be of
      // the past, which comes to the same for a date that a client may have from us.
      yearNumber = yearNumber &+ (yearNumber < 70 ? 2000 : 1900)
    } else {
      yearNumber = yearNumber &* 100 &+ twoDigits(year &+ 2)
    }
    let hour = twoDigits(time)
    let minute = twoDigits(time &+ 3)
    let second = twoDigits(time &+ 6)
    if reader.at(time &+ 2) != 0x3A || reader.at(time &+ 5) != 0x3A || hour > 23 || minute > 59 || second > 60 {
      isWrong = true
    }
    let isLeap = yearNumber % 4 == 0 && (yearNumber % 100 != 0 || yearNumber % 400 == 0)
    if monthNumber == 0 || dayNumber == 0 || dayNumber > HTTPDate.length(monthNumber, isLeap) { isWrong = true }
    if isWrong { return HTTPDate.none }
    if yearNumber < 1970 { return 0 }
    if yearNumber > 2105 { return HTTPDate.none &- 1 }
    // Years from March on, so that a leap day is the last.
    let isEarly = monthNumber < 3
    let years = isEarly ? yearNumber &- 1 : yearNumber
    let months = isEarly ? monthNumber &+ 9 : monthNumber &- 3
    let days = years &* 365 &+ years / 4 &- years / 100 &+ years / 400 &+ (months &* 153 &+ 2) / 5 &+ dayNumber &- 1
    let total = UInt64(days &- 719_468) &* 86_400 &+ UInt64(hour &* 3600 &+ minute &* 60 &+ second)
    return UInt32(truncatingIfNeeded: total)
  }

  /// Days of a month.
  @inline(__always) private static func length(_ month: UInt32, _ isLeap: Bool) -> UInt32 {
    if month == 2 { return isLeap ? 29 : 28 }
    // April, June, September, November.
    return (1 << UInt64(month & 31)) & 0b1010_0101_0000 as UInt64 != 0 ? 30 : 31
  }
}
