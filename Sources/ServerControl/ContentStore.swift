import BPF
import DataPlaneABI
import HTTPContent

/// The content store: the map `content` has a place for each generation, which holds a map of that generation's bytes,
/// and `current` has the place of the one that answers requests.
///
/// Bytes of a generation never change. A new one goes to a free place first; then one store into `current` makes it the
/// one that answers. So a request is answered with one generation or the other, never with parts of both, and what is
/// in flight stays what it was: a queued answer names its generation.
///
/// An old generation is given up when no session has an answer of it. Programs that read `current` before it was
/// changed are waited for first; who has an answer of an old generation then is a session, and it is in that session's
/// queue.
struct ContentStore: ~Copyable {
  private let content: Map
  private let current: Map
  private let sessions: Map

  init(content: consuming Map, current: consuming Map, sessions: consuming Map) {
    self.content = content
    self.current = current
    self.sessions = sessions
  }

  /// A generation that answers, or has answered.
  struct Generation: Equatable, Sendable {
    /// Its place in `content`.
    let place: UInt32
    /// Which of this server's sites it is, from 1 on.
    let number: UInt32
    let resources: Int
    /// That it takes in memory.
    let bytes: Int
  }

  /// All that are there, the current one first.
  func generations() throws(ControlError) -> [Generation] {
    try controlled(.layout) {
      let present = try present()
      return try places().compactMap { try generation(at: $0) }
        .sorted { $0.place == present || $1.place != present && $0.number < $1.number }
    }
  }

  /// Puts a site into a free place and makes it the one that answers.
  ///
  /// The generation that it replaces stays, since programs may still be at work with it: `collect` gives it up.
  /// - Parameter wait: is asked for whether to go on waiting where sessions have answers of all that the store holds.
  /// - Throws: `ControlError`, of kind `busy` if there was no place; the present site goes on answering then.
  @discardableResult
  func replace(
    with image: SiteImage, waitingWhile wait: () -> Bool = { false }
  ) throws(ControlError) -> Generation {
    try describing {
      let present = try places().isEmpty ? nil : present()
      let number = try present.flatMap { try generation(at: $0)?.number } ?? 0
      let chunks = try Map(
        creating: .array, name: "content_\(number + 1)", keySize: MemoryLayout<UInt32>.size,
        valueSize: MemoryLayout<content_chunk>.size, maxEntries: UInt32(image.chunkCount),
        flags: [.mappable, .innerOfAnySize])
      try write(image, to: chunks, number: number + 1)
      let place = try free(present: present, waitingWhile: wait)
      try content.setInnerMap(chunks, at: place)
      try current.update(UInt32(0), place)
      return try Self.generation(chunks, at: place)
    }
  }

  private func write(_ image: SiteImage, to chunks: borrowing Map, number: UInt32) throws {
    let memory = try chunks.mapMemory(writable: true)
    try image.write(to: memory.bytes, stride: memory.stride, generation: number)
  }

  private func free(present: UInt32?, waitingWhile wait: () -> Bool) throws -> UInt32 {
    guard let present else { return 0 }
    let all = 0..<content.info.maxEntries
    repeat {
      try collect()
      let taken = Set(try places())
      // The one behind the present one, so that places are taken in turn.
      if let place = all.map({ (present + 1 + $0) % content.info.maxEntries }).first(where: { !taken.contains($0) }) {
        return place
      }
    } while wait()
    throw ControlError(
      .busy, "connections still get answers of all the \(content.info.maxEntries) contents that the server last had",
      mend: "try again when the oldest downloads have ended, or detach the server, which ends them")
  }

  /// Gives up all generations but the current one and those that sessions have answers of.
  /// - Returns: the old ones that are left.
  @discardableResult
  func collect() throws(ControlError) -> [Generation] {
    try controlled(.layout) {
      let present = try present()
      let old = try places().filter { $0 != present }
      guard !old.isEmpty, let chunks = try content.innerMap(at: present) else { return [] }
      // The kernel returns when every program has ended that may have begun before.
      try content.setInnerMap(chunks, at: present)
      let used = try used()
      for place in old where !used.contains(place) {
        // Held until the removal has waited for the programs: not every kernel waits before it frees an inner map.
        let held = try content.innerMap(at: place)
        try content.removeInnerMap(at: place)
        _ = consume held
      }
      return try old.filter { used.contains($0) }.compactMap { try generation(at: $0) }.sorted { $0.number < $1.number }
    }
  }

  private func present() throws(BPFError) -> UInt32 { try current.lookup(UInt32(0), as: UInt32.self) ?? 0 }

  private func places() throws(BPFError) -> [UInt32] {
    var found: [UInt32] = []
    // Ids, since opening a map by one takes more privileges than attaching.
    for place in 0..<content.info.maxEntries where try content.lookup(place, as: UInt32.self) != nil {
      found.append(place)
    }
    return found
  }

  private func generation(at place: UInt32) throws(BPFError) -> Generation? {
    guard let chunks = try content.innerMap(at: place) else { return nil }
    return try Self.generation(chunks, at: place)
  }

  private static func generation(_ chunks: borrowing Map, at place: UInt32) throws(BPFError) -> Generation {
    let memory = try chunks.mapMemory(writable: false)
    let site = memory.bytes.loadUnaligned(as: site.self)
    return Generation(
      place: place, number: site.generation, resources: Int(site.resource_count),
      bytes: memory.stride * Int(chunks.info.maxEntries))
  }

  /// The places that sessions have answers of.
  ///
  /// A session is read while programs work on it, so how far its ring is filled may be half changed. An answer that is
  /// in it all the while is found nevertheless: its entry is not touched, and the count is not 0. So every entry of a
  /// ring that is not empty counts, those too whose answers are through.
  private func used() throws -> Set<UInt32> {
    var found: Set<UInt32> = []
    try sessions.forEachEntry(key: flow.self, value: session.self) { _, session in
      guard session.queue.count > 0 else { return }
      let ring = session.queue.answers
      for answer in [ring.0, ring.1, ring.2, ring.3] where answer.count > 0 { found.insert(UInt32(answer.generation)) }
    }
    return found
  }
}

extension RunningServer {
  /// - Throws: `ControlError` of kind `layout` if it is of a version that had another one.
  func contentStore() throws(ControlError) -> ContentStore {
    guard let content = try map("content"), let current = try map(DataPlaneName.current),
      let sessions = try map("sessions")
    else {
      throw ControlError(
        .layout, "the server on \(interface.name) keeps its content in another way: it is of another version",
        mend: "detach it first; its sessions end then")
    }
    return ContentStore(content: content, current: current, sessions: sessions)
  }
}

extension LoadedServer {
  func contentStore() throws(ControlError) -> ContentStore {
    ContentStore(content: try map("content"), current: try map(DataPlaneName.current), sessions: try map("sessions"))
  }
}
