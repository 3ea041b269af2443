import Foundation

/// One finished run of a tool.
struct Subprocess {
  let status: Int32
  let output: String
  let errors: String

  /// Runs a tool to its end. `input` is given to its standard input.
  static func run(_ tool: URL, _ arguments: [String], input: String = "") throws -> Subprocess {
    let process = Process()
    process.executableURL = tool
    process.arguments = arguments
    // Files, not pipes: a tool that fills one pipe while we read the other would wait for ever.
    let directory = try TemporaryDirectory()
    func file(_ name: String, _ contents: String) throws -> FileHandle {
      let url = directory.url.appendingPathComponent(name)
      try Data(contents.utf8).write(to: url)
      return try FileHandle(forUpdating: url)
    }
    process.standardInput = try file("input", input)
    process.standardOutput = try file("output", "")
    process.standardError = try file("errors", "")
    do { try process.run() } catch {
      throw CompilerError("cannot run \(tool.path): \(error.localizedDescription)")
    }
    process.waitUntilExit()
    func text(_ name: String) throws -> String {
      String(decoding: try Data(contentsOf: directory.url.appendingPathComponent(name)), as: UTF8.self)
    }
    // A tool that crashes must never look like one that worked.
    let status = process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
    return Subprocess(status: status, output: try text("output"), errors: try text("errors"))
  }

  func succeeded(as what: String) throws -> Subprocess {
    guard status == 0 else { throw CompilerError("\(what) failed with status \(status):\n\(errors)\(output)") }
    return self
  }
}

/// A directory that is gone when its last owner is.
final class TemporaryDirectory {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("swift-bpf-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }
}
