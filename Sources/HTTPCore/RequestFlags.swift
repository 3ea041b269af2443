/// What the present request's head has said so far. The grammar's tables OR these in on entering a state, so they
/// only ever accumulate; a new request starts from none.
public struct RequestFlags: Equatable, Sendable {
  public var rawValue: UInt16

  @inline(__always) public init(rawValue: UInt16) { self.rawValue = rawValue }

  // Computed, not stored: a stored static would need an initialiser at run time, which eBPF has not.
  public static var none: RequestFlags { RequestFlags(rawValue: 0) }
  /// The lowest three bits are a `RequestMethod`.
  @inline(__always) public static func method(_ method: UInt8) -> RequestFlags {
    RequestFlags(rawValue: UInt16(method))
  }
  /// The space behind the request target has been read.
  public static var targetEnded: RequestFlags { RequestFlags(rawValue: 1 << 3) }
  /// The version is HTTP/1.0.
  public static var version10: RequestFlags { RequestFlags(rawValue: 1 << 4) }
  public static var host: RequestFlags { RequestFlags(rawValue: 1 << 5) }
  /// The connection option `close`.
  public static var close: RequestFlags { RequestFlags(rawValue: 1 << 6) }
  /// The connection option `keep-alive`.
  public static var keepAlive: RequestFlags { RequestFlags(rawValue: 1 << 7) }
  public static var contentLength: RequestFlags { RequestFlags(rawValue: 1 << 8) }
  public static var transferEncoding: RequestFlags { RequestFlags(rawValue: 1 << 9) }
  /// The transfer coding is `chunked`.
  public static var chunked: RequestFlags { RequestFlags(rawValue: 1 << 10) }
  /// The target is absolute, and has said what host it is of.
  public static var absolute: RequestFlags { RequestFlags(rawValue: 1 << 11) }
  /// The head has been read, what comes is content,
  public static var headEnded: RequestFlags { RequestFlags(rawValue: 1 << 12) }
  /// or the trailer section behind it.
  public static var trailers: RequestFlags { RequestFlags(rawValue: 1 << 13) }

  /// A `RequestMethod`.
  @inline(__always) public var method: UInt8 { UInt8(truncatingIfNeeded: rawValue & 7) }

  /// Whether any of the other's flags is set here.
  @inline(__always) public func intersects(_ other: RequestFlags) -> Bool { rawValue & other.rawValue != 0 }

  @inline(__always) public func union(_ other: RequestFlags) -> RequestFlags {
    RequestFlags(rawValue: rawValue | other.rawValue)
  }
}
