import Redirects

/// Where a redirect leads.
public typealias LocationTemplate = Redirects.LocationTemplate

extension LocationTemplate {
  /// Bytes that one can have at the most: a head has to stay short.
  public static let longestSetting = 1024

  /// - Parameter text: a template; `https` alone is short for `https://{host}{target}`.
  /// - Throws: `SiteError` for what is none, or too long.
  public init(setting text: String) throws(SiteError) {
    if text == "https" {
      self = .secure
      return
    }
    guard text.utf8.count <= Self.longestSetting else {
      throw SiteError("the location has \(text.utf8.count) bytes, and can have \(Self.longestSetting)")
    }
    do throws(Refusal) { try self.init(text) } catch {
      throw SiteError("\(quoted(text)) is not a location: \(error.reason)", mend: error.mend)
    }
  }
}
