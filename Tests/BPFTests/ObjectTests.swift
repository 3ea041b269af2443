import XCTest

@testable import BPF

/// Opening, adjusting and loading of objects. Needs root.
final class ObjectTests: XCTestCase {
  func testNamesOfMapsAndPrograms() throws {
    let object = try Fixture.counter()
    XCTAssertEqual(object.programNames, ["count", "other"])
    XCTAssertEqual(object.mapNames.filter { !$0.contains(".") }, ["frames", "entries", "store"])
  }

  func testProgramSaysWhoItIs() throws {
    let object = try Fixture.counter()
    let program = try object.program("count")
    let info = try program.info()
    XCTAssertEqual(info.name, "count")
    XCTAssertEqual(info.tag.count, 16)
    XCTAssertGreaterThan(info.verifiedInstructions, 10)
    XCTAssertTrue(try Program.ids().contains(info.id))
    let maps = try Set([object.map("frames").info.id, object.map("entries").info.id, object.map("store").info.id])
    XCTAssertTrue(maps.isSubset(of: Set(info.mapIDs)))
    XCTAssertEqual(try Program(id: info.id).info().tag, info.tag)
  }

  func testProgramGoesWithItsLastOwner() throws {
    var id: UInt32 = 0
    do {
      let object = try Fixture.counter()
      id = try object.program("count").info().id
    }
    XCTAssertFalse(try Program.ids().contains(id))
  }

  func testMaxEntriesAreSet() throws {
    let object = try Object(bytes: try Fixture.bytes("counter"), name: "counter")
    XCTAssertEqual(try object.maxEntries(of: "entries"), 64)
    try object.setMaxEntries(of: "entries", to: 5)
    try object.load()
    XCTAssertEqual(try object.map("entries").info.maxEntries, 5)
  }

  func testConstantsAreSet() throws {
    let object = try Object(bytes: try Fixture.bytes("counter"), name: "counter")
    let map = try XCTUnwrap(object.mapNames.first { $0.hasSuffix(".rodata") })
    XCTAssertEqual(try object.initialValue(of: map), [0x11, 0, 0, 0])
    try object.setInitialValue(of: map, to: [0x77, 0, 0, 0])
    try object.load()
    XCTAssertEqual(try object.program("count").testRun(input: Fixture.frame()).output.first, 0x77)
  }

  func testReusedMapKeepsItsContent() throws {
    let first = try Fixture.counter()
    try first.map("store").update(UInt32(1), UInt32(99))
    let second = try Object(bytes: try Fixture.bytes("counter"), name: "counter")
    try second.reuse(try first.map("store"), as: "store")
    try second.load()
    XCTAssertEqual(try second.map("store").info.id, try first.map("store").info.id)
    XCTAssertEqual(try second.map("store").lookup(UInt32(1), as: UInt32.self), 99)
  }

  func testReuseOfAnotherLayoutSaysWhatDiffers() throws {
    let first = try Fixture.counter()
    let second = try Object(bytes: try Fixture.bytes("counter"), name: "counter")
    try second.setMaxEntries(of: "entries", to: 7)
    let kept = try first.map("entries")
    XCTAssertThrowsError(try second.reuse(kept, as: "entries")) { error in
      XCTAssertEqual("\(error)", "map entries cannot be kept: its max_entries is 64 and has to be 7")
    }
  }

  func testProgramNotWantedIsNotLoaded() throws {
    let object = try Object(bytes: try Fixture.bytes("counter"), name: "counter")
    try object.setLoads("other", false)
    try object.load()
    XCTAssertThrowsError(try object.program("other").descriptor)
    XCTAssertNoThrow(try object.program("count").descriptor)
  }

  func testWhatIsNoObjectIsRefused() {
    XCTAssertThrowsError(try Object(bytes: Array("no ELF file".utf8), name: "nothing").name) { error in
      XCTAssertTrue("\(error)".hasPrefix("cannot open nothing as an eBPF object: "), "\(error)")
    }
    XCTAssertThrowsError(try Object(path: "/nonexistent.o").name) { error in
      XCTAssertEqual("\(error)", "cannot open /nonexistent.o: No such file or directory")
    }
  }

  func testUnknownNamesAreAnsweredWithTheKnownOnes() throws {
    let object = try Fixture.counter()
    XCTAssertThrowsError(try object.program("nobody").descriptor) { error in
      XCTAssertEqual("\(error)", "counter has no program nobody, only count, other")
    }
  }
}
