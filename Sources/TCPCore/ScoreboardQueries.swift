// What loss recovery asks the scoreboard (RFC 6675 4). The ranges are named one by one, so that in the kernel all are
// at constant places.

extension Scoreboard {
  /// DupThresh of RFC 6675 2.
  public static var duplicateThreshold: UInt32 { @inline(__always) get { 3 } }

  /// IsLost (RFC 6675 4) for a number that is not SACKed: above it three ranges are, or more bytes than two segments
  /// have.
  @inline(__always)
  public func isLost(at sequence: SequenceNumber, segmentSize: UInt32) -> Bool {
    let search = lossSearch(segmentSize)
    return search.isFound && sequence.precedes(search.edge)
  }

  /// Bytes from `start` on that are not SACKed and are lost by the rule of `isLost`. From HighRxt on they are what
  /// neither is in the network nor has been repeated yet.
  @inline(__always)
  public func lostBytes(from start: SequenceNumber, segmentSize: UInt32) -> UInt32 {
    let search = lossSearch(segmentSize)
    let edge = search.edge
    guard search.isFound, start.precedes(edge) else { return 0 }
    var lost = edge.value &- start.value
    lost &-= overlap(ranges.0, 0, start, edge)
    lost &-= overlap(ranges.1, 1, start, edge)
    lost &-= overlap(ranges.2, 2, start, edge)
    lost &-= overlap(ranges.3, 3, start, edge)
    lost &-= overlap(ranges.4, 4, start, edge)
    lost &-= overlap(ranges.5, 5, start, edge)
    lost &-= overlap(ranges.6, 6, start, edge)
    lost &-= overlap(ranges.7, 7, start, edge)
    return lost
  }

  /// The first gap that begins at `start` or after it and below `limit`, cut at `limit`; empty if there is none. What
  /// lies above the last range is a gap too.
  @inline(__always)
  public func nextHole(from start: SequenceNumber, below limit: SequenceNumber) -> SelectiveBlock {
    var hole = SelectiveBlock(start, limit)
    narrow(&hole, ranges.0, 0)
    narrow(&hole, ranges.1, 1)
    narrow(&hole, ranges.2, 2)
    narrow(&hole, ranges.3, 3)
    narrow(&hole, ranges.4, 4)
    narrow(&hole, ranges.5, 5)
    narrow(&hole, ranges.6, 6)
    narrow(&hole, ranges.7, 7)
    return hole.start.precedes(hole.end) ? hole : SelectiveBlock(hole.start, hole.start)
  }

  @inline(__always)
  private func narrow(_ hole: inout SelectiveBlock, _ range: SelectiveBlock, _ index: UInt32) {
    guard index < count else { return }
    if hole.start.precedes(range.start) {
      if range.start.precedes(hole.end) { hole.end = range.start }
    } else if hole.start.precedes(range.end) {
      hole.start = range.end
    }
  }

  /// All that is not SACKed below `edge`, a range's start, is lost.
  private struct LossSearch {
    var edge = SequenceNumber(0)
    var isFound = false
    /// Bytes SACKed in the ranges that were looked at, from the highest down.
    var sackedAbove: UInt32 = 0
  }

  @inline(__always)
  private func lossSearch(_ segmentSize: UInt32) -> LossSearch {
    var search = LossSearch()
    let enough = (Scoreboard.duplicateThreshold &- 1) &* segmentSize
    consider(&search, ranges.7, 7, enough)
    consider(&search, ranges.6, 6, enough)
    consider(&search, ranges.5, 5, enough)
    consider(&search, ranges.4, 4, enough)
    consider(&search, ranges.3, 3, enough)
    consider(&search, ranges.2, 2, enough)
    consider(&search, ranges.1, 1, enough)
    consider(&search, ranges.0, 0, enough)
    return search
  }

  @inline(__always)
  private func consider(_ search: inout LossSearch, _ range: SelectiveBlock, _ index: UInt32, _ enough: UInt32) {
    guard index < count, !search.isFound else { return }
    search.sackedAbove &+= range.length
    search.edge = range.start
    search.isFound = search.sackedAbove > enough || index &+ Scoreboard.duplicateThreshold <= count
  }

  /// Bytes of a range from `start` to `edge`.
  @inline(__always)
  private func overlap(
    _ range: SelectiveBlock, _ index: UInt32, _ start: SequenceNumber, _ edge: SequenceNumber
  ) -> UInt32 {
    // The edge is a range's start, so a range that starts below it ends below it.
    guard index < count, range.start.precedes(edge) else { return 0 }
    let length = range.end.distance(from: start)
    return min(UInt32(bitPattern: max(length, 0)), range.length)
  }
}
