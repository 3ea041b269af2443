/// How a request for a resource is answered.
public enum SelectionKind: UInt8, Equatable, Sendable {
  /// The whole of a representation (RFC 9110 15.3.1).
  case whole
  /// 304 (RFC 9110 15.4.5)
  case notModified
  /// A part of a representation (RFC 9110 15.3.7).
  case partial
  /// 416 (RFC 9110 15.5.17)
  case unsatisfiable
  /// 412 (RFC 9110 15.5.13)
  case preconditionFailed
  /// 405 (RFC 9110 15.5.6)
  case methodNotAllowed
}

/// The answer that a resource has for a request.
public struct Selection: Equatable, Sendable {
  public var kind: SelectionKind
  /// The representation: a `ContentCoding`.
  public var coding: UInt8
  /// Of `partial`: where the part begins in the representation's body, bytes.
  public var first: UInt32
  /// Of `partial`: bytes of it, 1 or more. Of all others: bytes of the whole body.
  public var length: UInt32

  @inline(__always) public init(kind: SelectionKind, coding: UInt8, first: UInt32, length: UInt32) {
    self.kind = kind
    self.coding = coding
    self.first = first
    self.length = length
  }
}
