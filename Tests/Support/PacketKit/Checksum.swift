/// What to write into a checksum field.
public enum ChecksumMode: Hashable, Sendable {
  /// The correct checksum.
  case right
  /// The correct checksum with this value exclusive-ored into it. 0 would leave it right.
  case wrong(xor: UInt16 = 0x5555)
  /// As a local sender with checksum offload leaves it (CHECKSUM_PARTIAL): the pseudo-header's sum, folded, not
  /// inverted; the device would add the rest. For TCP only.
  case partial
  /// This very value.
  case exactly(UInt16)

  public static let wrong = ChecksumMode.wrong()
}

/// The Internet checksum, RFC 1071: the ones' complement sum of 16-bit words.
enum InternetChecksum {
  /// The folded sum, not inverted. An odd last byte is padded with zero on its right.
  static func sum(_ parts: [UInt8]...) -> UInt16 {
    var total: UInt64 = 0
    for part in parts {
      for (index, byte) in part.enumerated() { total += index % 2 == 0 ? UInt64(byte) << 8 : UInt64(byte) }
    }
    while total > 0xffff { total = (total >> 16) + (total & 0xffff) }
    return UInt16(total)
  }

  /// RFC 9293 3.1 for IPv4, RFC 8200 8.1 for IPv6.
  static func pseudoHeader(from: IPAddress, to: IPAddress, protocol number: UInt8, length: Int) -> [UInt8] {
    var bytes = from.bytes + to.bytes
    if from.isIPv4 {
      bytes += [0, number]
      bytes.append(big: UInt16(truncatingIfNeeded: length))
    } else {
      bytes.append(big: UInt32(length))
      bytes += [0, 0, 0, number]
    }
    return bytes
  }

  static func field(_ mode: ChecksumMode, right: UInt16, partial: UInt16) -> UInt16 {
    switch mode {
    case .right: right
    case .wrong(let mask): right ^ mask
    case .partial: partial
    case .exactly(let value): value
    }
  }
}
