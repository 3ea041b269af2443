import Foundation
import LabKit
import XCTest

/// Help texts are part of the command line's contract: a change shows up in a file here.
final class HelpTests: XCTestCase {
  private static let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Golden")

  private func check(_ name: String, _ arguments: String...) throws {
    let result = LoaderResult(try Command.attempt(["env", "COLUMNS=80", Products.loader] + arguments + ["--help"]))
    XCTAssertEqual(result.code, 0)
    let file = Self.golden.appendingPathComponent("\(name).txt")
    // UPDATE_GOLDEN=1 writes the files anew, for review in the diff.
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
      try result.output.write(to: file, atomically: true, encoding: .utf8)
    }
    XCTAssertEqual(result.output, try String(contentsOf: file, encoding: .utf8))
  }

  func testTop() throws { try check("xdp_loader") }
  func testRun() throws { try check("run", "run") }
  func testAttach() throws { try check("attach", "attach") }
  func testReload() throws { try check("reload", "reload") }
  func testLog() throws { try check("log", "log") }
  func testDetach() throws { try check("detach", "detach") }
  func testStatus() throws { try check("status", "status") }
  func testStats() throws { try check("stats", "stats") }
  func testSessions() throws { try check("sessions", "sessions") }
  func testCheck() throws { try check("check", "check") }
}
