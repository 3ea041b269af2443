import BPF
import DataPlaneABI
@testable import ServerControl
import XCTest

/// Generations of content in the kernel: which place a new one takes, and which are given up. Needs root.
final class ContentStoreTests: XCTestCase {
  /// The maps of a server, without one.
  private final class Store {
    let content: Map
    let sessions: Map

    init() throws {
      let chunk = try Map(
        creating: .array, name: "chunk", keySize: 4, valueSize: MemoryLayout<content_chunk>.size, maxEntries: 1,
        flags: [.mappable, .innerOfAnySize])
      content = try Map(creatingArrayOfMapsLike: chunk, name: "content", maxEntries: UInt32(CONTENT_GENERATIONS))
      sessions = try Map(
        creating: .hash, name: "sessions", keySize: MemoryLayout<flow>.size, valueSize: MemoryLayout<session>.size,
        maxEntries: 100)
    }

    /// The places that are taken.
    func taken() throws -> [UInt32] {
      try (0..<UInt32(CONTENT_GENERATIONS)).filter { try content.innerMap(at: $0) != nil }
    }

    func update(_ text: String, from present: [answer_template]) throws -> [answer_template] {
      try ContentStore.update(content, to: .bytes(Array(text.utf8)), sessions: sessions, present: present)
    }

    /// A session with answers in its ring, of which `count` are queued.
    func setSession(_ port: UInt16, generations: [UInt8], count: UInt8) throws {
      var key = flow()
      key.remote_port = port
      var entry = session()
      var ring = [answer](repeating: answer(), count: 4)
      for (index, generation) in generations.enumerated() {
        ring[index].generation = generation
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

    /// The bytes that a template leads to.
    func text(_ templates: [answer_template]) throws -> String {
      let template = templates[0]
      let chunks = try XCTUnwrap(content.innerMap(at: UInt32(template.generation))?.mapMemory(writable: false).copied)
      let start = Int(template.body_offset)
      return String(decoding: chunks[start..<start + Int(template.body_length)], as: UTF8.self)
    }
  }

  func testTheSameContentKeepsItsGeneration() throws {
    let store = try Store()
    let first = try ContentStore.put(.bytes(Array("one".utf8)), into: store.content, at: 0)
    let id = try store.content.innerMap(at: 0)?.info.id
    let again = try store.update("one", from: first)
    XCTAssertEqual(again.map(\.generation), first.map(\.generation))
    XCTAssertEqual(again.map(\.checksum), first.map(\.checksum))
    XCTAssertEqual(try store.content.innerMap(at: 0)?.info.id, id)
    XCTAssertEqual(try store.taken(), [0])
    XCTAssertEqual(try store.update("two", from: first)[0].generation, 1)
  }

  func testTheReplacedGenerationStaysUntilTheNextUpdate() throws {
    let store = try Store()
    var present = try ContentStore.put(.bytes(Array("0".utf8)), into: store.content, at: 0)
    for update in 1..<20 {
      let next = try store.update("\(update)", from: present)
      XCTAssertEqual(try store.text(next), "\(update)")
      XCTAssertEqual(try store.text(present), "\(update - 1)")
      XCTAssertEqual(try store.taken().count, 2)
      XCTAssertNotEqual(next[0].generation, present[0].generation)
      present = next
    }
  }

  func testWhatSessionsHaveAnswersOfStays() throws {
    let store = try Store()
    var present = try ContentStore.put(.bytes(Array("a".utf8)), into: store.content, at: 0)
    let old = present
    try store.setSession(1, generations: [0], count: 1)
    for text in ["b", "c", "d", "e"] { present = try store.update(text, from: present) }
    XCTAssertEqual(try store.text(old), "a")
    XCTAssertEqual(try store.taken().count, 3)
    // An empty ring holds nothing, whatever was in it.
    try store.setSession(1, generations: [0], count: 0)
    present = try store.update("f", from: present)
    XCTAssertEqual(try store.taken().count, 2)
    XCTAssertEqual(try store.text(present), "f")
  }

  func testARingThatIsNotEmptyHoldsAllThatWasInIt() throws {
    let store = try Store()
    var present = try ContentStore.put(.bytes(Array("a".utf8)), into: store.content, at: 0)
    present = try store.update("b", from: present)
    try store.setSession(1, generations: [1, 0], count: 1)
    for text in ["c", "d", "e"] { present = try store.update(text, from: present) }
    XCTAssertTrue(try store.taken().starts(with: [0, 1]))
  }

  func testNoPlaceIsLeft() throws {
    let store = try Store()
    var present = try ContentStore.put(.bytes(Array("0".utf8)), into: store.content, at: 0)
    for update in 1..<Int(CONTENT_GENERATIONS) {
      try store.setSession(UInt16(update), generations: [present[0].generation], count: 1)
      present = try store.update("\(update)", from: present)
    }
    XCTAssertEqual(try store.taken().count, Int(CONTENT_GENERATIONS))
    XCTAssertThrowsError(try store.update("more", from: present)) { error in
      XCTAssertEqual((error as? ControlError)?.kind, .busy)
      XCTAssertEqual(
        (error as? ControlError)?.sentence,
        "connections still get answers of all the 16 contents that the server last had")
    }
    XCTAssertEqual(try store.text(present), "\(Int(CONTENT_GENERATIONS) - 1)")
    try store.removeSession(4)
    let next = try store.update("more", from: present)
    XCTAssertEqual(next[0].generation, 3)
    XCTAssertEqual(try store.text(next), "more")
  }

  func testAFailedUpdateLeavesThePresentContent() throws {
    let store = try Store()
    let present = try ContentStore.put(.hello, into: store.content, at: 0)
    XCTAssertThrowsError(
      try ContentStore.update(
        store.content, to: .file(path: "/nonexistent"), sessions: store.sessions, present: present)
    ) { error in
      XCTAssertEqual((error as? ControlError)?.kind, .invalidSetting)
      XCTAssertEqual("\(error)", "cannot read /nonexistent: No such file or directory")
    }
    XCTAssertEqual(try store.text(present), "Hello, XDP!\n")
    XCTAssertEqual(try store.taken(), [0])
  }
}

extension MappedMemory {
  fileprivate var copied: [UInt8] { Array(bytes) }
}
