import ArgumentParser
import ServerControl

/// Exit codes, after sysexits.h. They are documented and stay.
extension ControlError.Kind {
  var exitCode: ExitCode {
    switch self {
    case .invalidSetting: ExitCode(64)
    case .object: ExitCode(66)
    case .notAttached: ExitCode(67)
    case .noInterface: ExitCode(68)
    case .attachRefused: ExitCode(69)
    case .verifier: ExitCode(70)
    case .system: ExitCode(71)
    case .noPinFileSystem: ExitCode(72)
    case .busy: ExitCode(75)
    case .kernel: ExitCode(76)
    case .noPrivilege: ExitCode(77)
    case .layout: ExitCode(78)
    }
  }
}
