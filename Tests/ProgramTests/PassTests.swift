import PacketKit
import XCTest

/// Frames that are not the server's reach the kernel as they came.
final class PassTests: XCTestCase {
  private var server: TestServer!
  private let ports: [UInt8] = [0x9c, 0x40, 0x1f, 0x90]  // 40000 to 8080

  override func setUpWithError() throws { server = try TestServer.shared() }

  func testOtherPorts() throws {
    for port: UInt16 in [0, 1, 22, 80, 443, 8079, 8081, 8144, 65535] {
      for var client in TestServer.strangers() {
        client.serverPort = port
        try pass(client.syn(), client.ack(), client.data("GET / HTTP/1.1\r\n\r\n"), client.fin(), client.rst())
      }
    }
  }

  func testOtherAddresses() throws {
    let clients = [
      Client(to: "10.0.0.9"), Client(to: "255.255.255.255"), Client(to: "10.0.0.255"), Client(to: "224.0.0.1"),
      Client(from: "fd00::2", to: "fd00::9"), Client(from: "fd00::2", to: "ff02::1"),
    ]
    for var client in clients {
      try pass(client.syn(), client.ack(), client.data("GET / HTTP/1.1\r\n\r\n"), client.fin(), client.rst())
      client.checksum = .wrong
      try pass(client.syn())
    }
  }

  /// A host that forwards leaves even malformed segments to their receiver.
  func testMalformedSegmentsForOtherAddresses() throws {
    for var client in [Client(to: "10.0.0.9"), Client(from: "fd00::2", to: "fd00::9")] {
      client.ipv4.checksum = .wrong
      try pass(client.segment(.syn))
      client.ipv4 = IPv4Fields { $0.fragment = 0x2000 }
      client.ipv6.extensions = [.fragment(offset: 0, more: true)]
      try pass(client.segment(.syn))
      client.ipv4 = IPv4Fields { $0.totalLength = 100 }
      client.ipv6 = IPv6Fields { $0.payloadLength = 100 }
      try pass(client.segment(.syn))
      client.ipv4 = IPv4Fields()
      client.ipv6 = IPv6Fields()
      try pass(client.segment(.syn).with { $0.tcp.dataOffset = 4 })
    }
  }

  func testGroupAddressesOfEthernet() throws {
    let groups = [
      MACAddress.broadcast, MACAddress([0x01, 0, 0x5e, 0, 0, 1]), MACAddress([0x33, 0x33, 0, 0, 0, 1]),
      MACAddress([0x03, 0, 0, 0, 0, 0x5e]),
    ]
    for group in groups {
      for var client in TestServer.strangers() {
        client.ethernet.destination = group
        try pass(client.syn(), client.ack())
      }
    }
  }

  func testOtherTransportProtocols() throws {
    for client in TestServer.strangers() {
      let header = IPHeader(from: client.address, to: client.server)
      // IPv6: extension headers that the server reads are not transport protocols.
      let others = (UInt8.min...255).filter { $0 != 6 && (client.address.isIPv4 || ![0, 43, 44, 60].contains($0)) }
      for number in others {
        let datagram = header.datagram(protocol: number, payload: ports + [UInt8](repeating: 6, count: 40))
        try pass(client.ethernet.frame(etherType: header.etherType, payload: datagram), "protocol \(number)")
      }
    }
  }

  func testOtherEtherTypes() throws {
    let client = TestServer.stranger()
    let datagram = Array(client.segment(.syn).bytes.dropFirst(14))
    let some: [UInt16] = [0, 46, 1500, 0x0806, 0x8035, 0x8847, 0x8863, 0x88cc, 0x88f7, 0x9100, 0xffff]
    let sweep = stride(from: UInt16(1), to: 65000, by: 251).filter { ![0x0800, 0x86dd, 0x8100, 0x88a8].contains($0) }
    for type in some + sweep {
      try pass(client.ethernet.frame(etherType: type, payload: datagram), "EtherType \(type)")
    }
    // The right EtherType for the wrong header.
    try pass(client.ethernet.frame(etherType: 0x86dd, payload: datagram), "IPv4 as IPv6")
  }

  func testAddressResolution() throws {
    let client = TestServer.stranger()
    let request: [UInt8] = [0, 1, 8, 0, 6, 4, 0, 1] + MACAddress.client.bytes + client.address.bytes
      + [0, 0, 0, 0, 0, 0] + client.server.bytes
    var broadcast = client.ethernet
    broadcast.destination = .broadcast
    try pass(broadcast.frame(etherType: 0x0806, payload: request), "ARP request")
    try pass(client.ethernet.frame(etherType: 0x0806, payload: request), "ARP to us alone")
  }

  func testMoreTagsThanTwoAndTagsInOtherOrders() throws {
    let stacks: [[VLANTag]] = [
      [.dot1Q(1), .dot1Q(2), .dot1Q(3)], [.dot1ad(1), .dot1Q(2), .dot1Q(3)], [.dot1Q(1), .dot1ad(2)],
      [.dot1ad(1), .dot1ad(2)], [VLANTag(1, etherType: 0x9100)], [.dot1Q(1), VLANTag(1, etherType: 0x9100)],
    ]
    for tags in stacks {
      for client in [TestServer.stranger(tags: tags), TestServer.stranger(ipv6: true, tags: tags)] {
        try pass(client.segment(.syn), client.segment(.ack))
      }
    }
  }

  /// Only the first fragment names ports; in any other these bytes may say anything (RFC 791 3.1).
  func testFragmentsWithoutPorts() throws {
    for offset: UInt16 in [1, 2, 185, 0x1fff] {
      for bits: UInt16 in [0, 0x2000, 0x4000] {
        var client = TestServer.stranger()
        client.ipv4.fragment = offset | bits
        try pass(client.segment(.syn), client.segment(.ack, Array("x".utf8)))
      }
      var client = TestServer.stranger(ipv6: true)
      for more in [true, false] {
        client.ipv6.extensions = [.fragment(offset: offset, more: more)]
        try pass(client.segment(.syn))
      }
    }
  }

  func testIPv6HeadersThatAreTheKernels() throws {
    let segmentsLeft = ExtensionHeader(number: 43, body: [0, 253, 1, 0, 0, 0, 0])
    let authentication = ExtensionHeader(number: 51, body: [4] + [UInt8](repeating: 0, count: 22))
    let mobility = ExtensionHeader(number: 135, body: [0, 0, 0, 0, 0, 0, 0])
    let chains: [[ExtensionHeader]] = [
      [segmentsLeft], [.hopByHop(), segmentsLeft], [authentication], [.hopByHop(), authentication], [mobility],
      [ExtensionHeader(number: 139, body: [0, 0, 0, 0, 0, 0, 0])],
      [ExtensionHeader(number: 59, body: [0, 0, 0, 0, 0, 0, 0])],
      [ExtensionHeader](repeating: .destinationOptions(), count: 7), [.hopByHop(units: 26)],
      [.hopByHop(units: 30), .destinationOptions(units: 30)],
      [.destinationOptions(units: 20), .routing, .destinationOptions(units: 20)],
    ]
    for (index, chain) in chains.enumerated() {
      var client = TestServer.stranger(ipv6: true)
      client.ipv6.extensions = chain
      try pass(client.syn().bytes, "chain \(index)")
    }
  }

  /// Whatever the frame ends before it can be told that it is ours.
  func testRunts() throws {
    for client in TestServer.strangers() + [TestServer.stranger(tags: [.dot1Q(1), .dot1Q(2)])] {
      let bytes = client.segment(.syn).bytes
      let links = 14 + client.ethernet.tags.count * 4
      let end = links + (client.address.isIPv4 ? 40 : 60)
      for length in 14..<end { try pass(Array(bytes.prefix(length)), "\(length) bytes of \(end)") }
    }
  }

  func testNoise() throws {
    for length in [14, 15, 60, 64, 512, 513, 1514, 3000] {
      for byte: UInt8 in [0, 0x02, 0x08, 0x80, 0xfe] {
        try pass([UInt8](repeating: byte, count: length), "\(length) bytes of \(byte)")
      }
    }
  }

  private func pass(_ frames: Frame..., line: UInt = #line) throws {
    for frame in frames { try server.expectPass(frame.bytes, "\(frame)", line: line) }
  }

  private func pass(_ bytes: [UInt8], _ what: String, line: UInt = #line) throws {
    try server.expectPass(bytes, what, line: line)
  }
}
