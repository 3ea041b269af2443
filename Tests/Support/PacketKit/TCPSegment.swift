/// TCP's control bits (RFC 9293 3.1), as they stand in the header.
public struct TCPFlags: OptionSet, Hashable, Sendable, CustomStringConvertible {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let fin = TCPFlags(rawValue: 0x01)
  public static let syn = TCPFlags(rawValue: 0x02)
  public static let rst = TCPFlags(rawValue: 0x04)
  public static let psh = TCPFlags(rawValue: 0x08)
  public static let ack = TCPFlags(rawValue: 0x10)
  public static let urg = TCPFlags(rawValue: 0x20)
  public static let ece = TCPFlags(rawValue: 0x40)
  public static let cwr = TCPFlags(rawValue: 0x80)

  public var description: String {
    let names = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"]
    let set = names.indices.filter { rawValue & 1 << $0 != 0 }.map { names[$0] }
    return set.isEmpty ? "no flags" : set.joined(separator: "+")
  }
}

/// A TCP option. `raw` is written as it is, so that malformed ones can be built.
public enum TCPOption: Hashable, Sendable {
  case end
  case noOperation
  case maximumSegmentSize(UInt16)
  case windowScale(UInt8)
  case sackPermitted
  /// Pairs of left and right edge.
  case sack([ClosedEdge])
  case timestamps(value: UInt32, echo: UInt32)
  case unknown(kind: UInt8, data: [UInt8])
  case raw([UInt8])

  /// One block of a SACK option (RFC 2018 3).
  public struct ClosedEdge: Hashable, Sendable {
    public var left: UInt32
    public var right: UInt32
    public init(left: UInt32, right: UInt32) {
      self.left = left
      self.right = right
    }
  }

  var encoded: [UInt8] {
    var bytes: [UInt8] = []
    switch self {
    case .end: bytes = [0]
    case .noOperation: bytes = [1]
    case .maximumSegmentSize(let size):
      bytes = [2, 4]
      bytes.append(big: size)
    case .windowScale(let shift): bytes = [3, 3, shift]
    case .sackPermitted: bytes = [4, 2]
    case .sack(let blocks):
      bytes = [5, UInt8(2 + 8 * blocks.count)]
      for block in blocks {
        bytes.append(big: block.left)
        bytes.append(big: block.right)
      }
    case .timestamps(let value, let echo):
      bytes = [8, 10]
      bytes.append(big: value)
      bytes.append(big: echo)
    case .unknown(let kind, let data): bytes = [kind, UInt8(2 + data.count)] + data
    case .raw(let raw): bytes = raw
    }
    return bytes
  }

  /// Options from a header. The padding behind an end-of-list option must be zero (RFC 9293 3.2).
  static func decode(_ bytes: ArraySlice<UInt8>) throws(DecodingError) -> [TCPOption] {
    var reader = Reader(bytes)
    var options: [TCPOption] = []
    while reader.remaining > 0 {
      let kind = try reader.byte("the option's kind")
      if kind == 1 {
        options.append(.noOperation)
        continue
      }
      if kind == 0 {
        options.append(.end)
        guard try reader.take(reader.remaining, "the padding").allSatisfy({ $0 == 0 }) else {
          throw DecodingError("the padding behind the end-of-options option is not zero")
        }
        break
      }
      let length = Int(try reader.byte("option \(kind)'s length"))
      guard length >= 2 else { throw DecodingError("option \(kind) gives its length as \(length)") }
      options.append(try decode(kind: kind, Array(try reader.take(length - 2, "option \(kind)"))))
    }
    return options
  }

  private static func decode(kind: UInt8, _ data: [UInt8]) throws(DecodingError) -> TCPOption {
    var reader = Reader(data[...])
    switch (kind, data.count) {
    case (2, 2): return .maximumSegmentSize(try reader.word("the MSS"))
    case (3, 1): return .windowScale(data[0])
    case (4, 0): return .sackPermitted
    case (5, 8), (5, 16), (5, 24), (5, 32):
      var blocks: [ClosedEdge] = []
      while reader.remaining > 0 {
        blocks.append(ClosedEdge(left: try reader.long("SACK's left edge"), right: try reader.long("SACK's right edge")))
      }
      return .sack(blocks)
    case (8, 8): return .timestamps(value: try reader.long("TSval"), echo: try reader.long("TSecr"))
    case (2, _), (3, _), (4, _), (5, _), (8, _):
      throw DecodingError("option \(kind) has \(data.count) bytes of data, which its RFC does not allow")
    default: return .unknown(kind: kind, data: data)
    }
  }
}

/// A TCP segment: header, options, payload. A nil field is computed.
public struct TCPSegment: Hashable, Sendable {
  public var sourcePort: UInt16
  public var destinationPort: UInt16
  public var sequence: UInt32 = 0
  public var acknowledgment: UInt32 = 0
  public var flags: TCPFlags
  /// The window field, not scaled.
  public var window: UInt16 = 65535
  public var urgentPointer: UInt16 = 0
  public var options: [TCPOption] = []
  public var payload: [UInt8] = []
  /// In 32-bit words.
  public var dataOffset: UInt8?
  public var checksum: ChecksumMode = .right

  public init(from sourcePort: UInt16, to destinationPort: UInt16, flags: TCPFlags) {
    self.sourcePort = sourcePort
    self.destinationPort = destinationPort
    self.flags = flags
  }

  /// SEG.LEN: payload, and one for each of SYN and FIN (RFC 9293 3.4).
  public var length: UInt32 {
    UInt32(payload.count) + (flags.contains(.syn) ? 1 : 0) + (flags.contains(.fin) ? 1 : 0)
  }

  /// The payload as text; bytes that are not UTF-8 show as U+FFFD.
  public var text: String { String(decoding: payload, as: UTF8.self) }

  func encoded(from source: IPAddress, to destination: IPAddress) -> [UInt8] {
    var list = options.flatMap(\.encoded)
    list += [UInt8](repeating: 0, count: (4 - list.count % 4) % 4)
    let words = dataOffset ?? UInt8(truncatingIfNeeded: 5 + list.count / 4)
    var bytes: [UInt8] = []
    bytes.append(big: sourcePort)
    bytes.append(big: destinationPort)
    bytes.append(big: sequence)
    bytes.append(big: acknowledgment)
    bytes += [words << 4, flags.rawValue]
    bytes.append(big: window)
    bytes += [0, 0]
    bytes.append(big: urgentPointer)
    bytes += list + payload
    let pseudo = InternetChecksum.pseudoHeader(from: source, to: destination, protocol: 6, length: bytes.count)
    let field = InternetChecksum.field(
      checksum, right: ~InternetChecksum.sum(pseudo, bytes), partial: InternetChecksum.sum(pseudo))
    bytes.replaceSubrange(16..<18, with: [UInt8(field >> 8), UInt8(field & 0xff)])
    return bytes
  }

  static func decode(
    _ bytes: ArraySlice<UInt8>, ip: IPHeader, allowPartialChecksum: Bool, leniency: Frame.Leniency
  ) throws(DecodingError) -> TCPSegment {
    var reader = Reader(bytes)
    var segment = TCPSegment(
      from: try reader.word("the source port"), to: try reader.word("the destination port"), flags: [])
    segment.sequence = try reader.long("the sequence number")
    segment.acknowledgment = try reader.long("the acknowledgment number")
    let offset = try reader.byte("the data offset")
    segment.dataOffset = offset >> 4
    guard leniency == .receiver || offset & 0xf == 0 else { throw DecodingError("TCP's reserved bits are not zero") }
    segment.flags = TCPFlags(rawValue: try reader.byte("the flags"))
    segment.window = try reader.word("the window")
    let checksum = try reader.word("the checksum")
    segment.urgentPointer = try reader.word("the urgent pointer")
    guard offset >> 4 >= 5 else { throw DecodingError("TCP's data offset is \(offset >> 4) words, fewer than 5") }
    let options = try reader.take(Int(offset >> 4) * 4 - 20, "TCP's options")
    do { segment.options = try TCPOption.decode(options) } catch {
      guard leniency == .receiver else { throw error }
      segment.options = [.raw(Array(options))]
    }
    segment.payload = Array(try reader.take(reader.remaining, "the payload"))

    let pseudo = InternetChecksum.pseudoHeader(
      from: ip.source, to: ip.destination, protocol: 6, length: bytes.count)
    let sum = InternetChecksum.sum(pseudo, Array(bytes))
    if sum != 0xffff {
      guard allowPartialChecksum, checksum == InternetChecksum.sum(pseudo) else {
        throw DecodingError(
          "the TCP checksum is wrong: the field is 0x\(String(checksum, radix: 16)), "
            + "the segment with its pseudo-header sums to 0x\(String(sum, radix: 16))")
      }
      segment.checksum = .partial
    }
    segment.dataOffset = nil
    return segment
  }
}
