import DataPlaneABI
import TCPCore
import XCTest

/// Congestion control's state and the scoreboard lie in a session's control block.
final class CongestionLayoutTests: XCTestCase {
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

  func testScoreboard() {
    LayoutComparison<SelectiveBlock, selective_block>().field(\.start, \.start).field(\.end, \.end).end()
    LayoutComparison<Scoreboard, scoreboard>()
      .field(\.ranges, \.ranges)
      .field(\.sacked, \.sacked)
      .field(\.highest, \.highest)
      .field(\.count, \.count)
      .end()
    XCTAssertEqual(Int(Scoreboard.capacity), SCOREBOARD_CAPACITY)
  }
}
