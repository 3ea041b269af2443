import Randomness
@testable import TCPCore
import XCTest

/// Header prediction must do exactly what the whole of `receive`, `deliver` and `transmit` does, or nothing.
final class HeaderPredictionTests: XCTestCase {
  /// A connection somewhere in its life, more often than not where prediction works.
  private let now = Instant(nanoseconds: 1_000_000_000_000)
  private let parameters = Parameters()

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
    block.features.rawValue = UInt8(random.below(random.once(in: 8) ? 64 : 16))
    block.timestamps.recent = UInt32(truncatingIfNeeded: random.next())
    block.timestamps.offset = UInt32(truncatingIfNeeded: random.next())
    block.sendScale = UInt8(random.below(3))
    block.roundTrip.timeout = random.pick([200_000, 1_000_000])
    if random.once(in: 2) {
      block.roundTrip.smoothed = UInt32(8 * (1 + random.below(100_000)))
      block.roundTrip.variation = UInt32(1 + random.below(100_000))
    }
    if random.once(in: 2) {
      block.roundTrip.timedSequence = base.advanced(by: UInt32(random.below(3000)))
      let then = Instant(nanoseconds: now.nanoseconds - UInt64(random.below(100_000_000)))
      block.roundTrip.timedStart = then.clock
    }
    block.recovery.point = base.advanced(by: 0 &- 1)
    if random.once(in: 8) { block.recovery.mode = RecoveryMode(rawValue: UInt8(random.below(4)))! }
    if random.once(in: 8) { block.recovery.flags.rawValue = random.pick([1, 2, 4, 8, 16, 32, 64, 128]) }
    if random.once(in: 8) { block.recovery.duplicates = UInt32(random.below(3)) * block.segmentSize }
    block.backoff = random.once(in: 8) ? UInt8(random.below(3)) : 0
    block.probes = UInt8(random.below(2))
    block.progress = UInt32((now.nanoseconds - UInt64(random.below(300)) * 1_000_000) >> 20)
    block.congestion.begin(segmentSize: block.segmentSize, initialWindow: 10)
    block.arm(parameters, now)
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

  private func options(for block: ControlBlock, _ random: inout SplitMix) -> SegmentOptions {
    var options = SegmentOptions()
    if block.usesTimestamps != random.once(in: 12) { options.present |= SegmentOptions.timestamps }
    options.timestamp = block.timestamps.recent &+ random.pick([0, 1, 1000, 0 &- 1])
    options.timestampEcho = block.timestampToSend(now) &- UInt32(random.below(100))
    if random.once(in: 20) { options.blockCount = UInt8(1 + random.below(4)) }
    return options
  }

  /// All but what means nothing between calls.
  private func bytes(_ block: ControlBlock) -> [UInt8] {
    var block = block
    block.work = Work()
    block.recovery.arrival = 0
    return withUnsafeBytes(of: block) { Array($0) }
  }

  func testExpectedSegmentsAreTakenAsByTheWholeOfTheCore() {
    let seed = randomSeed("TCP_TEST_SEED")
    var random = SplitMix(seed: seed)
    var received = 0
    var answered = 0
    var finished = 0
    for round in 0..<200_000 {
      let before = block(&random)
      let segment = segment(for: before, &random)
      var options = options(for: before, &random)
      var predicted = before
      guard predicted.receiveExpected(segment, &options, parameters: parameters, now: now) else {
        XCTAssertEqual(bytes(predicted), bytes(before), "round \(round), TCP_TEST_SEED=\(seed)")
        continue
      }
      received += 1
      var whole = before
      let reaction = whole.receive(segment, &options, parameters: parameters, now: now)
      XCTAssertEqual(reaction.verdict, .proceed)
      XCTAssertEqual(reaction.refusal, .none)
      XCTAssertEqual(reaction.deliverableOffset, 0)
      XCTAssertEqual(reaction.deliverableLength, segment.payloadLength)
      XCTAssertFalse(reaction.finishes)
      XCTAssertTrue(reaction.acknowledgmentDue)
      XCTAssertEqual(bytes(predicted), bytes(whole), "round \(round), TCP_TEST_SEED=\(seed)")

      // What the application makes of it.
      let consumed = random.once(in: 4) ? UInt32(random.below(Int(segment.payloadLength) + 1)) : segment.payloadLength
      let length = UInt32(random.once(in: 5) ? 0 : random.below(2000))
      let closes = random.once(in: 8)
      for isPredicted in [true, false] {
        var block = isPredicted ? predicted : whole
        block.queue(length)
        if closes { block.close() }
        if isPredicted { predicted = block } else { whole = block }
      }
      let queued = predicted
      let answer = predicted.answerExpected(
        consumed, of: segment.payloadLength, parameters: parameters, now: now)
      guard answer > 0 else {
        XCTAssertEqual(bytes(predicted), bytes(queued), "round \(round), TCP_TEST_SEED=\(seed)")
        continue
      }
      answered += 1
      let sequence = whole.send.next
      whole.deliver(consumed, of: reaction)
      let transmission = whole.transmit(budget: 64, acknowledgmentDue: true, parameters: parameters, now: now)
      XCTAssertTrue(transmission.isDue)
      XCTAssertFalse(transmission.isRepetition)
      XCTAssertEqual(transmission.sequence, sequence)
      XCTAssertEqual(transmission.length, answer)
      XCTAssertEqual(transmission.newLength, answer)
      XCTAssertEqual(transmission.flags, .acknowledge)
      XCTAssertEqual(transmission.lastFlags, closes ? ControlBits.push.union(.finish) : .push)
      finished += closes ? 1 : 0
      XCTAssertEqual(transmission.firstFlags, .none)
      XCTAssertEqual(transmission.isCapable, whole.isCapable)
      XCTAssertEqual(transmission.segments, 1)
      XCTAssertEqual(bytes(predicted), bytes(whole), "round \(round), TCP_TEST_SEED=\(seed)")
    }
    // The generator must reach what this is about.
    XCTAssertGreaterThan(received, 10_000)
    XCTAssertGreaterThan(answered, 2_000)
    XCTAssertGreaterThan(finished, 200)
  }

  func testExpectedControlSegmentsAreTakenAsByTheWholeOfTheCore() {
    let seed = randomSeed("TCP_TEST_SEED")
    var random = SplitMix(seed: seed)
    var taken = [ControlBlock.ExpectedControl: Int]()
    for round in 0..<200_000 {
      var before = block(&random)
      if random.once(in: 4) { open(&before, &random) }
      if random.once(in: 2) { close(&before, &random) }
      var segment = segment(for: before, &random)
      if !random.once(in: 10) { segment.payloadLength = 0 }
      if random.once(in: 3) { segment.flags = segment.flags.union(.finish) }
      var options = options(for: before, &random)
      var predicted = before
      let control = predicted.takeExpectedControl(segment, &options, parameters: parameters, now: now)
      guard control != .none else {
        XCTAssertEqual(bytes(predicted), bytes(before), "round \(round), TCP_TEST_SEED=\(seed)")
        continue
      }
      taken[control, default: 0] += 1
      var whole = before
      let reaction = whole.receive(segment, &options, parameters: parameters, now: now)
      XCTAssertEqual(reaction.verdict, control == .establishment ? .establish : .proceed)
      XCTAssertEqual(reaction.refusal, .none)
      XCTAssertEqual(reaction.deliverableLength, 0)
      XCTAssertEqual(reaction.acknowledgmentDue, control == .finish)
      whole.deliver(0, of: reaction)
      let transmission = whole.transmit(
        budget: 64, acknowledgmentDue: reaction.acknowledgmentDue, parameters: parameters, now: now)
      XCTAssertEqual(transmission.isDue, control == .finish)
      XCTAssertEqual(transmission.length, 0)
      XCTAssertEqual(transmission.sequence, predicted.send.next)
      XCTAssertEqual(transmission.flags, .acknowledge)
      XCTAssertEqual(transmission.lastFlags, .none)
      XCTAssertEqual(bytes(predicted), bytes(whole), "round \(round), TCP_TEST_SEED=\(seed)")
    }
    for control in [ControlBlock.ExpectedControl.acknowledgment, .establishment, .finish] {
      XCTAssertGreaterThan(taken[control] ?? 0, 1_000, "\(control)")
    }
  }

  /// What opens a closed window ends the backing off of its probes (RFC 9293 3.8.6.1), if nothing is measured too.
  func testAWindowThatOpensIsProbedNoMore() {
    var before = ControlBlock()
    before.state = .established
    before.send.unacknowledged = SequenceNumber(1000)
    before.send.next = SequenceNumber(1001)
    before.send.queued = SequenceNumber(1001)
    before.maximumSegmentSize = 1460
    before.receive.window = 65535
    before.backoff = 6
    before.arm(parameters, now)
    XCTAssertEqual(before.timer, .windowProbe)
    let segment = Segment(
      sequence: before.receive.next, acknowledgment: before.send.next, window: 8192, flags: .acknowledge,
      payloadLength: 0)
    var options = SegmentOptions()
    var block = before
    if block.takeExpectedControl(segment, &options, parameters: parameters, now: now) == .none {
      _ = block.receive(segment, &options, parameters: parameters, now: now)
    }
    XCTAssertEqual(block.send.unacknowledged, before.send.next)
    XCTAssertEqual(block.backoff, 0)
  }

  /// The SYN-ACK has been sent.
  private func open(_ block: inout ControlBlock, _ random: inout SplitMix) {
    block.state = .synReceived
    block.flags.rawValue = 0
    block.send.next = block.send.unacknowledged.advanced(by: 1)
    block.send.queued = block.send.next
    block.congestion = Congestion()
    block.arm(parameters, now)
  }

  /// Our FIN has been sent, and acknowledged or not.
  private func close(_ block: inout ControlBlock, _ random: inout SplitMix) {
    finish(&block)
    block.state = random.pick([.finWait1, .finWait2, .finWait1, .finWait2, .closing, .lastAck, .timeWait])
    if block.state == .finWait2 || block.state == .timeWait { block.send.unacknowledged = block.send.next }
    block.arm(parameters, now)
  }

  /// Our FIN has been sent, and is not acknowledged.
  private func finish(_ block: inout ControlBlock) {
    block.flags.rawValue = 3
    block.send.queued = block.send.next
    block.send.next = block.send.next.advanced(by: 1)
  }

  /// After whatever segment without payload: `transmitNothing` must do what `transmit` does, or nothing.
  func testNothingIsTransmittedAsByTheWholeOfTheCore() {
    let seed = randomSeed("TCP_TEST_SEED")
    var random = SplitMix(seed: seed)
    var silent = 0
    var limited = 0
    var deferring = 0
    for round in 0..<100_000 {
      var before = block(&random)
      before.flags.rawValue = random.pick([0, 0, 1])
      if random.once(in: 3) { transfer(&before, &random) }
      if random.once(in: 3) { finish(&before) }
      if random.once(in: 4) { before.timer = random.pick([.none, .keepAlive, .windowProbe]) }
      if random.once(in: 4) { before.recovery.flags.insert(.limited) }
      var shortCut = before
      guard shortCut.transmitNothing(parameters: parameters, now: now) else {
        XCTAssertEqual(bytes(shortCut), bytes(before), "round \(round), TCP_TEST_SEED=\(seed)")
        continue
      }
      silent += 1
      limited += before.recovery.flags.contains(.limited) ? 1 : 0
      deferring += before.unsent > 0 ? 1 : 0
      var whole = before
      XCTAssertFalse(whole.transmit(budget: 64, acknowledgmentDue: false, parameters: parameters, now: now).isDue)
      XCTAssertEqual(bytes(shortCut), bytes(whole), "round \(round), TCP_TEST_SEED=\(seed)")
    }
    XCTAssertGreaterThan(silent, 10_000)
    XCTAssertGreaterThan(limited, 1_000)
    XCTAssertGreaterThan(deferring, 500)
  }

  /// In the midst of a long answer over a short path.
  private func transfer(_ block: inout ControlBlock, _ random: inout SplitMix) {
    block.roundTrip.minimum = UInt32(random.below(250))
    block.send.next = block.send.unacknowledged.advanced(by: UInt32(random.below(15)) * block.segmentSize)
    block.send.queued = block.send.next.advanced(by: UInt32(random.below(20_000)))
  }

  /// Where one run is all there can be, a second call must find nothing, and change nothing.
  func testOneRunIsAllThereIsWhereNothingIsRepaired() {
    let seed = randomSeed("TCP_TEST_SEED")
    var random = SplitMix(seed: seed)
    var sent = 0
    var cut = 0
    for round in 0..<100_000 {
      var block = block(&random)
      if random.once(in: 2) { block.queue(UInt32(random.below(100_000))) }
      block.flags.rawValue = random.pick([0, 0, 1])
      if random.once(in: 4) { finish(&block) }
      guard block.hasOneRunAtMost else { continue }
      let budget = UInt32(random.pick([1, 2, 64]))
      let due = random.once(in: 2)
      let first = block.transmit(budget: budget, acknowledgmentDue: due, parameters: parameters, now: now)
      // The caller stops there anyway.
      if first.isDue && first.segments >= budget { continue }
      sent += first.length > 0 ? 1 : 0
      cut += first.length > 0 && block.unsent > 0 ? 1 : 0
      var again = block
      let second = again.transmit(
        budget: budget - (first.isDue ? first.segments : 0), acknowledgmentDue: false, parameters: parameters, now: now)
      XCTAssertFalse(second.isDue, "round \(round), TCP_TEST_SEED=\(seed)")
      XCTAssertEqual(bytes(again), bytes(block), "round \(round), TCP_TEST_SEED=\(seed)")
    }
    XCTAssertGreaterThan(sent, 5_000)
    XCTAssertGreaterThan(cut, 500)
  }
}
