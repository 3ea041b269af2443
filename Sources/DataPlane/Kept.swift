// Last lines of a head that are made of the request, so that they have no place in the content: they are kept in the
// map `kept` until the session's answers have all been acknowledged.

extension UnsafeMutablePointer<scratch> {
  var kept: UnsafeMutablePointer<kept_text> { @inline(__always) get { scratch_kept(self) } }

  /// Appends the lowest `count` bytes of a word to what is kept.
  @inline(__always)
  func put(_ word: UInt64, _ count: UInt32) {
    let place = bpf_opaque(UInt64(responding.pointee.text_length)) & UInt64(KEPT_TEXT - 1)
    storeWord(word, kept_text_bytes(kept), UInt(place))
    responding.pointee.text_length &+= count
  }

  /// Keeps the text that has been made for the answer that will be queued next. The caller holds the claim.
  ///
  /// - Returns: whether there was room.
  @inline(__always)
  func keepText(for session: Session) -> Bool {
    let queue = session.queue
    // Linux 6.1 takes neither key nor value from an argument of a global function.
    var zero: UInt32 = 0
    guard let own = scratch_lookup(&zero) else { return false }
    let key = scratch_kept_key(own)
    flow_copy(kept_key_flow(key), flow)
    key.pointee.place = (UInt32(queue.pointee.head) &+ UInt32(queue.pointee.count)) & 3
    flow_copy(kept_text_flow(own.kept), flow)
    guard kept_update(key, own.kept, 0) == 0 else { return false }
    queue.pointee.has_kept = 1
    return true
  }
}

/// Forgets the texts of all answers of a session, none of which is queued any more. The caller holds the claim.
@inline(never)
func forgetKept(_ session: Session, _ flow: UnsafePointer<flow>) {
  var zero: UInt32 = 0
  guard let scratch = scratch_lookup(&zero) else { return }
  let key = scratch_kept_key(scratch)
  flow_copy(kept_key_flow(key), flow)
  var place: UInt32 = 0
  while place < 4 {
    key.pointee.place = place
    kept_delete(key)
    place &+= 1
  }
  session.queue.pointee.has_kept = 0
}

/// Makes the last lines of the answer to a request for a range in `scratch.kept`: what the global function `keep_range`
/// does.
///
/// - Parameter persistence: a `Persistence`.
/// - Returns: how many bytes they have.
@_cdecl("make_range_lines") @inline(__always)
public func makeRangeLines(_ scratch: UnsafeMutablePointer<scratch>, _ persistence: UInt32) -> UInt32 {
  let responding = scratch.responding
  responding.pointee.text_length = 0
  var sink = KeptLines(scratch: scratch)
  RangeLines(
    first: responding.pointee.first, length: responding.pointee.length, total: responding.pointee.total,
    persistence: Persistence(rawValue: UInt8(truncatingIfNeeded: persistence)) ?? .implied
  ).write(to: &sink)
  return responding.pointee.text_length
}

/// Lines that are appended to `scratch.kept`.
private struct KeptLines: LineSink {
  let scratch: Scratch

  @inline(__always)
  mutating func put(_ word: UInt64, _ count: UInt) { scratch.put(word, UInt32(truncatingIfNeeded: count)) }

  @inline(__always)
  mutating func put(number: UInt32) { _ = append_number(scratch, number) }
}

/// Appends a number to `scratch.kept`: what the global function `append_number` does.
@_cdecl("number_of") @inline(__always)
public func appendNumber(_ scratch: UnsafeMutablePointer<scratch>, _ number: UInt32) -> UInt32 {
  let decimal = DecimalDigits(number)
  scratch.put(decimal.low, min(decimal.count, 8))
  if decimal.count > 8 { scratch.put(decimal.high, decimal.count &- 8) }
  return 0
}
