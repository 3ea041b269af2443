import HTTPCore
import HTTPGrammar
import XCTest

/// One connection's input, read the way the programs read it.
struct Conversation {
  static let grammar = RequestGrammar()

  private(set) var parser = RequestParser()
  private(set) var responses: [Response] = []

  /// Feeds one piece of input. Fails the test if the parser takes more steps than there could be.
  mutating func receive(_ bytes: [UInt8], file: StaticString = #filePath, line: UInt = #line) {
    let capacity = Int(RequestParser.chunkCapacity)
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 8)
    defer { chunk.deallocate() }
    var position = 0
    var steps = 0
    while true {
      position += Int(parser.skip(UInt32(bytes.count - position)))
      let count = Int(parser.chunkLength(UInt32(bytes.count - position)))
      if count == 0 { break }
      chunk.copyBytes(from: bytes[position..<position + count])
      // What an earlier chunk left behind must not matter.
      for index in count..<capacity { chunk[index] = Self.residue[index % Self.residue.count] }
      Self.grammar.withTables { position += Int(parser.read(UnsafeRawPointer(chunk.baseAddress!), UInt(count), $0)) }
      if case .answer(let response) = parser.settle() { responses.append(response) }
      steps += 1
      if steps > bytes.count {
        return XCTFail("the parser takes more steps than it is given bytes", file: file, line: line)
      }
    }
    XCTAssertEqual(position, bytes.count, "bytes are left unread", file: file, line: line)
  }

  private static let residue = Array("\0\r\n\r\nxxxxxxxxGET ".utf8)

  mutating func receive(_ text: String, file: StaticString = #filePath, line: UInt = #line) {
    receive(Array(text.utf8), file: file, line: line)
  }

  /// The conversation whose whole input is `bytes`, cut before each of the offsets `cuts`.
  static func of(_ bytes: [UInt8], cuts: [Int] = []) -> Conversation {
    var conversation = Conversation()
    var start = 0
    for cut in cuts.sorted() + [bytes.count] where cut > start {
      conversation.receive(Array(bytes[start..<cut]))
      start = cut
    }
    return conversation
  }

  static func of(_ text: String, cuts: [Int] = []) -> Conversation { of(Array(text.utf8), cuts: cuts) }
}

extension Response {
  static let ok = Response(kind: .ok, persistence: .implied, headOnly: false)
  static let okClose = Response(kind: .ok, persistence: .close, headOnly: false)
  static let okKeepAlive = Response(kind: .ok, persistence: .keepAlive, headOnly: false)
  static let headOK = Response(kind: .ok, persistence: .implied, headOnly: true)

  static func refused(_ kind: AnswerKind, headOnly: Bool = false) -> Response {
    Response(kind: kind, persistence: .close, headOnly: headOnly)
  }
}

/// The whole input gets exactly these answers, and the connection stays or not as the last one says.
func expect(
  _ input: String, _ responses: Response..., file: StaticString = #filePath, line: UInt = #line
) {
  expect(Array(input.utf8), responses, file: file, line: line)
}

func expect(_ input: [UInt8], _ responses: [Response], file: StaticString = #filePath, line: UInt = #line) {
  let conversation = Conversation.of(input)
  XCTAssertEqual(conversation.responses, responses, file: file, line: line)
  XCTAssertEqual(conversation.parser.isFinished, responses.last?.closes ?? false, file: file, line: line)
}

/// A request of HTTP/1.1 with these field lines after Host.
func request(_ fields: String..., method: String = "GET", version: String = "1.1") -> String {
  "\(method) / HTTP/\(version)\r\nHost: a\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n"
}
