import DataPlaneABI
import PacketKit
import XCTest

/// Routers' messages that a segment was too long (RFC 1191, RFC 8201), true ones and others. The kernel gets all of
/// them as they came.
final class PathMTUTests: XCTestCase {
  private static let body = pattern(20_000)
  private var server: TestServer!
  private var wire: Wire!
  private let get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

  override func setUpWithError() throws {
    server = try TestServer.sending(.bytes(Self.body)) { $0.minimum_timeout = 50_000 }
    wire = try Wire()
  }

  override func tearDown() { wire?.close() }

  /// A message from a router about a datagram of ours.
  struct Message {
    var mtu: UInt32
    var quoted: [UInt8]
    var isIPv4: Bool
    /// Type and code; nil: "fragmentation needed", or "packet too big".
    var kind: [UInt8]?
    var checksumMask: UInt16 = 0
    var tags: [VLANTag] = []

    /// - Parameter segment: the frame that it quotes the beginning of, from its IP header on.
    init(_ mtu: UInt32, about segment: [UInt8], to client: Client, quoting count: Int? = nil) {
      self.mtu = mtu
      isIPv4 = client.address.isIPv4
      tags = client.ethernet.tags
      let network = 14 + 4 * tags.count
      let header = isIPv4 ? 20 : 40
      quoted = Array(segment.dropFirst(network).prefix(count ?? header + 8))
    }

    var bytes: [UInt8] {
      var ip = isIPv4
        ? IPHeader(from: "10.9.9.9", to: TestServer.ipv4) : IPHeader(from: "fd00:9::9", to: TestServer.ipv6)
      ip.ipv4.typeOfService = 0xc0
      let kind = kind ?? (isIPv4 ? [3, 4] : [2, 0])
      let size = (0..<4).map { UInt8(truncatingIfNeeded: mtu >> (24 - 8 * UInt32($0))) }
      var message = kind + [0, 0] + size + quoted
      var summed = message
      if !isIPv4 {
        let length = message.count
        summed += ip.source.bytes + ip.destination.bytes + [0, 0, UInt8(length >> 8), UInt8(length & 0xff), 0, 0, 0, 58]
      }
      let sum = ~Self.sum(summed) ^ checksumMask
      message[2] = UInt8(sum >> 8)
      message[3] = UInt8(sum & 0xff)
      let ethernet = EthernetHeader(from: .client, to: .server, tags: tags)
      return ethernet.frame(
        etherType: ip.etherType, payload: ip.datagram(protocol: isIPv4 ? 1 : 58, payload: message))
    }

    private static func sum(_ bytes: [UInt8]) -> UInt16 {
      var total: UInt32 = 0
      for (index, byte) in bytes.enumerated() { total += index % 2 == 0 ? UInt32(byte) << 8 : UInt32(byte) }
      while total > 0xffff { total = total >> 16 + total & 0xffff }
      return UInt16(total)
    }
  }

  private func size(_ client: Client) throws -> UInt16 {
    try XCTUnwrap(try server.session(of: client)).tcp.maximum_segment_size
  }

  /// - Returns: a client, and a segment that is under way to it.
  private func underWay(_ stranger: Client) throws -> (Client, [UInt8]) {
    var client = try server.connect(stranger)
    let segments = try server.depart(client.data(get).bytes).segments
    return (client, try XCTUnwrap(segments.first))
  }

  private func expect(
    _ message: Message, takes: Bool, _ what: String = "", file: StaticString = #filePath, line: UInt = #line
  ) throws {
    let bytes = message.bytes
    var changes: Changes = [\.frames_received: 1, \.frames_passed: 1]
    changes[takes ? \.path_mtu_updates : \.dropped_icmp] = 1
    let result = try server.expectCounters(changes, file: file, line: line) { try server.run(bytes) }
    XCTAssertEqual(result.action, .pass, what, file: file, line: line)
    XCTAssertEqual(result.output, bytes, what, file: file, line: line)
  }

  /// What was under way comes again, in shorter segments.
  func testSegmentsGetShorter() throws {
    let tags: [[VLANTag]] = [[], [.dot1Q(5)], [.dot1ad(6), .dot1Q(7)]]
    for stranger in tags.flatMap({ [TestServer.stranger(tags: $0), TestServer.stranger(ipv6: true, tags: $0)] }) {
      var (client, segment) = try underWay(stranger)
      let headers = client.address.isIPv4 ? 40 : 60
      // Once as little as a router must quote, once all that it may.
      try expect(Message(1400, about: segment, to: client), takes: true)
      XCTAssertEqual(try size(client), UInt16(1400 - headers))
      let mtu = client.address.isIPv4 ? 601 : 1281
      try expect(Message(UInt32(mtu), about: segment, to: client, quoting: 500), takes: true)
      let length = mtu - headers
      XCTAssertEqual(try size(client), UInt16(length))
      let frames = try server.rounds(on: wire).map { try client.hear($0) }
      for frame in frames { XCTAssertEqual(frame.tcp.payload.count, length) }
      let rest = try server.download(client.ack(), for: &client, size: length, repairs: true)
      XCTAssertEqual(frames.payload + rest.payload, BurstTests.head(Self.body.count) + Self.body)
      try server.expectDrop(client.rst())
    }
  }

  func testNotWithoutReason() throws {
    for stranger in TestServer.strangers() {
      let (client, segment) = try underWay(stranger)
      let before = try XCTUnwrap(try server.session(of: client)).tcp.maximum_segment_size
      let good = Message(1300, about: segment, to: client)
      let header = client.address.isIPv4 ? 20 : 40
      var wrong: [(String, Message)] = []
      func add(_ what: String, _ change: (inout Message) -> Void) {
        var message = good
        change(&message)
        wrong.append((what, message))
      }
      add("a wrong checksum") { $0.checksumMask = 0x0100 }
      add("what was never sent") { $0.quoted[header + 4] ^= 0x80 }
      add("what has been acknowledged: the SYN") { message in
        let number = try? Frame(decoding: segment).tcp.sequence &- 1
        for place in 0..<4 {
          message.quoted[header + 4 + place] = UInt8((number ?? 0) >> (24 - 8 * UInt32(place)) & 255)
        }
      }
      add("a stranger's port") { $0.quoted[header + 3] ^= 1 }
      add("a port of ours that has no session") { $0.quoted[header + 1] ^= 1 }
      add("another address") { $0.quoted[header - 1] ^= 1 }
      add("another protocol") { $0.quoted[client.address.isIPv4 ? 9 : 6] = 17 }
      add("another version") { $0.quoted[0] = client.address.isIPv4 ? 0x65 : 0x40 }
      add("too little of the segment") { $0.quoted.removeLast() }
      add("less than any link has") { $0.mtu = client.address.isIPv4 ? 67 : 1279 }
      add("nothing") { $0.mtu = 0 }
      add("more than we send") { $0.mtu = 1500 }
      add("another VLAN") { $0.tags = [.dot1Q(9)] }
      for (what, message) in wrong {
        try expect(message, takes: false, what)
        XCTAssertEqual(try size(client), before, what)
      }
      // A frame that is shorter than it says.
      let cut = Array(good.bytes.dropLast(2))
      let result = try server.expectCounters([\.frames_received: 1, \.frames_passed: 1, \.dropped_icmp: 1]) {
        try server.run(cut)
      }
      XCTAssertEqual(result.action, .pass)
      XCTAssertEqual(try size(client), before)
      // And the same without any fault.
      try expect(good, takes: true)
      XCTAssertEqual(try size(client), UInt16(1300 - header - 20))
      try server.expectDrop(client.rst())
      try expect(good, takes: false, "the session is gone")
    }
  }

  /// What every link can carry (RFC 791 3.2, RFC 8200 5).
  func testSmallestMTU() throws {
    for stranger in TestServer.strangers() {
      let (client, segment) = try underWay(stranger)
      try expect(Message(client.address.isIPv4 ? 68 : 1280, about: segment, to: client), takes: true)
      XCTAssertEqual(try size(client), client.address.isIPv4 ? 48 : 1220)
      try server.expectDrop(client.rst())
    }
  }

  /// RFC 5927 4.1: who quotes what has been acknowledged is late, or guesses.
  func testNothingIsUnderWay() throws {
    for stranger in TestServer.strangers() {
      var client = try server.connect(stranger)
      let head = client.data("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n")
      let answer = try server.answer(to: head, for: &client)
      try server.expectDrop(client.ack())
      let before = try size(client)
      try expect(Message(1300, about: answer.bytes, to: client), takes: false)
      XCTAssertEqual(try size(client), before)
      try server.expectDrop(client.rst())
    }
  }

  func testOtherMessagesAreTheKernels() throws {
    for stranger in TestServer.strangers() {
      let (client, segment) = try underWay(stranger)
      let before = try size(client)
      let kinds: [[UInt8]] = client.address.isIPv4
        ? [[3, 0], [3, 3], [3, 13], [8, 0], [0, 0], [11, 0], [2, 0]]
        : [[1, 0], [3, 0], [2, 1], [128, 0], [135, 0], [3, 4]]
      for kind in kinds {
        var message = Message(1300, about: segment, to: client)
        message.kind = kind
        try server.expectPass(message.bytes, "\(kind)")
        XCTAssertEqual(try size(client), before)
      }
      try server.expectDrop(client.rst())
    }
  }
}
