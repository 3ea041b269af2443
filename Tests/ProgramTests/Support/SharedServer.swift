import DataPlaneABI
import Glibc
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

  private nonisolated(unsafe) static var sending: TestServer?
  private nonisolated(unsafe) static var generation: UInt8 = 0

  /// One server for all tests of what takes more than the received frame: it sends in bursts, as copies of the frame,
  /// and has the pump's program send on the interface of a `Wire`. It has no sessions, and nothing waits for its pump.
  /// - Parameters:
  ///   - content: what a request is answered with.
  ///   - change: what else is not as usual.
  static func sending(
    _ content: ContentSource = .hello, _ change: (inout configuration) -> Void = { _ in }
  ) throws -> TestServer {
    let server = try sending ?? patient(maxSessions: 2000)
    sending = server
    try server.forgetSessions()
    generation = (generation + 1) % UInt8(CONTENT_GENERATIONS)
    try writeContent(content, to: server.object, generation: generation)
    var settings = usual
    settings.exit = UInt8(BURST_EXIT_NATIVE.rawValue)
    settings.interface = Wire.interface
    change(&settings)
    try server.object.map("configuration").update(UInt32(0), settings)
    // What the queues of timers still have is of no session any more.
    try server.changePump {
      $0 = DataPlaneABI.pump()
      $0.started = 1
    }
    let end = now() + 5_000_000_000
    while try server.round().end == .goesOn, now() < end { usleep(1000) }
    try server.changePump {
      $0.is_running = 1
      $0.last_round = now()
    }
    return server
  }

  /// A server in which nothing expires while a test runs, however slow the machine.
  static func patient(
    maxSessions: UInt32 = 100, content: ContentSource = .hello, _ change: (inout configuration) -> Void = { _ in }
  ) throws -> TestServer {
    try TestServer(maxSessions: maxSessions, content: content) { settings in
      settings.wait(3_600_000_000_000)
      change(&settings)
    }
  }

  /// The configuration of `sending`, but for what is not as usual.
  private static var usual: configuration {
    var settings = TestServer.defaults
    settings.wait(3_600_000_000_000)
    return settings
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
}

extension configuration {
  /// Gives sessions in all states so many nanoseconds.
  fileprivate mutating func wait(_ time: UInt64) {
    half_open_timeout = time
    idle_timeout = time
    closing_timeout = time
    time_wait_timeout = time
  }
}
