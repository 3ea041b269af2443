import Glibc
import LabKit

/// What a server makes of exact bytes on a connection of their own.
struct RawExchange {
  struct Answer: Equatable {
    /// HTTP/1.1
    var version: String
    var status: Int
    /// In the order in which they came, names in lower case.
    var fields: [Field]
    var body: [UInt8]

    struct Field: Equatable {
      var name: String
      var value: String
    }

    /// The values of a field, joined as RFC 9110 5.3 has it; nil where there is none.
    subscript(name: String) -> String? {
      let values = fields.filter { $0.name == name }.map(\.value)
      return values.isEmpty ? nil : values.joined(separator: ", ")
    }
  }

  /// What became of the connection once the answers were there.
  enum Ending: String {
    /// A further request on it was answered.
    case kept
    /// The server closed it.
    case closed
    /// The server said nothing more, and did not answer a further request either.
    case waits
    /// The server sent something that is no answer, or half of one.
    case torn
  }

  var answers: [Answer] = []
  var ending = Ending.kept
  /// What could not be read as an answer.
  var rest: [UInt8] = []
  /// Bytes of the answers.
  var size = 0

  /// Sends `pieces` with pauses between them, reads what is answered, and tries whether the connection still works.
  /// - Parameters:
  ///   - methods: of the requests sent, which tell whether an answer has a body. Where there are more answers, GET.
  ///   - finishes: the client closes its side right behind the last piece.
  ///   - patience: how long the server may be silent.
  /// - Throws: `ConnectionError`, where the connection does not come about.
  static func run(
    _ pieces: [[UInt8]], methods: [String], in namespace: NetworkNamespace, to address: String, port: UInt16,
    finishes: Bool = false, patience: Duration = .seconds(2)
  ) throws -> RawExchange {
    let connection = try TCPConnection(in: namespace, to: address, port: port)
    var reader = Reader(connection)
    var exchange = RawExchange()
    for (index, piece) in pieces.enumerated() {
      if index > 0 { usleep(1500) }
      // A server that has already closed answers with a reset; what it said before that counts.
      do { try connection.send(piece) } catch { break }
    }
    if finishes { connection.finish() }
    var expected = methods[...]
    while let method = expected.first {
      guard let answer = try reader.answer(to: method, patience: patience) else { break }
      exchange.answers.append(answer)
      // 100 comes before the answer itself.
      if answer.status >= 200 { expected = expected.dropFirst() }
    }
    exchange.size = reader.count - reader.bytes.count
    if !expected.isEmpty, !reader.isAtEnd, reader.bytes.isEmpty {
      exchange.ending = .waits
    } else if !reader.isAtEnd, reader.bytes.isEmpty, !finishes,
      exchange.answers.last.map(Self.saysClose) != true
    {
      do { try connection.send("GET /probe HTTP/1.1\r\nHost: lab\r\n\r\n") } catch { reader.isAtEnd = true }
      if !reader.isAtEnd {
        if let answer = try reader.answer(to: "GET", patience: patience) {
          if answer.status != 404 || answer["connection"]?.lowercased() == "close" { exchange.answers.append(answer) }
        } else {
          exchange.ending = .waits
        }
      }
    } else if !reader.isAtEnd, reader.bytes.isEmpty {
      exchange.ending = try reader.reachesEnd(patience: .seconds(3)) ? .closed : .waits
    }
    if reader.isAtEnd { exchange.ending = .closed }
    if !reader.bytes.isEmpty {
      (exchange.ending, exchange.rest) = (.torn, reader.bytes)
    }
    return exchange
  }

  private static func saysClose(_ answer: Answer) -> Bool {
    answer["connection"]?.lowercased() == "close" || answer.version == "HTTP/1.0"
  }

  private struct Reader {
    let connection: TCPConnection
    var bytes: [UInt8] = []
    var isAtEnd = false
    /// Bytes that have come.
    var count = 0

    init(_ connection: TCPConnection) { self.connection = connection }

    /// - Returns: whether there is more; not at the end, and not when the time is up.
    mutating func more(_ patience: Duration) throws -> Bool {
      guard !isAtEnd else { return false }
      let count = try withUnsafeTemporaryAllocation(byteCount: 65536, alignment: 16) { buffer in
        do {
          let count = try connection.receive(into: buffer, timeout: patience)
          bytes += buffer[..<count]
          self.count += count
          return count
        } catch let error as ConnectionError {
          guard error.code != ETIMEDOUT else { return -1 }
          // A reset, after which nothing comes either.
          return 0
        }
      }
      if count == 0 { isAtEnd = true }
      return count > 0
    }

    mutating func reachesEnd(patience: Duration) throws -> Bool {
      while try more(patience) { guard bytes.isEmpty else { return false } }
      return isAtEnd
    }

    /// The next answer; nil where none begins, or none ends.
    mutating func answer(to method: String, patience: Duration) throws -> Answer? {
      var end: Int?
      var searched = 0
      while true {
        end = Self.endOfHead(bytes, from: max(0, searched - 3))
        if end != nil { break }
        searched = bytes.count
        guard try more(patience) else { return nil }
      }
      guard let end, var answer = Self.head(bytes[..<end]) else { return nil }
      let hasNoBody = method == "HEAD" || answer.status == 304 || answer.status == 204 || answer.status < 200
      if !hasNoBody {
        if answer["transfer-encoding"] != nil { return nil }
        let length = answer["content-length"].flatMap { Int($0) }
        if length == nil, answer.status != 204 {
          // To the end of the connection, RFC 9112 6.3.
          while try more(.seconds(2)) {}
          guard isAtEnd else { return nil }
        }
        let total = end + (length ?? bytes.count - end)
        while bytes.count < total { guard try more(max(patience, .seconds(5))) else { return nil } }
        answer.body = Array(bytes[end..<total])
        bytes.removeFirst(total)
      } else {
        bytes.removeFirst(end)
      }
      return answer
    }

    private static func endOfHead(_ bytes: [UInt8], from start: Int) -> Int? {
      guard bytes.count >= 4 else { return nil }
      var index = start
      while index + 4 <= bytes.count {
        if bytes[index..<index + 4].elementsEqual([13, 10, 13, 10]) { return index + 4 }
        index += 1
      }
      return nil
    }

    /// Nil for what is no head by RFC 9112 4.
    private static func head(_ bytes: ArraySlice<UInt8>) -> Answer? {
      let lines = String(decoding: bytes.dropLast(4), as: UTF8.self).components(separatedBy: "\r\n")
      guard let match = lines[0].wholeMatch(of: /(HTTP\/1\.[01]) ([1-5][0-9][0-9]) [\x20-\x7e]*/),
        let status = Int(match.2)
      else { return nil }
      var answer = Answer(version: String(match.1), status: status, fields: [], body: [])
      for line in lines.dropFirst() {
        guard let field = line.wholeMatch(of: /([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*/) else { return nil }
        answer.fields.append(.init(name: field.1.lowercased(), value: String(field.2)))
      }
      return answer
    }
  }
}

extension String {
  /// Foundation's, without Foundation.
  fileprivate func components(separatedBy separator: String) -> [String] {
    split(separator: separator, omittingEmptySubsequences: false).map(String.init)
  }
}
