/// An answer as it goes over the wire: C's `struct representation`, which says what is what.
public struct Representation: Equatable, Sendable {
  /// The number in its entity tag; 0: it has none.
  public var tag: UInt64 = 0
  /// In the content of its generation, bytes; 0: there is no such representation.
  public var offset: UInt32 = 0
  public var bodyOffset: UInt32 = 0
  /// Bytes, as the other lengths.
  public var bodyLength: UInt32 = 0
  public var startLength: UInt16 = 0
  public var validatorsLength: UInt16 = 0
  public var entityLength: UInt16 = 0
  public var lengthLength: UInt16 = 0
  public var checksum: UInt16 = 0
  public var headChecksum: UInt16 = 0
  public var status: UInt16 = 0
  public var isDated: UInt16 = 0
  public var closingOffset: UInt32 = 0

  @inline(__always) public init() {}
}

/// `enum content_coding`, in its order (RFC 9110 8.4.1, RFC 7932, RFC 8878).
public enum ContentCoding: UInt8, Equatable, Sendable {
  case identity
  case gzip
  case brotli
  case zstd

  public static var count: UInt32 { 4 }
}

/// `enum resource_kind`, in its order.
public enum ResourceKind: UInt8, Equatable, Sendable {
  /// Its representations are chosen by Accept-Encoding; conditions and ranges hold.
  case file
  /// Always its first representation.
  case fixed
  /// Its first representation, with a Location.
  case redirect
}

/// What a path leads to: C's `struct resource`.
public struct Resource: Sendable {
  public var pathOffset: UInt32 = 0
  public var pathLength: UInt16 = 0
  public var host: UInt16 = 0
  /// A `ResourceKind`.
  public var kind: UInt8 = 0
  /// Bit n: there is a representation in the coding n.
  public var codings: UInt8 = 0
  public var locationCount: UInt16 = 0
  public var locationOffset: UInt32 = 0
  /// Seconds since 1970; 0: no date of its last modification is known.
  public var modified: UInt32 = 0
  public var reserved: UInt32 = 0
  /// By `ContentCoding`.
  public var representations = (Representation(), Representation(), Representation(), Representation())

  @inline(__always) public init() {}
}
