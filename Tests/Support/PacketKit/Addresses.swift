/// An Ethernet address, six bytes.
public struct MACAddress: Hashable, Sendable, CustomStringConvertible {
  public var bytes: [UInt8]

  /// - Precondition: exactly six bytes.
  public init(_ bytes: [UInt8]) {
    precondition(bytes.count == 6, "a MAC address has six bytes, not \(bytes.count)")
    self.bytes = bytes
  }

  public static let broadcast = MACAddress([0xff, 0xff, 0xff, 0xff, 0xff, 0xff])
  /// Locally administered addresses for the two ends of a test's wire.
  public static let client = MACAddress([0x02, 0, 0, 0, 0, 0xc1])
  public static let server = MACAddress([0x02, 0, 0, 0, 0, 0x5e])

  public var description: String { bytes.map { hex($0) }.joined(separator: ":") }
}

/// An IPv4 or IPv6 address in network byte order. Written as a literal in tests: `"10.0.0.1"`, `"2001:db8::1"`.
public struct IPAddress: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
  /// Four bytes (IPv4) or sixteen (IPv6).
  public var bytes: [UInt8]

  public var isIPv4: Bool { bytes.count == 4 }

  /// - Precondition: four or sixteen bytes.
  public init(_ bytes: [UInt8]) {
    precondition(bytes.count == 4 || bytes.count == 16, "an IP address has 4 or 16 bytes, not \(bytes.count)")
    self.bytes = bytes
  }

  /// Reads dotted decimal, or RFC 4291 2.2 text with at most one `::` (without an embedded dotted quad).
  /// Nil for anything else.
  public init?(text: String) {
    if text.contains(":") {
      guard let bytes = Self.parseIPv6(text) else { return nil }
      self.bytes = bytes
    } else {
      let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
      guard parts.count == 4, !parts.contains(nil) else { return nil }
      bytes = parts.compactMap { $0 }
    }
  }

  public init(stringLiteral text: String) {
    guard let address = IPAddress(text: text) else { preconditionFailure("\(text) is not an IP address") }
    self = address
  }

  /// The sixteen bytes that the session table is keyed by: IPv4 as ::ffff:a.b.c.d (RFC 4291 2.5.5.2).
  public var mapped: [UInt8] {
    isIPv4 ? [UInt8](repeating: 0, count: 10) + [0xff, 0xff] + bytes : bytes
  }

  public var description: String {
    if isIPv4 { return bytes.map { String($0) }.joined(separator: ".") }
    return stride(from: 0, to: 16, by: 2)
      .map { String(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]), radix: 16) }.joined(separator: ":")
  }

  private static func parseIPv6(_ text: String) -> [UInt8]? {
    func groups(_ part: Substring) -> [UInt16]? {
      if part.isEmpty { return [] }
      let values = part.split(separator: ":", omittingEmptySubsequences: false).map { UInt16($0, radix: 16) }
      return values.contains(nil) ? nil : values.compactMap { $0 }
    }
    var words: [UInt16]
    if let gap = firstGap(in: text) {
      guard let head = groups(text[..<gap.lowerBound]), let tail = groups(text[gap.upperBound...]),
        head.count + tail.count < 8
      else { return nil }
      words = head + [UInt16](repeating: 0, count: 8 - head.count - tail.count) + tail
    } else {
      guard let all = groups(text[...]), all.count == 8 else { return nil }
      words = all
    }
    return words.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] }
  }

  private static func firstGap(in text: String) -> Range<String.Index>? {
    var index = text.startIndex
    while index < text.endIndex {
      let next = text.index(after: index)
      if text[index] == ":", next < text.endIndex, text[next] == ":" { return index..<text.index(after: next) }
      index = next
    }
    return nil
  }
}

/// Two hexadecimal digits.
func hex(_ byte: UInt8) -> String {
  let digits = String(byte, radix: 16)
  return digits.count == 1 ? "0" + digits : digits
}
