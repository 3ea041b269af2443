import Glibc
import LabKit
import XCTest

/// What a client may do with a connection, over the kernel's own TCP on its side.
final class ConversationTests: XCTestCase {
  private let request = "GET / HTTP/1.1\r\nHost: lab\r\nUser-Agent: test\r\n\r\n"

  func testRequestSplitAtEveryByte() throws {
    try everywhere { server, family in
      let bytes = Array(request.utf8)
      let connection = try server.connect(family)
      for cut in 1..<bytes.count {
        try connection.send(Array(bytes[..<cut]))
        try connection.send(Array(bytes[cut...]))
        assertHello(try Response.read(from: connection))
      }
    }
  }

  func testRequestByteByByte() throws {
    try everywhere { server, family in
      let connection = try server.connect(family)
      for byte in request.utf8 { try connection.send([byte]) }
      assertHello(try Response.read(from: connection))
    }
  }

  func testPipelinedRequestsAreAnsweredInOrderAndInFull() throws {
    try everywhere { server, family in
      let connection = try server.connect(family)
      let head = "HEAD / HTTP/1.1\r\nHost: lab\r\n\r\n"
      try connection.send(request + head + request + request)
      assertHello(try Response.read(from: connection))
      XCTAssertEqual(try Response.read(from: connection, withoutBody: true).status, 200)
      assertHello(try Response.read(from: connection))
      assertHello(try Response.read(from: connection))
    }
  }

  func testManyPipelinedRequests() throws {
    try everywhere { server, family in
      let connection = try server.connect(family)
      for _ in 0..<20 {
        try connection.send(String(repeating: request, count: 10))
        for _ in 0..<10 { assertHello(try Response.read(from: connection)) }
      }
    }
  }

  func testClientThatClosesItsSideFirstStillGetsTheAnswer() throws {
    try everywhere { server, family in
      let connection = try server.connect(family)
      try connection.send(request)
      connection.finish()
      assertHello(try Response.read(from: connection))
      XCTAssertEqual(try connection.receiveToEnd(), "")
    }
  }

  func testClientThatOnlyClosesIsClosed() throws {
    try everywhere { server, family in
      let connection = try server.connect(family)
      connection.finish()
      XCTAssertEqual(try connection.receiveToEnd(), "")
      connection.close()
      try waitUntil("the session is gone") { try server.openSessions().isEmpty }
    }
  }

  func testResetEndsTheSession() throws {
    try everywhere { server, family in
      let before = try server.counter("sessions_reset")
      let connection = try server.connect(family)
      try connection.send(request)
      assertHello(try Response.read(from: connection))
      try waitUntil("this session alone is left") { try server.openSessions().count == 1 }
      connection.reset()
      try waitUntil("the session is gone") { try server.openSessions().isEmpty }
      XCTAssertEqual(try server.counter("sessions_reset") - before, 1)
    }
  }

  func testConnectionCloseIsHonouredByTheServerClosingFirst() throws {
    try everywhere { server, family in
      let connection = try server.connect(family)
      try connection.send("GET / HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n")
      let response = try Response.read(from: connection)
      assertHello(response)
      XCTAssertEqual(response.fields["connection"], "close")
      XCTAssertEqual(try connection.receiveToEnd(), "")
    }
  }

  func testOldProtocolVersionIsAnsweredAndClosed() throws {
    try everywhere { server, family in
      let connection = try server.connect(family)
      try connection.send("GET / HTTP/1.0\r\n\r\n")
      assertHello(try Response.read(from: connection))
      XCTAssertEqual(try connection.receiveToEnd(), "")
    }
  }

  func testOldProtocolVersionMayKeepAlive() throws {
    try everywhere { server, family in
      let connection = try server.connect(family)
      for _ in 0..<3 {
        try connection.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        let response = try Response.read(from: connection)
        assertHello(response)
        XCTAssertEqual(response.fields["connection"]?.lowercased(), "keep-alive")
      }
    }
  }

  func testHeadHasTheFieldsAndNoBody() throws {
    try everywhere { server, family in
      let connection = try server.connect(family)
      try connection.send("HEAD / HTTP/1.1\r\nHost: lab\r\n\r\n")
      let response = try Response.read(from: connection, withoutBody: true)
      XCTAssertEqual(response.status, 200)
      XCTAssertEqual(response.fields["content-length"], "12")
      // Nothing of a body may come before the next answer.
      try connection.send(request)
      assertHello(try Response.read(from: connection))
    }
  }

  func testWhatIsNotHTTPIsRefusedAndClosed() throws {
    try everywhere { server, family in
      for garbage in ["\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}", "hello\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "GET  / HTTP/1.1\r\n\r\n"] {
        let connection = try server.connect(family)
        try connection.send(garbage)
        let response = try Response.read(from: connection)
        XCTAssertEqual(response.status, 400, garbage.debugDescription)
        XCTAssertEqual(try connection.receiveToEnd(), "", garbage.debugDescription)
      }
    }
  }

  func testPortThatIsNotServedIsTheKernels() throws {
    let server = try ServerLab(.native, "--port", "8080", "--port", "81")
    XCTAssertTrue(try Command.attempt(
      server.lab.client.namespace.entering(["curl", "-sS", "--max-time", "2", server.url(.ipv4, port: 81)])).succeeded)
    XCTAssertThrowsError(
      try TCPConnection(in: server.lab.client.namespace, to: server.lab.server.ipv4, port: 82)
    ) { XCTAssertEqual(($0 as? ConnectionError)?.code, ECONNREFUSED) }
  }
}

extension ServerLab {
  /// The sessions that are not in TIME-WAIT.
  func openSessions() throws -> [[String: Any]] {
    try sessions().filter { $0["state"] as? String != "time-wait" }
  }
}
