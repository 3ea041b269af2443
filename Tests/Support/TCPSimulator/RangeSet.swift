/// A set of offsets in a stream, as ranges in order that neither overlap nor touch.
struct RangeSet {
  private(set) var ranges: [Range<Int>] = []

  var isEmpty: Bool { ranges.isEmpty }

  /// How many offsets are in it.
  var count: Int { ranges.reduce(0) { $0 + $1.count } }

  /// - Returns: how many offsets are new.
  @discardableResult
  mutating func insert(_ range: Range<Int>) -> Int {
    guard !range.isEmpty else { return 0 }
    // What usually comes lies behind all the rest.
    if let last = ranges.last {
      if range.lowerBound > last.upperBound {
        ranges.append(range)
        return range.count
      }
      if range.lowerBound >= last.lowerBound {
        let new = max(range.upperBound - last.upperBound, 0)
        ranges[ranges.count - 1] = last.lowerBound..<max(range.upperBound, last.upperBound)
        return new
      }
    }
    var merged = range
    var covered = 0
    let first = ranges.firstIndex { $0.upperBound >= range.lowerBound } ?? ranges.count
    var end = first
    while end < ranges.count, ranges[end].lowerBound <= range.upperBound {
      covered += ranges[end].clamped(to: range).count
      merged = min(merged.lowerBound, ranges[end].lowerBound)..<max(merged.upperBound, ranges[end].upperBound)
      end += 1
    }
    ranges.replaceSubrange(first..<end, with: CollectionOfOne(merged))
    return range.count - covered
  }

  mutating func removeAll() { ranges.removeAll(keepingCapacity: true) }

  mutating func remove(below limit: Int) {
    while let first = ranges.first, first.lowerBound < limit {
      if first.upperBound <= limit {
        ranges.removeFirst()
      } else {
        ranges[0] = limit..<first.upperBound
        return
      }
    }
  }

  func contains(_ range: Range<Int>) -> Bool {
    ranges.contains { $0.lowerBound <= range.lowerBound && range.upperBound <= $0.upperBound }
  }

  /// The range that `offset` lies in.
  func range(around offset: Int) -> Range<Int>? { ranges.first { $0.contains(offset) } }
}
