import Glibc

/// A GET over one connection of the client's kernel, compared with the body as it comes, and timed.
public struct Download: Sendable {
  /// How the client reads.
  public struct Manner: Sendable {
    /// SO_RCVBUF; nil: as the kernel will.
    public var receiveBuffer: Int32?
    /// Bytes that one read takes at most.
    public var chunk = 1 << 20
    /// After so many bytes of the body the client stops reading once, for so long.
    public var pauses: [(after: Int, length: Duration)] = []
    /// Between any two reads.
    public var breath: Duration = .zero
    /// How many requests are sent at once, on one connection.
    public var requests = 1
    /// Nothing from the server for so long ends it.
    public var patience: Duration = .seconds(20)

    public init() {}
  }

  public private(set) var status = ""
  /// Which of the bodies came, by its place among those that were expected; one for each request.
  public private(set) var received: [Int] = []
  /// The longest time between two reads that got something, pauses of the client's own not counted; and between the
  /// request and the first.
  public private(set) var longestGap: Duration = .zero
  /// How far the answer had come when the longest gap began, bytes.
  public private(set) var gapOffset = 0
  /// From the first SYN to the end.
  public private(set) var duration: Duration = .zero
  public private(set) var bytes = 0

  /// Gets a body.
  /// - Parameters:
  ///   - bodies: each answer has to be exactly one of them.
  /// - Throws: `LabError` where another comes, `ConnectionError`.
  public static func run(
    in namespace: NetworkNamespace, to address: String, port: UInt16 = 8080, expecting bodies: [Body],
    _ manner: Manner = Manner()
  ) throws -> Download {
    let begin = ContinuousClock.now
    let connection = try TCPConnection(
      in: namespace, to: address, port: port, timeout: manner.patience, receiveBuffer: manner.receiveBuffer)
    var download = Download()
    try connection.send(String(repeating: "GET /body HTTP/1.1\r\nHost: lab\r\n\r\n", count: manner.requests))
    var reader = Reader(connection, manner)
    for _ in 0..<manner.requests { download.received.append(try reader.answer(bodies, &download)) }
    download.longestGap = reader.longestGap
    download.gapOffset = reader.gapOffset
    download.duration = ContinuousClock.now - begin
    return download
  }

  /// Reads answers one after the other.
  private struct Reader {
    let connection: TCPConnection
    let manner: Manner
    let buffer: UnsafeMutableRawBufferPointer
    let memory: Memory
    var filled = 0, used = 0, total = 0
    var last = ContinuousClock.now
    var longestGap = Duration.zero
    var gapOffset = 0

    final class Memory {
      let buffer: UnsafeMutableRawBufferPointer
      init(_ count: Int) { buffer = .allocate(byteCount: count, alignment: 16) }
      deinit { buffer.deallocate() }
    }

    init(_ connection: TCPConnection, _ manner: Manner) {
      self.connection = connection
      self.manner = manner
      memory = Memory(max(manner.chunk, 1))
      buffer = memory.buffer
    }

    /// Makes sure that there is something to use.
    mutating func fill() throws {
      guard used == filled else { return }
      let count = try connection.receive(into: buffer, timeout: manner.patience)
      let now = ContinuousClock.now
      if now - last > longestGap { (longestGap, gapOffset) = (now - last, total) }
      guard count > 0 else { throw LabError("the server closed after \(total) bytes") }
      total += count
      (used, filled) = (0, count)
      if manner.breath > .zero { pause(manner.breath) }
      last = ContinuousClock.now
    }

    mutating func answer(_ bodies: [Body], _ download: inout Download) throws -> Int {
      var head: [UInt8] = []
      while !head.suffix(4).elementsEqual([13, 10, 13, 10]) {
        try fill()
        head.append(buffer[used])
        used += 1
        guard head.count < 4096 else { throw LabError("no end of the answer's head") }
      }
      let text = String(decoding: head, as: UTF8.self)
      download.status = String(text.prefix { $0 != "\r\n" })
      guard text.hasPrefix("HTTP/1.1 200 "),
        let length = text.firstMatch(of: /(?i)\r\ncontent-length: *([0-9]+)\r\n/).flatMap({ Int($0.1) })
      else { throw LabError("no answer with a length: \(text)") }
      var candidates = bodies.indices.filter { bodies[$0].count == length }
      guard !candidates.isEmpty else { throw LabError("no body has \(length) bytes") }
      var offset = 0
      var pauses = manner.pauses[...]
      while offset < length {
        try fill()
        let count = min(filled - used, length - offset)
        candidates.removeAll {
          memcmp(buffer.baseAddress! + used, bodies[$0].bytes.baseAddress! + offset, count) != 0
        }
        guard !candidates.isEmpty else {
          throw LabError("wrong bytes within \(offset)..<\(offset + count) of \(length)")
        }
        used += count
        offset += count
        while let next = pauses.first, offset >= next.after {
          pauses = pauses.dropFirst()
          pause(next.length)
          last = ContinuousClock.now
        }
      }
      download.bytes += length
      return candidates[0]
    }

    private func pause(_ length: Duration) {
      usleep(UInt32(length.components.seconds * 1_000_000 + length.components.attoseconds / 1_000_000_000_000))
    }
  }
}
