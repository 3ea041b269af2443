import PacketKit
import XCTest

/// The packet builder and decoder against frames that Linux made, and against each other.
final class PacketKitTests: XCTestCase {
  func testEveryKindOfFrameDecodesToWhatItWasBuiltFrom() throws {
    let extensions: [ExtensionHeader] = [.hopByHop(), .routing, .destinationOptions(units: 3)]
    for (from, to) in [("10.0.0.2", "10.0.0.1"), ("fd00::2", "fd00::1")] as [(IPAddress, IPAddress)] {
      for tags in [[], [.dot1Q(5)], [.dot1ad(6), .dot1Q(7)]] as [[VLANTag]] {
        var client = Client(from: from, to: to, tags: tags)
        client.ipv4.options = [7, 3, 4, 0]
        client.ipv6.extensions = extensions
        var frame = client.syn(options: [
          .maximumSegmentSize(1460), .sackPermitted, .timestamps(value: 1, echo: 2), .noOperation, .windowScale(7),
        ])
        XCTAssertEqual(try decoded(frame), normalised(frame))
        frame = client.data("odd")
        XCTAssertEqual(try decoded(frame), normalised(frame))
        frame = client.fin()
        XCTAssertEqual(try decoded(frame), normalised(frame))
      }
    }
  }

  func testFramesOfLinuxDecode() throws {
    for (name, bytes) in LinuxFrames.all {
      let frame = try Frame(decoding: bytes, allowPartialChecksum: true)
      // Building what was decoded gives Linux's bytes again.
      XCTAssertEqual(frame.bytes, bytes, name)
    }
  }

  func testWrongChecksumsAreNoticed() throws {
    var client = Client()
    let frame = client.data("hello")
    assertRefused(frame.with { $0.tcp.checksum = .wrong }, "TCP checksum is wrong")
    assertRefused(frame.with { $0.tcp.checksum = .partial }, "TCP checksum is wrong")
    XCTAssertNoThrow(try Frame(decoding: frame.with { $0.tcp.checksum = .partial }.bytes, allowPartialChecksum: true))
    assertRefused(frame.with { $0.ip.ipv4.checksum = .wrong }, "IPv4 header's checksum is wrong")
    var bytes = frame.bytes
    bytes[bytes.count - 1] ^= 1
    assertRefused(bytes, "TCP checksum is wrong")
  }

  func testWrongLengthsAreNoticed() throws {
    var client = Client()
    let frame = client.data(String(repeating: "x", count: 100))
    assertRefused(Array(frame.bytes.dropLast()), "total length is 140")
    assertRefused(frame.bytes + [0], "1 bytes follow the datagram")
    assertRefused(frame.with { $0.ip.ipv4.headerLength = 4 }, "4 words, fewer than 5")
    assertRefused(frame.with { $0.ip.ipv4.totalLength = 19 }, "total length is 19")
    assertRefused(frame.with { $0.tcp.dataOffset = 4 }, "4 words, fewer than 5")
    assertRefused(frame.with { $0.tcp.dataOffset = 15 }, "option 120")
    for length in 0..<54 { assertRefused(Array(frame.bytes.prefix(length)), "") }
    client = Client(from: "fd00::2", to: "fd00::1")
    assertRefused(client.data("x").with { $0.ip.ipv6.payloadLength = 22 }, "payload length is 22")
  }

  func testMalformedOptionsAreNoticed() {
    let client = Client()
    assertRefused(client.segment(.ack, options: [.raw([2, 0, 0, 0])]), "length as 0")
    assertRefused(client.segment(.ack, options: [.raw([2, 9, 0, 0])]), "option 2 needs 7 bytes")
    assertRefused(client.segment(.ack, options: [.raw([3, 4, 0, 0])]), "its RFC does not allow")
    assertRefused(client.segment(.ack, options: [.raw([0, 0, 0, 1])]), "padding")
  }

  func testFailedCheckNamesWhatWasExpectedAndWhatCame() {
    let client = Client()
    XCTAssertThrowsError(try client.ack().check(.flags(.syn), .acknowledges(0), .payload("x"))) {
      let text = "\($0)"
      XCTAssertTrue(text.contains("has SYN") && text.contains("carries \"x\"") && !text.contains("acknowledges"), text)
    }
  }

  func testClientNumbersItsSegments() throws {
    var client = Client(initial: .max)
    XCTAssertEqual(client.syn().tcp.sequence, .max)
    XCTAssertEqual(client.data("abc").tcp.sequence, 0)
    XCTAssertEqual(client.fin("d").tcp.sequence, 3)
    XCTAssertEqual(client.next, 5)
    XCTAssertEqual(client.syn().tcp.sequence, .max)
  }

  private func decoded(_ frame: Frame) throws -> Frame { try Frame(decoding: frame.bytes) }

  /// What a decoder can know: the options' padding is there, the other family's fields are not.
  private func normalised(_ frame: Frame) -> Frame {
    frame.with {
      let length = $0.tcp.options.reduce(0) { total, option in
        switch option {
        case .maximumSegmentSize: total + 4
        case .sackPermitted: total + 2
        case .timestamps: total + 10
        case .windowScale: total + 3
        default: total + 1
        }
      }
      if length % 4 != 0 { $0.tcp.options.append(.end) }
      if $0.ip.source.isIPv4 {
        $0.ip.ipv6 = IPv6Fields()
      } else {
        $0.ip.ipv4 = IPv4Fields()
      }
    }
  }

  private func assertRefused(_ frame: Frame, _ words: String, line: UInt = #line) {
    assertRefused(frame.bytes, words, line: line)
  }

  private func assertRefused(_ bytes: [UInt8], _ words: String, line: UInt = #line) {
    XCTAssertThrowsError(try Frame(decoding: bytes), line: line) {
      XCTAssertTrue(words.isEmpty || "\($0)".contains(words), "\($0)", line: line)
    }
  }
}
