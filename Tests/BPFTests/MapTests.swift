import XCTest

@testable import BPF

/// Maps of every kind that is treated differently. Needs root.
final class MapTests: XCTestCase {
  func testTypedEntries() throws {
    let object = try Fixture.counter()
    let map = try object.map("entries")
    XCTAssertNil(try map.lookup(UInt32(5), as: Entry.self))
    try map.update(UInt32(5), Entry())
    _ = try object.program("count").testRun(input: Fixture.frame(key: 5), repeat: 3)
    XCTAssertEqual(try map.lookup(UInt32(5), as: Entry.self, flags: .lock), Entry(hits: 3, bytes: 180))
    XCTAssertTrue(try map.delete(UInt32(5)))
    XCTAssertFalse(try map.delete(UInt32(5)))
  }

  func testConditionsOfUpdate() throws {
    let map = try Fixture.counter().map("entries")
    XCTAssertThrowsError(try map.update(UInt32(1), Entry(), flags: .replace))
    try map.update(UInt32(1), Entry(), flags: .create)
    XCTAssertThrowsError(try map.update(UInt32(1), Entry(), flags: .create)) { error in
      XCTAssertEqual("\(error)", "map entries has that key already")
    }
  }

  func testFullMapSaysHowMuchItHolds() throws {
    let map = try Fixture.counter().map("entries")
    for key in 0..<UInt32(64) { try map.update(key, Entry()) }
    XCTAssertThrowsError(try map.update(UInt32(64), Entry())) { error in
      XCTAssertEqual("\(error)", "map entries is full: it holds 64 entries")
    }
    XCTAssertEqual(try map.entryCount(), 64)
  }

  func testSizesAreChecked() throws {
    let map = try Fixture.counter().map("entries")
    XCTAssertThrowsError(try map.lookup(UInt64(5), as: Entry.self)) { error in
      XCTAssertEqual("\(error)", "map entries has keys of 4 bytes, and UInt64 has 8")
    }
    XCTAssertThrowsError(try map.lookup(UInt32(5), as: UInt32.self)) { error in
      XCTAssertEqual("\(error)", "map entries has values of 16 bytes, and UInt32 has 4")
    }
    XCTAssertThrowsError(try map.lookup(bytes: [1, 2]))
    XCTAssertThrowsError(try map.update(bytes: [1, 2, 3, 4], [1]))
  }

  func testAPerCPUMapIsNotReadAsAPlainOne() throws {
    let map = try Fixture.counter().map("frames")
    XCTAssertThrowsError(try map.lookup(UInt32(0), as: UInt32.self)) { error in
      XCTAssertEqual("\(error)", "map frames has values for each CPU")
    }
  }

  func testPerCPUValues() throws {
    let map = try Fixture.counter().map("frames")
    let values = (0..<UInt32(try CPU.possibleCount())).map { $0 &* 10 }
    try map.updatePerCPU(UInt32(1), values)
    XCTAssertEqual(try map.lookupPerCPU(UInt32(1), as: UInt32.self), values)
    XCTAssertNil(try map.lookupPerCPU(UInt32(2), as: UInt32.self))
  }

  func testBytes() throws {
    let map = try Fixture.counter().map("entries")
    try map.update(bytes: [7, 0, 0, 0], [UInt8](repeating: 0, count: 8) + [9, 0, 0, 0, 0, 0, 0, 0])
    XCTAssertEqual(try map.lookup(UInt32(7), as: Entry.self)?.bytes, 9)
    var keys: [[UInt8]] = []
    try map.forEachKey { keys.append($0) }
    XCTAssertEqual(keys, [[7, 0, 0, 0]])
    XCTAssertTrue(try map.delete(bytes: [7, 0, 0, 0]))
    XCTAssertNil(try map.lookup(bytes: [7, 0, 0, 0]))
  }

  func testBatchesMeetEveryEntryOnce() throws {
    let map = try Fixture.counter().map("entries")
    for key in 0..<UInt32(50) { try map.update(key, Entry(bytes: UInt64(key))) }
    // One entry at a time as well: a bucket with more in it makes the kernel ask for room.
    for batchSize in [1, 8, 1024] {
      var seen: [UInt32: UInt64] = [:]
      try map.forEachEntry(key: UInt32.self, value: Entry.self, flags: .lock, batchSize: batchSize) { key, entry in
        XCTAssertNil(seen.updateValue(entry.bytes, forKey: key))
      }
      XCTAssertEqual(seen, Dictionary(uniqueKeysWithValues: (0..<50).map { (UInt32($0), UInt64($0)) }))
    }
    for key in 0..<UInt32(50) { try map.delete(key) }
    try map.forEachEntry(key: UInt32.self, value: Entry.self) { key, _ in XCTFail("entry \(key)") }
  }

  func testMappedMemoryIsTheMap() throws {
    let object = try Fixture.counter()
    let map = try object.map("store")
    let memory = try map.mapMemory(writable: true)
    XCTAssertEqual(memory.stride, 8)
    memory.bytes.storeBytes(of: 0x42, as: UInt32.self)
    XCTAssertEqual(try map.lookup(UInt32(0), as: UInt32.self), 0x42)
    XCTAssertEqual(try object.program("count").testRun(input: Fixture.frame()).output[12], 0x42)
    XCTAssertThrowsError(try object.map("entries").mapMemory(writable: false).stride)
  }

  func testFrozenMapTakesNoWrites() throws {
    let map = try Fixture.counter().map("store")
    try map.freeze()
    XCTAssertThrowsError(try map.update(UInt32(1), UInt32(1)))
  }

  func testMapIsFoundByIdAndName() throws {
    let object = try Fixture.counter()
    let map = try object.map("store")
    XCTAssertEqual(try Map(id: map.info.id).info, map.info)
    XCTAssertEqual(map.info.type, .array)
    XCTAssertTrue(map.info.isMappable)
    let second = try Fixture.counter()
    XCTAssertThrowsError(try Map(named: "store").info) { error in
      XCTAssertTrue("\(error)".contains("maps are named store; open one of them by its id: "), "\(error)")
    }
    _ = second.name
    XCTAssertThrowsError(try Map(named: "no_such_map").info)
  }
}
