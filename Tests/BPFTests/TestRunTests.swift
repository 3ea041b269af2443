import XCTest

@testable import BPF

/// BPF_PROG_TEST_RUN. Needs root.
final class TestRunTests: XCTestCase {
  func testVerdictAndOutput() throws {
    let program = try Fixture.counter().program("count")
    let result = try program.testRun(input: Fixture.frame(key: 5))
    XCTAssertEqual(result.action, .pass)
    var expected = Fixture.frame(key: 5)
    expected[0] = 0x11
    XCTAssertEqual(result.output, expected)
  }

  func testOutputMayBeLongerThanTheInput() throws {
    let result = try Fixture.counter().program("count").testRun(input: Fixture.frame(key: 0xff))
    XCTAssertEqual(result.action, .transmit)
    XCTAssertEqual(result.output.count, 68)
  }

  func testOutputWithoutRoomIsAnError() throws {
    let program = try Fixture.counter().program("count")
    XCTAssertThrowsError(try program.testRun(input: Fixture.frame(), outputCapacity: 20)) { error in
      XCTAssertEqual(
        "\(error)",
        "the program's output has 60 bytes and the test run has room for 20; raise outputCapacity")
    }
  }

  func testRepeatRunsSoOften() throws {
    let object = try Fixture.counter()
    _ = try object.program("count").testRun(input: Fixture.frame(), repeat: 7)
    let counts = try XCTUnwrap(try object.map("frames").lookupPerCPU(UInt32(0), as: UInt32.self))
    XCTAssertEqual(counts.reduce(0, +), 7)
  }

  func testContextIsHandedOver() throws {
    let program = try Fixture.counter().program("count")
    // The kernel checks that the interface has the queue: loopback, index 1, has queue 0 only.
    XCTAssertThrowsError(
      try program.testRun(input: Fixture.frame(), context: XDPContext(ingressInterface: 1, receiveQueue: 1)))
    let result = try program.testRun(input: Fixture.frame(), context: XDPContext(ingressInterface: 1))
    XCTAssertEqual(result.action, .pass)
    XCTAssertEqual(result.context.count, 24)
  }

  func testTooShortAFrameIsAnError() throws {
    let program = try Fixture.counter().program("count")
    XCTAssertThrowsError(try program.testRun(input: [1, 2, 3]))
  }
}
