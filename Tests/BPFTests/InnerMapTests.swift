import XCTest

@testable import BPF

/// Maps that are made without an object, and arrays of maps. Needs root.
final class InnerMapTests: XCTestCase {
  private func array(_ name: String, entries: UInt32, flags: CreationFlags) throws -> Map {
    try Map(creating: .array, name: name, keySize: 4, valueSize: 12, maxEntries: entries, flags: flags)
  }

  func testAMapIsMadeAsAskedFor() throws {
    let map = try array("made_here", entries: 3, flags: .mappable)
    XCTAssertEqual(map.info.name, "made_here")
    XCTAssertEqual(map.info.type, .array)
    XCTAssertEqual(map.info.valueSize, 12)
    XCTAssertEqual(map.info.maxEntries, 3)
    let memory = try map.mapMemory(writable: true)
    XCTAssertEqual(memory.stride, 16)
    memory.bytes[2 * memory.stride + 11] = 0xAB
    XCTAssertEqual(try map.lookup(bytes: [2, 0, 0, 0]), [UInt8](repeating: 0, count: 11) + [0xAB])
  }

  func testWhatCannotBeMadeIsNamed() {
    XCTAssertThrowsError(try array("no_entries", entries: 0, flags: []).info) { error in
      XCTAssertEqual("\(error)", "cannot create map no_entries: Invalid argument")
    }
  }

  func testMapsComeAndGoInTheirPlaces() throws {
    let template = try array("template", entries: 1, flags: [.mappable, .innerOfAnySize])
    let outer = try Map(creatingArrayOfMapsLike: template, name: "outer", maxEntries: 4)
    XCTAssertNil(try outer.innerMap(at: 2)?.info)
    XCTAssertFalse(try outer.removeInnerMap(at: 2))
    let first = try array("first", entries: 7, flags: [.mappable, .innerOfAnySize])
    try first.update(bytes: [6, 0, 0, 0], [UInt8](repeating: 5, count: 12))
    try outer.setInnerMap(first, at: 2)
    XCTAssertEqual(try outer.innerMap(at: 2)?.info, first.info)
    XCTAssertEqual(try outer.innerMap(at: 2)?.lookup(bytes: [6, 0, 0, 0]), [UInt8](repeating: 5, count: 12))
    try outer.setInnerMap(try array("second", entries: 2, flags: [.mappable, .innerOfAnySize]), at: 2)
    XCTAssertEqual(try outer.innerMap(at: 2)?.info.name, "second")
    XCTAssertTrue(try outer.removeInnerMap(at: 2))
    XCTAssertNil(try outer.innerMap(at: 2)?.info)
    XCTAssertThrowsError(try outer.setInnerMap(first, at: 4))
    XCTAssertThrowsError(try outer.setInnerMap(try array("other", entries: 1, flags: .mappable), at: 0))
  }
}
