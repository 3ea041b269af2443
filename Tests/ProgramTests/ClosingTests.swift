import PacketKit
import XCTest

/// A peer that never finishes closing can't hold a session for ever.
final class ClosingTests: XCTestCase {
  func testAcknowledgmentsDoNotProlongFinWait2() throws {
    let server = try TestServer.shared()
    var client = try server.connect(TestServer.stranger())
    let answer = try server.answer(
      to: client.data("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), for: &client)
    try answer.check(.flags([.fin, .ack]))
    try server.expectDrop(client.ack())
    let entered = try XCTUnwrap(server.session(of: client))
    XCTAssertEqual(entered.tcp.state, 5)
    usleep(50_000)
    try server.expectDrop(client.ack())
    XCTAssertEqual(try XCTUnwrap(server.session(of: client)).deadline, entered.deadline)
  }

  func testRequestsProlongAnEstablishedSession() throws {
    let server = try TestServer.shared()
    var client = try server.connect(TestServer.stranger())
    let before = try XCTUnwrap(server.session(of: client))
    usleep(50_000)
    _ = try server.answer(to: client.data("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), for: &client)
    XCTAssertGreaterThan(try XCTUnwrap(server.session(of: client)).deadline, before.deadline)
  }
}
