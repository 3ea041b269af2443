import XCTest

@testable import BPF

/// Ring buffers. Needs root.
final class RingBufferTests: XCTestCase {
  private func object() throws -> Object {
    let object = try Object(bytes: try Fixture.bytes("ring"), name: "ring")
    try object.load()
    return object
  }

  /// A frame whose first `length` bytes the program records.
  private func frame(_ first: UInt8, length: UInt8 = 60, isQuiet: Bool = false) -> [UInt8] {
    var frame = Fixture.frame(key: isQuiet ? 1 : 0)
    frame[0] = first
    frame[12] = length
    return frame
  }

  func testRecordsComeInOrderAndOnce() throws {
    let object = try object()
    let program = try object.program("record")
    let ring = try RingBuffer(try object.map("records"))
    for first in 1...3 as ClosedRange<UInt8> {
      XCTAssertEqual(try program.testRun(input: frame(first, length: first * 10)).action, .pass)
    }
    var seen: [[UInt8]] = []
    XCTAssertEqual(try ring.poll(timeout: .seconds(10)) { seen.append(Array($0)) }, 3)
    XCTAssertEqual(seen.map(\.count), [10, 20, 30])
    XCTAssertEqual(seen.map { $0[0] }, [1, 2, 3])
    XCTAssertEqual(try ring.poll(timeout: .zero) { _ in XCTFail("a record came twice") }, 0)
    // What has been read is remembered by the map.
    XCTAssertEqual(try program.testRun(input: frame(4)).action, .pass)
    let other = try RingBuffer(try object.map("records"))
    XCTAssertEqual(try other.consume { XCTAssertEqual($0[0], 4) }, 1)
  }

  func testTimeout() throws {
    let object = try object()
    let ring = try RingBuffer(try object.map("records"))
    let start = ContinuousClock.now
    XCTAssertEqual(try ring.poll(timeout: .milliseconds(200)) { _ in XCTFail("nobody wrote") }, 0)
    XCTAssertGreaterThan(ContinuousClock.now - start, .milliseconds(150))
  }

  func testRecordsThatNobodyTellsOfAreConsumed() throws {
    let object = try object()
    let ring = try RingBuffer(try object.map("records"))
    XCTAssertEqual(try object.program("record").testRun(input: frame(9, isQuiet: true)).action, .pass)
    XCTAssertEqual(try ring.poll(timeout: .milliseconds(10)) { _ in XCTFail("a quiet record woke the reader") }, 0)
    XCTAssertEqual(try ring.consume { XCTAssertEqual($0[0], 9) }, 1)
  }

  func testAFullRingTakesNoMoreUntilItIsRead() throws {
    let object = try object()
    let program = try object.program("record")
    let ring = try RingBuffer(try object.map("records"))
    var count = 0
    while try program.testRun(input: frame(1)).action == .pass {
      count += 1
      guard count < 1000 else { return XCTFail("the ring is never full") }
    }
    // 60 bytes and a header of 8, rounded up to 8.
    XCTAssertEqual(count, 4096 / 72)
    XCTAssertEqual(try ring.consume { _ in }, count)
    XCTAssertEqual(try program.testRun(input: frame(1)).action, .pass)
  }

  func testWhatTheReaderThrowsIsThrownAndTheRestStays() throws {
    struct Enough: Error {}
    let object = try object()
    let ring = try RingBuffer(try object.map("records"))
    for first in 1...3 as ClosedRange<UInt8> {
      _ = try object.program("record").testRun(input: frame(first))
    }
    XCTAssertThrowsError(try ring.consume { if $0[0] == 2 { throw Enough() } }) { XCTAssertTrue($0 is Enough) }
    XCTAssertEqual(try ring.consume { XCTAssertEqual($0[0], 3) }, 1)
  }

  func testAnotherMapIsRefused() throws {
    let map = try Fixture.counter().map("store")
    XCTAssertThrowsError(_ = try RingBuffer(map)) { error in
      XCTAssertEqual("\(error)", "map store is no ring buffer")
    }
  }
}
