// A session has entries in queues, to be looked at later: one with the session clock, and mostly one for its timer.
// Where each request has a connection of its own, most entries that come up are of connections that are over, and to
// look one up takes memory that no cache has any more. So who ends a connection writes that down in `ended`, an array in
// which sessions have places by turns, and such entries are passed over. A place tells which session it is of by the
// time when that was created, to the nanosecond; one that another has taken over costs a look, no more.

extension UnsafeMutablePointer<session> {
  /// Has the session's entries for timers passed over; if it `isGone` from the table, that with the clock too. The
  /// caller holds the claim.
  @inline(__always)
  func markOver(isGone: Bool) {
    var place = tcp.pointee.label & UInt32(ENDED_PLACES - 1)
    if let mark = ended_lookup(&place) { mark.pointee = pointee.created &<< 1 | (isGone ? 1 : 0) }
  }
}

/// Whether an entry is one of a session whose connection is over: it has no timer.
@inline(__always)
func isOver(_ entry: UnsafeMutablePointer<expiry>) -> Bool { mark(of: entry) &>> 1 == entry.pointee.created }

/// Whether an entry is one of a session that is no longer in the table.
@inline(__always)
func isOfNoSession(_ entry: UnsafeMutablePointer<expiry>) -> Bool {
  mark(of: entry) == entry.pointee.created &<< 1 | 1
}

@inline(__always)
private func mark(of entry: UnsafeMutablePointer<expiry>) -> UInt64 {
  var place = entry.pointee.number & UInt32(ENDED_PLACES - 1)
  return ended_lookup(&place)?.pointee ?? 0
}
