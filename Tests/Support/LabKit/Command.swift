/// Commands that are run to their end.
public enum Command {
  /// How a command ended, and what it printed.
  public struct Result: Sendable, CustomStringConvertible {
    public var command: String
    public var ending: ChildProcess.Ending
    public var output: String
    public var errors: String

    public var succeeded: Bool { ending == .exited(0) }
    public var description: String { "\(command): \(ending)\n\(output)\(errors)" }
  }

  /// Runs a command to its end, or until `timeout`, and returns how it ended.
  /// - Throws: `LabError`, where it can't be started.
  public static func attempt(_ arguments: [String], timeout: Duration = .seconds(60)) throws -> Result {
    let process = try ChildProcess(arguments)
    let ending = process.wait(timeout: timeout)
    return Result(
      command: process.command, ending: ending, output: process.standardOutput, errors: process.standardError)
  }

  public static func attempt(_ arguments: String..., timeout: Duration = .seconds(60)) throws -> Result {
    try attempt(arguments, timeout: timeout)
  }

  /// Runs a command that has to succeed and returns what it printed.
  /// - Throws: `LabError`, with everything that it printed, where it fails or takes too long.
  @discardableResult
  public static func run(_ arguments: [String], timeout: Duration = .seconds(60)) throws -> String {
    let result = try attempt(arguments, timeout: timeout)
    guard result.succeeded else { throw LabError("\(result)") }
    return result.output
  }

  @discardableResult
  public static func run(_ arguments: String..., timeout: Duration = .seconds(60)) throws -> String {
    try run(arguments, timeout: timeout)
  }
}
