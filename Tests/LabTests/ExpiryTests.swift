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
      try server.waitUntilNoSessions()
      let (opened, expired) = (try server.counter("sessions_opened"), try server.counter("expired_half_open"))
      try socket.send(client.syn().bytes)
      try waitUntil("the session has been opened") { try server.counter("sessions_opened") == opened + 1 }
      try waitUntil("the session expires") { try server.counter("expired_half_open") == expired + 1 }
      XCTAssertEqual(try server.sessions().count, 0)
    }
  }

  func testIdleSessionExpiresAndItsClientIsTold() throws {
    for mode in ServerLab.Mode.allCases {
      let server = try ServerLab(mode, "--idle-timeout", "2s")
      try server.waitUntilNoSessions()
      let before = try server.counter("expired_idle")
      let connection = try server.connect()
      try connection.send(request)
      assertHello(try Response.read(from: connection))
      try waitUntil("the session expires") { try server.counter("expired_idle") == before + 1 }
      XCTAssertTrue(try server.openSessions().isEmpty)
      try connection.send(request)
      XCTAssertThrowsError(try Response.read(from: connection))
    }
  }

  func testSessionThatIsUsedDoesNotExpire() throws {
    // Used for longer than the time-out, with pauses that stay far below it on a machine that is busy, too.
    let server = try ServerLab(.native, "--idle-timeout", "4s")
    try server.waitUntilNoSessions()
    let before = try server.counter("expired_idle")
    let connection = try server.connect()
    let end = ContinuousClock.now + .seconds(6)
    while ContinuousClock.now < end {
      try connection.send(request)
      assertHello(try Response.read(from: connection))
      usleep(300_000)
    }
    XCTAssertEqual(try server.counter("expired_idle"), before)
  }

  func testTimeWaitEnds() throws {
    for mode in ServerLab.Mode.allCases {
      let server = try ServerLab(mode, "--time-wait-timeout", "1s")
      let before = try server.counter("expired_time_wait")
      let connection = try server.connect()
      try connection.send("GET / HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n")
      assertHello(try Response.read(from: connection))
      connection.close()
      try waitUntil("TIME-WAIT ends") { try server.counter("expired_time_wait") > before }
      try server.waitUntilNoSessions()
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
