import DataPlaneABI
import HTTPCore

/// Every answer that the programs can give, and where each lies in the content store: the layout of one generation.
///
/// A refusal, and a 200 with a short body, is one range of one chunk, head and body. Of a long body there is one copy,
/// at the end, behind the head that most clients get; its other heads lie elsewhere.
public struct AnswerSet: Sendable {
  /// Bytes of all content, to be cut into chunks of `CONTENT_CHUNK_SIZE`.
  public let length: Int
  /// What lies where, in the order of the places. Bytes between are zero.
  let parts: [Part]
  /// By `Response.templateIndex`; those of the 200 answers have no checksum yet.
  private let drafts: [answer_template]

  /// Some bytes of the content.
  struct Part {
    let range: Range<Int>
    /// nil: the body of the 200 answers.
    let bytes: [UInt8]?
  }

  /// The longest answer that is kept whole, bytes.
  static let shortAnswer = Int(CONTENT_CHUNK_OVERLAP)

  /// - Parameters:
  ///   - type: the media type of the 200 answers' body.
  ///   - bodyLength: of that body, bytes, at most `ContentSource.largestBody`.
  init(type: String, bodyLength: Int) {
    let heads = Persistence.all.map { AnswerKind.ok.head($0, type: type, length: bodyLength) }
    let isShort = heads.allSatisfy { $0.count + bodyLength <= AnswerSet.shortAnswer }
    var layout = Layout()
    var drafts: [answer_template] = []
    for (persistence, head) in zip(Persistence.all, heads) {
      // The implied one goes right before a long body.
      let isLast = !isShort && persistence == .implied
      let offset = isLast ? 0 : layout.place(head, bodyLength: isShort ? bodyLength : nil)
      drafts.append(answer_template(head, at: offset, bodyLength: bodyLength))
    }
    for kind in AnswerKind.all where kind != .ok {
      for persistence in Persistence.all {
        let body = Array(kind.refusal.utf8)
        let head = kind.head(persistence, type: ContentSource.hello.type, length: body.count)
        var draft = answer_template(head, at: layout.placeOnce(head + body), bodyLength: body.count)
        draft.checksum = onesComplementSum(head + body)
        drafts.append(draft)
      }
    }
    if !isShort {
      drafts[0].head_offset = UInt32(layout.place(heads[0], bodyLength: bodyLength))
      for index in heads.indices { drafts[index].body_offset = drafts[0].head_offset + UInt32(drafts[0].head_length) }
    }
    self.drafts = drafts
    parts = layout.parts
    length = layout.length
  }

  /// Chunks that the content takes.
  public var chunkCount: Int { (length + Int(CONTENT_CHUNK_SIZE) - 1) / Int(CONTENT_CHUNK_SIZE) }

  /// What `answers` holds, by `Response.templateIndex`.
  /// - Parameters:
  ///   - bodySum: the ones' complement sum of the body of the 200 answers.
  ///   - generation: the content's place in the map `content`.
  func templates(bodySum: UInt16, generation: UInt8) -> [answer_template] {
    var templates = drafts
    for index in templates.indices {
      templates[index].generation = generation
      guard index < Persistence.all.count else { continue }
      // RFC 1071 2(B): what starts at an odd place counts with its bytes swapped.
      let placed = templates[index].head_length & 1 == 1 ? bodySum.byteSwapped : bodySum
      templates[index].checksum = ByteSum.fold(UInt64(templates[index].head_checksum) + UInt64(placed))
    }
    return templates
  }

  /// Whether templates, of whatever generation, describe this layout and these heads; a body of that length may still
  /// be another.
  public func fits(_ templates: [answer_template]) -> Bool {
    templates.count == drafts.count && zip(templates, drafts).allSatisfy {
      $0.head_offset == $1.head_offset && $0.head_length == $1.head_length && $0.head_checksum == $1.head_checksum
        && $0.body_offset == $1.body_offset && $0.body_length == $1.body_length
    }
  }
}

extension answer_template {
  /// One whose body follows its head, without the checksum of both.
  fileprivate init(_ head: [UInt8], at offset: Int, bodyLength: Int) {
    self.init(
      head_offset: UInt32(offset), body_offset: UInt32(offset + head.count), body_length: UInt32(bodyLength),
      head_length: UInt16(head.count), checksum: 0, head_checksum: onesComplementSum(head), generation: 0, reserved: 0)
  }
}

/// Content that is being laid out.
struct Layout {
  private(set) var parts: [AnswerSet.Part] = []
  private(set) var length = 0
  private var placed: [[UInt8]: Int] = [:]

  /// Appends `bytes`, and the 200 answers' body behind them if its length is given, at an offset that 8 divides; what
  /// is short lies in one chunk.
  mutating func place(_ bytes: [UInt8], bodyLength: Int? = nil) -> Int {
    let chunk = Int(CONTENT_CHUNK_SIZE)
    let whole = bytes.count + (bodyLength ?? 0)
    var offset = (length + 7) / 8 * 8
    if whole <= AnswerSet.shortAnswer, offset % chunk + whole > chunk { offset = (offset / chunk + 1) * chunk }
    length = offset + whole
    let bodyOffset = offset + bytes.count
    parts.append(AnswerSet.Part(range: offset..<bodyOffset, bytes: bytes))
    if let bodyLength { parts.append(AnswerSet.Part(range: bodyOffset..<bodyOffset + bodyLength, bytes: nil)) }
    return offset
  }

  /// Where `bytes` lie, which are appended if they are not there yet.
  mutating func placeOnce(_ bytes: [UInt8]) -> Int {
    if let offset = placed[bytes] { return offset }
    let offset = place(bytes)
    placed[bytes] = offset
    return offset
  }
}

extension AnswerKind {
  static var all: [AnswerKind] { (0..<UInt8(count)).compactMap { AnswerKind(rawValue: $0) } }
}

extension Persistence {
  static var all: [Persistence] { (0..<UInt8(count)).compactMap { Persistence(rawValue: $0) } }
}
