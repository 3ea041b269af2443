/// The automaton's states that the parser knows by number. All others are known to the tables alone.
public enum ParserState {
  /// Before a request line. 0, so that a session's zeroed memory is a parser at its start.
  public static var start: UInt16 { 0 }
  /// In a Host field, before its value.
  public static var hostValue: UInt16 { 1 }
  /// Likewise, where an absolute target has said what host it is.
  public static var otherHostValue: UInt16 { 2 }
  /// In the value of a field that does not matter, where text leads back to itself.
  public static var fieldValue: UInt16 { 3 }
  /// Before a field line, or the empty line that ends the head.
  public static var fieldStart: UInt16 { 4 }
  /// Behind a field value's CR.
  public static var lineEnd: UInt16 { 5 }
  /// Where reading goes on after a digit of Content-Length.
  public static var contentLengthDigits: UInt16 { 6 }
  /// Before the value of a Transfer-Encoding field.
  public static var transferCoding: UInt16 { 7 }
  /// Before the version.
  public static var version: UInt16 { 8 }
  /// Before a chunk's size,
  public static var chunkStart: UInt16 { 9 }
  /// in it,
  public static var chunkSize: UInt16 { 10 }
  /// and behind a chunk's data.
  public static var chunkDataEnd: UInt16 { 11 }
  /// Before a trailer field, or the empty line that ends a chunked content.
  public static var trailerStart: UInt16 { 12 }
  /// Before an element of a field whose `ElementKind` it is: `elementStart` + kind.
  public static var elementStart: UInt16 { 16 }
  /// States from here to `firstCapturing` have no name here.
  public static var firstUnnamed: UInt16 { 24 }

  /// The byte that leads to a state from here to `firstAttention` is kept, see `GrammarTables.capture`. None of them
  /// has effects.
  public static var firstCapturing: UInt16 { 384 }
  /// In the target, from its path on. The first of those that capture.
  public static var target: UInt16 { 384 }
  /// Those from here on have no name here.
  public static var firstUnnamedCapturing: UInt16 { 385 }

  /// States from here on stop the reading of bytes and are resolved by `RequestParser.settle`.
  public static var firstAttention: UInt16 { 448 }
  /// The empty line that ends the head has been read.
  public static var headComplete: UInt16 { 448 }
  /// The bytes are not a request.
  public static var malformed: UInt16 { 449 }
  /// The request line's version is not HTTP/1.x.
  public static var versionNotSupported: UInt16 { 450 }
  /// The colon of a Host field has been read.
  public static var hostName: UInt16 { 451 }
  /// The first digit of a Content-Length field has been read.
  public static var contentLengthFirstDigit: UInt16 { 452 }
  /// A further digit of it.
  public static var contentLengthNextDigit: UInt16 { 453 }
  /// The colon of a Transfer-Encoding field.
  public static var transferCodingName: UInt16 { 454 }
  /// The space behind an absolute target without a path.
  public static var authorityEnd: UInt16 { 455 }
  /// The question mark behind its authority.
  public static var authorityQuery: UInt16 { 456 }
  /// A digit of a chunk's size.
  public static var chunkDigit: UInt16 { 457 }
  /// The end of the line that has a chunk's size.
  public static var chunkLineEnd: UInt16 { 458 }
  /// The request has been read, its content included.
  public static var messageComplete: UInt16 { 459 }
  /// In a request's content, which is skipped. Not entered by the tables.
  public static var content: UInt16 { 460 }
  /// The connection will be closed by us; further bytes are ignored. Not entered by the tables.
  public static var finished: UInt16 { 461 }
  /// The end of an element: `elementEnd` + 2 * kind behind the CR that ends the line too, 1 more behind a comma.
  public static var elementEnd: UInt16 { 464 }
}

/// Fields whose elements are kept in the area `element` and evaluated one by one.
public enum ElementKind {
  /// RFC 9110 12.5.3
  public static var acceptEncoding: UInt16 { 0 }
  /// RFC 9110 13.1.2
  public static var ifNoneMatch: UInt16 { 1 }
  /// RFC 9110 13.1.1
  public static var ifMatch: UInt16 { 2 }
  /// RFC 9110 13.1.3
  public static var ifModifiedSince: UInt16 { 3 }
  /// RFC 9110 13.1.4
  public static var ifUnmodifiedSince: UInt16 { 4 }
  /// RFC 9110 13.1.5
  public static var ifRange: UInt16 { 5 }
  /// RFC 9110 14.2
  public static var range: UInt16 { 6 }
  /// RFC 9110 10.1.1
  public static var expect: UInt16 { 7 }
  public static var count: UInt16 { 8 }
}
