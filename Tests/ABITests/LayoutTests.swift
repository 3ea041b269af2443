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

  func testTimestamps() {
    LayoutComparison<Timestamps, timestamps>().field(\.recent, \.recent).field(\.offset, \.offset).end()
  }

  func testRoundTrip() {
    LayoutComparison<RoundTrip, round_trip>()
      .field(\.smoothed, \.smoothed)
      .field(\.variation, \.variation)
      .field(\.timeout, \.timeout)
      .field(\.timedSequence, \.timed_sequence)
      .field(\.timedStart, \.timed_start)
      .field(\.minimum, \.minimum)
      .end()
  }

  func testLossRecovery() {
    LayoutComparison<LossRecovery, loss_recovery>()
      .field(\.point, \.point)
      .field(\.retransmitted, \.retransmitted)
      .field(\.passMark, \.pass_mark)
      .field(\.passLimit, \.pass_limit)
      .field(\.resume, \.resume)
      .field(\.probeEnd, \.probe_end)
      .field(\.duplicates, \.duplicates)
      .field(\.undoTimestamp, \.undo_timestamp)
      .field(\.mode, \.mode)
      .field(\.flags, \.flags)
      .field(\.timeouts, \.timeouts)
      .field(\.arrival, \.arrival)
      .end()
  }

  func testScoreboard() {
    LayoutComparison<SelectiveBlock, selective_block>().field(\.start, \.start).field(\.end, \.end).end()
    LayoutComparison<Scoreboard, scoreboard>()
      .field(\.ranges, \.ranges)
      .field(\.sacked, \.sacked)
      .field(\.highest, \.highest)
      .field(\.count, \.count)
      .end()
    XCTAssertEqual(Scoreboard.capacity, UInt32(SCOREBOARD_CAPACITY))
  }

  func testCongestion() {
    LayoutComparison<Congestion, congestion>()
      .field(\.window, \.window)
      .field(\.threshold, \.threshold)
      .field(\.credit, \.credit)
      .field(\.maximum, \.maximum)
      .field(\.estimate, \.estimate)
      .field(\.delay, \.delay)
      .field(\.epoch, \.epoch)
      .field(\.acknowledgedAt, \.acknowledged_at)
      .field(\.roundMinimum, \.round_minimum)
      .field(\.lastRoundMinimum, \.last_round_minimum)
      .field(\.baselineMinimum, \.baseline_minimum)
      .field(\.recoverFlight, \.recover_flight)
      .field(\.delivered, \.delivered)
      .field(\.out, \.out)
      .field(\.priorWindow, \.prior_window)
      .field(\.priorThreshold, \.prior_threshold)
      .field(\.priorMaximum, \.prior_maximum)
      .field(\.estimateFraction, \.estimate_fraction)
      .field(\.flags, \.flags)
      .field(\.rounds, \.rounds)
      .end()
  }

  func testSegmentOptions() {
    LayoutComparison<SegmentOptions, segment_options>()
      .field(\.present, \.present)
      .field(\.windowScale, \.window_scale)
      .field(\.blockCount, \.block_count)
      .field(\.reserved, \.reserved)
      .field(\.maximumSegmentSize, \.maximum_segment_size)
      .field(\.reserved2, \.reserved2)
      .field(\.timestamp, \.timestamp)
      .field(\.timestampEcho, \.timestamp_echo)
      .field(\.firstBlock, \.blocks.0)
      .field(\.secondBlock, \.blocks.1)
      .field(\.thirdBlock, \.blocks.2)
      .field(\.fourthBlock, \.blocks.3)
      .end()
    XCTAssertEqual(SELECTIVE_BLOCKS, 4)
  }

  func testWork() {
    LayoutComparison<Work, work>()
      .field(\.first, \.first).field(\.second, \.second).field(\.third, \.third).end()
  }

  func testControlBlock() {
    LayoutComparison<ControlBlock, control_block>()
      .field(\.send, \.send)
      .field(\.receive, \.receive)
      .field(\.timestamps, \.timestamps)
      .field(\.roundTrip, \.round_trip)
      .field(\.recovery, \.recovery)
      .field(\.progress, \.progress)
      .field(\.challengeStart, \.challenge_start)
      .field(\.timerDeadline, \.timer_deadline)
      .field(\.challengeCount, \.challenge_count)
      .field(\.maximumSegmentSize, \.maximum_segment_size)
      .field(\.state, \.state)
      .field(\.flags, \.flags)
      .field(\.features, \.features)
      .field(\.timer, \.timer)
      .field(\.backoff, \.backoff)
      .field(\.probes, \.probes)
      .field(\.sendScale, \.send_scale)
      .field(\.receiveScale, \.receive_scale)
      .field(\.congestion, \.congestion)
      .field(\.scoreboard, \.scoreboard)
      .field(\.work, \.work)
      .field(\.label, \.label)
      .end()
    XCTAssertLessThanOrEqual(MemoryLayout<ControlBlock>.size, 304)
  }

  func testModesAndTimers() {
    let modes: [(RecoveryMode, recovery_mode)] = [
      (.open, RECOVERY_OPEN), (.reducing, RECOVERY_REDUCING), (.fast, RECOVERY_FAST), (.timeout, RECOVERY_TIMEOUT),
    ]
    for (swift, c) in modes { XCTAssertEqual(UInt32(swift.rawValue), c.rawValue, "\(swift)") }
    XCTAssertNil(RecoveryMode(rawValue: UInt8(modes.count)))
    let timers: [(TimerKind, timer_kind)] = [
      (.none, TIMER_NONE), (.retransmission, TIMER_RETRANSMISSION), (.tailProbe, TIMER_TAIL_PROBE),
      (.windowProbe, TIMER_WINDOW_PROBE), (.keepAlive, TIMER_KEEP_ALIVE), (.synchronize, TIMER_SYNCHRONIZE),
    ]
    for (swift, c) in timers { XCTAssertEqual(UInt32(swift.rawValue), c.rawValue, "\(swift)") }
    XCTAssertNil(TimerKind(rawValue: UInt8(timers.count)))
  }

  func testFeatures() {
    let features: [(Features, tcp_feature)] = [
      (.windowScale, TCP_FEATURE_WINDOW_SCALE), (.timestamps, TCP_FEATURE_TIMESTAMPS),
      (.selectiveAcknowledgment, TCP_FEATURE_SACK), (.congestionNotification, TCP_FEATURE_ECN),
    ]
    for (swift, c) in features { XCTAssertEqual(UInt32(swift.rawValue), c.rawValue) }
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
    var options = SegmentOptions()
    tcb.open(
      Segment(
        sequence: SequenceNumber(0x1111_1111), acknowledgment: SequenceNumber(0), window: 0x2222,
        flags: .synchronize, payloadLength: 0),
      &options, initial: SequenceNumber(0x3333_3333), window: 0x4444, peerMaximumSegmentSize: 0x0555,
      ownMaximumSegmentSize: 1460, parameters: Parameters(), timestampOffset: 0, now: Instant(nanoseconds: 0))
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

  /// Of the 576, 304 are the control block of a full sender: round-trip time, retransmission, congestion control and
  /// the scoreboard of SACK take 204 of these. 184 are answers that may have to be sent again, and 22 the link header,
  /// for what the timer sends without a received frame.
  func testSessionCostsAtMost576Bytes() {
    XCTAssertLessThanOrEqual(MemoryLayout<session>.stride, 576)
  }

  /// An atomic instruction wants its word aligned.
  func testSessionHoldsTheControlBlockAligned() {
    let offset = MemoryLayout<session>.offset(of: \.tcp) ?? 1
    XCTAssertEqual(offset % MemoryLayout<ControlBlock>.alignment, 0)
    XCTAssertEqual((MemoryLayout<session>.offset(of: \.claimed) ?? 1) % 4, 0)
  }
}
