/// The last lines of the head of an answer to a request for a range, which say numbers that no answer has in store:
/// Content-Range and, of a part, Content-Length (RFC 9110 14.4, 8.6), then Connection, and the empty line.
public struct RangeLines {
  /// Bytes that `write` may write to.
  public static var capacity: Int { 136 }

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

  /// Bytes of all lines.
  @inline(__always)
  public var byteCount: UInt32 {
    // "Content-Range: bytes " "-" "/" CRLF, "Content-Length: " CRLF
    let part = length == 0
      ? 21 &+ 4 &+ digits(total)
      : 21 &+ 4 &+ digits(first) &+ digits(first &+ length &- 1) &+ digits(total) &+ 18 &+ digits(length)
    switch persistence {
    case .implied: return part &+ 2
    case .close: return part &+ 2 &+ 19
    case .keepAlive: return part &+ 2 &+ 24
    }
  }

  /// Writes the lines.
  ///
  /// - Parameter text: `capacity` bytes; what lies behind the lines is written to too.
  @inline(__always)
  public func write(to text: UnsafeMutableRawPointer) {
    var writer = LineWriter(text)
    writer.put(0x2D74_6E65_746E_6F43, 8)  // Content-
    writer.put(0x203A_6567_6E61_52, 7)  // Range:_
    writer.put(0x2073_6574_7962, 6)  // bytes_
    if length == 0 {
      writer.put(0x2A, 1)
    } else {
      writer.put(number: first)
      writer.put(0x2D, 1)
      writer.put(number: first &+ length &- 1)
    }
    writer.put(0x2F, 1)
    writer.put(number: total)
    writer.put(0x0A0D, 2)
    if length != 0 {
      writer.put(0x2D74_6E65_746E_6F43, 8)
      writer.put(0x203A_6874_676E_654C, 8)  // Length:_
      writer.put(number: length)
      writer.put(0x0A0D, 2)
    }
    if persistence != .implied {
      writer.put(0x6974_6365_6E6E_6F43, 8)  // Connecti
      writer.put(0x203A_6E6F, 4)  // on:_
      if persistence == .close {
        writer.put(0x0A0D_6573_6F6C_63, 7)  // close
      } else {
        writer.put(0x696C_612D_7065_656B, 8)  // keep-ali
        writer.put(0x0A0D_6576, 4)  // ve
      }
    }
    writer.put(0x0A0D, 2)
  }
}

/// Decimal digits of a number.
@inline(__always)
private func digits(_ number: UInt32) -> UInt32 {
  var count: UInt32 = 1
  var limit: UInt64 = 10
  for _ in 0..<9 {
    count &+= UInt64(number) >= limit ? 1 : 0
    limit &*= 10
  }
  return count
}

/// Appends to a text of at most `RangeLines.capacity` bytes.
private struct LineWriter {
  let text: UnsafeMutableRawPointer
  var position: UInt = 0

  @inline(__always)
  init(_ text: UnsafeMutableRawPointer) { self.text = text }

  /// Appends the lowest `count` bytes of a word, 1 to 8.
  @inline(__always)
  mutating func put(_ word: UInt64, _ count: UInt) {
    // The verifier knows no more of the position than this.
    storeWord(word, text, barrier(position) & 127)
    position &+= count
  }

  /// Appends a number, without leading zeros.
  @inline(__always)
  mutating func put(number: UInt32) {
    let count = digits(number)
    var rest = number
    // Ten digits as two words, the first one lowest.
    var low: UInt64 = 0
    var high: UInt64 = 0
    for _ in 0..<10 {
      let digit = UInt64(0x30 &+ rest % 10)
      rest /= 10
      high = high &<< 8 | low &>> 56
      low = low &<< 8 | digit
    }
    // Those in front that are zero are shifted out.
    let skipped = UInt64(10 &- count) &* 8
    let isLong = skipped < 64
    let shift = isLong ? skipped : skipped &- 64
    let carried = shift == 0 ? 0 : high &<< (64 &- shift)
    let first = isLong ? low &>> shift | carried : high &>> shift
    put(first, count > 8 ? 8 : UInt(count))
    if count > 8 { put(high &>> shift, UInt(count) &- 8) }
  }
}
