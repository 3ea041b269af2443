import Glibc
import LabKit
import XCTest

@testable import BPF

/// Arrays of programs and of maps. Needs root.
final class NestedTests: XCTestCase {
  private func object() throws -> Object { try Object(bytes: try Fixture.bytes("nested"), name: "nested") }

  private func shelf(_ value: UInt64, entries: UInt32) throws -> Map {
    var options = bpf_map_create_opts()
    options.sz = optionsSize(through: \bpf_map_create_opts.map_flags)
    options.map_flags = UInt32(BPF_F_MMAPABLE) | UInt32(BPF_F_INNER_MAP)
    let map = try Map(owning: bpf_map_create(BPF_MAP_TYPE_ARRAY, "shelf", 4, 8, entries, &options))
    try map.update(UInt32(0), value)
    return map
  }

  /// Programs that are loaded anew take over an array of maps, with the maps that are in it.
  func testArrayOfMapsIsReused() throws {
    let first = try object()
    try first.load()
    let shelves = try first.map("shelves")
    XCTAssertEqual(shelves.info.type, .arrayOfMaps)
    XCTAssertEqual(try first.program("caller").testRun(input: Fixture.frame()).action, .aborted)
    // One of another size than the object's own.
    let shelf = try shelf(7, entries: 100)
    try shelves.update(UInt32(1), shelf.descriptor)
    let second = try object()
    try second.reuse(shelves, as: "shelves")
    try second.load()
    XCTAssertEqual(try second.map("shelves").info.id, shelves.info.id)
    XCTAssertEqual(try second.program("caller").testRun(input: Fixture.frame()).action, .pass)
    // Reading gives the map's id.
    XCTAssertEqual(try second.map("shelves").lookup(UInt32(1), as: UInt32.self), shelf.info.id)
  }

  /// A program knows of the maps only that it uses itself, until the others are bound to it.
  func testBoundMapsStayWithTheProgram() throws {
    var program: Program
    let id: UInt32
    do {
      let object = try object()
      try object.load()
      program = try object.program("caller")
      id = try object.map("shelves").info.id
      XCTAssertFalse(try program.info().mapIDs.contains(id))
      try program.bind(try object.map("shelves"))
      XCTAssertTrue(try program.info().mapIDs.contains(id))
    }
    XCTAssertEqual(try Map(id: id).info.name, "shelves")
  }

  /// An array of programs is emptied when neither a descriptor nor a pin holds it, whatever program uses it.
  func testArrayOfProgramsNeedsAPin() throws {
    let folder = try LinkTests.bpffs()
    let path = "\(folder)/stages_test_\(getpid())"
    defer { try? Pin.remove(path) }
    let program: Program
    do {
      let object = try object()
      try object.load()
      program = try object.program("caller")
      try object.map("stages").pin(path)
      XCTAssertThrowsError(try object.map("stages").pin(path))
    }
    XCTAssertEqual(try program.testRun(input: Fixture.frame()).action, .aborted, "the stage runs")
    do {
      let other = try object()
      try other.load()
      try other.map("stages").pin(replacing: path)
      XCTAssertEqual(try Map(pinned: path).info.id, try other.map("stages").info.id)
      XCTAssertNotEqual(access("\(path)_next", F_OK), 0)
    }
    let deadline = ContinuousClock.now + .seconds(30)
    while try program.testRun(input: Fixture.frame()).action != .drop {
      XCTAssertLessThan(ContinuousClock.now, deadline, "the stage still runs")
      usleep(10_000)
    }
  }
}
