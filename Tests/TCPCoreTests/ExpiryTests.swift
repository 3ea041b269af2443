import TCPCore
import XCTest

final class ExpiryTests: XCTestCase {
  func testEveryStateHasItsTime() {
    let timeouts = Timeouts(halfOpen: 1, idle: 2, closing: 3, timeWait: 4)
    let expected: [(State, UInt64)] = [
      (.closed, 1), (.listen, 1), (.synReceived, 1), (.established, 2), (.closeWait, 2), (.finWait1, 3),
      (.finWait2, 3), (.closing, 3), (.lastAck, 3), (.timeWait, 4),
    ]
    for (state, duration) in expected { XCTAssertEqual(timeouts.duration(in: state), duration, "\(state)") }
    XCTAssertEqual(Set(expected.map(\.0.rawValue)), Set(0...9))
    XCTAssertNil(State(rawValue: 10))
  }

  func testMillisecondsWrap() {
    XCTAssertEqual(Instant(nanoseconds: 999_999).milliseconds, 0)
    XCTAssertEqual(Instant(nanoseconds: 1_000_000).milliseconds, 1)
    XCTAssertEqual(Instant(nanoseconds: 0x1_0000_0005 * 1_000_000).milliseconds, 5)
  }
}
