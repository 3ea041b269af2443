import PacketKit
import XCTest

/// Counters say what happened.
final class AccountTests: XCTestCase {
  private let get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
  private let head = "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n"

  /// Once, whether they are answered at once or kept.
  func testRequestsBeyondTheAnswerQueueAreCounted() throws {
    let server = try TestServer.shared()
    var client = try server.connect(TestServer.stranger())
    let (bytes, segments) = (try server.counter(\.bytes_received), try server.counter(\.segments_kept))
    let text = get + head + get + head + get + head
    _ = try server.answer(to: client.data(text), for: &client)
    XCTAssertEqual(try server.counter(\.segments_kept), segments + 1)
    for count in [1, 2] {
      XCTAssertEqual(try server.counter(\.bytes_received), bytes + UInt64(text.utf8.count), "\(count)")
      XCTAssertEqual(try server.session(of: client)?.bytes_received, UInt64(text.utf8.count))
      if count == 1 { _ = try server.answer(to: client.ack(), for: &client) }
    }
    XCTAssertEqual(try server.session(of: client)?.requests, 6)
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
