/// A range of sequence numbers that the peer reports as received ahead of its cumulative acknowledgment
/// (RFC 2018 3): `start` is its first number, `end` is one past its last.
public struct SelectiveBlock: Equatable {
  public var start = SequenceNumber(0)
  public var end = SequenceNumber(0)

  @inline(__always)
  public init() {}

  @inline(__always)
  public init(_ start: SequenceNumber, _ end: SequenceNumber) {
    self.start = start
    self.end = end
  }

  /// Bytes.
  @inline(__always)
  public var length: UInt32 { end.value &- start.value }

  /// Whether the first block of an ACK reports that something arrived twice (D-SACK, RFC 2883 4): it lies below that
  /// ACK's own acknowledgment, or within its second block. An older ACK that arrives late does not look so.
  ///
  /// - Parameters:
  ///   - second: the ACK's second block; anything if `blockCount` is 1.
  ///   - blockCount: how many blocks the ACK has, at least 1.
  ///   - acknowledgment: SEG.ACK of that ACK.
  @inline(__always)
  public func isDuplicate(
    second: SelectiveBlock, blockCount: UInt8, acknowledgment: SequenceNumber
  ) -> Bool {
    guard start.precedes(end) else { return false }
    if start.precedes(acknowledgment) { return true }
    return blockCount > 1 && second.start.precedesOrEquals(start) && end.precedesOrEquals(second.end)
  }
}

/// What the peer has selectively acknowledged (the scoreboard of RFC 6675 3): up to eight ranges, in order, that
/// neither overlap nor touch, all above SND.UNA. The sequence space that they lie in is shorter than 2^31.
///
/// Where a ninth would be needed, the shortest is forgotten, and of equally short ones the lowest, since recovery has
/// most likely passed it already. That is safe: "the data sender MUST NOT discard data before being acknowledged"
/// cumulatively (RFC 2018 8), so what is forgotten costs no more than a repetition.
///
/// Its layout is that of `struct scoreboard` in data_plane_abi.h.
public struct Scoreboard {
  public typealias Ranges = (
    SelectiveBlock, SelectiveBlock, SelectiveBlock, SelectiveBlock,
    SelectiveBlock, SelectiveBlock, SelectiveBlock, SelectiveBlock
  )
  /// The first `count` are valid.
  public var ranges: Ranges = (
    SelectiveBlock(), SelectiveBlock(), SelectiveBlock(), SelectiveBlock(),
    SelectiveBlock(), SelectiveBlock(), SelectiveBlock(), SelectiveBlock()
  )
  /// Bytes in all ranges.
  public var sacked: UInt32 = 0
  /// The end of the last range; meaningless without one.
  public var highest = SequenceNumber(0)
  /// How many ranges there are, at most `capacity`.
  public var count: UInt32 = 0

  @inline(__always)
  public init() {}

  public static var capacity: UInt32 { @inline(__always) get { 8 } }

  /// Forgets all: "after a retransmit timeout the data sender SHOULD turn off all of the SACKed bits" (RFC 2018 8),
  /// since the peer may have discarded what it reported.
  @inline(__always)
  public mutating func clear() {
    count = 0
    sacked = 0
  }

  /// Forgets what the cumulative acknowledgment has overtaken. A range that starts at SND.UNA or before goes whole: a
  /// receiver that still had it would have acknowledged all of it (reneging, RFC 2018 8).
  ///
  /// - Returns: how many bytes were forgotten; what was delivered newly is the way of SND.UNA less these.
  @discardableResult
  @inline(__always)
  public mutating func advance(to unacknowledged: SequenceNumber) -> UInt32 {
    guard count > 0, ranges.0.start.precedesOrEquals(unacknowledged) else { return 0 }
    let known = count
    var removed: UInt32 = 0
    withUnsafeMutablePointer(to: &self) { board in
      let places = Scoreboard.places(of: board)
      board.pointee.count = 0
      var index: UInt32 = 0
      while index < known, unassumed(UInt64(index)) < 8 {
        let range = places[Scoreboard.place(index)]
        index &+= 1
        if unacknowledged.precedes(range.start) {
          places[Scoreboard.place(board.pointee.count)] = range
          board.pointee.count &+= 1
        } else {
          removed &+= range.length
        }
      }
    }
    sacked &-= removed
    return removed
  }

  /// Takes note of a block. Refused are blocks that make no sense or are no news: empty, not wholly between SND.UNA
  /// and SND.NXT (a D-SACK below SND.UNA is one), or starting at SND.UNA, which contradicts the acknowledgment.
  ///
  /// - Returns: how many bytes `sacked` grew by.
  @inline(__always)
  public mutating func insert(
    _ start: SequenceNumber, _ end: SequenceNumber, unacknowledged: SequenceNumber, next: SequenceNumber
  ) -> UInt32 {
    guard unacknowledged.precedes(start), start.precedes(end), end.precedesOrEquals(next) else { return 0 }
    let known = count
    // What is yet to be written; the ranges pass by in order, and the lower of the two is written each time.
    var carried = SelectiveBlock(start, end)
    var added = carried.length
    withUnsafeMutablePointer(to: &self) { board in
      let places = Scoreboard.places(of: board)
      board.pointee.count = 0
      var index: UInt32 = 0
      while index < known, unassumed(UInt64(index)) < 8 {
        let range = places[Scoreboard.place(index)]
        index &+= 1
        if range.end.precedes(carried.start) {
          places[Scoreboard.place(board.pointee.count)] = range
          board.pointee.count &+= 1
        } else if carried.end.precedes(range.start) {
          places[Scoreboard.place(board.pointee.count)] = carried
          board.pointee.count &+= 1
          carried = range
        } else {
          let union = SelectiveBlock(
            range.start.precedes(carried.start) ? range.start : carried.start,
            carried.end.precedes(range.end) ? range.end : carried.end)
          added &+= union.length &- carried.length &- range.length
          carried = union
        }
      }
      if board.pointee.count < 8 { places[Scoreboard.place(board.pointee.count)] = carried }
    }
    if count < 8 {
      count &+= 1
      highest = carried.end
    } else {
      added &-= forgetShortest(carried)
    }
    sacked &+= added
    return added
  }

  /// Makes room for a ninth range, the highest, or forgets that one.
  ///
  /// - Returns: the bytes that were forgotten.
  @inline(__always)
  private mutating func forgetShortest(_ ninth: SelectiveBlock) -> UInt32 {
    var shortest = ninth.length
    withUnsafeMutablePointer(to: &self) { board in
      let places = Scoreboard.places(of: board)
      // `count` is 8, and until the end the place of the shortest: in memory, so that the verifier forgets it.
      var index: UInt32 = 8
      while unassumed(UInt64(index)) > 0 {
        index &-= 1
        let length = places[Scoreboard.place(index)].length
        if length <= shortest {
          shortest = length
          board.pointee.count = index
        }
      }
      if board.pointee.count < 8 {
        var index: UInt32 = 0
        while unassumed(UInt64(index)) < 7 {
          if index >= board.pointee.count {
            places[Scoreboard.place(index)] = places[Scoreboard.place(index &+ 1)]
          }
          index &+= 1
        }
        places[7] = ninth
        board.pointee.count = 8
      }
    }
    highest = ranges.7.end
    return shortest
  }

  @inline(__always)
  private static func places(of board: UnsafeMutablePointer<Scoreboard>) -> UnsafeMutablePointer<SelectiveBlock> {
    // They come first in the structure.
    UnsafeMutableRawPointer(board).assumingMemoryBound(to: SelectiveBlock.self)
  }

  /// An index that the verifier sees to be below 8.
  @inline(__always)
  private static func place(_ index: UInt32) -> Int {
    Int(truncatingIfNeeded: unassumed(UInt64(index)) & 7)
  }
}
