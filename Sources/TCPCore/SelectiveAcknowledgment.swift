// What selective and duplicate acknowledgments say of what has arrived (RFC 2018, RFC 5681 2).

extension ControlBlock {
  /// Notes the blocks of a SACK option before all else, and that what is acknowledged has arrived. In the kernel it is
  /// the most that the verifier has to look at, so that it comes while there is one way to it. What makes the segment's
  /// acknowledgment invalid is looked for here as well as there.
  ///
  /// `work.first` becomes what was taken for delivered until now, and `work.second` what the blocks add.
  @inline(never)
  mutating func noteSelections(
    _ sequence: SequenceNumber, _ length: UInt32, _ ack: SequenceNumber, _ options: UnsafePointer<SegmentOptions>
  ) {
    work.first = delivered
    work.second = 0
    guard usesSelectiveAcknowledgment, options.pointee.blockCount > 0 || scoreboard.count > 0 else { return }
    let isBetween = send.unacknowledged.precedesOrEquals(ack) && ack.precedesOrEquals(send.next)
    let isTaken = state != .synReceived && isBetween && isAcceptable(sequence, length) && !isOutdated(options)
    guard afresh(isTaken) else { return }
    scoreboard.advance(to: ack)
    let count = UInt32(options.pointee.blockCount)
    if count > 0 { insert(options.pointee.firstBlock, ack) }
    if count > 1 { insert(options.pointee.secondBlock, ack) }
    if count > 2 { insert(options.pointee.thirdBlock, ack) }
    if count > 3 { insert(options.pointee.fourthBlock, ack) }
  }

  @inline(__always)
  private mutating func insert(_ block: SelectiveBlock, _ ack: SequenceNumber) {
    insert(block.start, block.end, ack)
  }

  @inline(never)
  private mutating func insert(_ start: SequenceNumber, _ end: SequenceNumber, _ ack: SequenceNumber) {
    work.second &+= scoreboard.insert(start, end, unacknowledged: ack, next: send.next)
  }

  /// Keeps account of duplicate ACKs, each of which stands for a segment that has arrived. In a fast recovery without
  /// SACK they go as new data is acknowledged, all but the one that filled the hole (RFC 6582 3.2 step 3).
  @inline(never)
  mutating func countDuplicate(_ advance: UInt32, _ isDuplicate: Bool) {
    let size = segmentSize
    let covered = advance > size ? advance &- size : 0
    let before = recovery.duplicates
    let kept = recovery.mode == .fast && before > covered ? before &- covered : 0
    let counted = isDuplicate && recovery.mode != .timeout ? before &+ size : before
    recovery.duplicates = advance > 0 ? kept : counted
  }
}
