import BPF
import CLinux
import DataPlaneABI
import DataPlaneObject
import Dispatch
import Glibc
import HTTPContent
import HTTPGrammar
import PacketKit
import XCTest

/// The real object, loaded into this kernel and set up as the loader does it, but attached to nothing: frames go in and
/// come out by BPF_PROG_TEST_RUN. Unless a test says otherwise only one segment leaves for a frame, in its place
/// (BURST_EXIT_NONE), and there is no pump.
final class TestServer {
  let object: Object
  let program: Program

  static let ipv4: PacketKit.IPAddress = "10.0.0.1"
  static let ipv6: PacketKit.IPAddress = "fd00::1"

  /// - Parameter content: what a request is answered with.
  init(
    maxSessions: UInt32 = 100, maxTimeWait: UInt32? = nil, expiries: UInt32? = nil, ports: [UInt16] = [8080],
    content: ContentSource = .hello, _ change: (inout configuration) -> Void = { _ in }
  ) throws {
    try requireRoot()
    try stayOnOneCPU()
    let object = try Object(bytes: DataPlaneObject.bytes, name: DataPlaneObject.name)
    try object.setMaxEntries(of: "sessions", to: maxSessions)
    try object.setMaxEntries(of: "time_wait", to: maxTimeWait ?? maxSessions)
    try object.setMaxEntries(of: "expiries", to: expiries ?? maxSessions + UInt32(EXPIRY_SPARE))
    try object.load()
    let program = try object.program("xdp_tcp_server")
    let clock = try object.program("set_up_clock").testRun(input: [UInt8](repeating: 0, count: 64))
    guard clock.action == .pass else { throw ProgramTestFailure(description: "the clock could not be set up") }

    var settings = Self.defaults
    change(&settings)
    try object.map("configuration").update(UInt32(0), settings)

    let servedPorts = try object.map("served_ports")
    for port in ports {
      let word = UInt32(port / 64)
      let present = try servedPorts.lookup(word, as: UInt64.self) ?? 0
      try servedPorts.update(word, present | 1 << UInt64(port % 64))
    }
    let addresses = try object.map("local_addresses")
    for address in [Self.ipv4, Self.ipv6] { try addresses.update(bytes: address.mapped, [1]) }

    try writeContent(content, to: object)
    try stopClock(of: object)
    try object.map("request_grammar").update(bytes: [0, 0, 0, 0], RequestGrammar().bytes)
    self.object = object
    self.program = program
  }

  /// The configuration where a test says nothing else.
  static var defaults: configuration {
    var settings = configuration()
    settings.secret = (0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908)
    settings.half_open_timeout = 20_000_000_000
    settings.idle_timeout = 75_000_000_000
    settings.closing_timeout = 60_000_000_000
    settings.time_wait_timeout = 60_000_000_000
    settings.expiry_interval = 1_000_000_000
    settings.receive_window = 65535
    settings.maximum_segment_size_ipv4 = 1460
    settings.maximum_segment_size_ipv6 = 1440
    settings.exit = UInt8(BURST_EXIT_NONE.rawValue)
    settings.initial_window = 10
    settings.features = 15
    settings.minimum_timeout = 200_000
    settings.maximum_timeout = 120_000_000
    settings.give_up_time = 924_600
    settings.keep_alive_interval = 75_000
    settings.keep_alive_probes = 9
    settings.pump_awake_length = 60
    settings.pump_asleep_length = 1500
    return settings
  }

  /// What the program makes of a frame.
  func run(_ frame: [UInt8]) throws -> TestRunResult { try program.testRun(input: frame) }

  /// The answer to a frame that must be answered, decoded and checked, checksums included.
  func answer(to frame: Frame, for client: inout Client) throws -> Frame {
    let result = try run(frame.bytes)
    guard result.action == .transmit else {
      throw ProgramTestFailure(description: "expected an answer to \(frame), got \(String(describing: result.action))")
    }
    return try client.hear(result.output)
  }

  /// Runs a frame that must be dropped without an answer.
  func expectDrop(_ frame: Frame, file: StaticString = #filePath, line: UInt = #line) throws {
    XCTAssertEqual(try run(frame.bytes).action, .drop, "\(frame)", file: file, line: line)
  }

  /// A client whose connection is established.
  /// - Parameter segmentSize: the MSS that it offers.
  func connect(_ client: Client = Client(), segmentSize: UInt16 = 1460) throws -> Client {
    var client = client
    let synAck = try answer(to: client.syn(options: [.maximumSegmentSize(segmentSize)]), for: &client)
    try synAck.check(.flags([.syn, .ack]), .acknowledges(client.next))
    try expectDrop(client.ack())
    return client
  }

  /// The sum over the CPUs of one counter.
  func counter(_ field: KeyPath<statistics, u64>) throws -> UInt64 {
    let copies = try object.map("statistics").lookupPerCPU(UInt32(0), as: statistics.self) ?? []
    return copies.reduce(0) { $0 + $1[keyPath: field] }
  }

  /// The session of a client, or nil.
  func session(of client: Client) throws -> session? {
    let bytes = try object.map("sessions").lookup(bytes: flowBytes(of: client))
    return bytes?.withUnsafeBytes { $0.load(as: DataPlaneABI.session.self) }
  }

  /// Changes the session of a client that must have one.
  func change(_ client: Client, _ change: (inout session) -> Void) throws {
    guard var session = try session(of: client) else {
      throw ProgramTestFailure(description: "port \(client.port) has no session")
    }
    change(&session)
    try object.map("sessions").update(bytes: flowBytes(of: client), withUnsafeBytes(of: session) { Array($0) })
  }

  /// struct flow.
  func flowBytes(of client: Client) -> [UInt8] {
    var key = flow()
    withUnsafeMutableBytes(of: &key.local_address) { $0.copyBytes(from: client.server.mapped) }
    withUnsafeMutableBytes(of: &key.remote_address) { $0.copyBytes(from: client.address.mapped) }
    key.local_port = client.serverPort
    key.remote_port = client.port
    if client.ethernet.tags.count > 0 { key.outer_vlan = client.ethernet.tags[0].identifier }
    if client.ethernet.tags.count > 1 { key.inner_vlan = client.ethernet.tags[1].identifier }
    return withUnsafeBytes(of: key) { Array($0) }
  }

  /// How many sessions there are.
  func sessionCount() throws -> Int {
    var count = 0
    try object.map("sessions").forEachKey { _ in count += 1 }
    return count
  }
}

/// Keeps this thread on the CPU where it is: a burst's plan and a segment's working memory are each CPU's own, and the
/// next run of a program has to find them.
private func stayOnOneCPU() throws {
  let cpu = Int(sched_getcpu())
  var mask = [UInt8](repeating: 0, count: 128)
  mask[cpu / 8] = 1 << UInt8(cpu % 8)
  guard sched_setaffinity(0, UInt(mask.count), mask) == 0 else {
    throw ProgramTestFailure(description: "this thread can't be kept on CPU \(cpu): errno \(errno)")
  }
}

/// Runs `body` so many times at once, wherever there is a CPU for it.
func onAllCPUs(_ count: Int, _ body: @Sendable (Int) -> Void) throws {
  DispatchQueue.concurrentPerform(iterations: count) { index in
    // A thread starts where the one that made it has to stay.
    let mask = [UInt8](repeating: 0xff, count: 128)
    _ = sched_setaffinity(0, UInt(mask.count), mask)
    body(index)
  }
  try stayOnOneCPU()
}

/// These tests need root; without it they fail.
private func requireRoot() throws {
  guard geteuid() == 0 else { throw ProgramTestFailure(description: "program tests load eBPF programs and need root") }
}

struct ProgramTestFailure: Error, CustomStringConvertible {
  let description: String
}
