/// Where in the target the making of its path stands: `Request.pathState`.
public enum PathState {
  /// Nothing has been written yet.
  public static var start: UInt16 { 0 }
  /// Behind a slash,
  public static var slash: UInt16 { 1 }
  /// behind `/.`,
  public static var dot: UInt16 { 2 }
  /// behind `/..`,
  public static var dots: UInt16 { 3 }
  /// in any other segment.
  public static var segment: UInt16 { 4 }
  /// A segment is being taken back, byte by byte; the target goes on behind it,
  public static var climbing: UInt16 { 5 }
  /// or has ended.
  public static var lastClimbing: UInt16 { 6 }
  /// It is no path.
  public static var malformed: UInt16 { 7 }
}

/// What `stepPath` says.
public enum PathStep {
  public static var more: UInt32 { 0 }
  public static var done: UInt32 { 1 }
  public static var malformed: UInt32 { 2 }
}

/// The path of a target: decoded (RFC 3986 2.1), slashes that follow one another made one, and dot segments removed
/// (RFC 3986 5.2.4), as nginx does it. The query is left out.
extension UnsafeMutablePointer<Request> {
  /// Makes the path of the target.
  ///
  /// - Returns: false if it is none: a bad escape, a zero, or one that climbs above the root.
  @inline(__always) public func preparePath() -> Bool {
    if copyPlainPath() { return true }
    startPath()
    while true {
      switch stepPath() {
      case PathStep.done: return true
      case PathStep.malformed: return false
      default: break
      }
    }
  }

  /// Makes the path of a target in which nothing is to be decoded or removed, but for a query.
  ///
  /// - Returns: false if it is another.
  @inline(__always) public func copyPlainPath() -> Bool {
    // A query may have been cut off; what else was could have been anything, see `endPlainPath`.
    if pointee.targetLength > RequestLayout.targetCapacity { pointee.targetLength = RequestLayout.targetCapacity }
    let length = UInt(pointee.targetLength)
    if length == 0 { return false }
    // What the loop's end says of the length need not be known behind it: the verifier goes on from one end alone then.
    var end = barrier(length) & ~7
    if end > UInt(RequestLayout.targetCapacity) { end = UInt(RequestLayout.targetCapacity) }
    let rest = UInt64(barrier(length) & 7)
    var index: UInt = 0
    // Of the byte before a word: whether it is a slash.
    var carry: UInt64 = 0
    while index &+ 8 <= length && barrier(index) < UInt(RequestLayout.targetCapacity) {
      let word = loadWord(UnsafeRawPointer(target), index)
      storeWord(word, path, index)
      let plain = plainBytes(word, UInt64.max, &carry)
      if plain < 8 { return endPlainPath(index &+ UInt(plain)) }
      if plain > 8 { return false }
      index &+= 8
    }
    let word = loadWord(UnsafeRawPointer(target), end)
    storeWord(word, path, end)
    let plain = plainBytes(word, (1 << (rest &* 8)) &- 1, &carry)
    if plain > 8 { return false }
    return endPlainPath(end &+ UInt(plain < 8 ? plain : rest))
  }

  @inline(__always) private func endPlainPath(_ length: UInt) -> Bool {
    pointee.pathPosition = UInt16(truncatingIfNeeded: length)
    pointee.pathLength = isCut ? 0 : UInt16(truncatingIfNeeded: length)
    return true
  }

  /// Whether the path goes on where the target was cut off, so that nothing can be found.
  @inline(__always) private var isCut: Bool { pointee.pathPosition >= RequestLayout.targetCapacity }


  /// How many bytes of a word belong to a plain path: less than 8 if a query follows, 8 if all, 9 if there is something
  /// to be decoded or taken out.
  ///
  /// - Parameters:
  ///   - valid: the bits of what is looked at.
  ///   - carry: 0x80 if there is a slash before the word; then if it ends in one.
  @inline(__always)
  private func plainBytes(_ word: UInt64, _ valid: UInt64, _ carry: inout UInt64) -> UInt64 {
    let query = matches(word, 0x3F) & valid
    // All bits below that of the first question mark, or all.
    let before = (query &- 1) & ~query & valid
    let slashes = matches(word, 0x2F)
    let behindSlash = slashes << 8 | carry
    let critical = matches(word, 0x25) | behindSlash & (slashes | matches(word, 0x2E))
    carry = slashes >> 56
    if critical & before != 0 { return 9 }
    return query == 0 ? 8 : byteCount(before)
  }

  /// How many bytes there are below a mark, which is the top bit of a byte: `mask` has all bits below it.
  @inline(__always) private func byteCount(_ mask: UInt64) -> UInt64 {
    // One bit for each byte, added up in the highest byte.
    (((mask & 0x0101_0101_0101_0101) &* 0x0101_0101_0101_0101) >> 56) &- 1
  }

  @inline(__always) public func startPath() {
    pointee.pathLength = 0
    pointee.pathPosition = 0
    pointee.pathState = PathState.start
  }

  /// Takes one character of the target, or one back from the path: at most twice as many steps as the target has
  /// bytes, and two.
  @inline(__always) public func stepPath() -> UInt32 {
    let state = pointee.pathState
    if state >= PathState.climbing { return climb() }
    let position = UInt(pointee.pathPosition)
    var byte: UInt8 = 0
    if position < UInt(pointee.targetLength) { byte = at(target, position) }
    if byte == 0 || byte == 0x3F { return endPath() }
    var taken: UInt16 = 1
    if byte == 0x25 {
      // Behind the target's end lies whatever was there before.
      let high = hexadecimal(at(target, position &+ 1))
      let low = hexadecimal(at(target, position &+ 2))
      guard position &+ 2 < UInt(pointee.targetLength), high | low < 16 else { return failPath() }
      byte = UInt8(truncatingIfNeeded: high << 4 | low)
      if byte == 0 { return failPath() }
      taken = 3
    }
    pointee.pathPosition &+= taken
    return take(byte, state)
  }

  @inline(__always) private func take(_ byte: UInt8, _ state: UInt16) -> UInt32 {
    if byte == 0x2F {
      if state == PathState.slash { return PathStep.more }
      if state == PathState.dot {
        // Takes the dot back, and the slash is there already.
        pointee.pathLength &-= 1
        pointee.pathState = PathState.slash
        return PathStep.more
      }
      if state == PathState.dots { return beginClimb(PathState.climbing) }
      pointee.pathState = PathState.slash
    } else if state == PathState.start {
      // A target that is no path.
      return failPath()
    } else {
      var next = PathState.segment
      if byte == 0x2E && state == PathState.slash { next = PathState.dot }
      if byte == 0x2E && state == PathState.dot { next = PathState.dots }
      pointee.pathState = next
    }
    let length = UInt(pointee.pathLength)
    guard length < UInt(RequestLayout.targetCapacity) else { return failPath() }
    path.storeBytes(of: byte, toByteOffset: Int(bitPattern: length), as: UInt8.self)
    pointee.pathLength = UInt16(truncatingIfNeeded: length &+ 1)
    return PathStep.more
  }

  @inline(__always) private func endPath() -> UInt32 {
    if pointee.pathState == PathState.dots { return beginClimb(PathState.lastClimbing) }
    if pointee.pathState == PathState.dot { pointee.pathLength &-= 1 }
    if isCut { pointee.pathLength = 0 }
    return pointee.pathState == PathState.start ? failPath() : PathStep.done
  }

  @inline(__always) private func failPath() -> UInt32 {
    pointee.pathState = PathState.malformed
    return PathStep.malformed
  }

  /// The path ends in `/..`, whose dots and slash are taken back.
  @inline(__always) private func beginClimb(_ state: UInt16) -> UInt32 {
    // Above the root there is nothing.
    if pointee.pathLength <= 3 { return failPath() }
    pointee.pathLength &-= 3
    pointee.pathState = state
    return PathStep.more
  }

  /// Takes back the last byte of the path, until it ends in a slash.
  @inline(__always) private func climb() -> UInt32 {
    let last = (UInt(pointee.pathLength) &- 1) & 2047
    if at(path, last) != 0x2F {
      pointee.pathLength = UInt16(truncatingIfNeeded: last)
      return PathStep.more
    }
    if pointee.pathState == PathState.lastClimbing { return PathStep.done }
    pointee.pathState = PathState.slash
    return PathStep.more
  }

  @inline(__always) private func at(_ bytes: UnsafeMutableRawPointer, _ offset: UInt) -> UInt8 {
    guard offset < UInt(RequestLayout.targetCapacity) &+ 8 else { return 0 }
    return bytes.load(fromByteOffset: Int(bitPattern: offset), as: UInt8.self)
  }

  /// The value of a hexadecimal digit; 16 or more for any other byte.
  @inline(__always) private func hexadecimal(_ byte: UInt8) -> UInt32 {
    let digit = UInt32(byte &- 0x30)
    if digit < 10 { return digit }
    let letter = UInt32((byte | 0x20) &- 0x61)
    return letter < 6 ? letter &+ 10 : 16
  }
}
