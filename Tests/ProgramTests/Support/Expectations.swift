import DataPlaneABI
import PacketKit
import XCTest

// A frame's whole fate: the verdict, the answer and every counter. The counters that move with every frame of a kind
// are understood; a test names the others.
extension TestServer {
  /// A frame that is left to the kernel as it came.
  func expectPass(_ bytes: [UInt8], _ what: String = "", file: StaticString = #filePath, line: UInt = #line) throws {
    let result = try expectCounters([\.frames_received: 1, \.frames_passed: 1], file: file, line: line) {
      try run(bytes)
    }
    XCTAssertEqual(result.action, .pass, what, file: file, line: line)
    XCTAssertEqual(result.output, bytes, "changed: \(what)", file: file, line: line)
  }

  /// A frame for a served port that is not answered.
  func expectDrop(
    _ bytes: [UInt8], counting changes: Changes, _ what: String = "", file: StaticString = #filePath,
    line: UInt = #line
  ) throws {
    let all = changes.adding([\.frames_received: 1, \.segments_received: 1])
    let result = try expectCounters(all, file: file, line: line) { try run(bytes) }
    XCTAssertEqual(result.action, .drop, what, file: file, line: line)
  }

  func expectDrop(
    _ frame: Frame, counting changes: Changes, file: StaticString = #filePath, line: UInt = #line
  ) throws {
    try expectDrop(frame.bytes, counting: changes, "\(frame)", file: file, line: line)
  }

  /// A frame for a served port that is answered. What every answer has in common is checked here: a receiver's checks
  /// and checksums, the fields that the server always writes alike, and that nothing follows the datagram.
  @discardableResult
  func expectAnswer(
    to bytes: [UInt8], for client: inout Client, counting changes: Changes, file: StaticString = #filePath,
    line: UInt = #line
  ) throws -> Frame {
    let all = changes.adding([\.frames_received: 1, \.segments_received: 1, \.segments_sent: 1])
    let result = try expectCounters(all, file: file, line: line) { try run(bytes) }
    guard result.action == .transmit else {
      throw ProgramTestFailure(description: "expected an answer, line \(line): \(String(describing: result.action))")
    }
    let answer = try client.hear(result.output)
    XCTAssertEqual(result.output.count, answer.bytes.count, "bytes behind the datagram", file: file, line: line)
    var ipv4 = IPv4Fields()
    var ipv6 = IPv6Fields()
    ipv4.timeToLive = 64
    ipv6.hopLimit = 64
    if answer.ip.source.isIPv4 { XCTAssertEqual(answer.ip.ipv4, ipv4, file: file, line: line) }
    if !answer.ip.source.isIPv4 { XCTAssertEqual(answer.ip.ipv6, ipv6, file: file, line: line) }
    XCTAssertEqual(answer.ethernet.tags, client.ethernet.tags, file: file, line: line)
    XCTAssertEqual(answer.tcp.urgentPointer, 0, file: file, line: line)
    return answer
  }

  @discardableResult
  func expectAnswer(
    to frame: Frame, for client: inout Client, counting changes: Changes, file: StaticString = #filePath,
    line: UInt = #line
  ) throws -> Frame {
    try expectAnswer(to: frame.bytes, for: &client, counting: changes, file: file, line: line)
  }

  /// A segment of a session's that is answered with nothing but an ACK of all that the client has sent.
  func expectAcknowledgment(
    of frame: Frame, for client: inout Client, counting changes: Changes, file: StaticString = #filePath,
    line: UInt = #line
  ) throws {
    let sequence = client.expected
    let answer = try expectAnswer(to: frame, for: &client, counting: changes, file: file, line: line)
    XCTAssertEqual(answer.tcp.flags, .ack, file: file, line: line)
    XCTAssertEqual(answer.tcp.sequence, sequence, file: file, line: line)
    XCTAssertEqual(answer.tcp.acknowledgment, client.next, file: file, line: line)
    XCTAssertEqual(answer.tcp.payload, [], file: file, line: line)
  }

  /// What an answer's payload must be.
  func expect(
    _ answer: Frame, _ flags: TCPFlags, _ payload: [UInt8], file: StaticString = #filePath, line: UInt = #line
  ) {
    XCTAssertEqual(answer.tcp.flags, flags, file: file, line: line)
    XCTAssertEqual(answer.tcp.text, String(decoding: payload, as: UTF8.self), file: file, line: line)
    XCTAssertEqual(answer.tcp.options, [], file: file, line: line)
    XCTAssertEqual(answer.tcp.window, 65535, file: file, line: line)
  }
}
