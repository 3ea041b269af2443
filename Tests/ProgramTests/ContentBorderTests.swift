import BPF
import DataPlaneABI
import HTTPCore
import PacketKit
import XCTest

/// Heads, whose last two bytes stand for their CRLF, and bodies that lie across the borders of the content store's
/// chunks, and begin and end at every place modulo what its sums count in.
final class ContentBorderTests: XCTestCase {
  private static let body = pattern(2 * Int(CONTENT_CHUNK_SIZE) + 20_000)
  private var server: TestServer!
  /// Where the answer is described in its generation's first chunk, and as it was packed.
  private var place = 0
  private var packed = representation()
  private var memory: MappedMemory?
  private var bytes: UnsafeMutableRawBufferPointer!
  private let get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

  override func setUpWithError() throws {
    server = try TestServer.sending(.bytes(Self.body)) { $0.initial_window = 64 }
    let generation = try XCTUnwrap(try server.object.map("current").lookup(UInt32(0), as: UInt32.self))
    guard let chunks = try server.object.map("content").innerMap(at: generation) else {
      throw ProgramTestFailure(description: "the site's generation has no chunks")
    }
    let memory = try chunks.mapMemory(writable: true)
    bytes = memory.bytes
    self.memory = consume memory
    let site = bytes.load(as: DataPlaneABI.site.self)
    let host = bytes.loadUnaligned(fromByteOffset: Int(site.default_host), as: virtual_host.self)
    place = Int(host.only) + MemoryLayout<resource>.offset(of: \.representations)!
    packed = bytes.loadUnaligned(fromByteOffset: place, as: representation.self)
  }

  /// Has GET answered by two ranges of the body, as if they were head and body.
  private func expectAnswer(
    head: Range<Int>, body: Range<Int>, size: UInt16 = 1460, ipv6: Bool = false, line: UInt = #line
  ) throws {
    let start = Int(packed.body_offset)
    var changed = representation()
    changed.status = 200
    changed.offset = UInt32(start + head.lowerBound)
    changed.start_length = UInt16(head.count) - 2
    changed.body_offset = UInt32(start + body.lowerBound)
    changed.body_length = UInt32(body.count)
    let expected = Array(Self.body[head] + Self.body[body])
    changed.checksum = onesComplementSum(expected)
    changed.head_checksum = onesComplementSum(Array(Self.body[head]))
    bytes.storeBytes(of: changed, toByteOffset: place, as: representation.self)
    // No site changes, but for another one with a key of its own.
    let key = MemoryLayout<DataPlaneABI.site>.offset(of: \.key)!
    bytes.storeBytes(of: UInt64.random(in: 0 ... .max), toByteOffset: key, as: UInt64.self)
    let (opened, _) = try TestServer.stranger(ipv6: ipv6).connected(to: server, options: [.maximumSegmentSize(size)])
    var client = opened
    try server.expectDrop(client.ack())
    let longest = min(Int(size), ipv6 ? 1440 : 1460)
    let segments = try server.download(client.data(get), for: &client, size: longest)
    XCTAssertEqual(segments.payload, expected, "head \(head), body \(body), segments of \(size)", line: line)
    try server.expectDrop(client.rst())
  }

  /// Where chunk n begins, in the body.
  private func border(_ chunk: Int) -> Int {
    chunk * Int(CONTENT_CHUNK_SIZE) - Int(packed.body_offset)
  }

  func testBodiesAcrossBorders() throws {
    for chunk in 1...2 {
      let border = self.border(chunk)
      for before in [0, 1, 2, 15, 16, 17, 1000, 1459, 1460, 1461, 4001] {
        let start = border - before
        try expectAnswer(head: 0..<100, body: start..<start + 5000, ipv6: before % 2 == 1)
      }
    }
  }

  func testHeadsAcrossBorders() throws {
    let border = self.border(1)
    for before in [0, 1, 2, 15, 16, 17, 60, 99, 100] {
      let start = border - before
      try expectAnswer(head: start..<start + 100, body: 0..<3000, ipv6: before % 2 == 0)
    }
  }

  /// Sums are kept for every 16 bytes: a segment's payload may begin and end anywhere between.
  func testEveryPlaceBetweenSums() throws {
    for start in 0..<17 {
      try expectAnswer(head: 1000 + start..<1100 + start, body: 5000 - start..<5777, size: 100 + UInt16(start))
    }
  }

  /// Two bytes of a segment's sum change places with an odd number of bytes before them.
  func testOddHeads() throws {
    for length in 60..<76 {
      try expectAnswer(head: 0..<length, body: 7..<2000 + length, size: 1001, ipv6: length % 2 == 0)
    }
  }

  /// The shortest answers, and those that need one segment more.
  func testShortAnswers() throws {
    for length in [60, 61, 247, 248, 249, 255, 256, 257, 1459, 1460, 1461, 2920, 2921] {
      try expectAnswer(head: 0..<60, body: 300..<300 + length - 60)
      // Right behind the head, as it usually is.
      try expectAnswer(head: 0..<60, body: 60..<length, ipv6: true)
    }
  }

  /// A whole answer that is sent in one piece may begin anywhere in its chunk, and go on into the next.
  func testShortAnswersAcrossBorders() throws {
    let border = self.border(1)
    for start in border - 248...border where start % 31 == 0 || start > border - 4 {
      try expectAnswer(head: start..<start + 60, body: start + 60..<start + 248)
    }
  }

  /// As it lies in memory.
  private func onesComplementSum(_ bytes: [UInt8]) -> UInt16 {
    var total: UInt32 = 0
    for (index, byte) in bytes.enumerated() { total += index % 2 == 0 ? UInt32(byte) << 8 : UInt32(byte) }
    while total > 0xffff { total = total >> 16 + total & 0xffff }
    return UInt16(total).bigEndian
  }
}
