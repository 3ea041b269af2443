/// A set of bytes, for the grammar's rules.
struct ByteSet: Sendable {
  private(set) var bytes: Set<UInt8>

  init(_ bytes: some Sequence<UInt8>) { self.bytes = Set(bytes) }
  init(_ characters: String) { self.init(characters.utf8) }

  func union(_ other: ByteSet) -> ByteSet { ByteSet(bytes.union(other.bytes)) }
  func subtracting(_ other: ByteSet) -> ByteSet { ByteSet(bytes.subtracting(other.bytes)) }
  func contains(_ byte: UInt8) -> Bool { bytes.contains(byte) }
}

// RFC 5234 B.1
extension ByteSet {
  static let cr = ByteSet([0x0D])
  static let lf = ByteSet([0x0A])
  static let sp = ByteSet([0x20])
  static let digit = ByteSet(0x30...0x39)
  static let alpha = ByteSet(0x41...0x5A).union(ByteSet(0x61...0x7A))
  static let hexdig = digit.union(ByteSet("ABCDEFabcdef"))
  static let vchar = ByteSet(0x21...0x7E)
}

// RFC 9110 5.5, 5.6
extension ByteSet {
  /// RFC 9110 5.6.3: optional white space.
  static let ows = ByteSet([0x20, 0x09])
  /// RFC 9110 5.6.2
  static let tchar = alpha.union(digit).union(ByteSet("!#$%&'*+-.^_`|~"))
  /// RFC 9110 5.5: field-vchar and the white space between.
  static let fieldText = vchar.union(ows).union(ByteSet(0x80...0xFF))
}

// RFC 3986 2.2, 2.3
extension ByteSet {
  static let unreserved = alpha.union(digit).union(ByteSet("-._~"))
  static let subDelims = ByteSet("!$&'()*+,;=")
}
