import DataPlaneABI
import PacketKit
import XCTest

/// The frame that circles: which one it is, how long it is in its next round, when it rests and who sets it going.
final class PumpTests: XCTestCase {
  private var server: TestServer!
  private var wire: Wire!
  private let get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
  private let token: UInt64 = 0x0102_0304_0506_0708

  override func setUpWithError() throws {
    server = try TestServer.sending { $0.pump_interface = Wire.interface }
    wire = try Wire()
    try server.changePump {
      $0.started = token
      $0.rounds = 0
    }
  }

  override func tearDown() { wire?.close() }

  func testItRestsWithNothingToWaitFor() throws {
    XCTAssertEqual(try server.round().end, .ended)
    let pump = try server.pump()
    XCTAssertEqual(pump.is_running, 0)
    XCTAssertEqual(pump.rounds, 1)
    XCTAssertEqual(pump.segments, 0)
  }

  /// The longer the frame, the slower it is.
  func testItIsFastWhenSomethingIsDueSoon() throws {
    var client = try server.connect(TestServer.stranger())
    _ = try server.answer(to: client.data(get), for: &client)
    // RTO is 200 ms and more: the entry is one of the queue for 128 ms.
    try server.changePump { $0.last_round = TestServer.now() }
    var (end, frame) = try server.round()
    XCTAssertEqual(end, .goesOn)
    XCTAssertEqual(frame.count, 1500)
    XCTAssertEqual(Array(frame.prefix(24)), Array(TestServer.pumpFrame(token: token).prefix(24)))
    let entry = try XCTUnwrap(try server.session(of: client)).timer_entry
    while TestServer.now() + 20_000_000 < entry { usleep(1000) }
    (end, frame) = try server.round()
    XCTAssertEqual(end, .goesOn)
    XCTAssertEqual(frame, TestServer.pumpFrame(token: token))
    XCTAssertEqual(try server.pump().is_running, 1)
  }

  /// One that was taken for lost, and another circles.
  func testAStaleFrameEnds() throws {
    var client = try server.connect(TestServer.stranger())
    _ = try server.answer(to: client.data(get), for: &client)
    XCTAssertEqual(try server.round(token: token + 1).end, .ended)
    XCTAssertEqual(try server.pump().rounds, 0)
    XCTAssertEqual(try server.pump().is_running, 1)
    XCTAssertEqual(try server.round().end, .goesOn)
  }

  /// Rounds without a pause would keep a CPU busy: many of them show that nothing slows the frame down any more.
  func testAFrameWithoutABrakeEnds() throws {
    var client = try server.connect(TestServer.stranger())
    _ = try server.answer(to: client.data(get), for: &client)
    let program = try server.object.program("pump_round")
    let result = try program.testRun(input: TestServer.pumpFrame(token: token), repeat: 5000)
    // The next one after that comes late enough, as one that is made anew would. An emulated machine may be too slow to
    // hurry at all.
    if result.duration < 10_000 { XCTAssertLessThan(try server.pump().rounds, 5000) }
    usleep(1000)
    XCTAssertEqual(try server.round().end, .goesOn)
    XCTAssertEqual(try server.pump().hurried_rounds, 0)
  }

  func testOtherPacketsAreLeftAlone() throws {
    let program = try server.object.program("pump_round")
    var frames = [TestServer.stranger().ack().bytes, TestServer.pumpFrame(token: 0)]
    frames.append(Array(TestServer.pumpFrame(token: token).prefix(20)))
    for frame in frames {
      let result = try program.testRun(input: frame)
      XCTAssertEqual(RoundEnd(rawValue: result.verdict), .unspecified)
      XCTAssertEqual(Array(result.output.prefix(frame.count)), frame)
    }
    XCTAssertEqual(try server.pump().rounds, 0)
  }

  /// A session that needs its timer sets it going: the received frame leaves as a copy, even for one segment, and
  /// becomes the pump's.
  func testSegmentsWakeIt() throws {
    XCTAssertEqual(try server.round().end, .ended)
    for exit in [BURST_EXIT_NATIVE, BURST_EXIT_SKB] {
      try server.configured({ $0.exit = UInt8(exit.rawValue) }) {
        try server.changePump {
          $0.is_running = 0
          $0.started = 0
        }
        var client = TestServer.stranger()
        let syn = client.syn()
        let before = TestServer.now()
        let isNative = exit == BURST_EXIT_NATIVE
        let result = try server.program.testRun(input: syn.bytes, context: .init())
        XCTAssertEqual(result.action, isNative ? .redirect : .pass)
        let pump = try server.pump()
        XCTAssertEqual(pump.is_running, 1)
        XCTAssertGreaterThanOrEqual(pump.started, before)
        XCTAssertLessThanOrEqual(pump.started, TestServer.now())
        let marked = isNative ? result.output : Array(result.output.prefix(8) + syn.bytes.dropFirst(8))
        let departure = try server.burst(of: marked)
        XCTAssertEqual(departure.surplus, 0)
        XCTAssertEqual(departure.segments.count, 1)
        try client.hear(departure.segments[0]).check(.flags([.syn, .ack]))
        // It runs: the next one leaves in its place.
        try server.expectDrop(client.ack())
        XCTAssertEqual(try server.run(client.data(get).bytes).action, .transmit)
        XCTAssertEqual(try server.pump().started, pump.started)
      }
    }
  }

  /// Its frame must have been lost.
  func testItIsSetGoingAgainAfterASilence() throws {
    let old = TestServer.now() - 300_000_000
    let lost = old - 10_000_000
    try server.changePump {
      $0.started = lost
      $0.last_round = old
    }
    var client = TestServer.stranger()
    XCTAssertEqual(try server.run(client.syn().bytes).action, .redirect)
    let pump = try server.pump()
    XCTAssertEqual(pump.is_running, 1)
    XCTAssertGreaterThan(pump.started, old)
    XCTAssertEqual(try server.round(token: lost).end, .ended)
    XCTAssertEqual(try server.round().end, .goesOn)
  }

  /// Where the driver makes no copies an answer goes before the pump, which another frame wakes.
  func testWithoutCopiesAnswersComeFirst() throws {
    try server.configured({ $0.exit = UInt8(BURST_EXIT_NONE.rawValue) }) {
      try server.changePump { $0.is_running = 0 }
      var client = TestServer.stranger()
      let synAck = try client.hear(try server.run(client.syn().bytes).output)
      XCTAssertEqual(synAck.tcp.flags, [.syn, .ack])
      XCTAssertEqual(try server.pump().is_running, 0)
    }
  }

  func testWithoutAPumpNothingWakesIt() throws {
    try server.configured({ $0.pump_interface = 0 }) {
      try server.changePump { $0.is_running = 0 }
      var client = TestServer.stranger()
      XCTAssertEqual(try server.run(client.syn().bytes).action, .transmit)
      XCTAssertEqual(try server.pump().is_running, 0)
    }
  }
}
