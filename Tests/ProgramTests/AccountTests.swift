import PacketKit
import XCTest

/// Counters say what happened.
final class AccountTests: XCTestCase {
  private let get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
  private let head = "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n"

  func testRequestsBeyondTheAnswerQueueAreCounted() throws {
    let server = try TestServer.shared()
    var client = try server.connect(TestServer.stranger())
    let before = try server.counter(\.dropped_queue_full)
    let answer = try server.answer(to: client.data(get + head + get + head + get + head), for: &client)
    XCTAssertLessThan(answer.tcp.acknowledgment, client.next)
    XCTAssertGreaterThan(try server.counter(\.dropped_queue_full), before)
  }

  /// A request that is repeated together with the next one brings the next one's answer.
  func testNewBytesBehindARepetitionAreCounted() throws {
    let server = try TestServer.shared()
    var client = try server.connect(TestServer.stranger())
    var deaf = client
    let before = try server.counter(\.bytes_sent)
    let first = try server.answer(to: client.data(get), for: &client)
    let second = try server.answer(to: deaf.data(get + get), for: &deaf)
    let sent = UInt64(first.tcp.payload.count + second.tcp.payload.count)
    XCTAssertEqual(try server.counter(\.bytes_sent), before + sent)
    XCTAssertEqual(try server.session(of: client)?.bytes_sent, sent)
  }
}
