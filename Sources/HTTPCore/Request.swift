/// A request's method, as `Request.method` and the lowest bits of `RequestFlags` have it: `enum request_method`.
public enum RequestMethod {
  public static var none: UInt8 { 0 }
  public static var get: UInt8 { 1 }
  public static var head: UInt8 { 2 }
  public static var options: UInt8 { 3 }
  /// Registered, and not allowed here.
  public static var other: UInt8 { 4 }
  /// A token that the server does not know.
  public static var unknown: UInt8 { 5 }
}

/// The areas of text behind a `Request`: `enum request_area`, which is the order of their lengths.
public enum RequestArea {
  public static var element: UInt16 { 0 }
  public static var target: UInt16 { 1 }
  public static var host: UInt16 { 2 }
  public static var referer: UInt16 { 3 }
  public static var agent: UInt16 { 4 }
  public static var count: UInt32 { 5 }
}

/// What a request's conditions are: `Request.conditions`.
public struct RequestConditions: Equatable, Sendable {
  public var rawValue: UInt32

  @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }

  public static var none: RequestConditions { RequestConditions(rawValue: 0) }
  /// If-None-Match is there,
  public static var noneMatch: RequestConditions { RequestConditions(rawValue: 1 << 0) }
  /// and has `*`.
  public static var noneMatchAny: RequestConditions { RequestConditions(rawValue: 1 << 1) }
  public static var match: RequestConditions { RequestConditions(rawValue: 1 << 2) }
  public static var matchAny: RequestConditions { RequestConditions(rawValue: 1 << 3) }
  /// If-Modified-Since was seen,
  public static var modifiedSince: RequestConditions { RequestConditions(rawValue: 1 << 4) }
  /// and is one valid date.
  public static var modifiedSinceIsValid: RequestConditions { RequestConditions(rawValue: 1 << 5) }
  public static var unmodifiedSince: RequestConditions { RequestConditions(rawValue: 1 << 6) }
  public static var unmodifiedSinceIsValid: RequestConditions { RequestConditions(rawValue: 1 << 7) }
  public static var ifRange: RequestConditions { RequestConditions(rawValue: 1 << 8) }
  public static var ifRangeIsTag: RequestConditions { RequestConditions(rawValue: 1 << 9) }
  public static var ifRangeIsDate: RequestConditions { RequestConditions(rawValue: 1 << 10) }
  /// A Range field was seen.
  public static var range: RequestConditions { RequestConditions(rawValue: 1 << 11) }
  /// One range, of which `rangeFirst` and `rangeLast` are the first and the last byte,
  public static var rangeIsBounded: RequestConditions { RequestConditions(rawValue: 1 << 12) }
  /// or one of which `rangeLast` is how many bytes of the end are wanted,
  public static var rangeIsSuffix: RequestConditions { RequestConditions(rawValue: 1 << 13) }
  /// or none that could be satisfied.
  public static var rangeIsInvalid: RequestConditions { RequestConditions(rawValue: 1 << 14) }
  /// Accept-Encoding is there.
  public static var acceptEncoding: RequestConditions { RequestConditions(rawValue: 1 << 15) }
  /// Expect: 100-continue.
  public static var expectContinue: RequestConditions { RequestConditions(rawValue: 1 << 16) }
  /// If-Range has been looked at for a date.
  public static var rangeDate: RequestConditions { RequestConditions(rawValue: 1 << 18) }
  /// Another expectation.
  public static var expectOther: RequestConditions { RequestConditions(rawValue: 1 << 17) }

  @inline(__always) public func intersects(_ other: RequestConditions) -> Bool { rawValue & other.rawValue != 0 }

  @inline(__always) public func union(_ other: RequestConditions) -> RequestConditions {
    RequestConditions(rawValue: rawValue | other.rawValue)
  }

  @inline(__always) public func subtracting(_ other: RequestConditions) -> RequestConditions {
    RequestConditions(rawValue: rawValue & ~other.rawValue)
  }
}

/// What a request says, apart from its texts, which lie behind it in memory: the front of C's `struct request`.
/// All zero is a request of which nothing has been read.
public struct Request: Sendable {
  /// A `CommonAnswer`'s raw value, or `accepted`: what the path leads to.
  public var refusal: UInt8 = 0
  /// A `Persistence`'s raw value.
  public var persistence: UInt8 = 0
  /// A `RequestMethod`.
  public var method: UInt8 = 0
  /// 1: the answer at hand is 100, and the final one comes once the content has (RFC 9110 10.1.1).
  public var continues: UInt8 = 0
  public var conditions = RequestConditions(rawValue: 0)
  /// Of each area, bytes; at most what is kept in it.
  public var elementLength: UInt16 = 0
  public var targetLength: UInt16 = 0
  public var hostLength: UInt16 = 0
  public var refererLength: UInt16 = 0
  public var agentLength: UInt16 = 0
  /// 0: the target was too long to be looked up, or is no path.
  public var pathLength: UInt16 = 0
  /// How far the target has been made a path of.
  public var pathPosition: UInt16 = 0
  /// A `PathState`.
  public var pathState: UInt16 = 0
  /// What Accept-Encoding gives each coding: 1 + thousandths; 0: it is not named.
  public var identityQuality: UInt16 = 0
  public var gzipQuality: UInt16 = 0
  public var brotliQuality: UInt16 = 0
  public var zstdQuality: UInt16 = 0
  /// Of `*`.
  public var otherQuality: UInt16 = 0
  /// Of HTTP/1: 0 or 1.
  public var minorVersion: UInt16 = 0
  /// Dates are seconds since 1970.
  public var modifiedSince: UInt32 = 0
  public var unmodifiedSince: UInt32 = 0
  public var rangeDate: UInt32 = 0
  public var rangeTag: UInt64 = 0
  public var rangeFirst: UInt32 = 0
  public var rangeLast: UInt32 = 0
  /// Numbers of entity tags, the last one first. They count only if `conditions` say that there are some.
  public var noneMatch = EntityTags()
  public var match = EntityTags()

  /// The value of `refusal` if there is none.
  public static var accepted: UInt8 { 255 }

  @inline(__always) public init() {}

  /// The answer that no path has; nil: what the path leads to.
  @inline(__always) public var commonAnswer: CommonAnswer? { CommonAnswer(rawValue: refusal) }
}

/// Up to eight entity tags of a list, by the numbers in them. 0 is none.
public struct EntityTags: Equatable, Sendable {
  public var tags: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0, 0, 0, 0)

  @inline(__always) public init() {}

  /// Puts a tag in front; of more than eight the first are forgotten.
  @inline(__always) public mutating func append(_ tag: UInt64) {
    tags.7 = tags.6
    tags.6 = tags.5
    tags.5 = tags.4
    tags.4 = tags.3
    tags.3 = tags.2
    tags.2 = tags.1
    tags.1 = tags.0
    tags.0 = tag
  }

  @inline(__always) public func contains(_ tag: UInt64) -> Bool {
    guard tag != 0 else { return false }
    return tags.0 == tag || tags.1 == tag || tags.2 == tag || tags.3 == tag || tags.4 == tag || tags.5 == tag
      || tags.6 == tag || tags.7 == tag
  }

  public static func == (left: EntityTags, right: EntityTags) -> Bool {
    left.tags.0 == right.tags.0 && left.tags.1 == right.tags.1 && left.tags.2 == right.tags.2
      && left.tags.3 == right.tags.3 && left.tags.4 == right.tags.4 && left.tags.5 == right.tags.5
      && left.tags.6 == right.tags.6 && left.tags.7 == right.tags.7
  }
}
