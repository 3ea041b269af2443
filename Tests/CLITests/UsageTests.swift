import LabKit
import XCTest

/// Command lines that are wrong: exit code 64, nothing done. Needs no root.
final class UsageTests: XCTestCase {
  private func assertUsage(
    _ arguments: [String], says text: String, file: StaticString = #filePath, line: UInt = #line
  ) throws {
    let result = LoaderResult(try Command.attempt([Products.loader] + arguments))
    XCTAssertEqual(result.code, 64, "\(result)", file: file, line: line)
    XCTAssertTrue(result.errors.contains(text), result.errors, file: file, line: line)
    XCTAssertEqual(result.output, "", file: file, line: line)
  }

  func testModesExcludeOneAnother() throws {
    try assertUsage(["attach", "eth9", "-N", "-S"], says: "-N, -S, -O and --mode exclude one another.")
    try assertUsage(["attach", "eth9", "-S", "--mode", "auto"], says: "-N, -S, -O and --mode exclude one another.")
    try assertUsage(["attach", "eth9", "--mode", "fast"], says: "'fast' is invalid")
  }

  func testPorts() throws {
    try assertUsage(["attach", "eth9", "--port", "0"], says: "a port is a number from 1 to 65535")
    try assertUsage(["attach", "eth9", "--port", "65536"], says: "'65536' is invalid")
  }

  func testRanges() throws {
    try assertUsage(["attach", "eth9", "--window", "0"], says: "the window is 0 bytes, and can be 1 to 65535")
    try assertUsage(["attach", "eth9", "--window", "65536"], says: "the window is 65536 bytes, and can be 1 to 65535")
    try assertUsage(["attach", "eth9", "--max-sessions", "0"], says: "0 sessions are asked for")
    try assertUsage(["attach", "eth9", "--idle-timeout", "0s"], says: "the idle timeout is")
  }

  func testTimesNeedAUnit() throws {
    for time in ["30", "2 m", "-1s", "1d", "s"] {
      try assertUsage(["attach", "eth9", "--idle-timeout=\(time)"], says: "'\(time)' is invalid")
    }
  }

  func testAddresses() throws {
    try assertUsage(["attach", "eth9", "--address", "10.0.0.256"], says: "'10.0.0.256' is invalid")
  }

  func testStates() throws {
    try assertUsage(["sessions", "--state", "open"], says: "There is no state open, only closed, listen, syn-received")
  }

  func testInterfaceIsNeeded() throws {
    try assertUsage(["attach"], says: "Missing expected argument '<interface>'")
    try assertUsage([], says: "Missing expected argument '<interface>'")
  }
}
