import HTTPContent
import SiteSettings

public typealias SiteFlags = SiteSettings.SiteFlags
public typealias SiteConfiguration = SiteSettings.SiteConfiguration

extension ControlError {
  /// What is wrong with the flags, or with the configuration file.
  public init(_ error: SiteError) { self.init(.invalidSetting, error.located, mend: error.mend) }
}

/// Runs `body` and tells what is wrong with what is to be served as an error of this library.
func describing<Result: ~Copyable>(_ body: () throws -> Result) throws(ControlError) -> Result {
  try controlled {
    do {
      return try body()
    } catch let error as SiteError {
      throw ControlError(error)
    } catch let error as ContentError {
      throw ControlError(.invalidSetting, error.sentence, mend: error.mend)
    }
  }
}

extension SiteFlags {
  /// - Throws: `ControlError` for flags that are wrong; no file is read.
  func validate() throws(ControlError) {
    do throws(SiteError) { try check() } catch { throw ControlError(error) }
  }
}
