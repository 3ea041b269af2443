import Glibc
import LabKit
import XCTest

@testable import BPF

/// Arrays of programs and of maps. Needs root.
final class NestedTests: XCTestCase {
  private func object() throws -> Object { try Object(bytes: try Fixture.bytes("nested"), name: "nested") }

  private func shelf(_ value: UInt64, entries: UInt32) throws -> Map {
    let map = try Map(
      creating: .array, name: "shelf", keySize: 4, valueSize: 8, maxEntries: entries,
      flags: [.mappable, .innerOfAnySize])
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
    try shelves.setInnerMap(shelf, at: 1)
    let second = try object()
    try second.reuse(shelves, as: "shelves")
    try second.load()
    XCTAssertEqual(try second.map("shelves").info.id, shelves.info.id)
    XCTAssertEqual(try second.program("caller").testRun(input: Fixture.frame()).action, .pass)
    XCTAssertEqual(try second.map("shelves").innerMap(at: 1)?.info.id, shelf.info.id)
  }

  /// A program knows of the maps only that it uses itself, until the others are bound to it.
  func testBoundMapsStayWithTheProgram() throws {
    var id: UInt32 = 0
    let program = try callerWithShelves(&id)
    XCTAssertEqual(try Map(id: id).info.name, "shelves")
    XCTAssertTrue(try program.info().mapIDs.contains(id))
  }

  /// An array of programs is emptied when neither a descriptor nor a pin holds it, whatever program uses it.
  func testArrayOfProgramsNeedsAPin() throws {
    let folder = try LinkTests.bpffs()
    let path = "\(folder)/stages_test_\(getpid())"
    defer { try? Pin.remove(path) }
    let program = try callerWithStages(pinned: path)
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

  /// A program that holds `shelves` by being bound to it; its object has gone.
  private func callerWithShelves(_ id: inout UInt32) throws -> Program {
    let object = try object()
    try object.load()
    let program = try object.program("caller")
    id = try object.map("shelves").info.id
    XCTAssertFalse(try program.info().mapIDs.contains(id))
    try program.bind(try object.map("shelves"))
    XCTAssertTrue(try program.info().mapIDs.contains(id))
    return program
  }

  private func callerWithStages(pinned path: String) throws -> Program {
    let object = try object()
    try object.load()
    try object.map("stages").pin(path)
    XCTAssertThrowsError(try object.map("stages").pin(path))
    return try object.program("caller")
  }
}
