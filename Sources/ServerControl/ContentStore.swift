import BPF
import DataPlaneABI
import HTTPContent
import HTTPGrammar

/// What the server answers with: a file, or a greeting.
public typealias ContentSource = HTTPContent.ContentSource

/// The content store: the map `content` has a place for each generation, which holds a map of that generation's bytes.
///
/// Bytes of a generation never change. New content goes to a free place first; then the new program, whose own map
/// `answers` leads there, takes the old one's place in one step. So a request is answered with one generation or the
/// other, never with parts of both, and what is in flight stays what it was: a queued answer names its generation.
///
/// A generation is given up by the update after the one that replaced it, at the earliest: until the programs have
/// ended that ran at the moment of the exchange, one of them may still queue an answer of it. At the next update they
/// are waited for; who has an answer of an old generation then is a session, and it is in that session's queue.
enum ContentStore {
  /// Keeps the present generation if it holds just this content, and else puts it into a free place.
  /// - Parameters:
  ///   - present: the values of `answers` of the program that is to be replaced.
  /// - Returns: those of its successor.
  static func update(
    _ store: borrowing Map, to source: ContentSource, sessions: borrowing Map, present: [answer_template]
  ) throws -> [answer_template] {
    let generation = UInt32(present.first?.generation ?? 0)
    guard let chunks = try store.innerMap(at: generation) else {
      throw ControlError(
        .layout, "the running server has no content: it was not set up to its end", mend: "detach it first")
    }
    if try isEqual(source, to: chunks, present) { return present }

    // The kernel returns when every program has ended that may have begun before the present one took its place.
    try store.setInnerMap(chunks, at: generation)
    let used = try generations(of: sessions).union([generation])
    var free: UInt32?
    for place in (0..<store.info.maxEntries).reversed() where !used.contains(place) {
      try store.removeInnerMap(at: place)
      free = place
    }
    guard let free else {
      throw ControlError(
        .busy, "connections still get answers of all the \(store.info.maxEntries) contents that the server last had",
        mend: "try again when the oldest downloads have ended, or detach the server, which ends them")
    }
    return try put(source, into: store, at: free)
  }

  /// Makes a generation and puts it into an empty place.
  /// - Returns: the values of `answers` that lead there.
  static func put(_ source: ContentSource, into store: borrowing Map, at place: UInt32) throws -> [answer_template] {
    let image = try open(source)
    let chunks = try Map(
      creating: .array, name: "content_\(place)", keySize: MemoryLayout<UInt32>.size,
      valueSize: MemoryLayout<content_chunk>.size, maxEntries: UInt32(image.answers.chunkCount),
      flags: [.mappable, .innerOfAnySize])
    let memory = try chunks.mapMemory(writable: true)
    let templates = try named { () throws(ContentError) in
      try image.write(to: memory.bytes, stride: memory.stride, generation: UInt8(place))
    }
    try store.setInnerMap(chunks, at: place)
    return templates
  }

  /// Whether a running generation is this content, byte for byte.
  private static func isEqual(
    _ source: ContentSource, to chunks: borrowing Map, _ present: [answer_template]
  ) throws -> Bool {
    let image = try open(source)
    guard image.answers.fits(present), image.answers.chunkCount == Int(chunks.info.maxEntries) else { return false }
    let memory = try chunks.mapMemory(writable: false)
    return try named { () throws(ContentError) in
      try image.isEqual(to: UnsafeRawBufferPointer(memory.bytes), stride: memory.stride)
    }
  }

  /// The generations that sessions have answers of.
  ///
  /// A session is read while programs work on it, so how far its ring is filled may be half changed. An answer that is
  /// in it all the while is found nevertheless: its entry is not touched, and the count is not 0. So every entry of a
  /// ring that is not empty counts, those too whose answers are through.
  private static func generations(of sessions: borrowing Map) throws -> Set<UInt32> {
    var found: Set<UInt32> = []
    try sessions.forEachEntry(key: flow.self, value: session.self) { _, session in
      guard session.queue.count > 0 else { return }
      let ring = session.queue.answers
      for answer in [ring.0, ring.1, ring.2, ring.3] where answer.count > 0 { found.insert(UInt32(answer.generation)) }
    }
    return found
  }

  private static func open(_ source: ContentSource) throws(ControlError) -> ContentImage {
    try named { () throws(ContentError) in try ContentImage(source) }
  }

  /// Runs `body` and tells what is wrong with the content as an error of this library.
  fileprivate static func named<Result: ~Copyable>(
    _ body: () throws(ContentError) -> Result
  ) throws(ControlError) -> Result {
    do { return try body() } catch { throw ControlError(.invalidSetting, error.sentence, mend: error.mend) }
  }
}

extension LoadedServer {
  /// Puts content into the kernel, and into the maps of these programs what leads to it.
  /// - Parameter running: the map `answers` of the server that goes on with these programs, if there is one.
  func writeAnswers(_ source: ContentSource, replacing running: consuming Map?) throws {
    let templates: [answer_template]
    let store = try object.map("content")
    switch consume running {
    case .some(let running):
      templates = try ContentStore.update(
        store, to: source, sessions: object.map("sessions"), present: Self.templates(running))
    case .none: templates = try ContentStore.put(source, into: store, at: 0)
    }
    let answers = try object.map("answers")
    for (index, template) in templates.enumerated() { try answers.update(UInt32(index), template) }
    try object.map("request_grammar").update(bytes: [0, 0, 0, 0], RequestGrammar().bytes)
  }

  /// The map `answers` of the server that an update is to replace.
  static func runningAnswers(on interface: NetworkInterface) throws(ControlError) -> Map {
    guard let answers = try RunningServer(interface: interface).map("answers") else {
      throw ControlError(
        .layout, "the running server has no map answers: it is of another version", mend: "detach it first")
    }
    return answers
  }

  private static func templates(_ answers: borrowing Map) throws(BPFError) -> [answer_template] {
    var templates: [answer_template] = []
    for index in 0..<answers.info.maxEntries {
      if let template = try answers.lookup(index, as: answer_template.self) { templates.append(template) }
    }
    return templates
  }
}

extension ContentSource {
  /// - Throws: `ControlError` for a media type that is none.
  func check() throws(ControlError) {
    try ContentStore.named { () throws(ContentError) in try validate() }
  }
}
