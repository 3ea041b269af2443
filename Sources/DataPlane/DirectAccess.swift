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

  /// Copies `length` bytes, at most `limit`, a multiple of 8, from `source`, which is readable up to there, to the
  /// frame at `place`.
  ///
  /// - Returns: false if the frame ends before.
  @inline(__always)
  func store(_ source: UnsafeRawPointer, length: UInt, limit: UInt, at place: UInt) -> Bool {
    let first = start &+ place
    var offset: UInt = 0
    while bpf_opaque(UInt64(offset)) < limit {  // a comparison that LLVM can't make one of with the others
      if offset &+ 8 > length { break }
      if first &+ offset &+ 8 > end { return false }
      put(source + Int(bitPattern: offset), first &+ offset, UInt64.self)
      offset &+= 8
    }
    if offset &+ 4 <= length {
      if first &+ offset &+ 4 > end { return false }
      put(source + Int(bitPattern: offset), first &+ offset, UInt32.self)
      offset &+= 4
    }
    if offset &+ 2 <= length {
      if first &+ offset &+ 2 > end { return false }
      put(source + Int(bitPattern: offset), first &+ offset, UInt16.self)
      offset &+= 2
    }
    if offset &+ 1 <= length {
      if first &+ offset &+ 1 > end { return false }
      put(source + Int(bitPattern: offset), first &+ offset, UInt8.self)
    }
    return true
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
