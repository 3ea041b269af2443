// Which bytes the stream has at a place: a range of the content, with a date in it perhaps, or a text that lies in no
// content, since it was made of the request.

/// The most bytes that are copied at once: a chunk repeats as many of the next one.
let copyLimit: UInt64 = 16384
/// Likewise of a text.
let textLimit: UInt64 = 64

extension UnsafeMutablePointer<scratch> {
  var piece: UnsafeMutablePointer<piece> { @inline(__always) get { scratch_piece(self) } }

  /// What the text of `dateText` adds to a sum in which it begins at `place`.
  @inline(__always)
  func dateSum(at place: UInt32) -> UInt32 {
    place & 1 == 0 ? pointee.date_sum : UInt32(InternetChecksum.swapped(UInt16(truncatingIfNeeded: pointee.date_sum)))
  }
}

/// Describes in `scratch.piece` what the stream has from the byte at `offset` on, counted from the queue's first
/// sequence number: what the global function `find_piece` does.
///
/// - Parameter wanted: bytes, 1 or more.
/// - Returns: how many of them it has; the date's text is among them whole, or not at all. 0 if that failed.
@_cdecl("piece_of") @inline(__always)
public func findPiece(
  _ scratch: UnsafeMutablePointer<scratch>, _ plan: UnsafeMutablePointer<plan>, _ offset: UInt32, _ wanted: UInt32
) -> UInt32 {
  var within = offset
  var place: UInt32 = 0
  let queue = plan.queue
  while place < 3 {
    let span = queue.run(place).pointee.span
    if within < span { break }
    within &-= span
    place &+= 1
  }
  let found = queue.run(place)
  let length = found.pointee.length
  if within >= length { within = within % max(length, 1) }
  let startEnd = UInt32(found.pointee.start_length)
  let tailPlace = found.pointee.tailPlace
  let tailEnd = tailPlace &+ UInt32(found.pointee.tail_length)
  var first = found.pointee.start &+ within
  var end = startEnd
  if found.pointee.isInOnePiece {
    end = length
  } else if within >= tailEnd {
    first = found.pointee.body &+ (within &- tailEnd)
    end = length
  } else if within >= tailPlace {
    if found.pointee.tail_kind != UInt8(TAIL_STORED.rawValue) {
      return scratch.piece.text(place, within, min(tailEnd &- within, wanted))
    }
    first = found.pointee.tail &+ (within &- tailPlace)
    end = tailEnd
  } else if within >= startEnd {
    first = found.pointee.head &+ (within &- startEnd)
    end = tailPlace
  }
  var count = min(min(end &- within, wanted), UInt32(copyLimit))
  let piece = scratch.piece
  piece.pointee.generation = UInt32(found.pointee.generation)
  piece.pointee.offset = first
  piece.pointee.is_text = 0
  piece.pointee.has_date = 0
  let datePlace = found.pointee.datePlace
  guard datePlace != .max, within < datePlace &+ IMFFixdate.length, within &+ count > datePlace else { return count }
  if within <= datePlace, within &+ count >= datePlace &+ IMFFixdate.length {
    _ = scratch.dateText(found.pointee.date)
    piece.pointee.has_date = 1
    piece.pointee.date_place = datePlace &- within
    return count
  }
  // A segment ends, or begins, within the date.
  if within >= datePlace {
    return piece.text(place, within, min(datePlace &+ IMFFixdate.length &- within, wanted))
  }
  count = datePlace &- within
  return count
}

extension UnsafeMutablePointer<piece> {
  /// Makes it one of a text that has yet to be made.
  @inline(__always)
  fileprivate func text(_ place: UInt32, _ within: UInt32, _ wanted: UInt32) -> UInt32 {
    pointee.is_text = 1
    pointee.offset = within
    pointee.place = place
    return min(wanted, UInt32(textLimit))
  }
}

/// Puts the piece at hand, a part of a date or of last lines that were made of the request, into `scratch.text`: what
/// the global function `make_text` does.
///
/// - Parameter length: of the piece, 1 to `textLimit`.
/// - Returns: its sum, folded, as if it began at an even place; `noText` if it is gone.
@_cdecl("text_of") @inline(__always)
public func makeText(
  _ scratch: UnsafeMutablePointer<scratch>, _ plan: UnsafeMutablePointer<plan>, _ length: UInt32
) -> UInt32 {
  let piece = scratch.piece
  let within = piece.pointee.offset
  let queue = plan.queue
  let found = queue.run(piece.pointee.place)
  let tailPlace = found.pointee.tailPlace
  if within < tailPlace {
    let skipped = within &- found.pointee.datePlace
    let text = scratch.dateText(found.pointee.date)
    return take(text + Int(bpf_opaque(UInt64(skipped)) & 31), length, scratch)
  }
  // Linux 6.1 takes no key from an argument of a global function.
  var zero: UInt32 = 0
  guard let own = scratch_lookup(&zero) else { return noText }
  let key = scratch_kept_key(own)
  flow_copy(kept_key_flow(key), plan.path.flow)
  key.pointee.place = (UInt32(queue.pointee.head) &+ piece.pointee.place) & 3
  guard let kept = kept_lookup(key) else { return noText }
  let skipped = Int(bpf_opaque(UInt64(within &- tailPlace)) & UInt64(KEPT_TEXT - 1))
  let sum = take(UnsafeRawPointer(kept_text_bytes(kept)) + skipped, length, scratch)
  // The peer may have acknowledged it meanwhile, and another's text have got its place.
  return flow_equals(kept_text_flow(kept), plan.path.flow) != 0 ? sum : noText
}

/// What `makeText` returns for what is not there any more.
var noText: UInt32 { @inline(__always) get { .max } }

/// Copies a text, which is readable up to `textLimit`, and returns its sum.
@inline(__always)
private func take(_ text: UnsafeRawPointer, _ length: UInt32, _ scratch: Scratch) -> UInt32 {
  let words = scratch_text(scratch).assumingMemoryBound(to: UInt64.self)
  var sum: UInt64 = 0
  var index: UInt32 = 0
  // A comparison that LLVM can't unroll the loop by: it would keep all words on the stack.
  while bpf_opaque(UInt64(index)) < 8 {
    // Bytes of this word that belong to it; those behind are not summed.
    let before = index &* 8
    let count = UInt64(min(length > before ? length &- before : 0, 8))
    let mask = ((1 &<< (count &* 4)) &<< (count &* 4)) &- 1
    let word = loadWord(text, UInt(before)) & mask
    words[Int(bpf_opaque(UInt64(index)) & 7)] = word
    sum &+= InternetChecksum.sum(word)
    index &+= 1
  }
  return UInt32(InternetChecksum.fold(sum))
}
