import LabKit
import PacketKit
import XCTest

/// Sessions that are left alone go by themselves, each kind after its own time, with no process to look after them.
final class ExpiryTests: XCTestCase {
  private let request = "GET / HTTP/1.1\r\nHost: lab\r\n\r\n"

  func testHalfOpenSessionExpires() throws {
    for mode in ServerLab.Mode.allCases {
      let server = try ServerLab(mode, "--half-open-timeout", "1s")
      let socket = try PacketSocket(on: server.lab.client)
      var client = try server.strayClient()
      let count = try server.sessions().count
      try socket.send(client.syn().bytes)
      try waitUntil("the session is there", timeout: .seconds(1)) { try server.sessions().count == count + 1 }
      try waitUntil("the session expires", timeout: .seconds(4)) { try server.counter("expired_half_open") == 1 }
      XCTAssertEqual(try server.sessions().count, count)
    }
  }

  func testIdleSessionExpiresAndItsClientIsTold() throws {
    for mode in ServerLab.Mode.allCases {
      let server = try ServerLab(mode, "--idle-timeout", "1s")
      let connection = try server.connect()
      try connection.send(request)
      assertHello(try Response.read(from: connection))
      try waitUntil("the session expires", timeout: .seconds(4)) { try server.counter("expired_idle") == 1 }
      XCTAssertTrue(try server.openSessions().isEmpty)
      try connection.send(request)
      XCTAssertThrowsError(try Response.read(from: connection))
    }
  }

  func testSessionThatIsUsedDoesNotExpire() throws {
    let server = try ServerLab(.native, "--idle-timeout", "1s")
    let connection = try server.connect()
    for _ in 0..<8 {
      try connection.send(request)
      assertHello(try Response.read(from: connection))
      usleep(300_000)
    }
    XCTAssertEqual(try server.counter("expired_idle"), 0)
  }

  func testTimeWaitEnds() throws {
    for mode in ServerLab.Mode.allCases {
      let server = try ServerLab(mode, "--time-wait-timeout", "1s")
      let before = try server.counter("expired_time_wait")
      let connection = try server.connect()
      try connection.send("GET / HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n")
      assertHello(try Response.read(from: connection))
      connection.close()
      try waitUntil("TIME-WAIT ends", timeout: .seconds(5)) { try server.counter("expired_time_wait") > before }
      try waitUntil("all sessions are gone", timeout: .seconds(3)) { try server.sessions().isEmpty }
    }
  }
}

extension ServerLab {
  /// A client with an address that no kernel has, so that nobody answers for it.
  func strayClient() throws -> Client {
    var client = Client(from: "10.77.0.77", to: IPAddress(text: lab.server.ipv4)!)
    client.ethernet = EthernetHeader(
      from: try MACAddress(text: lab.client.linkAddress), to: try MACAddress(text: lab.server.linkAddress))
    return client
  }
}

extension MACAddress {
  fileprivate init(text: String) throws {
    let bytes = text.split(separator: ":").compactMap { UInt8($0, radix: 16) }
    self.init(try XCTUnwrap(bytes.count == 6 ? bytes : nil, text))
  }
}
