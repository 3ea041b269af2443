extension Request {
  /// What of a resource answers the request.
  ///
  /// - Parameter resource: one that the path leads to; its representations may be any.
  @inline(__always)
  public func select(_ resource: UnsafePointer<Resource>) -> Selection {
    withUnsafePointer(to: self) { $0.select(resource) }
  }
}

// In place: as a value it would be copied to the stack first.
extension UnsafePointer where Pointee == Request {
  /// What of a resource answers the request (RFC 9110 13.2.2: the order of conditions).
  ///
  /// - Parameter resource: one that the path leads to; its representations may be any.
  @inline(__always)
  public func select(_ resource: UnsafePointer<Resource>) -> Selection {
    // RFC 9110 12.5.3: the coding is negotiated first, since a condition is one on the selected representation.
    let isFile = resource.pointee.kind == ResourceKind.file.rawValue
    let coding = isFile ? preferredCoding(resource.pointee.codings) : ContentCoding.identity.rawValue
    let chosen = representation(coding, of: resource)
    let tag = chosen.pointee.tag
    let length = chosen.pointee.bodyLength
    var selection = Selection(kind: .whole, coding: coding, first: 0, length: length)
    guard pointee.method == RequestMethod.get || pointee.method == RequestMethod.head else {
      selection.kind = .methodNotAllowed
      return selection
    }
    // RFC 9110 13.2.1: conditions hold only where the answer would be successful without them.
    guard isFile else { return selection }
    selection.kind = evaluateConditions(tag, resource.pointee.modified)
    guard selection.kind == .whole, appliesRange(tag, resource.pointee.modified) else { return selection }
    return selectRange(selection)
  }

  @inline(__always)
  private func representation(_ coding: UInt8, of resource: UnsafePointer<Resource>) -> UnsafePointer<Representation> {
    let first = UnsafeRawPointer(resource) + (MemoryLayout<Resource>.size &- 4 &* MemoryLayout<Representation>.size)
    return first.assumingMemoryBound(to: Representation.self) + Int(coding & 3)
  }

  /// RFC 9110 13.2.2, steps 1 to 4.
  @inline(__always)
  private func evaluateConditions(_ tag: UInt64, _ modified: UInt32) -> SelectionKind {
    if pointee.conditions.intersects(.match) {
      // RFC 9110 13.1.1: strong comparison; weak tags were not kept.
      if !pointee.conditions.intersects(.matchAny) && !pointee.match.contains(tag) { return .preconditionFailed }
    } else if pointee.conditions.intersects(.unmodifiedSinceIsValid) && modified != 0 {
      // RFC 9110 13.1.4: ignored if there is If-Match, and if there is no date to compare.
      if modified > pointee.unmodifiedSince { return .preconditionFailed }
    }
    if pointee.conditions.intersects(.noneMatch) {
      // RFC 9110 13.1.2: weak comparison. GET and HEAD get 304.
      return pointee.conditions.intersects(.noneMatchAny) || pointee.noneMatch.contains(tag) ? .notModified : .whole
    }
    // RFC 9110 13.1.3: ignored if there is If-None-Match.
    if pointee.conditions.intersects(.modifiedSinceIsValid) && modified != 0 && modified <= pointee.modifiedSince {
      return .notModified
    }
    return .whole
  }

  /// RFC 9110 13.2.2, step 5, and 14.2: whether a range is asked for, and of the representation as it is.
  @inline(__always)
  private func appliesRange(_ tag: UInt64, _ modified: UInt32) -> Bool {
    // RFC 9110 14.2: GET alone has ranges.
    guard pointee.method == RequestMethod.get, pointee.conditions.intersects(.anyRange) else { return false }
    guard pointee.conditions.intersects(.ifRange) else { return true }
    // RFC 9110 13.1.5: strong comparison, and dates are equal or not.
    if pointee.conditions.intersects(.ifRangeIsTag) { return tag != 0 && tag == pointee.rangeTag }
    return pointee.conditions.intersects(.ifRangeIsDate) && modified != 0 && modified == pointee.rangeDate
  }

  /// RFC 9110 14.1.2: the range of a body of `whole.length` bytes.
  @inline(__always)
  private func selectRange(_ whole: Selection) -> Selection {
    var selection = whole
    let length = whole.length
    if pointee.conditions.intersects(.rangeIsInvalid) {
      selection.kind = .unsatisfiable
      return selection
    }
    if pointee.conditions.intersects(.rangeIsSuffix) {
      if pointee.rangeLast == 0 {
        selection.kind = .unsatisfiable
        return selection
      }
      // No Content-Range can speak of a part of nothing.
      if length == 0 { return selection }
      selection.kind = .partial
      selection.length = pointee.rangeLast < length ? pointee.rangeLast : length
      selection.first = length &- selection.length
      return selection
    }
    guard pointee.rangeFirst < length else {
      selection.kind = length == 0 && pointee.rangeFirst == 0 ? .whole : .unsatisfiable
      return selection
    }
    selection.kind = .partial
    selection.first = pointee.rangeFirst
    let last = pointee.rangeLast < length ? pointee.rangeLast : length &- 1
    selection.length = last &- pointee.rangeFirst &+ 1
    return selection
  }

  /// RFC 9110 12.5.3: the coding of those available that the client likes best, zstd before br before gzip.
  ///
  /// - Parameter available: bit n: there is a representation in the coding n.
  @inline(__always)
  private func preferredCoding(_ available: UInt8) -> UInt8 {
    var best = ContentCoding.identity.rawValue
    // Identity is acceptable if nothing is said of it, and the least then. If nothing at all is acceptable, it is sent
    // nevertheless, as the RFC allows.
    var quality = pointee.identityQuality == 0 ? 0 : pointee.identityQuality &- 1
    if !pointee.conditions.intersects(.acceptEncoding) { return best }
    consider(.gzip, pointee.gzipQuality, available, &best, &quality)
    consider(.brotli, pointee.brotliQuality, available, &best, &quality)
    consider(.zstd, pointee.zstdQuality, available, &best, &quality)
    return best
  }

  @inline(__always)
  private func consider(
    _ coding: ContentCoding, _ named: UInt16, _ available: UInt8, _ best: inout UInt8, _ quality: inout UInt16
  ) {
    let given = named == 0 ? pointee.otherQuality : named
    guard available & (1 << coding.rawValue) != 0, given > 1, given &- 1 >= quality else { return }
    best = coding.rawValue
    quality = given &- 1
  }
}

extension RequestConditions {
  /// A range that has to be looked at.
  static var anyRange: RequestConditions { rangeIsBounded.union(.rangeIsSuffix).union(.rangeIsInvalid) }
}
