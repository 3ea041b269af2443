import Randomness
import TCPCore
import XCTest

/// Header prediction must do exactly what the whole of `receive`, `deliver` and `transmit` does, or nothing.
final class HeaderPredictionTests: XCTestCase {
  /// A connection somewhere in its life, more often than not where prediction works.
  private func block(_ random: inout SplitMix) -> ControlBlock {
    var block = ControlBlock()
    block.state = random.once(in: 4) ? State(rawValue: UInt8(2 + random.below(8)))! : .established
    block.flags.rawValue = random.once(in: 6) ? UInt8(random.below(4)) : 0
    let base = SequenceNumber(UInt32(truncatingIfNeeded: random.next()))
    block.send.unacknowledged = base
    block.send.next = base.advanced(by: UInt32(random.once(in: 3) ? 0 : random.below(3000)))
    block.send.queued = block.send.next.advanced(by: random.once(in: 5) ? UInt32(random.below(3000)) : 0)
    block.send.window = UInt32(random.below(65536))
    block.send.maximumWindow = max(block.send.window, 8192)
    block.receive.next = SequenceNumber(UInt32(truncatingIfNeeded: random.next()))
    block.receive.window = random.pick([65535, 65535, 300, 1, 0])
    block.send.updateSequence = block.receive.next.advanced(by: random.pick([0, 0 &- 100, 50]))
    block.send.updateAcknowledgment = base.advanced(by: random.pick([0, 0 &- 5]))
    block.maximumSegmentSize = random.pick([1460, 1460, 536, 48])
    return block
  }

  private func segment(for block: ControlBlock, _ random: inout SplitMix) -> Segment {
    var flags = ControlBits.acknowledge
    if random.once(in: 2) { flags = flags.union(.push) }
    if random.once(in: 12) { flags = random.pick([.finish.union(.acknowledge), .push, .urgent.union(.acknowledge)]) }
    return Segment(
      sequence: block.receive.next.advanced(by: random.once(in: 8) ? random.pick([1, 0 &- 1, 0 &- 40]) : 0),
      acknowledgment: block.send.next.advanced(by: random.once(in: 8) ? random.pick([1, 0 &- 1, 0 &- 500]) : 0),
      window: UInt32(random.below(65536)), flags: flags,
      payloadLength: UInt32(random.once(in: 8) ? 0 : random.below(400)))
  }

  private func bytes(_ block: ControlBlock) -> [UInt8] { withUnsafeBytes(of: block) { Array($0) } }

  func testExpectedSegmentsAreTakenAsByTheWholeOfTheCore() {
    let seed = randomSeed("TCP_TEST_SEED")
    var random = SplitMix(seed: seed)
    let now = Instant(nanoseconds: 1_000_000_000)
    var received = 0
    var answered = 0
    for round in 0..<200_000 {
      let before = block(&random)
      let segment = segment(for: before, &random)
      var predicted = before
      guard predicted.receiveExpected(segment) else {
        XCTAssertEqual(bytes(predicted), bytes(before), "round \(round), TCP_TEST_SEED=\(seed)")
        continue
      }
      received += 1
      var whole = before
      let reaction = whole.receive(segment, now: now)
      XCTAssertEqual(reaction.verdict, .proceed)
      XCTAssertEqual(reaction.refusal, .none)
      XCTAssertEqual(reaction.deliverableOffset, 0)
      XCTAssertEqual(reaction.deliverableLength, segment.payloadLength)
      XCTAssertFalse(reaction.finishes || reaction.repeats)
      XCTAssertTrue(reaction.acknowledgmentDue)
      XCTAssertEqual(bytes(predicted), bytes(whole), "round \(round), TCP_TEST_SEED=\(seed)")

      // What the application makes of it.
      let consumed = random.once(in: 4) ? UInt32(random.below(Int(segment.payloadLength) + 1)) : segment.payloadLength
      let length = UInt32(random.once(in: 5) ? 0 : random.below(2000))
      let closes = random.once(in: 8)
      let room = UInt32(random.pick([1460, 1460, 300, 0]))
      for isPredicted in [true, false] {
        var block = isPredicted ? predicted : whole
        block.queue(length)
        if closes { block.close() }
        if isPredicted { predicted = block } else { whole = block }
      }
      let queued = predicted
      let answer = predicted.answerExpected(consumed, of: segment.payloadLength, room: room)
      guard answer > 0 else {
        XCTAssertEqual(bytes(predicted), bytes(queued), "round \(round), TCP_TEST_SEED=\(seed)")
        continue
      }
      answered += 1
      let sequence = whole.send.next
      whole.deliver(consumed, of: reaction)
      let transmission = whole.transmit(room: room, acknowledgmentDue: true, repeating: false)
      XCTAssertTrue(transmission.isDue)
      XCTAssertFalse(transmission.isRepetition)
      XCTAssertEqual(transmission.sequence, sequence)
      XCTAssertEqual(transmission.length, answer)
      XCTAssertEqual(transmission.newLength, answer)
      XCTAssertEqual(transmission.flags, ControlBits.acknowledge.union(.push))
      XCTAssertEqual(bytes(predicted), bytes(whole), "round \(round), TCP_TEST_SEED=\(seed)")
    }
    // The generator must reach what this is about.
    XCTAssertGreaterThan(received, 10_000)
    XCTAssertGreaterThan(answered, 2_000)
  }
}
