import Glibc
import LabKit
import XCTest

@testable import BPF

/// Attaching to interfaces, in a network namespace of the test's own. Needs root.
final class LinkTests: XCTestCase {
  private var space: NetworkNamespace!
  private var index: UInt32 = 0

  override func setUpWithError() throws {
    space = try NetworkNamespace()
    try space.run("ip", "link", "add", "left", "type", "veth", "peer", "name", "right")
    index = try space.inside { if_nametoindex("left") }
    XCTAssertNotEqual(index, 0)
  }

  override func tearDown() { space.close() }

  private func attachments() throws -> [XDPAttachment] {
    try space.inside { try XDP.attachments(interface: index) }
  }

  func testLinkInEachMode() throws {
    let program = try Fixture.counter().program("count")
    let id = try program.info().id
    for mode in [XDPMode.native, .skb] {
      try space.inside {
        let link = try Link.attachXDP(program, interface: index, mode: mode)
        XCTAssertEqual(try XDP.attachments(interface: index), [XDPAttachment(mode: mode, programID: id)])
        let info = try link.info()
        XCTAssertTrue(info.isXDP)
        XCTAssertEqual(info.interface, index)
        XCTAssertEqual(info.programID, id)
        XCTAssertTrue(try Link.ids().contains(info.id))
        XCTAssertEqual(try Link(id: info.id).info(), info)
        XCTAssertEqual(try XCTUnwrap(try Link.xdp(program: id, interface: index)?.info()), info)
      }
      XCTAssertEqual(try attachments(), [], "the link has gone, and its program has not")
    }
    XCTAssertNil(try Link.xdp(program: id, interface: index)?.descriptor)
  }

  func testUpdateAndDetach() throws {
    let object = try Fixture.counter()
    let other = try object.program("other").info().id
    try space.inside {
      let link = try Link.attachXDP(try object.program("count"), interface: index, mode: .native)
      try link.update(try object.program("other"))
      XCTAssertEqual(try XDP.attachments(interface: index), [XDPAttachment(mode: .native, programID: other)])
      try link.detach()
      XCTAssertEqual(try XDP.attachments(interface: index), [])
      XCTAssertEqual(try link.info().interface, 0)
    }
  }

  func testTrafficFilter() throws {
    let object = try Object(bytes: try Fixture.bytes("nested"), name: "nested")
    try object.load()
    try space.inside {
      let filter = TrafficFilter(interface: index, handle: 7, priority: 3)
      XCTAssertNil(try filter.programID())
      try filter.detach()
      XCTAssertTrue(try filter.makeHook())
      XCTAssertFalse(try filter.makeHook())
      for name in ["seen", "ignored"] {
        let program = try object.program(name)
        try filter.attach(program)
        XCTAssertEqual(try filter.programID(), try program.info().id)
      }
      XCTAssertNil(try TrafficFilter(interface: index, handle: 8, priority: 3).programID())
      XCTAssertThrowsError(try filter.attach(try object.program("caller"))) { error in
        XCTAssertTrue("\(error)".hasPrefix("cannot put a program on the ingress of interface \(index): "), "\(error)")
      }
      try filter.detach()
      XCTAssertNil(try filter.programID())
      XCTAssertFalse(try filter.makeHook(), "the hook stays")
      try filter.removeHook()
      try filter.removeHook()
      XCTAssertTrue(try filter.makeHook())
    }
  }

  func testPinnedLinkStays() throws {
    let folder = try Self.bpffs()
    let path = "\(folder)/link_test_\(getpid())"
    defer { try? Pin.remove(path) }
    try space.inside {
      let object = try Fixture.counter()
      let link = try Link.attachXDP(try object.program("count"), interface: index, mode: .native)
      try link.pin(path)
      XCTAssertThrowsError(try link.pin(path)) { error in
        XCTAssertEqual(
          "\(error)", "cannot pin a link at \(path): something is pinned there; remove it: rm \(path)")
      }
    }
    XCTAssertEqual(try attachments().count, 1)
    XCTAssertEqual(try Link(pinned: path).info().interface, index)
    XCTAssertThrowsError(try Program(pinned: path).descriptor) { error in
      XCTAssertEqual("\(error)", "what is pinned at \(path) is no program")
    }
    XCTAssertThrowsError(try Map(pinned: path).descriptor)
    try Pin.remove(path)
    // The kernel lets go of an unlinked pin's object a little later.
    for _ in 0..<1000 where try !attachments().isEmpty { usleep(20_000) }
    XCTAssertEqual(try attachments(), [])
    XCTAssertNoThrow(try Pin.remove(path))
  }

  func testPinnedMapAndProgramAreFoundAgain() throws {
    let folder = try Self.bpffs()
    let (map, program) = ("\(folder)/map_test_\(getpid())", "\(folder)/program_test_\(getpid())")
    defer {
      try? Pin.remove(map)
      try? Pin.remove(program)
    }
    var tag = ""
    do {
      let object = try Fixture.counter()
      try object.map("store").update(UInt32(0), UInt32(7))
      try object.map("store").pin(map)
      try object.program("count").pin(program)
      tag = try object.program("count").info().tag
    }
    XCTAssertEqual(try Map(pinned: map).lookup(UInt32(0), as: UInt32.self), 7)
    XCTAssertEqual(try Program(pinned: program).info().tag, tag)
    let second = try Object(bytes: try Fixture.bytes("counter"), name: "counter")
    try second.setPinPath(of: "store", to: map)
    try second.load()
    XCTAssertEqual(try second.map("store").lookup(UInt32(0), as: UInt32.self), 7)
  }

  func testPinOutsideABPFFSSaysSo() throws {
    let object = try Fixture.counter()
    XCTAssertThrowsError(try object.map("store").pin("/tmp/no_bpffs_\(getpid())")) { error in
      XCTAssertTrue("\(error)".contains("/tmp is not in a bpffs"), "\(error)")
    }
  }

  func testNetlinkAttachingTellsTheKernelsReason() throws {
    let object = try Fixture.counter()
    try space.inside {
      let count = try object.program("count")
      let other = try object.program("other")
      try XDP.attach(count, interface: index, mode: .native)
      XCTAssertThrowsError(try XDP.attach(other, interface: index, mode: .native)) { error in
        XCTAssertTrue("\(error)".contains("XDP program already attached"), "\(error)")
      }
      XCTAssertThrowsError(try XDP.attach(other, interface: index, mode: .skb)) { error in
        XCTAssertTrue("\(error)".contains("can't be active at the same time"), "\(error)")
      }
      XCTAssertThrowsError(try Link.attachXDP(other, interface: index, mode: .native).descriptor)
      XCTAssertThrowsError(try XDP.detach(other, interface: index, mode: .native)) { error in
        XCTAssertEqual((error as? BPFError)?.code, .fileExists)
      }
      try XDP.attach(other, interface: index, mode: .native, replacing: count)
      XCTAssertEqual(try XDP.attachments(interface: index).map(\.programID), [try other.info().id])
      try XDP.detach(other, interface: index, mode: .native)
      XCTAssertEqual(try XDP.attachments(interface: index), [])
    }
  }

  func testUnknownInterface() throws {
    XCTAssertEqual(try space.inside { try XDP.attachments(interface: 4_000_000) }, [])
    let program = try Fixture.counter().program("count")
    XCTAssertThrowsError(try space.inside { _ = try Link.attachXDP(program, interface: 4_000_000, mode: .skb) })
  }

  /// The bpffs, mounted if it is not.
  static func bpffs() throws -> String {
    let path = "/sys/fs/bpf"
    if !FileSystem.isBPF(path: path) { try Command.run("mount", "-t", "bpf", "bpf", path) }
    return path
  }
}
