import TCPCore
import XCTest

/// The bounds within which a router's message makes segments shorter (RFC 1191 3, RFC 8201 4).
final class LoweredSegmentSizeTests: XCTestCase {
  func testNoMessageMakesSegmentsTiny() {
    for size: UInt16 in [0, 1, 47, 48] {
      Dialogue.established { server in
        server.sendsFlight(2)
        XCTAssertTrue(server.session!.lowerSegmentSize(to: size, quoted: server.origin.server.at(0)))
        XCTAssertEqual(server.session!.segmentSize, 48)
      }
    }
  }

  func testNoMessageMakesSegmentsLonger() {
    Dialogue.established { server in
      server.sendsFlight(2)
      XCTAssertTrue(server.session!.lowerSegmentSize(to: 1000, quoted: server.origin.server.at(0)))
      for size: UInt16 in [1000, 1001, 1460, 65535] {
        XCTAssertFalse(server.session!.lowerSegmentSize(to: size, quoted: server.origin.server.at(0)))
        XCTAssertEqual(server.session!.segmentSize, 1000)
      }
    }
  }

  /// A stranger has to know what is outstanding (RFC 5927 4.1).
  func testOnlyAnOutstandingNumberCounts() {
    Dialogue.established { server in
      server.sendsFlight(2)
      for place in [-1, 2920, 2921, 100_000, -100_000] {
        XCTAssertFalse(server.session!.lowerSegmentSize(to: 1000, quoted: server.origin.server.at(place)), "\(place)")
      }
      XCTAssertTrue(server.session!.lowerSegmentSize(to: 1000, quoted: server.origin.server.at(2919)))
    }
  }
}
