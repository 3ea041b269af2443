/// What the lines of a head are written with: natively an array of bytes, in eBPF a part of a map.
public protocol LineSink {
  /// Appends the lowest `count` bytes of a word, 1 to 8.
  mutating func put(_ word: UInt64, _ count: UInt)
  /// Appends a number in decimal, without leading zeros.
  mutating func put(number: UInt32)
}

/// The last lines of the head of an answer to a request for a range, which say numbers that no answer has in store:
/// Content-Range and, of a part, Content-Length (RFC 9110 14.4, 8.6), then Connection, and the empty line.
public struct RangeLines {
  /// Where the part begins, and how long it is, bytes; a length of 0: no part can be had (RFC 9110 15.5.17).
  let first: UInt32
  let length: UInt32
  /// Bytes of the whole representation.
  let total: UInt32
  let persistence: Persistence

  @inline(__always)
  public init(first: UInt32, length: UInt32, total: UInt32, persistence: Persistence) {
    self.first = first
    self.length = length
    self.total = total
    self.persistence = persistence
  }

  /// Bytes of all lines, at most 109.
  @inline(__always)
  public var byteCount: UInt32 {
    // "Content-Range: bytes */" CRLF; "Content-Range: bytes -/" CRLF "Content-Length: " CRLF
    let part = length == 0
      ? 25 &+ DecimalDigits.digits(total)
      : 43 &+ DecimalDigits.digits(first) &+ DecimalDigits.digits(first &+ length &- 1) &+ DecimalDigits.digits(total)
        &+ DecimalDigits.digits(length)
    switch persistence {
    case .implied: return part &+ 2
    case .close: return part &+ 2 &+ 19
    case .keepAlive: return part &+ 2 &+ 24
    }
  }

  /// Writes the lines.
  @inline(__always)
  public func write(to sink: inout some LineSink) {
    sink.put(0x2D74_6E65_746E_6F43, 8)  // Content-
    sink.put(0x203A_6567_6E61_52, 7)  // Range:_
    sink.put(0x2073_6574_7962, 6)  // bytes_
    if length == 0 {
      sink.put(0x2A, 1)
    } else {
      sink.put(number: first)
      sink.put(0x2D, 1)
      sink.put(number: first &+ length &- 1)
    }
    sink.put(0x2F, 1)
    sink.put(number: total)
    sink.put(0x0A0D, 2)
    if length != 0 {
      sink.put(0x2D74_6E65_746E_6F43, 8)
      sink.put(0x203A_6874_676E_654C, 8)  // Length:_
      sink.put(number: length)
      sink.put(0x0A0D, 2)
    }
    if persistence != .implied {
      sink.put(0x6974_6365_6E6E_6F43, 8)  // Connecti
      sink.put(0x203A_6E6F, 4)  // on:_
      if persistence == .close {
        sink.put(0x0A0D_6573_6F6C_63, 7)  // close
      } else {
        sink.put(0x696C_612D_7065_656B, 8)  // keep-ali
        sink.put(0x0A0D_6576, 4)  // ve
      }
    }
    sink.put(0x0A0D, 2)
  }
}
