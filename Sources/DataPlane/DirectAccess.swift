// Frames by direct access: for the short frames of the common case a loop over words is several times as fast as the
// helpers that load and store bytes. Addresses are compared with `data_end` itself, which is what the verifier follows.

/// Where a frame lies.
struct FrameBounds {
  /// Its first byte.
  let start: UInt
  /// The byte behind its last.
  let end: UInt

  /// Good until the frame is adjusted.
  @inline(__always)
  init(_ context: UnsafeMutablePointer<xdp_md>) {
    start = UInt(bpf_opaque(UInt64(context.pointee.data)))
    end = UInt(bpf_opaque(UInt64(context.pointee.data_end)))
  }

  /// Bytes.
  @inline(__always)
  var length: UInt32 { UInt32(truncatingIfNeeded: bpf_opaque(UInt64(end &- start))) }

  /// The eight bytes at `place`, which a constant is; 0 if the frame ends before.
  @inline(__always)
  func word(at place: UInt) -> UInt64 {
    if start &+ place &+ 8 > end { return 0 }
    return UnsafeRawPointer(bitPattern: start &+ place).unsafelyUnwrapped.load(as: UInt64.self)
  }

  /// Writes eight bytes at `place`, which a constant is; false if the frame ends before.
  @inline(__always)
  func put(_ word: UInt64, at place: UInt) -> Bool {
    if start &+ place &+ 8 > end { return false }
    UnsafeMutableRawPointer(bitPattern: start &+ place).unsafelyUnwrapped.assumingMemoryBound(to: UInt64.self).pointee =
      word
    return true
  }

  /// Copies the frame's bytes from its start to `target`, at most `limit`, a multiple of 8.
  @inline(__always)
  func load(to target: UnsafeMutableRawPointer, limit: UInt) {
    var offset: UInt = 0
    while bpf_opaque(UInt64(offset)) < limit {  // a comparison that LLVM can't make one of with the others
      let address = start &+ offset
      if address &+ 8 > end { break }
      move(address, target + Int(bitPattern: offset), UInt64.self)
      offset &+= 8
    }
    if offset >= limit { return }
    if start &+ offset &+ 4 <= end {
      move(start &+ offset, target + Int(bitPattern: offset), UInt32.self)
      offset &+= 4
    }
    if start &+ offset &+ 2 <= end {
      move(start &+ offset, target + Int(bitPattern: offset), UInt16.self)
      offset &+= 2
    }
    if start &+ offset &+ 1 <= end { move(start &+ offset, target + Int(bitPattern: offset), UInt8.self) }
  }

  /// Copies `length` bytes, 32 or more and at most `limit`, from `source`, from which as many as `limit` and 32 can be
  /// read, to the frame at `place`.
  ///
  /// - Returns: false if the frame ends before.
  @inline(__always)
  func store(_ source: UnsafeRawPointer, length: UInt, limit: UInt, at place: UInt) -> Bool {
    let first = start &+ place
    var offset: UInt = 0
    while bpf_opaque(UInt64(offset)) < limit {  // a comparison that LLVM can't make one of with the others
      if offset &+ 32 > length { break }
      if first &+ offset &+ 32 > end { return false }
      putFourWords(source + Int(bitPattern: offset), first &+ offset)
      offset &+= 32
    }
    if offset == length { return true }
    // What is left, and as much of what has been copied as makes 32 bytes.
    let rest = UInt(bpf_opaque(UInt64(length &- 32)) & 255)
    let address = first &+ rest
    if rest > limit || address &+ 32 > end { return false }
    putFourWords(source + Int(bitPattern: rest), address)
    return true
  }

  /// Copies the 29 bytes of a date from `source` to the frame at `place`.
  ///
  /// - Returns: false if the frame ends before.
  @inline(__always)
  func storeDate(_ source: UnsafeRawPointer, at place: UInt) -> Bool {
    let first = start &+ place
    if first &+ UInt(IMFFixdate.length) > end { return false }
    put(source, first, UInt64.self)
    put(source + 8, first &+ 8, UInt64.self)
    put(source + 16, first &+ 16, UInt64.self)
    put(source + 21, first &+ 21, UInt64.self)
    return true
  }

  @inline(__always)
  private func putFourWords(_ source: UnsafeRawPointer, _ address: UInt) {
    put(source, address, UInt64.self)
    put(source + 8, address &+ 8, UInt64.self)
    put(source + 16, address &+ 16, UInt64.self)
    put(source + 24, address &+ 24, UInt64.self)
  }

  /// The barrier keeps LLVM from making a call of memcpy out of the loop.
  @inline(__always)
  private func move<T: FixedWidthInteger & UnsignedInteger>(
    _ address: UInt, _ target: UnsafeMutableRawPointer, _ type: T.Type
  ) {
    let value = UnsafeRawPointer(bitPattern: address).unsafelyUnwrapped.load(as: type)
    target.assumingMemoryBound(to: type).pointee = T(truncatingIfNeeded: bpf_opaque(UInt64(value)))
  }

  @inline(__always)
  private func put<T: FixedWidthInteger & UnsignedInteger>(
    _ source: UnsafeRawPointer, _ address: UInt, _ type: T.Type
  ) {
    let value = T(truncatingIfNeeded: bpf_opaque(UInt64(source.load(as: type))))
    UnsafeMutableRawPointer(bitPattern: address).unsafelyUnwrapped.assumingMemoryBound(to: type).pointee = value
  }
}
