import TCPCore
import XCTest

/// Arithmetic modulo 2^32 (RFC 9293 3.4).
final class SequenceNumberTests: XCTestCase {
  private let places: [UInt32] = [0, 1, 2, 0x7fff_fffe, 0x7fff_ffff, 0x8000_0000, 0x8000_0001, 0xffff_fffe, 0xffff_ffff]

  func testOrderGoesTheShorterWayRound() {
    for place in places {
      let a = SequenceNumber(place)
      for ahead: UInt32 in [1, 2, 1000, 0x7fff_fffe, 0x7fff_ffff] {
        let b = a.advanced(by: ahead)
        XCTAssertTrue(a.precedes(b))
        XCTAssertTrue(a.precedesOrEquals(b))
        XCTAssertFalse(b.precedes(a))
        XCTAssertFalse(b.precedesOrEquals(a))
        XCTAssertEqual(b.distance(from: a), Int32(ahead))
        XCTAssertEqual(a.distance(from: b), -Int32(ahead))
      }
      XCTAssertFalse(a.precedes(a))
      XCTAssertTrue(a.precedesOrEquals(a))
      XCTAssertEqual(a.distance(from: a), 0)
    }
  }

  func testOppositeNumbersPrecedeNeitherWay() {
    for place in places {
      let a = SequenceNumber(place)
      let b = a.advanced(by: 0x8000_0000)
      XCTAssertFalse(a.precedes(b))
      XCTAssertFalse(b.precedes(a))
    }
  }

  func testAdvanceWraps() {
    XCTAssertEqual(SequenceNumber(0xffff_ffff).advanced(by: 1), SequenceNumber(0))
    XCTAssertEqual(SequenceNumber(0xffff_fff0).advanced(by: 0x20), SequenceNumber(0x10))
    XCTAssertEqual(SequenceNumber(5).advanced(by: 0xffff_ffff), SequenceNumber(4))
  }

  func testWindow() {
    for place in places {
      let start = SequenceNumber(place)
      XCTAssertFalse(start.isInWindow(from: start, size: 0))
      XCTAssertTrue(start.isInWindow(from: start, size: 1))
      XCTAssertFalse(start.advanced(by: 1).isInWindow(from: start, size: 1))
      XCTAssertTrue(start.advanced(by: 99).isInWindow(from: start, size: 100))
      XCTAssertFalse(start.advanced(by: 100).isInWindow(from: start, size: 100))
      XCTAssertFalse(start.advanced(by: 0xffff_ffff).isInWindow(from: start, size: 100))
    }
  }

  func testSegmentLengthCountsSynchronizeAndFinish() {
    let cases: [(ControlBits, UInt32, UInt32)] = [
      (.acknowledge, 0, 0), (.acknowledge, 10, 10), (.synchronize, 0, 1), (.finish, 0, 1),
      (.synchronize.union(.finish), 5, 7), (.reset.union(.push).union(.urgent), 0, 0),
    ]
    for (flags, payload, length) in cases {
      let segment = Segment(
        sequence: SequenceNumber(0), acknowledgment: SequenceNumber(0), window: 0, flags: flags,
        payloadLength: payload)
      XCTAssertEqual(segment.length, length)
    }
  }
}
