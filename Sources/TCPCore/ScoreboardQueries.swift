// What loss recovery asks the scoreboard (RFC 6675 4). The ranges are named one by one, so that in the kernel all are
// at constant places.

extension Scoreboard {
  /// DupThresh of RFC 6675 2.
  public static var duplicateThreshold: UInt32 { @inline(__always) get { 3 } }

  /// IsLost (RFC 6675 4) for a number that is not SACKed: above it three ranges are, or more bytes than two segments
  /// have.
  @inline(__always)
  public func isLost(at sequence: SequenceNumber, segmentSize: UInt32) -> Bool {
    let search = lossSearch(from: sequence, segmentSize: segmentSize)
    return search.isFound && sequence.precedes(search.edge)
  }

  /// Bytes from `start` on that are not SACKed and are lost by the rule of `isLost`. From HighRxt on they are what
  /// neither is in the network nor has been repeated yet.
  @inline(__always)
  public func lostBytes(from start: SequenceNumber, segmentSize: UInt32) -> UInt32 {
    let search = lossSearch(from: start, segmentSize: segmentSize)
    guard search.isFound, start.precedes(search.edge) else { return 0 }
    return (search.edge.value &- start.value) &- search.sackedBelow
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
    var start: SequenceNumber
    var edge: SequenceNumber
    var isFound = false
    /// Bytes SACKed at the edge and above.
    var sackedAbove: UInt32 = 0
    /// Bytes SACKed from `start` to the edge.
    var sackedBelow: UInt32 = 0
  }

  @inline(__always)
  private func lossSearch(from start: SequenceNumber, segmentSize: UInt32) -> LossSearch {
    var search = LossSearch(start: start, edge: start)
    guard count > 0 else { return search }
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
    guard index < count else { return }
    if search.isFound {
      let from = range.start.precedes(search.start) ? search.start : range.start
      if from.precedes(range.end) { search.sackedBelow &+= range.end.value &- from.value }
    } else {
      search.sackedAbove &+= range.length
      if search.sackedAbove > enough || index &+ Scoreboard.duplicateThreshold <= count {
        search.isFound = true
        search.edge = range.start
      }
    }
  }
}
