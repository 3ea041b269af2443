import DataPlaneABI
import HTTPContent
import HTTPCore
import PacketKit

extension TestServer {
  private nonisolated(unsafe) static var loaded: TestServer?
  private nonisolated(unsafe) static var lastPort: UInt16 = 1023

  /// One server for all tests that a common configuration suits, since loading takes a while. Nothing expires in it,
  /// and each client has a port of its own.
  static func shared() throws -> TestServer {
    if let loaded { return loaded }
    let server = try patient(maxSessions: 20_000)
    loaded = server
    return server
  }

  /// A server in which nothing expires while a test runs, however slow the machine.
  static func patient(
    maxSessions: UInt32 = 100, content: ContentSource = .hello, _ change: (inout configuration) -> Void = { _ in }
  ) throws -> TestServer {
    try TestServer(maxSessions: maxSessions, content: content) { settings in
      let hour: UInt64 = 3_600_000_000_000
      settings.half_open_timeout = hour
      settings.idle_timeout = hour
      settings.closing_timeout = hour
      settings.time_wait_timeout = hour
      change(&settings)
    }
  }

  /// Runs `body` with another configuration, which the program reads with every frame.
  func configured(_ change: (inout configuration) -> Void, _ body: () throws -> Void) throws {
    let map = try object.map("configuration")
    guard let usual = try map.lookup(UInt32(0), as: configuration.self) else {
      throw ProgramTestFailure(description: "the configuration can't be read")
    }
    var settings = usual
    change(&settings)
    try map.update(UInt32(0), settings)
    let result = Result { try body() }
    try map.update(UInt32(0), usual)
    try result.get()
  }

  /// A client that no other test is.
  static func stranger(ipv6: Bool = false, tags: [VLANTag] = []) -> Client {
    lastPort = lastPort == .max ? 1024 : lastPort + 1
    return ipv6
      ? Client(from: "fd00::2", port: lastPort, to: Self.ipv6, tags: tags)
      : Client(port: lastPort, to: Self.ipv4, tags: tags)
  }

  /// A client of either family.
  static func strangers() -> [Client] { [stranger(), stranger(ipv6: true)] }

  /// What the server must say, as the control plane rendered it.
  static func content(_ kind: AnswerKind, _ persistence: Persistence = .implied, headOnly: Bool = false) -> [UInt8] {
    let response = Response(kind: kind, persistence: persistence, headOnly: headOnly)
    guard let bytes = try? ContentImage().answer(to: response) else { preconditionFailure("the greeting is no file") }
    return bytes
  }
}
