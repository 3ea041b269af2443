import DataPlaneABI
import TCPCore
import XCTest

/// The core's structures are read and written in place in the map `sessions`, whose values the C header describes.
final class LayoutTests: XCTestCase {
  func testSendSequence() {
    LayoutComparison<SendSequence, send_sequence>()
      .field(\.unacknowledged, \.unacknowledged)
      .field(\.next, \.next)
      .field(\.queued, \.queued)
      .field(\.window, \.window)
      .field(\.maximumWindow, \.maximum_window)
      .field(\.updateSequence, \.update_sequence)
      .field(\.updateAcknowledgment, \.update_acknowledgment)
      .field(\.initial, \.initial)
      .end()
  }

  func testReceiveSequence() {
    LayoutComparison<ReceiveSequence, receive_sequence>()
      .field(\.next, \.next)
      .field(\.window, \.window)
      .field(\.initial, \.initial)
      .end()
  }

  func testControlBlock() {
    LayoutComparison<ControlBlock, control_block>()
      .field(\.send, \.send)
      .field(\.receive, \.receive)
      .field(\.challengeStart, \.challenge_start)
      .field(\.challengeCount, \.challenge_count)
      .field(\.maximumSegmentSize, \.maximum_segment_size)
      .field(\.state, \.state)
      .field(\.flags, \.flags)
      .field(\.reserved, \.reserved)
      .end()
  }

  func testStates() {
    let states: [(State, tcp_state)] = [
      (.closed, TCP_STATE_CLOSED), (.listen, TCP_STATE_LISTEN), (.synReceived, TCP_STATE_SYN_RECEIVED),
      (.established, TCP_STATE_ESTABLISHED), (.finWait1, TCP_STATE_FIN_WAIT_1), (.finWait2, TCP_STATE_FIN_WAIT_2),
      (.closeWait, TCP_STATE_CLOSE_WAIT), (.closing, TCP_STATE_CLOSING), (.lastAck, TCP_STATE_LAST_ACK),
      (.timeWait, TCP_STATE_TIME_WAIT),
    ]
    for (swift, c) in states { XCTAssertEqual(UInt32(swift.rawValue), c.rawValue, "\(swift)") }
    XCTAssertNil(State(rawValue: UInt8(states.count)), "a state that the header does not name")
  }

  /// The bytes that one side writes are those that the other reads.
  func testControlBlockWrittenInSwiftIsReadInC() {
    var tcb = ControlBlock()
    tcb.open(
      Segment(
        sequence: SequenceNumber(0x1111_1111), acknowledgment: SequenceNumber(0), window: 0x2222,
        flags: .synchronize, payloadLength: 0),
      initial: SequenceNumber(0x3333_3333), window: 0x4444, peerMaximumSegmentSize: 0x0555,
      ownMaximumSegmentSize: 1460)
    tcb.close()
    let c = unsafeBitCast(tcb, to: control_block.self)
    XCTAssertEqual(c.receive.initial, 0x1111_1111)
    XCTAssertEqual(c.receive.next, 0x1111_1112)
    XCTAssertEqual(c.receive.window, 0x4444)
    XCTAssertEqual(c.send.initial, 0x3333_3333)
    XCTAssertEqual(c.send.unacknowledged, 0x3333_3333)
    XCTAssertEqual(c.send.next, 0x3333_3334)
    XCTAssertEqual(c.send.window, 0x2222)
    XCTAssertEqual(c.maximum_segment_size, 0x0555)
    XCTAssertEqual(UInt32(c.state), TCP_STATE_SYN_RECEIVED.rawValue)
    XCTAssertEqual(c.flags, ControlBlock.Flags.finishQueued.rawValue)
  }

  func testSessionCostsAtMost256Bytes() {
    XCTAssertLessThanOrEqual(MemoryLayout<session>.stride, 256)
  }

  /// An atomic instruction wants its word aligned.
  func testSessionHoldsTheControlBlockAligned() {
    let offset = MemoryLayout<session>.offset(of: \.tcp) ?? 1
    XCTAssertEqual(offset % MemoryLayout<ControlBlock>.alignment, 0)
    XCTAssertEqual((MemoryLayout<session>.offset(of: \.claimed) ?? 1) % 4, 0)
  }
}
