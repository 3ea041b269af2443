/// Answers that no path has: `enum common_answer`, in its order.
public enum CommonAnswer: UInt8, Equatable, Sendable {
  /// 100 (RFC 9110 15.2.1)
  case continues
  /// 204 with Allow (RFC 9110 9.3.7, 15.3.5)
  case options
  /// 304 (RFC 9110 15.4.5)
  case notModified
  /// 206 (RFC 9110 15.3.7)
  case partial
  /// 400 (RFC 9110 15.5.1)
  case badRequest
  /// 405 with Allow (RFC 9110 15.5.6)
  case methodNotAllowed
  /// 412 (RFC 9110 15.5.13)
  case preconditionFailed
  /// 413 (RFC 9110 15.5.14)
  case contentTooLarge
  /// 414 (RFC 9110 15.5.15)
  case uriTooLong
  /// 416 (RFC 9110 15.5.17)
  case rangeNotSatisfiable
  /// 417 (RFC 9110 15.5.18)
  case expectationFailed
  /// 431 (RFC 6585 5)
  case headerTooLarge
  /// 501 (RFC 9110 15.6.2)
  case notImplemented
  /// 503 (RFC 9110 15.6.4)
  case unavailable
  /// 505 (RFC 9110 15.6.6)
  case versionNotSupported

  public static var count: UInt32 { 15 }
}

/// What the answer says of the connection's future: `enum persistence`, in its order.
public enum Persistence: UInt8, Equatable, Sendable {
  /// The connection stays, and HTTP/1.1 need not say so.
  case implied
  /// `Connection: close`; we close after the answer.
  case close
  /// `Connection: keep-alive`: the connection of an HTTP/1.0 client that asked for it stays.
  case keepAlive

  public static var count: UInt32 { 3 }
}
