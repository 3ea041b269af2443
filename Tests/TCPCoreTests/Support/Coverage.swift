/// Which bytes of a stream have been received: a prefix, and ranges beyond it.
struct Coverage {
  /// All below this has been received.
  private(set) var prefix = 0
  private var beyond: [Range<Int>] = []

  mutating func insert(_ range: Range<Int>) {
    guard !range.isEmpty else { return }
    beyond.append(range)
    beyond.sort { $0.lowerBound < $1.lowerBound }
    while let first = beyond.first, first.lowerBound <= prefix {
      prefix = max(prefix, first.upperBound)
      beyond.removeFirst()
    }
  }
}
