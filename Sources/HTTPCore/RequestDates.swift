extension UnsafeMutablePointer<Request> {
  /// Whether the element is to be read as a date: its field's value is one, or in If-Range could be.
  @inline(__always) public func wantsDate(_ kind: UInt16) -> Bool {
    kind == ElementKind.ifModifiedSince || kind == ElementKind.ifUnmodifiedSince
      || (kind == ElementKind.ifRange && !pointee.conditions.intersects(.ifRangeIsTag))
  }

  /// Takes the element for the value of a field that is a date (RFC 9110 13.1.3, 13.1.4, 13.1.5). One that is none is
  /// ignored, and so are two.
  @inline(__always) public func evaluateDate(_ kind: UInt16) {
    let date = HTTPDate.read(self)
    var seen = RequestConditions.rangeDate
    var valid = RequestConditions.ifRangeIsDate
    if kind == ElementKind.ifModifiedSince { (seen, valid) = (.modifiedSince, .modifiedSinceIsValid) }
    if kind == ElementKind.ifUnmodifiedSince { (seen, valid) = (.unmodifiedSince, .unmodifiedSinceIsValid) }
    if pointee.conditions.intersects(seen) || date == HTTPDate.none {
      pointee.conditions = pointee.conditions.union(seen).subtracting(valid)
      return
    }
    pointee.conditions = pointee.conditions.union(seen).union(valid)
    if kind == ElementKind.ifModifiedSince {
      pointee.modifiedSince = date
    } else if kind == ElementKind.ifUnmodifiedSince {
      pointee.unmodifiedSince = date
    } else {
      pointee.rangeDate = date
    }
  }
}
