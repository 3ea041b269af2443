/// What the present request's head has said so far. The grammar's tables OR these in on entering a state, so they
/// only ever accumulate; a new request starts from none.
public struct RequestFlags: Equatable, Sendable {
  public var rawValue: UInt16

  @inline(__always) public init(rawValue: UInt16) { self.rawValue = rawValue }

  // Computed, not stored: a stored static would need an initialiser at run time, which eBPF has not.
  public static var none: RequestFlags { RequestFlags(rawValue: 0) }
  /// The method is GET.
  public static var get: RequestFlags { RequestFlags(rawValue: 1 << 0) }
  /// The method is HEAD.
  public static var head: RequestFlags { RequestFlags(rawValue: 1 << 1) }
  /// The method is registered, but neither GET nor HEAD.
  public static var methodNotAllowed: RequestFlags { RequestFlags(rawValue: 1 << 2) }
  /// The method is a token that the server does not know.
  public static var methodUnknown: RequestFlags { RequestFlags(rawValue: 1 << 3) }
  /// The space behind the request target has been read.
  public static var targetEnded: RequestFlags { RequestFlags(rawValue: 1 << 4) }
  /// The version is HTTP/1.0.
  public static var version10: RequestFlags { RequestFlags(rawValue: 1 << 5) }
  public static var host: RequestFlags { RequestFlags(rawValue: 1 << 6) }
  /// The connection option `close`.
  public static var close: RequestFlags { RequestFlags(rawValue: 1 << 7) }
  /// The connection option `keep-alive`.
  public static var keepAlive: RequestFlags { RequestFlags(rawValue: 1 << 8) }
  public static var contentLength: RequestFlags { RequestFlags(rawValue: 1 << 9) }
  public static var transferEncoding: RequestFlags { RequestFlags(rawValue: 1 << 10) }

  /// Whether any of the other's flags is set here.
  @inline(__always) public func intersects(_ other: RequestFlags) -> Bool { rawValue & other.rawValue != 0 }

  @inline(__always) public func union(_ other: RequestFlags) -> RequestFlags {
    RequestFlags(rawValue: rawValue | other.rawValue)
  }
}
