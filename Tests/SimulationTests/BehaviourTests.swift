import TCPSimulator
import XCTest

/// How conversations go that are not about losses: clients that stop reading, leave, or are idle, and routers that mark
/// or report.
final class BehaviourTests: XCTestCase {
  private func run(
    bytes: Int = 1_000_000, roundTrip: Double = 20, file: StaticString = #filePath, line: UInt = #line,
    _ change: (inout Scenario) -> Void
  ) -> Outcome {
    var scenario = Scenario.download(bytes: bytes, loss: 0, roundTrip: roundTrip, seed: 1)
    change(&scenario)
    let outcome = Simulation(scenario).run()
    XCTAssertNil(outcome.failure, file: file, line: line)
    return outcome
  }

  func testAClientThatNeverReadsIsProbedAndDropped() {
    let outcome = run { scenario in
      scenario.client.reader = .never
      scenario.client.windowScale = nil
      scenario.client.capacity = 60_000
      scenario.server.giveUpTime = .seconds(60)
      scenario.expectation = .abandonment
    }
    XCTAssertGreaterThan(outcome.received, 59_000)
    // 200 ms, doubled each time: 0.2, 0.6, 1.4, 3, 6.2, 12.6, 25.4, 51 and 102 seconds.
    XCTAssertTrue((7...10).contains(outcome.probes), "\(outcome.probes) probes")
    XCTAssertGreaterThan(outcome.client.closedWindows, 5)
    XCTAssertEqual(outcome.timeouts, 0)
    XCTAssertLessThan(outcome.whole, .seconds(130))
  }

  func testAClientThatIsGoneIsDropped() {
    let outcome = run { scenario in
      scenario.client.closing = .vanish(at: 200_000)
      scenario.server.giveUpTime = .seconds(60)
      scenario.expectation = .abandonment
    }
    XCTAssertTrue((7...11).contains(outcome.timeouts), "\(outcome.timeouts) time-outs")
    XCTAssertTrue((.seconds(60)...(.seconds(130))).contains(outcome.whole), "\(outcome.whole)")
  }

  func testAResetEndsTheConversation() {
    let outcome = run { scenario in
      scenario.client.closing = .reset(at: 200_000)
      scenario.expectation = .reset
    }
    XCTAssertLessThan(outcome.received, 1_000_000)
  }

  func testAnIdleClientIsKept() {
    let outcome = run(bytes: 1000) { scenario in
      scenario.client.requests = [80, 80]
      scenario.answers = [1000, 1000]
      scenario.client.pause = .seconds(60)
      scenario.server.keepAliveIdle = .seconds(2)
    }
    XCTAssertGreaterThan(outcome.server.keepAlives, 2)
  }

  func testAnIdleClientThatIsGoneIsDropped() {
    let outcome = run(bytes: 1000) { scenario in
      scenario.client.requests = [80, 80]
      scenario.answers = [1000, 1000]
      scenario.client.pause = .seconds(600)
      scenario.toServer.partitions = [.seconds(1)..<(.seconds(1000))]
      scenario.server.keepAliveIdle = .seconds(2)
      scenario.expectation = .abandonment
    }
    XCTAssertEqual(outcome.server.keepAlives, 5)
    XCTAssertLessThan(outcome.whole, .seconds(10))
  }

  func testWithoutKeepAliveAnIdleClientIsLeftInPeace() {
    let outcome = run(bytes: 1000) { scenario in
      scenario.client.requests = [80, 80]
      scenario.answers = [1000, 1000]
      scenario.client.pause = .seconds(600)
    }
    XCTAssertEqual(outcome.server.keepAlives + outcome.probes + outcome.timeouts, 0)
  }

  /// RFC 3168: a mark slows the sender down as a loss would, and nothing is lost.
  func testMarksSlowTheSenderDown() {
    for usesNewReno in [false, true] {
      let marked = run { scenario in
        scenario.client.offersCongestionNotification = true
        scenario.server.usesNewReno = usesNewReno
        scenario.toClient.mark = 0.02
      }
      XCTAssertGreaterThan(marked.client.marks, 5)
      XCTAssertGreaterThan(marked.client.reductions, 3)
      XCTAssertLessThanOrEqual(marked.client.reductions, marked.client.marks)
      XCTAssertEqual(marked.repeatedSegments, 0)
      let unmarked = run { $0.server.usesNewReno = usesNewReno }
      XCTAssertLessThan(marked.goodput, unmarked.goodput / 2)
    }
  }

  /// The path stands still for longer than the time-out, and then delivers all that was sent: Eifel (RFC 3522) takes
  /// back what the time-out did.
  func testASpuriousTimeoutIsUndone() {
    // The 100th millisecond finds 1.2 MB still to be sent.
    let stalled = run(bytes: 2_000_000) { $0.toClient.stalls = [.milliseconds(100)..<(.milliseconds(900))] }
    let smooth = run(bytes: 2_000_000) { _ in }
    XCTAssertGreaterThan(stalled.timeouts, 0)
    XCTAssertLessThan(stalled.client.duplicateBytes, 100_000)
    XCTAssertLessThan(stalled.duration, smooth.duration + .milliseconds(800) + 3 * .milliseconds(20))
  }

  /// RFC 1191: the first burst is too big for a router, which says so.
  func testAShorterPathIsFoundWithoutATimeout() {
    let outcome = run {
      $0.toClient.mtu = 1280
    }
    XCTAssertGreaterThan(outcome.toClient.tooBig, 5)
    XCTAssertLessThanOrEqual(outcome.toClient.tooBig, 20)
    XCTAssertEqual(outcome.timeouts, 0)
  }

  /// Requests one after the other are read and answered by the short cut.
  func testRequestsInARowTakeTheShortCut() {
    let outcome = run { scenario in
      scenario.client.requests = Array(repeating: 80, count: 50)
      scenario.answers = Array(repeating: 300, count: 50)
    }
    XCTAssertGreaterThanOrEqual(outcome.server.answeredAtOnce, 48)
    XCTAssertEqual(outcome.newSegments, 51, "the last is a FIN")
    XCTAssertEqual(outcome.repeatedSegments, 0)
  }

  /// A client with a small window gets full segments where there is room for them (RFC 9293 3.8.6.2.1).
  func testAClientWithoutSillyWindowAvoidanceGetsNoTinySegments() {
    let outcome = run(bytes: 200_000) { scenario in
      scenario.client.capacity = 8000
      scenario.client.reader = .slow(rate: 200_000, chunk: 100)
      scenario.client.avoidsSillyWindows = false
    }
    XCTAssertLessThan(outcome.newSegments, 2 * 200_000 / 1448)
  }
}
