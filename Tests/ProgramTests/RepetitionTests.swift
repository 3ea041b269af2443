import PacketKit
import XCTest

/// The client repeats itself, because what the server sent in answer was lost.
final class RepetitionTests: XCTestCase {
  private let request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

  func testRepeatedRequestBringsItsAnswerAgain() throws {
    let server = try TestServer.shared()
    var client = try server.connect(TestServer.stranger())
    var deaf = client
    let first = try server.answer(to: client.data(request), for: &client)
    let again = try server.expectAnswer(
      to: deaf.data(request), for: &deaf,
      counting: [\.segments_retransmitted: 1, \.duplicate_acknowledgments_sent: 1, \.dropped_out_of_window: 1])
    XCTAssertEqual(again, first)
  }

  /// What a sender does that joins segments as it repeats them.
  func testRequestJoinedWithTheNextBringsBothAnswers() throws {
    let server = try TestServer.shared()
    var client = try server.connect(TestServer.stranger())
    var deaf = client
    let first = try server.answer(to: client.data(request), for: &client)
    // The segment counts as a repetition, its second half as new.
    let new = Changes.taken(request.utf8.count, sent: first.tcp.payload.count, requests: 1)
    let both = try server.expectAnswer(
      to: deaf.data(request + request), for: &deaf, counting: new.adding([\.segments_retransmitted: 1]))
    XCTAssertEqual(both.tcp.sequence, first.tcp.sequence)
    XCTAssertEqual(both.tcp.payload, first.tcp.payload + first.tcp.payload)
  }
}
