import HTTPCore

/// The number in a strong entity tag (RFC 9110 8.8.3): two bodies with one number are taken to be the same.
public enum EntityTags {
  /// The number of what a body hashes to, in a coding. Representations of one resource need different tags even if
  /// their bytes are the same, since they mean different things (RFC 9110 8.8.1).
  /// - Returns: never 0, which says that there is no tag.
  static func number(_ hash: UInt64, _ coding: ContentCoding) -> UInt64 {
    // Odd multiples of 2^64 over the golden ratio differ from each other for one and the same hash.
    let number = hash &+ UInt64(coding.rawValue) &* 0x9E37_79B9_7F4A_7C15
    return number == 0 ? 1 : number
  }

  /// As it stands in a head: 16 hexadecimal digits between quotation marks.
  public static func text(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return "\"" + String(repeating: "0", count: 16 - digits.count) + digits + "\""
  }

  /// What the hash of content begins with: it has to be the same in every run, so that a client's copy stays valid.
  static var hash: SipHash { SipHash(key0: 0x5844_5020_6F72_6967, key1: 0x696E_2073_6572_7665) }
}
