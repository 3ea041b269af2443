import TCPCore
import XCTest

/// RFC 6528 3: ISN = M + F(...).
final class InitialSequenceTests: XCTestCase {
  func testClockTicksEveryFourMicroseconds() {
    let hash: UInt64 = 0x0123_4567_89ab_cdef
    func number(_ nanoseconds: UInt64) -> SequenceNumber {
      initialSequenceNumber(hash: hash, now: Instant(nanoseconds: nanoseconds))
    }
    XCTAssertEqual(number(0).value, 0x89ab_cdef)
    XCTAssertEqual(number(3999), number(0))
    XCTAssertEqual(number(4000), number(0).advanced(by: 1))
    XCTAssertEqual(number(1_000_000_000), number(0).advanced(by: 250_000))
    // The clock comes round every 2^32 * 4 us, somewhat under five hours.
    XCTAssertEqual(number(4000 << 32), number(0))
    XCTAssertEqual(number(.max), number(0).advanced(by: UInt32(truncatingIfNeeded: UInt64.max / 4000)))
  }

  func testHashMovesTheNumber() {
    let now = Instant(nanoseconds: 123_456_789_012)
    let base = initialSequenceNumber(hash: 0, now: now)
    XCTAssertEqual(initialSequenceNumber(hash: 77, now: now), base.advanced(by: 77))
    XCTAssertEqual(initialSequenceNumber(hash: .max, now: now).value, base.value &- 1)
  }

  func testNumberOfATakenOverConnectionLiesBeyondTheOldOnes() {
    for place: UInt32 in [0, 5, 0x7fff_ffff, 0xffff_0000, 0xffff_ffff] {
      let old = SequenceNumber(place)
      // Far enough ahead already: kept.
      for ahead: UInt32 in [0x1_0001, 0x1_0002, 250_000, 0x7fff_ffff] {
        XCTAssertEqual(old.advanced(by: ahead).following(old), old.advanced(by: ahead))
      }
      // Behind, or so close that old segments could be taken for new ones: moved.
      for ahead: UInt32 in [0, 1, 0xffff, 0x1_0000, 0xffff_ffff, 0xc000_0000] {
        XCTAssertEqual(old.advanced(by: ahead).following(old), old.advanced(by: 0x1_0002))
      }
    }
  }
}
