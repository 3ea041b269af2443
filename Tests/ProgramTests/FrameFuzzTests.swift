import DataPlaneABI
import Foundation
import PacketKit
import XCTest

/// A million frames against the loaded program. FUZZ_FRAMES and FUZZ_SEED choose how many and which.
final class FrameFuzzTests: XCTestCase {
  private static let batch = 500

  func testRandomFramesHarmNothing() throws {
    let environment = ProcessInfo.processInfo.environment
    let frames = environment["FUZZ_FRAMES"].flatMap { Int($0) } ?? 1_000_000
    let seed = environment["FUZZ_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0...999_999_999)
    print("fuzz: \(frames) frames, seed \(seed)")
    let start = ContinuousClock.now
    var fuzzer = try FrameFuzzer(seed: seed)
    for _ in 0..<(frames + Self.batch - 1) / Self.batch { try fuzzer.run(frames: Self.batch) }
    print("fuzz: \(fuzzer.summary) in \(ContinuousClock.now - start), seed \(seed)")
    // A fuzzer that reaches nothing shows nothing.
    XCTAssertGreaterThan(fuzzer.bursts, frames / 1000)
    XCTAssertGreaterThan(fuzzer.answers, frames / 100)
    XCTAssertGreaterThan(fuzzer.opened, frames / 10_000)
  }
}

/// Sends frames in batches and looks after each batch at what must not have changed.
private struct FrameFuzzer {
  private let server: TestServer
  private let seed: UInt64
  private var frames: FuzzFrames
  private var canaries: [Client]
  /// Connections that correct segments are sent on.
  private var targets: [Client]
  private var sent = 0
  private var passed = 0
  private var dropped = 0
  private var segments = 0
  private var isNative = false
  private(set) var answers = 0
  private(set) var bursts = 0
  private(set) var opened = 0

  var summary: String {
    "\(sent) frames, \(answers) answered, \(dropped) dropped, \(passed) passed, \(opened) sessions opened, "
      + "\(bursts) bursts of \(segments) segments"
  }

  init(seed: UInt64) throws {
    self.seed = seed
    // Nothing may expire meanwhile: it would change sessions that no frame belonged to. The pump runs between batches.
    let server = try TestServer.patient(content: .bytes(pattern(100_000)))
    try server.changePump {
      $0.started = 1
      $0.is_running = 1
    }
    self.server = server
    let tags: [[VLANTag]] = [[], [.dot1Q(5)], [.dot1ad(6), .dot1Q(7)]]
    func clients(ports: UInt16) throws -> [Client] {
      try tags.enumerated().flatMap { index, tags in
        let port = ports + UInt16(index)
        return [
          try server.connect(Client(port: port, tags: tags)),
          try server.connect(Client(from: "fd00::2", port: port, to: "fd00::1", tags: tags)),
        ]
      }
    }
    canaries = try clients(ports: 41_000)
    targets = try clients(ports: 42_000)
    for index in targets.indices where index % 2 == 1 {
      targets[index] = try Self.connect(targets[index].anew(), server)
    }
    // Canaries in the middle of a request: a byte of another flow would show in their parsers.
    for index in canaries.indices { _ = try server.run(canaries[index].data("GET / HT").bytes) }
    frames = FuzzFrames(seed: seed, flows: canaries + targets, messagesAbout: targets)
  }

  /// Every other target with all options, one of them without timestamps, which each segment would need.
  private static func connect(_ stranger: Client, _ server: TestServer) throws -> Client {
    var options: [TCPOption] = [.maximumSegmentSize(1300), .sackPermitted, .windowScale(7)]
    let stamps = stranger.port % 2 == 0
    if stamps { options.append(.timestamps(value: 1, echo: 0)) }
    let (client, _) = try stranger.connected(to: server, options: options, flags: [.syn, .ece, .cwr])
    let stamp: [TCPOption] = [.noOperation, .noOperation, .timestamps(value: 1, echo: 0)]
    _ = try server.run(client.segment(.ack, options: stamps ? stamp : []).bytes)
    return client
  }

  mutating func run(frames count: Int) throws {
    isNative.toggle()
    try server.object.map("configuration").update(UInt32(0), configuration(native: isNative))
    let sessionsBefore = try server.sessionCount()
    let canariesBefore = try canaries.map { try server.sessionBytes(of: $0) }
    var hit = Set<Int>()
    var validSyns = 0
    for _ in 0..<count {
      let bytes = nextFrame()
      sent += 1
      let result = try server.run(bytes)
      let segment = try? Frame(decoding: bytes, leniency: .receiver)
      if let segment {
        if segment.tcp.flags.contains(.syn) { validSyns += 1 }
        for (index, canary) in canaries.enumerated() where segment.belongs(to: canary) { hit.insert(index) }
      }
      switch result.action {
      case .pass:
        passed += 1
        guard result.output == bytes else { throw failure("a frame that is the kernel's was changed", bytes) }
      case .redirect where isNative:
        bursts += 1
        let departure = try server.burst(of: result.output)
        guard TestServer.copyCounts.contains(departure.segments.count + departure.surplus) else {
          throw failure("no device map makes \(departure.segments.count) and \(departure.surplus) copies", bytes)
        }
        for answer in departure.segments { try check(answer: answer, to: bytes, segment) }
        segments += departure.segments.count
      case .drop: dropped += 1
      case .transmit:
        answers += 1
        try check(answer: result.output, to: bytes, segment)
      default: throw failure("the program's verdict is \(result.verdict)", bytes)
      }
    }
    let sessionsAfter = try server.sessionCount()
    guard sessionsAfter <= sessionsBefore + validSyns else {
      throw failure(
        "\(sessionsAfter - sessionsBefore) new sessions from \(validSyns) valid SYNs in the last \(count) frames")
    }
    opened = Int(try server.counter(\.sessions_opened))
    for (index, canary) in canaries.enumerated() where !hit.contains(index) && !Self.waits(canariesBefore[index]) {
      guard try server.sessionBytes(of: canary) == canariesBefore[index] else {
        throw failure("a session changed that none of the last \(count) frames belonged to: port \(canary.port)")
      }
    }
    // Nobody gets what the timers ask for; that nothing comes of it but a verdict is all there is to see.
    _ = try server.round()
    if sessionsAfter > 80 { try renew() }
  }

  /// Whether the pump may change the session: it has an entry in a queue of timers.
  private static func waits(_ bytes: [UInt8]?) -> Bool {
    bytes.map { $0.withUnsafeBytes { $0.load(as: session.self) }.timer_entry != 0 } ?? false
  }

  private func configuration(native: Bool) throws -> configuration {
    guard var settings = try server.object.map("configuration").lookup(UInt32(0), as: DataPlaneABI.configuration.self)
    else { throw failure("the configuration can't be read") }
    settings.exit = UInt8((native ? BURST_EXIT_NATIVE : BURST_EXIT_NONE).rawValue)
    return settings
  }

  /// A request, or an ACK, that a target's session must take.
  private mutating func request() throws -> [UInt8]? {
    var client = targets[frames.index(below: targets.count)]
    guard let session = try server.session(of: client) else { return nil }
    client.next = session.tcp.receive.next
    client.expected = session.tcp.send.next
    let isStamped = session.tcp.features & UInt8(TCP_FEATURE_TIMESTAMPS.rawValue) != 0
    let time = session.tcp.timestamps.recent
    return client.segment(
      [.ack, .psh], frames.once(in: 3) ? [] : Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8),
      options: isStamped ? [.noOperation, .noOperation, .timestamps(value: time, echo: 0)] : []).bytes
  }

  private mutating func nextFrame() -> [UInt8] {
    if !frames.once(in: 4) { return frames.mutated() }
    if frames.once(in: 15), let request = try? request() { return request }
    if frames.once(in: 20) { return frames.message(about: targets[frames.index(below: targets.count)]) }
    if frames.once(in: 10) {
      var stranger = targets[frames.index(below: targets.count)]
      stranger.port = UInt16(1024 + frames.index(below: 60_000))
      return frames.once(in: 2) ? frames.syn(of: stranger).bytes : frames.segment(of: stranger).bytes
    }
    return frames.segment(of: targets[frames.index(below: targets.count)]).bytes
  }

  /// An answer is correct to the last bit, goes back where the frame came from, and answers something.
  private func check(answer: [UInt8], to bytes: [UInt8], _ segment: Frame?) throws {
    guard let segment else { throw failure("an answer to a frame that is not a correct segment", bytes) }
    let frame: Frame
    do { frame = try Frame(decoding: answer) } catch { throw failure("the answer is malformed: \(error)", bytes) }
    guard frame.ip.source == segment.ip.destination, frame.ip.destination == segment.ip.source,
      frame.tcp.sourcePort == segment.tcp.destinationPort, frame.tcp.destinationPort == segment.tcp.sourcePort,
      frame.ethernet.source == segment.ethernet.destination, frame.ethernet.destination == segment.ethernet.source,
      frame.ethernet.tags.map(\.identifier) == segment.ethernet.tags.map(\.identifier)
    else { throw failure("the answer \(frame) goes elsewhere", bytes) }
    if segment.tcp.flags.contains(.rst) {
      // A reset may be challenged (RFC 5961 3.2), and not be answered in any other way; congestion is echoed all the
      // same.
      let plain = frame.with { $0.tcp.flags.remove(.ece) }
      do { try plain.check(.flags(.ack), .noPayload) } catch { throw failure("\(error)", bytes) }
    }
    guard frame.tcp.destinationPort != 0, frame.tcp.sourcePort == 8080 else {
      throw failure("the answer \(frame) is for a port that is not served", bytes)
    }
  }

  /// Forgets the strangers, so that the table has room for new ones, and gives targets that have been closed another
  /// connection.
  private mutating func renew() throws {
    for key in try server.sessionKeys() where !canaries.contains(where: { server.key(of: $0) == key }) {
      try server.object.map("sessions").delete(bytes: key)
    }
    for index in targets.indices {
      let client = targets[index].anew()
      targets[index] = try index % 2 == 1 ? Self.connect(client, server) : server.connect(client)
    }
  }

  private func failure(_ what: String, _ frame: [UInt8] = []) -> ProgramTestFailure {
    let hex = frame.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    return ProgramTestFailure(description: "\(what); frame \(sent) of seed \(seed): \(hex)")
  }
}

extension TestServer {
  fileprivate func sessionKeys() throws -> [[UInt8]] {
    var keys: [[UInt8]] = []
    try object.map("sessions").forEachKey { keys.append($0) }
    return keys
  }

  fileprivate func sessionBytes(of client: Client) throws -> [UInt8]? {
    try object.map("sessions").lookup(bytes: key(of: client))
  }

  /// struct flow.
  fileprivate func key(of client: Client) -> [UInt8] {
    var words = [client.serverPort, client.port] + client.ethernet.tags.map(\.identifier)
    words += [UInt16](repeating: 0, count: 4 - words.count)
    return client.server.mapped + client.address.mapped + words.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }
  }
}

extension Frame {
  fileprivate func belongs(to client: Client) -> Bool {
    ip.source == client.address && ip.destination == client.server && tcp.sourcePort == client.port
      && tcp.destinationPort == client.serverPort
      && ethernet.tags.map(\.identifier) == client.ethernet.tags.map(\.identifier)
  }
}

extension Client {
  /// The same client before its handshake.
  fileprivate func anew() -> Client {
    Client(from: address, port: port, to: server, serverPort: serverPort, initial: next &+ 1, tags: ethernet.tags)
  }
}
