import DataPlaneABI
import HTTPCore
import HTTPGrammar
import XCTest

/// What a request is to be answered by, as far as the answer does not depend on a site.
struct Reply: Equatable {
  /// nil: what its path leads to.
  var answer: CommonAnswer?
  var persistence: Persistence
  var headOnly = false

  var closes: Bool { persistence == .close }

  static let ok = Reply(answer: nil, persistence: .implied)
  static let okClose = Reply(answer: nil, persistence: .close)
  static let okKeepAlive = Reply(answer: nil, persistence: .keepAlive)
  static let headOK = Reply(answer: nil, persistence: .implied, headOnly: true)
  /// 100.
  static let continues = Reply(answer: .continues, persistence: .implied)
  static let options = Reply(answer: .options, persistence: .implied)
  static let notAllowed = Reply(answer: .methodNotAllowed, persistence: .implied)

  /// The connection ends with it.
  static func refused(_ answer: CommonAnswer, headOnly: Bool = false) -> Reply {
    Reply(answer: answer, persistence: .close, headOnly: headOnly)
  }
}

/// All that was taken down of a request.
struct Seen: Equatable {
  var reply: Reply
  var method: UInt8
  var continues: UInt8
  var target: String
  var path: String
  var host: String
  var referer: String
  var agent: String
  var conditions: RequestConditions
  var qualities: [UInt16]
  var dates: [UInt32]
  var rangeTag: UInt64
  var range: [UInt32]
  var noneMatch: EntityTags?
  var match: EntityTags?

  init(_ request: UnsafeMutablePointer<Request>) {
    func text(_ start: UnsafeMutableRawPointer, _ length: UInt16) -> String {
      String(decoding: UnsafeRawBufferPointer(start: start, count: Int(length)), as: UTF8.self)
    }
    let front = request.pointee
    reply = Reply(
      answer: front.commonAnswer, persistence: Persistence(rawValue: front.persistence)!,
      headOnly: front.method == RequestMethod.head)
    method = front.method
    continues = front.continues
    target = text(request.target, front.targetLength)
    path = text(request.path, front.pathLength)
    host = text(request.host, front.hostLength)
    referer = text(request.referer, front.refererLength)
    agent = text(request.agent, front.agentLength)
    conditions = front.conditions
    qualities = [
      front.identityQuality, front.gzipQuality, front.brotliQuality, front.zstdQuality, front.otherQuality,
    ]
    dates = [front.modifiedSince, front.unmodifiedSince, front.rangeDate]
    rangeTag = front.rangeTag
    range = [front.rangeFirst, front.rangeLast]
    noneMatch = conditions.intersects(.noneMatch) ? front.noneMatch : nil
    match = conditions.intersects(.match) ? front.match : nil
  }
}

/// One connection's input, read the way the programs read it.
struct Conversation {
  static let grammar = RequestGrammar()
  static let logGrammar = RequestGrammar(keepsLogFields: true)

  private(set) var parser = RequestParser()
  private(set) var seen: [Seen] = []
  /// How many bytes had been read when each of them was there.
  private(set) var ends: [Int] = []
  private var read = 0
  private let memory = Memory()
  private let grammar: RequestGrammar

  var replies: [Reply] { seen.map(\.reply) }

  init(grammar: RequestGrammar = Conversation.grammar) { self.grammar = grammar }

  /// A request and its areas, full of what an earlier one may have left there.
  private final class Memory {
    let buffer: UnsafeMutableRawBufferPointer
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 64, alignment: 8)
    var request: UnsafeMutablePointer<Request> { buffer.baseAddress!.assumingMemoryBound(to: Request.self) }

    init() {
      buffer = .allocate(byteCount: MemoryLayout<DataPlaneABI.request>.size, alignment: 8)
      for index in buffer.indices { buffer[index] = residue[index % residue.count] }
      request.begin()
    }

    deinit {
      buffer.deallocate()
      chunk.deallocate()
    }
  }

  /// Feeds one piece of input. Fails the test if the parser takes more steps than there could be.
  mutating func receive(_ bytes: [UInt8], file: StaticString = #filePath, line: UInt = #line) {
    let (chunk, request) = (memory.chunk, memory.request)
    var position = 0
    var steps = 0
    while position < bytes.count || parser.needsAttention {
      position += Int(parser.skip(UInt32(bytes.count - position)))
      let count = Int(parser.chunkLength(UInt32(bytes.count - position)))
      if count > 0 {
        chunk.copyBytes(from: bytes[position..<position + count])
        // What an earlier chunk left behind must not matter.
        for index in count..<64 { chunk[index] = residue[index % residue.count] }
        let base = UnsafeRawPointer(chunk.baseAddress!)
        grammar.withTables {
          let taken = parser.read(base, UInt(count), $0, request)
          let captured = parser.capture(base + Int(taken), UInt(count) - UInt(taken), $0, request)
          position += Int(taken + captured)
        }
      }
      if parser.settle(request) {
        seen.append(Seen(request))
        ends.append(read + position)
        parser.begin(request)
      }
      steps += 1
      if steps > 2 * bytes.count + 2 {
        return XCTFail("the parser takes more steps than it is given bytes", file: file, line: line)
      }
    }
    read += position
    XCTAssertEqual(position, bytes.count, "bytes are left unread", file: file, line: line)
  }

  mutating func receive(_ text: String, file: StaticString = #filePath, line: UInt = #line) {
    receive(Array(text.utf8), file: file, line: line)
  }

  /// The conversation whose whole input is `bytes`, cut before each of the offsets `cuts`.
  static func of(_ bytes: [UInt8], cuts: [Int] = [], grammar: RequestGrammar = Conversation.grammar) -> Conversation {
    var conversation = Conversation(grammar: grammar)
    var start = 0
    for cut in cuts.sorted() + [bytes.count] where cut > start {
      conversation.receive(Array(bytes[start..<cut]))
      start = cut
    }
    return conversation
  }

  static func of(_ text: String, cuts: [Int] = []) -> Conversation { of(Array(text.utf8), cuts: cuts) }
}

private let residue = Array("\0\r\n\r\nxxxxxxxxGET /%2e".utf8)

/// The whole input gets exactly these replies, and the connection stays or not as the last one says.
func expect(_ input: String, _ replies: Reply..., file: StaticString = #filePath, line: UInt = #line) {
  expect(Array(input.utf8), replies, file: file, line: line)
}

func expect(_ input: [UInt8], _ replies: [Reply], file: StaticString = #filePath, line: UInt = #line) {
  let conversation = Conversation.of(input)
  XCTAssertEqual(conversation.replies, replies, file: file, line: line)
  XCTAssertEqual(conversation.parser.isFinished, replies.last?.closes ?? false, file: file, line: line)
}

/// What is taken down of an input that is one request.
func seen(
  _ input: String, grammar: RequestGrammar = Conversation.grammar, file: StaticString = #filePath, line: UInt = #line
) throws -> Seen {
  let conversation = Conversation.of(Array(input.utf8), grammar: grammar)
  XCTAssertEqual(conversation.seen.count, 1, file: file, line: line)
  return try XCTUnwrap(conversation.seen.first, file: file, line: line)
}

/// A request of HTTP/1.1 with these field lines after Host.
func request(_ fields: String..., method: String = "GET", target: String = "/", version: String = "1.1") -> String {
  "\(method) \(target) HTTP/\(version)\r\nHost: a\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n"
}
