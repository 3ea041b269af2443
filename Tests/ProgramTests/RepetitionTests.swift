import DataPlaneABI
import PacketKit
import XCTest

/// The client repeats itself, because what the server sent in answer was lost. It is told what has arrived; the answer
/// comes again by the session's timer.
final class RepetitionTests: XCTestCase {
  private let request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

  private func withServer(_ body: (TestServer, Wire) throws -> Void) throws {
    let server = try TestServer.sending { $0.minimum_timeout = 5000 }
    let wire = try Wire()
    defer { wire.close() }
    try body(server, wire)
  }

  func testRepeatedRequestIsAcknowledged() throws {
    try withServer { server, wire in
      for stranger in TestServer.strangers() {
        var client = try server.connect(stranger)
        var deaf = client
        let first = try server.run(client.data(request).bytes)
        _ = try client.hear(first.output)
        let again = try server.expectAnswer(
          to: deaf.data(request), for: &deaf,
          counting: [\.duplicate_acknowledgments_sent: 1, \.dropped_out_of_window: 1])
        server.expect(again, .ack, [])
        XCTAssertEqual(again.tcp.sequence, client.expected)
        XCTAssertEqual(again.tcp.acknowledgment, client.next)
        XCTAssertEqual(try server.rounds(on: wire), [first.output])
        try server.expectDrop(client.rst())
      }
    }
  }

  /// What a sender does that joins segments as it repeats them: what is new of it is answered.
  func testRequestJoinedWithTheNextBringsTheNextAnswer() throws {
    try withServer { server, wire in
      var client = try server.connect(TestServer.stranger())
      var deaf = client
      let first = try server.answer(to: client.data(request), for: &client)
      let second = try server.expectAnswer(
        to: deaf.data(request + request), for: &deaf,
        counting: .taken(request.utf8.count, sent: first.tcp.payload.count, requests: 1))
      XCTAssertEqual(second.tcp.sequence, client.expected)
      XCTAssertEqual(second.tcp.payload, first.tcp.payload)
      let again = try Frame(decoding: try XCTUnwrap(try server.rounds(on: wire).first))
      XCTAssertEqual(again.tcp.sequence, first.tcp.sequence)
      XCTAssertEqual(again.tcp.payload, first.tcp.payload + first.tcp.payload)
    }
  }
}
