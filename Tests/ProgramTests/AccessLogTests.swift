import BPF
import DataPlaneABI
import HTTPGrammar
import PacketKit
import XCTest

/// The entries that the programs write for requests.
final class AccessLogTests: XCTestCase {
  private struct Entry: Equatable {
    var texts: [String]
    var isCut: Bool
  }

  private var server: TestServer!

  override func setUpWithError() throws {
    server = try TestServer.patient { $0.logs_requests = 1 }
    try server.object.map("request_grammar").update(bytes: [0, 0, 0, 0], RequestGrammar(keepsLogFields: true).bytes)
  }

  /// What is logged for one request.
  private func logged(_ text: String) throws -> Entry {
    var client = try server.connect(TestServer.stranger())
    _ = try server.answer(to: client.data(text), for: &client)
    var entries: [Entry] = []
    try RingBuffer(server.object.map("access_log")).consume { record in
      let head = record.loadUnaligned(as: log_entry.self)
      var rest = record[MemoryLayout<log_entry>.size...]
      let texts = [head.request_length, head.host_length, head.referer_length, head.agent_length].map { length in
        defer { rest = rest.dropFirst(Int(length)) }
        return String(decoding: rest.prefix(Int(length)), as: UTF8.self)
      }
      entries.append(Entry(texts: texts, isCut: UInt32(head.flags) & LOG_FLAG_CUT.rawValue != 0))
    }
    XCTAssertEqual(entries.count, 1)
    return try XCTUnwrap(entries.first)
  }

  /// Each text up to what is kept of it, and beyond: the entry has as much, and says whether that is all.
  func testWhatIsCutIsSaidToBe() throws {
    func check(
      _ target: String, _ host: String, _ referer: String, _ agent: String, isCut: Bool, line: UInt = #line
    ) throws {
      let entry = try logged(
        "GET \(target) HTTP/1.1\r\nHost: \(host)\r\nReferer: \(referer)\r\nUser-Agent: \(agent)\r\n\r\n")
      let kept = zip([target, host, referer, agent], [2048, 255, 256, 256]).map { String($0.0.prefix($0.1)) }
      XCTAssertEqual(entry, Entry(texts: kept, isCut: isCut), line: line)
    }
    func text(_ count: Int) -> String { String((0..<count).map { _ in "abcdefgh".randomElement()! }) }
    try check("/", "x", "", "", isCut: false)
    for (count, isCut) in [(255, false), (256, false), (257, true), (258, true), (600, true)] {
      try check("/", "x", text(count), "agent", isCut: isCut)
      try check("/", "x", "referer", text(count), isCut: isCut)
      try check("/", "x", text(count), text(count), isCut: isCut)
    }
    for (count, isCut) in [(254, false), (255, false), (256, true), (300, true)] {
      try check("/", text(count), "r", "a", isCut: isCut)
    }
  }

  /// A target that does not go into one segment with the rest. One that fills its room counts as cut.
  func testALongTarget() throws {
    for (count, isCut) in [(2045, false), (2046, false), (2047, true), (2048, true), (2100, true)] {
      let target = "/" + String(repeating: "t", count: count)
      let text = "GET \(target) HTTP/1.1\r\nHost: x\r\n\r\n"
      var client = try server.connect(TestServer.stranger())
      let first = Array(text.utf8.prefix(1000)), rest = Array(text.utf8.dropFirst(1000))
      try server.expectAcknowledgment(of: client.data(first), for: &client, counting: .taken(1000))
      _ = try server.answer(to: client.data(rest), for: &client)
      var flags: [UInt32] = []
      try RingBuffer(server.object.map("access_log")).consume { record in
        let head = record.loadUnaligned(as: log_entry.self)
        XCTAssertEqual(Int(head.request_length), min(count + 1, 2048))
        flags.append(UInt32(head.flags))
      }
      XCTAssertEqual(flags, [isCut ? LOG_FLAG_CUT.rawValue : 0], "\(count)")
    }
  }
}
