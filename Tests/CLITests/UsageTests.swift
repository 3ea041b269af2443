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
    try assertUsage(["attach", "eth9", "--window", "0"], says: "the window is 0 bytes, and can be 1 to 1073725440")
    try assertUsage(
      ["attach", "eth9", "--window", "1073725441"],
      says: "the window is 1073725441 bytes, and can be 1 to 1073725440")
    try assertUsage(["attach", "eth9", "--max-sessions", "0"], says: "0 sessions are asked for")
    try assertUsage(["attach", "eth9", "--max-time-wait", "0"], says: "0 sessions in TIME-WAIT are asked for")
    try assertUsage(["attach", "eth9", "--idle-timeout", "0s"], says: "the idle timeout is")
  }

  func testSending() throws {
    for (arguments, sentence) in [
      (["--congestion-control", "vegas"], "'vegas' is invalid"),
      (["--initial-window", "0"], "the initial window is 0 segments, and can be 1 to 64"),
      (["--initial-window", "65"], "the initial window is 65 segments, and can be 1 to 64"),
      (["--min-rto", "4ms"], "the smallest retransmission timeout is 0.004 seconds, and can be 5 ms to 60 s"),
      (["--max-rto", "2h"], "the largest retransmission timeout is 7200.0 seconds, and can be 1 s to 1 h"),
      (
        ["--min-rto", "3s", "--max-rto", "2s"],
        "the smallest retransmission timeout, 3.0 seconds, is more than the largest one, 2.0 seconds"
      ),
      (["--give-up", "999ms"], "the time to give up after is 0.999 seconds, and can be 1 s to 7 days"),
      (
        ["--window", "65536", "--no-window-scaling"],
        "a window of 65536 bytes needs window scaling, and without that it can be 1 to 65535"
      ),
      (["--pump-rate", "99"], "the pump's rate is 99 rounds a second, and can be 100 to 10000"),
      (["--pump-rate", "10001"], "the pump's rate is 10001 rounds a second, and can be 100 to 10000"),
    ] {
      try assertUsage(["attach", "eth9"] + arguments, says: sentence)
    }
  }

  func testKeepAlive() throws {
    for (arguments, sentence) in [
      (["--keepalive", "999ms"], "the keep-alive time is 0.999 seconds, and can be 1 s to 7 days"),
      (
        ["--keepalive", "30s", "--keepalive-interval", "0s"],
        "the keep-alive interval is 0.0 seconds, and can be 1 s to 7 days"
      ),
      (
        ["--keepalive", "30s", "--keepalive-probes", "0"],
        "0 keep-alive probes are asked for, and there can be 1 to 255"
      ),
      (
        ["--keepalive", "75s"],
        "a keep-alive probe after 75.0 seconds never comes to a connection that ends after 75.0 seconds of silence"
      ),
      (["--keepalive-probes", "3"], "--keepalive-probes needs --keepalive, without which there are no probes."),
      (["--keepalive-interval", "3s"], "--keepalive-interval needs --keepalive, without which there are no probes."),
    ] {
      try assertUsage(["attach", "eth9"] + arguments, says: sentence)
    }
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
