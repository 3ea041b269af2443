import BPF
import DataPlaneABI
import HTTPContent
import XCTest

@testable import ServerControl

/// Generations of content in the kernel: which place a new one takes, and which are given up. Needs root.
final class ContentStoreTests: XCTestCase {
  /// The maps of a server, without one.
  private final class Lab {
    let content: Map
    let current: Map
    let sessions: Map

    init() throws {
      let chunk = try Map(
        creating: .array, name: "chunk", keySize: 4, valueSize: MemoryLayout<content_chunk>.size, maxEntries: 1,
        flags: [.mappable, .innerOfAnySize])
      content = try Map(creatingArrayOfMapsLike: chunk, name: "content", maxEntries: UInt32(CONTENT_GENERATIONS))
      current = try Map(creating: .array, name: "current", keySize: 4, valueSize: 4, maxEntries: 1)
      sessions = try Map(
        creating: .hash, name: "sessions", keySize: MemoryLayout<flow>.size, valueSize: MemoryLayout<session>.size,
        maxEntries: 100)
    }

    func store() throws -> ContentStore {
      ContentStore(
        content: try Map(id: content.info.id), current: try Map(id: current.info.id),
        sessions: try Map(id: sessions.info.id))
    }

    @discardableResult
    func replace(_ text: String, waitingWhile wait: () -> Bool = { false }) throws -> ContentStore.Generation {
      let image = try SiteImage(.only(.bytes(Array(text.utf8))))
      return try store().replace(with: image, waitingWhile: wait)
    }

    /// The places that are taken.
    func taken() throws -> [UInt32] {
      try (0..<UInt32(CONTENT_GENERATIONS)).filter { try content.innerMap(at: $0) != nil }
    }

    /// Whether the bytes of what answers have this text in them.
    func answers(_ text: String) throws -> Bool {
      try holds(try XCTUnwrap(current.lookup(UInt32(0), as: UInt32.self)), text)
    }

    func holds(_ place: UInt32, _ text: String) throws -> Bool {
      let memory = try XCTUnwrap(content.innerMap(at: place)?.mapMemory(writable: false).copied)
      return memory.firstRange(of: Array("\r\n\r\n\(text)\0".utf8)) != nil
    }

    /// A session with answers in its ring, of which `count` are queued.
    func setSession(_ port: UInt16, places: [UInt32], count: UInt8) throws {
      var key = flow()
      key.remote_port = port
      var entry = session()
      var ring = [answer](repeating: answer(), count: 4)
      for (index, place) in places.enumerated() {
        ring[index].generation = UInt8(place)
        ring[index].count = 1
      }
      entry.queue.answers = (ring[0], ring[1], ring[2], ring[3])
      entry.queue.count = count
      try sessions.update(key, entry)
    }

    func removeSession(_ port: UInt16) throws {
      var key = flow()
      key.remote_port = port
      try sessions.delete(key)
    }
  }

  func testTheNewOneAnswersAndTheOldOneStaysUntilItIsCollected() throws {
    let lab = try Lab()
    XCTAssertEqual(try lab.replace("0").number, 1)
    for update in 1..<20 {
      let old = try XCTUnwrap(lab.current.lookup(UInt32(0), as: UInt32.self))
      let new = try lab.replace("\(update)")
      XCTAssertNotEqual(new.place, old)
      XCTAssertEqual(new.number, UInt32(update + 1))
      XCTAssertTrue(try lab.answers("\(update)"))
      XCTAssertTrue(try lab.holds(old, "\(update - 1)"))
      XCTAssertEqual(try lab.taken().count, 2)
    }
    XCTAssertEqual(try lab.store().collect(), [])
    XCTAssertEqual(try lab.taken().count, 1)
    XCTAssertTrue(try lab.answers("19"))
    XCTAssertEqual(try lab.store().generations().map(\.number), [20])
  }

  func testWhatSessionsHaveAnswersOfStays() throws {
    let lab = try Lab()
    let old = try lab.replace("a")
    try lab.setSession(1, places: [old.place], count: 1)
    for text in ["b", "c", "d", "e"] { try lab.replace(text) }
    XCTAssertEqual(try lab.store().collect().map(\.number), [1])
    XCTAssertTrue(try lab.holds(old.place, "a"))
    XCTAssertEqual(try lab.store().generations().map(\.number), [5, 1])
    // An empty ring holds nothing, whatever was in it.
    try lab.setSession(1, places: [old.place], count: 0)
    XCTAssertEqual(try lab.store().collect(), [])
    XCTAssertEqual(try lab.taken().count, 1)
    XCTAssertTrue(try lab.answers("e"))
  }

  func testARingThatIsNotEmptyHoldsAllThatIsInIt() throws {
    let lab = try Lab()
    let places = try ["a", "b", "c"].map { try lab.replace($0).place }
    try lab.setSession(1, places: [places[1], places[2]], count: 1)
    try lab.replace("d")
    XCTAssertEqual(try lab.store().collect().map(\.number), [2, 3])
  }

  func testNoPlaceIsLeft() throws {
    let lab = try Lab()
    for update in 1...UInt16(CONTENT_GENERATIONS) {
      try lab.setSession(update, places: [try lab.replace("\(update)").place], count: 1)
    }
    XCTAssertEqual(try lab.taken().count, Int(CONTENT_GENERATIONS))
    XCTAssertThrowsError(try lab.replace("more")) { error in
      XCTAssertEqual((error as? ControlError)?.kind, .busy)
      XCTAssertEqual(
        (error as? ControlError)?.sentence,
        "connections still get answers of all the 16 contents that the server last had")
    }
    XCTAssertTrue(try lab.answers("16"))
    // It waits for one to end.
    var rounds = 0
    let next = try lab.replace("more") {
      rounds += 1
      if rounds == 3 { try? lab.removeSession(4) }
      return rounds < 10
    }
    XCTAssertEqual(rounds, 3)
    XCTAssertEqual(next.place, 3)
    XCTAssertTrue(try lab.answers("more"))
  }

  func testASiteThatCannotBeWrittenLeavesThePresentOne() throws {
    let lab = try Lab()
    try lab.replace("present")
    let path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: path) }
    try Data("one".utf8).write(to: path)
    let image = try SiteImage(.only(.file(path: path.path)))
    try Data("other".utf8).write(to: path)
    XCTAssertThrowsError(try lab.store().replace(with: image)) { error in
      XCTAssertEqual((error as? ControlError)?.kind, .invalidSetting)
      XCTAssertTrue("\(error)".hasPrefix("\(path.path) changed while it was read"), "\(error)")
    }
    XCTAssertTrue(try lab.answers("present"))
    XCTAssertEqual(try lab.taken().count, 1)
  }
}

extension MappedMemory {
  fileprivate var copied: [UInt8] { Array(bytes) }
}
