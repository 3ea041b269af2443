import Randomness
import TCPCore
import XCTest

/// The scoreboard against a naive model, and the rules by example.
final class ScoreboardTests: XCTestCase {
  private func sequence(_ value: UInt32) -> SequenceNumber { SequenceNumber(value) }

  private func filled(
    _ blocks: [(UInt32, UInt32)], unacknowledged: UInt32 = 0, next: UInt32 = 1_000_000
  ) -> Scoreboard {
    var board = Scoreboard()
    for (start, end) in blocks {
      _ = board.insert(
        sequence(start), sequence(end), unacknowledged: sequence(unacknowledged), next: sequence(next))
    }
    return board
  }

  func testRandomBlocksAgainstASetOfBytes() {
    let seed = randomSeed("TCP_TEST_SEED")
    var random = SplitMix(seed: seed)
    var reached: [Int: Int] = [:]
    var forgotten = 0
    for round in 0..<120 {
      // Every fourth run crosses the end of the sequence space.
      let base = random.once(in: 4) ? UInt32(0) &- UInt32(random.below(300)) : UInt32(truncatingIfNeeded: random.next())
      var model = ScoreboardModel(base: base, length: 300)
      var board = Scoreboard()
      for step in 0..<60 {
        let note = "seed \(seed) round \(round) step \(step)"
        switch random.below(10) {
        case 0:
          let position = model.unacknowledged + random.below(30)
          guard position < model.length else { continue }
          let removed = board.advance(to: model.number(position))
          XCTAssertEqual(Int(removed), model.advance(to: position), note)
        case 1 where random.once(in: 8):
          board.clear()
          model.clear()
        default:
          let start = random.below(model.length + 40) - 20
          let end = start + random.below(random.once(in: 3) ? 40 : 6) - (random.once(in: 9) ? 6 : 0)
          let added = board.insert(
            model.number(start), model.number(end), unacknowledged: model.number(model.unacknowledged),
            next: model.number(model.length))
          let (expected, lost) = model.insert(start, end)
          forgotten += lost
          XCTAssertEqual(Int(added), expected, note)
        }
        compare(board, model, &random, note)
        reached[Int(board.count), default: 0] += 1
      }
    }
    for count in 0...8 { XCTAssertGreaterThan(reached[count] ?? 0, 100, "boards of \(count) ranges were too rare") }
    XCTAssertGreaterThan(forgotten, 100, "ninth ranges were too rare")
  }

  private func compare(_ board: Scoreboard, _ model: ScoreboardModel, _ random: inout SplitMix, _ note: String) {
    let runs = model.runs
    let ranges = withUnsafeBytes(of: board.ranges) { Array($0.bindMemory(to: SelectiveBlock.self)) }
    XCTAssertEqual(
      Array(ranges.prefix(Int(board.count))), runs.map { SelectiveBlock(model.number($0.0), model.number($0.1)) }, note)
    XCTAssertEqual(Int(board.sacked), model.sacked, note)
    if let last = runs.last { XCTAssertEqual(board.highest, model.number(last.1), note) }

    let segmentSize = random.pick([1, 3, 10, 50])
    let from = model.unacknowledged + random.below(model.length - model.unacknowledged)
    var lost = 0
    for position in from..<model.length where !model.bytes[position] {
      let isLost = ScoreboardModel.isLost(position, runs, segmentSize)
      if isLost { lost += 1 }
      if board.isLost(at: model.number(position), segmentSize: UInt32(segmentSize)) != isLost { XCTFail(note) }
    }
    XCTAssertEqual(Int(board.lostBytes(from: model.number(from), segmentSize: UInt32(segmentSize))), lost, note)

    let limit = from + random.below(model.length + 10 - from)
    let hole = board.nextHole(from: model.number(from), below: model.number(limit))
    if let expected = model.nextHole(from, limit) {
      XCTAssertEqual(hole, SelectiveBlock(model.number(expected.0), model.number(expected.1)), note)
    } else {
      XCTAssertEqual(hole.length, 0, note)
    }
  }

  func testTheShortestRangeIsForgottenAndOfEqualOnesTheLowest() {
    // That at 5000 is the shortest.
    let blocks: [(UInt32, UInt32)] = [
      (1000, 1100), (2000, 2100), (3000, 3100), (4000, 4100), (5000, 5050), (6000, 6100), (7000, 7100), (8000, 8100),
    ]
    var board = filled(blocks)
    func insert(_ start: UInt32, _ end: UInt32) -> UInt32 {
      board.insert(sequence(start), sequence(end), unacknowledged: sequence(0), next: sequence(10000))
    }
    XCTAssertEqual(board.count, 8)
    XCTAssertEqual(board.sacked, 750)
    // The new one counts for what it has more than the one it replaces.
    XCTAssertEqual(insert(9000, 9100), 50)
    XCTAssertEqual(
      board.nextHole(from: sequence(4100), below: sequence(10000)), SelectiveBlock(sequence(4100), sequence(6000)))
    XCTAssertEqual(board.highest, sequence(9100))
    XCTAssertEqual(insert(9500, 9600), 0)
    XCTAssertEqual(board.ranges.0.start, sequence(2000), "the lowest of equal ones")
    XCTAssertEqual(insert(9700, 9701), 0)
    XCTAssertEqual(board.highest, sequence(9600), "a new one that is the shortest is not taken")
    XCTAssertEqual(board.sacked, 800)
  }

  func testNonsenseIsRefused() {
    for (start, end) in [(200, 200), (300, 200), (50, 80), (50, 150), (100, 150), (900, 1001), (1001, 1100)] {
      var board = Scoreboard()
      XCTAssertEqual(
        board.insert(
          sequence(UInt32(start)), sequence(UInt32(end)), unacknowledged: sequence(100), next: sequence(1000)), 0)
      XCTAssertEqual(board.count, 0, "\(start) to \(end)")
    }
    XCTAssertEqual(filled([(101, 1000)], unacknowledged: 100, next: 1000).sacked, 899)
  }

  /// RFC 2018 8: a receiver may take back what it reported.
  func testARangeThatTheAcknowledgmentContradictsGoesWhole() {
    var board = filled([(200, 300), (400, 500)])
    XCTAssertEqual(board.advance(to: sequence(250)), 100)
    XCTAssertEqual(board.count, 1)
    XCTAssertEqual(board.advance(to: sequence(400)), 100)
    XCTAssertEqual(board.count, 0)
    XCTAssertEqual(board.sacked, 0)
  }

  /// RFC 2883 4: below the acknowledgment, or within the second block.
  func testDuplicateReports() {
    func isDuplicate(_ first: (UInt32, UInt32), _ second: (UInt32, UInt32)?, _ acknowledgment: UInt32) -> Bool {
      let other = second ?? (0, 0)
      return SelectiveBlock(sequence(first.0), sequence(first.1)).isDuplicate(
        second: SelectiveBlock(sequence(other.0), sequence(other.1)), blockCount: second == nil ? 1 : 2,
        acknowledgment: sequence(acknowledgment))
    }
    XCTAssertTrue(isDuplicate((3000, 3500), nil, 4000))  // 4.1.1
    XCTAssertTrue(isDuplicate((3000, 3500), (4500, 5000), 4000))  // 4.1.2
    XCTAssertTrue(isDuplicate((5000, 5500), (4500, 6000), 4000))  // 4.2.1
    XCTAssertTrue(isDuplicate((5000, 5500), (5000, 5500), 4000))
    XCTAssertFalse(isDuplicate((5000, 5500), nil, 4000))
    XCTAssertFalse(isDuplicate((5000, 5500), (6000, 6500), 4000))
    XCTAssertFalse(isDuplicate((5000, 6500), (5000, 6000), 4000))
    XCTAssertFalse(isDuplicate((3500, 3000), nil, 4000))
  }

  /// RFC 6675 4: "more than (DupThresh - 1) * SMSS bytes", or three ranges.
  func testLoss() {
    XCTAssertFalse(filled([(1000, 3000)]).isLost(at: sequence(0), segmentSize: 1000))
    XCTAssertTrue(filled([(1000, 3001)]).isLost(at: sequence(0), segmentSize: 1000))
    XCTAssertFalse(filled([(1000, 1001), (1002, 1003)]).isLost(at: sequence(0), segmentSize: 1000))
    let three = filled([(1000, 1001), (1002, 1003), (1004, 1005)])
    XCTAssertTrue(three.isLost(at: sequence(999), segmentSize: 1000))
    XCTAssertFalse(three.isLost(at: sequence(1001), segmentSize: 1000))
    XCTAssertEqual(three.lostBytes(from: sequence(0), segmentSize: 1000), 1000)
    XCTAssertEqual(three.lostBytes(from: sequence(600), segmentSize: 1000), 400)
    XCTAssertEqual(three.lostBytes(from: sequence(1001), segmentSize: 1000), 0)
  }
}

/// A byte a Bool.
private struct ScoreboardModel {
  let base: UInt32
  let length: Int
  var bytes: [Bool]
  var unacknowledged = 0

  init(base: UInt32, length: Int) {
    self.base = base
    self.length = length
    bytes = Array(repeating: false, count: length)
  }

  func number(_ position: Int) -> SequenceNumber { SequenceNumber(base &+ UInt32(truncatingIfNeeded: position)) }

  var sacked: Int { bytes.filter { $0 }.count }

  var runs: [(Int, Int)] {
    var runs: [(Int, Int)] = []
    for position in 0..<length where bytes[position] {
      if let last = runs.last, last.1 == position {
        runs[runs.count - 1].1 = position + 1
      } else {
        runs.append((position, position + 1))
      }
    }
    return runs
  }

  mutating func clear() { bytes = Array(repeating: false, count: length) }

  mutating func forget(_ run: (Int, Int)) {
    for position in run.0..<run.1 { bytes[position] = false }
  }

  mutating func advance(to position: Int) -> Int {
    let before = sacked
    unacknowledged = position
    for run in runs where run.0 <= position { forget(run) }
    return before - sacked
  }

  /// How many bytes more there are, and whether a ninth range was forgotten.
  mutating func insert(_ start: Int, _ end: Int) -> (Int, Int) {
    guard start > unacknowledged, start < end, end <= length else { return (0, 0) }
    let before = sacked
    for position in start..<end { bytes[position] = true }
    let runs = runs
    guard runs.count > 8 else { return (sacked - before, 0) }
    forget(runs.min { ($0.1 - $0.0, $0.0) < ($1.1 - $1.0, $1.0) }!)
    return (sacked - before, 1)
  }

  static func isLost(_ position: Int, _ runs: [(Int, Int)], _ segmentSize: Int) -> Bool {
    var (ranges, sum) = (0, 0)
    for run in runs where run.0 > position {
      ranges += 1
      sum += run.1 - run.0
    }
    return ranges >= 3 || sum > 2 * segmentSize
  }

  func nextHole(_ from: Int, _ limit: Int) -> (Int, Int)? {
    func isHole(_ position: Int) -> Bool { position >= length || !bytes[position] }
    guard let start = (from..<max(from, limit)).first(where: isHole) else { return nil }
    let end = (start..<limit).first { !isHole($0) } ?? limit
    return (start, end)
  }
}
