/// Which answer: `enum answer_kind`, in its order.
public enum AnswerKind: UInt8, Equatable, Sendable {
  /// 200 (RFC 9110 15.3.1)
  case ok
  /// 400 (RFC 9110 15.5.1)
  case badRequest
  /// 405 (RFC 9110 15.5.6)
  case methodNotAllowed
  /// 501 (RFC 9110 15.6.2)
  case notImplemented
  /// 505 (RFC 9110 15.6.6)
  case versionNotSupported
  /// 414 (RFC 9110 15.5.15)
  case uriTooLong
  /// 431 (RFC 6585 5)
  case headerTooLarge
  /// 413 (RFC 9110 15.5.14)
  case contentTooLarge

  public static var count: UInt32 { 8 }
}

/// The answer that a request gets.
public struct Response: Equatable, Sendable {
  public var kind: AnswerKind
  public var persistence: Persistence
  /// Whether the body is left out, since the request was HEAD (RFC 9110 9.3.2).
  public var headOnly: Bool

  @inline(__always) public init(kind: AnswerKind, persistence: Persistence, headOnly: Bool) {
    self.kind = kind
    self.persistence = persistence
    self.headOnly = headOnly
  }

  /// Whether we close the connection once this answer is sent.
  @inline(__always) public var closes: Bool { persistence == .close }

  /// The index of its template in the map `answers`: kind * `Persistence.count` + persistence.
  @inline(__always) public var templateIndex: UInt32 {
    UInt32(kind.rawValue) &* Persistence.count &+ UInt32(persistence.rawValue)
  }
}
