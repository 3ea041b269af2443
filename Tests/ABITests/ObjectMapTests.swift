import BPF
import DataPlaneABI
import DataPlaneObject
import XCTest

/// The maps and programs that the control plane looks for by name.
final class ObjectMapTests: XCTestCase {
  func testMaps() throws {
    let object = try Object(bytes: DataPlaneObject.bytes, name: DataPlaneObject.name)
    let copies = Array(0...16) + Array(stride(from: 20, through: 64, by: 4))
    let expected = Set(
      [
        "sessions", "statistics", "configuration", "served_ports", "local_addresses", "content", "current",
        "kept", "wall_clock", "access_log", "requests", "request_grammar", "scratch", "plans", "timers_2", "timers_16",
        "timers_128", "timers_1024", "pump", "blank", "unread", "blank_block",
        "time_wait", "expiries", "ended", "session_clock", "stages", "pump_stages",
      ] + copies.map { "clones_\($0)" })
    // What the compilers make of constants is theirs.
    XCTAssertEqual(Set(object.mapNames.filter { !$0.contains(".") }), expected)
    // A copy for each segment, and the frame itself for the pump.
    for count in copies { XCTAssertEqual(try object.maxEntries(of: "clones_\(count)"), UInt32(count + 1)) }
    XCTAssertEqual(try object.maxEntries(of: "content"), UInt32(CONTENT_GENERATIONS))
  }

  func testPrograms() throws {
    let object = try Object(bytes: DataPlaneObject.bytes, name: DataPlaneObject.name)
    XCTAssertEqual(
      Set(object.programNames),
      [
        "xdp_tcp_server", "conversation", "read", "transmit", "newcomer", "path_mtu", "burst_egress", "wake_egress",
        "burst_test", "burst_ingress", "pump_round", "pump_work", "set_up_clock",
      ])
  }
}
