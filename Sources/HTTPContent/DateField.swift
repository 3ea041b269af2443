/// Dates as they stand in a head.
public enum DateField {
  /// IMF-fixdate (RFC 9110 5.6.7): 29 bytes.
  /// - Parameter seconds: since 1970, without leap seconds.
  public static func text(_ seconds: UInt32) -> String {
    // The civil calendar in eras of 400 years that begin with March (Hinnant, chrono-compatible date algorithms).
    let days = Int(seconds) / 86_400
    let shifted = days + 719_468
    let dayOfEra = shifted % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 2 : marchMonth - 10
    let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    let year = yearOfEra + shifted / 146_097 * 400 + (month < 2 ? 1 : 0)
    let time = Int(seconds) % 86_400
    return "\(weekdays[(days + 4) % 7]), \(two(day)) \(months[month]) \(year) "
      + "\(two(time / 3600)):\(two(time / 60 % 60)):\(two(time % 60)) GMT"
  }

  private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
