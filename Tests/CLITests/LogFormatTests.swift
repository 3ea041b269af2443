import DataPlaneABI
import Foundation
import XCTest

@testable import ServerControl

/// Entries of the access log, and the lines that they become. Needs no root.
final class LogFormatTests: XCTestCase {
  override func setUp() {
    setenv("TZ", "XYZ-2", 1)
    tzset()
  }

  override func tearDown() {
    unsetenv("TZ")
    tzset()
  }

  /// A record as the programs write it.
  private func record(
    method: request_method = REQUEST_METHOD_GET, status: UInt16 = 200, texts: [[UInt8]], flags: UInt16 = 0,
    address: String = "192.0.2.7"
  ) -> [UInt8] {
    var entry = log_entry()
    entry.time = 971_211_336_500_000_000
    withUnsafeMutableBytes(of: &entry.remote_address) { $0.copyBytes(from: IPAddress(address)!.bytes) }
    entry.remote_port = 50_000
    entry.local_port = 80
    entry.status = status
    entry.method = UInt8(method.rawValue)
    entry.version_minor = 1
    entry.body_length = 2326
    entry.request_length = UInt16(texts[0].count)
    entry.host_length = UInt16(texts[1].count)
    entry.referer_length = UInt16(texts[2].count)
    entry.agent_length = UInt16(texts[3].count)
    entry.flags = flags
    return withUnsafeBytes(of: entry) { Array($0) } + texts.joined()
  }

  private func texts(_ texts: String...) -> [[UInt8]] { texts.map { Array($0.utf8) } }

  private func line(_ record: [UInt8], _ format: LogFormat) throws -> String {
    format.line(try XCTUnwrap(record.withUnsafeBytes { LogEntry($0) }))
  }

  func testLayout() {
    XCTAssertEqual(MemoryLayout<log_entry>.size, 48)
    XCTAssertEqual(MemoryLayout<log_entry>.offset(of: \.remote_port), 24)
    XCTAssertEqual(MemoryLayout<log_entry>.offset(of: \.body_length), 32)
    XCTAssertEqual(MemoryLayout<log_entry>.offset(of: \.flags), 44)
  }

  func testCommonAndCombined() throws {
    let whole = record(texts: texts("/a.gif?b=1", "example.com", "http://e.com/s", "Mozilla/4.08 [en]"))
    XCTAssertEqual(
      try line(whole, .common), "192.0.2.7 - - [10/Oct/2000:22:55:36 +0200] \"GET /a.gif?b=1 HTTP/1.1\" 200 2326")
    XCTAssertEqual(
      try line(whole, .combined),
      "192.0.2.7 - - [10/Oct/2000:22:55:36 +0200] \"GET /a.gif?b=1 HTTP/1.1\" 200 2326 \"http://e.com/s\" "
        + "\"Mozilla/4.08 [en]\"")
  }

  func testWhatIsMissingIsAHyphen() throws {
    XCTAssertEqual(
      try line(
        record(method: REQUEST_METHOD_NONE, status: 400, texts: [[], [], [], []], address: "2001:db8::1"), .combined),
      "2001:db8::1 - - [10/Oct/2000:22:55:36 +0200] \"-\" 400 2326 \"-\" \"-\"")
    XCTAssertTrue(
      try line(record(method: REQUEST_METHOD_OTHER, status: 405, texts: texts("/", "", "", "")), .common)
        .hasSuffix("\"- / HTTP/1.1\" 405 2326"))
  }

  /// A line cannot be forged, and a terminal cannot be steered, by what clients send.
  func testEscaping() throws {
    let target = Array("/\"\\".utf8) + [0, 0x1B, 0x0A, 0x7F, 0xC3, 0xA9] + Array("~ ".utf8)
    let line = try line(record(texts: [target, [], [], Array("\"x\"".utf8)]), .combined)
    XCTAssertTrue(
      line.hasSuffix("\"GET /\\x22\\x5C\\x00\\x1B\\x0A\\x7F\\xC3\\xA9~  HTTP/1.1\" 200 2326 \"-\" \"\\x22x\\x22\""),
      line)
  }

  func testJSON() throws {
    let text = try line(record(method: REQUEST_METHOD_HEAD, texts: [[0x2F, 0xFF], [], [], [0x22]], flags: 1), .json)
    let object = try XCTUnwrap(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    XCTAssertEqual(
      object.keys.sorted(),
      ["body_bytes", "host", "is_cut", "local_port", "method", "referer", "remote_address", "remote_port", "status",
        "target", "time_ns", "user_agent", "version"])
    XCTAssertEqual(object["method"] as? String, "HEAD")
    XCTAssertEqual(object["target"] as? String, "/\u{FFFD}")
    XCTAssertEqual(object["user_agent"] as? String, "\"")
    XCTAssertEqual(object["is_cut"] as? Bool, true)
    XCTAssertEqual(object["remote_port"] as? Int, 50_000)
    XCTAssertTrue(object["host"] is NSNull)
    XCTAssertFalse(text.contains("\n"))
  }

  func testRecordsThatAreTooShortAreNone() {
    let whole = record(texts: texts("/a", "b", "c", "d"))
    for length in [0, 47, 48, whole.count - 1] {
      XCTAssertNil(whole.prefix(length).withUnsafeBytes { LogEntry($0) }, "\(length)")
    }
    // What follows is padding.
    XCTAssertEqual((whole + [0, 0]).withUnsafeBytes { LogEntry($0) }?.agent, [UInt8(ascii: "d")])
  }

  func testALockIsOneProcessesAndLeavesNothing() throws {
    let path = "\(NSTemporaryDirectory())/xts-\(getpid()).lock"
    do {
      let lock = try FileLock(path)
      XCTAssertTrue(lock != nil)
      XCTAssertTrue(try FileLock(path) == nil)
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      XCTAssertEqual(attributes[.posixPermissions] as? Int, 0o600)
      // One that is removed is no longer the lock.
      unlink(path)
      let next = try FileLock(path)
      XCTAssertTrue(next != nil)
      XCTAssertTrue(try FileLock(path) == nil)
    }
    XCTAssertFalse(FileManager.default.fileExists(atPath: path))
    XCTAssertFalse(try FileLock(path) == nil)
    XCTAssertThrowsError(try { _ = try FileLock("/proc/none/lock") }()) { error in
      XCTAssertEqual("\(error)", "cannot lock /proc/none/lock: No such file or directory")
    }
  }
}
