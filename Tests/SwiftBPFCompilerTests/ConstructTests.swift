import BPF
import XCTest

/// Every construct that eBPF programs in Swift may use, compiled by the driver, loaded, and run by the kernel.
final class ConstructTests: XCTestCase {
  /// Loads all programs of the fixture anew: each test has maps of its own.
  private func load() throws -> Object {
    let object = try Object(bytes: Fixtures.constructsObject(), name: "constructs")
    try object.load()
    return object
  }

  func testMapsKeepEntriesBetweenRuns() throws {
    let object = try load()
    let program = try object.program("use_maps")
    XCTAssertEqual(try program.testRun(input: frame(1, 7, 0)).action, .pass, "nothing is there yet")
    XCTAssertEqual(try program.testRun(input: frame(0, 7, 40)).result, 40)
    XCTAssertEqual(try program.testRun(input: frame(0, 7, 2)).result, 42)
    XCTAssertEqual(try program.testRun(input: frame(1, 7, 0)).result, 42)
    XCTAssertEqual(try program.testRun(input: frame(2, 7, 0)).action, .transmit)
    XCTAssertEqual(try program.testRun(input: frame(2, 7, 0)).action, .pass, "deleted once already")
    let words = try object.map("words")
    XCTAssertNil(try words.lookup(UInt32(7)) as UInt64?)
  }

  func testQueueGivesTheOldestFirst() throws {
    let object = try load()
    let run = try object.program("use_queue").testRun(input: frame(5, 6))
    XCTAssertEqual(run.action, .transmit)
    XCTAssertEqual(run.result, 5 << 32 | 6)
  }

  func testRingBufferHoldsSubmittedRecordsOnly() throws {
    let object = try load()
    let program = try object.program("use_ring")
    XCTAssertEqual(try program.testRun(input: frame(0)).action, .pass)
    let run = try program.testRun(input: frame(9))
    XCTAssertEqual(run.action, .transmit)
    // Two records of eight bytes, each behind a header of eight: a discarded one stays until a reader passes it.
    XCTAssertEqual(run.result, 32)
  }

  func testBoundedLoop() throws {
    let object = try load()
    let run = try object.program("bounded_loop").testRun(input: frame(0x0102_0304, 0xFF, 0, 0, 0, 0, 0, 1))
    XCTAssertEqual(run.result, 1 + 2 + 3 + 4 + 255 + 1)
  }

  func testHelperLoopWithClosure() throws {
    let object = try load()
    let program = try object.program("helper_loop")
    let run = try program.testRun(input: frame(1000))
    XCTAssertEqual(run.result & 0xFFFF_FFFF, 1597, "the first Fibonacci number beyond 1000")
    XCTAssertEqual(run.result >> 32, 16, "turns, after 0 and 1")
  }

  func testSubprograms() throws {
    let object = try load()
    let program = try object.program("subprograms")
    // Words: width, height, factor, addend; then a byte, and whether to double.
    XCTAssertEqual(try program.testRun(input: frame(3, 4, 10, 5, 0x0106)).result, (30 + 40 + 5 + 6) * 2)
    XCTAssertEqual(try program.testRun(input: frame(3, 4, 10, 5, 0x0006)).result, 30 + 40 + 5 + 6)
    // Halves of registers that nobody extended must not leak into the sum.
    XCTAssertEqual(
      try program.testRun(input: frame(0xFFFF_FFFF, 0x8000_0000, 1, 0, 0)).result, 0xFFFF_FFFF + 0x8000_0000)
  }

  func testEnumerationsWithPayloads() throws {
    let object = try load()
    let program = try object.program("payloads")
    XCTAssertEqual(try program.testRun(input: frame(0)).result, 0)
    XCTAssertEqual(try program.testRun(input: frame(1, 10)).result, 300)
    XCTAssertEqual(try program.testRun(input: frame(2, 100_000, 100_000)).result, 10_000_000_000)
    XCTAssertEqual(try program.testRun(input: frame(3, 0x1_07, 5)).result, 35)
    XCTAssertEqual(try program.testRun(input: frame(4)).action, .pass)
  }

  func testGenericsAndNoncopyableTypes() throws {
    let object = try load()
    let run = try object.program("generics").testRun(input: frame(0x0403_0201, 0, 0, 0x0F00_0000))
    var hash: UInt32 = 2_166_136_261
    for byte in [1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 15] as [UInt32] { hash = (hash ^ byte) &* 16_777_619 }
    XCTAssertEqual(run.result >> 32, UInt64(hash))
    XCTAssertEqual(run.result & 0xFFFF_FFFF, 25)
  }

  func testSpinLock() throws {
    let object = try load()
    let program = try object.program("spin_lock")
    XCTAssertEqual(try program.testRun(input: frame(2, 30)).result, 30)
    XCTAssertEqual(try program.testRun(input: frame(2, 12)).result, 42)
    XCTAssertEqual(try program.testRun(input: frame(3, 1)).result, 1, "another account")
    XCTAssertEqual(try program.testRun(input: frame(4, 1)).action, .pass, "there are four")
  }

  func testTimerCallsBackIntoSwift() throws {
    let object = try load()
    let alarms = try object.map("alarms")
    let run = try object.program("timer").testRun(input: frame(1_000_000))
    XCTAssertEqual(run.action, .transmit)
    XCTAssertEqual(run.result, 0)
    // The value: the timer's 16 bytes, then how often it fired.
    typealias Alarm = (UInt64, UInt64, UInt64)
    let deadline = Date(timeIntervalSinceNow: 5)
    var fired: UInt64 = 0
    while fired == 0, Date() < deadline {
      usleep(2000)
      let bytes = try XCTUnwrap(try alarms.lookup(bytes: [0, 0, 0, 0]))
      fired = bytes[16..<24].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
    XCTAssertEqual(fired, 1)
  }

  func testTailCall() throws {
    let object = try load()
    let caller = try object.program("tail_caller")
    XCTAssertEqual(try caller.testRun(input: frame(1, 6)).action, .pass, "the slot is empty")
    let target = try object.program("tail_target")
    try object.map("programs").update(UInt32(1), UInt32(bitPattern: target.descriptor))
    let run = try caller.testRun(input: frame(1, 6))
    XCTAssertEqual(run.action, .transmit)
    XCTAssertEqual(run.result, 42)
  }

  func testConstantsTablesAndGlobals() throws {
    let object = try load()
    let program = try object.program("constants")
    let first = try program.testRun(input: frame(0, 7)).result
    XCTAssertEqual(first & 0xFFFF, 19)
    XCTAssertEqual(first >> 16 & 0xFF, UInt64(UInt8(ascii: "t")))
    XCTAssertEqual(first >> 32, 41)
    let second = try program.testRun(input: frame(16, 1)).result
    XCTAssertEqual(second & 0xFFFF, 3)
    XCTAssertEqual(second >> 16 & 0xFF, UInt64(UInt8(ascii: "n")), "the n of \"noinline\", which is text here")
    XCTAssertEqual(second >> 32, 42)
  }

  func testTrafficControlChangesThePacket() throws {
    let object = try load()
    let run = try object.program("traffic_control").testRun(input: frame(0xAABB_CCDD))
    XCTAssertEqual(run.verdict, 0, "TC_ACT_OK")
    XCTAssertEqual(run.output.count, 96)
    XCTAssertEqual(Array(run.output[84..<96]), [64, 0, 0, 0, 0xDD, 0xCC, 0xBB, 0xAA, 0, 0, 0, 0])
    let long = try object.program("traffic_control").testRun(input: [UInt8](repeating: 0, count: 1001))
    XCTAssertEqual(long.verdict, 2, "TC_ACT_SHOT")
  }
}
