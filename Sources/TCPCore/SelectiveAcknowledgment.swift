// What selective and duplicate acknowledgments say of what has arrived (RFC 2018, RFC 5681 2).

extension ControlBlock {
  /// Notes the blocks of a SACK option, and that all before SND.UNA has arrived.
  ///
  /// - Returns: bytes that were not known to have arrived.
  @inline(never)
  mutating func insertBlocks(_ options: UnsafePointer<SegmentOptions>) -> UInt32 {
    guard usesSelectiveAcknowledgment else { return 0 }
    scoreboard.advance(to: send.unacknowledged)
    let count = UInt32(options.pointee.blockCount)
    var selected: UInt32 = 0
    if count > 0 { selected = insert(options.pointee.firstBlock) }
    if count > 1 { selected &+= insert(options.pointee.secondBlock) }
    if count > 2 { selected &+= insert(options.pointee.thirdBlock) }
    if count > 3 { selected &+= insert(options.pointee.fourthBlock) }
    return selected
  }

  @inline(never)
  private mutating func insert(_ block: SelectiveBlock) -> UInt32 {
    scoreboard.insert(block.start, block.end, unacknowledged: send.unacknowledged, next: send.next)
  }

  /// Keeps account of duplicate ACKs, each of which stands for a segment that has arrived. In a fast recovery without
  /// SACK they go as new data is acknowledged, all but the one that filled the hole (RFC 6582 3.2 step 3).
  @inline(__always)
  mutating func countDuplicate(_ advance: UInt32, _ isDuplicate: Bool) {
    let size = segmentSize
    let covered = advance > size ? advance &- size : 0
    let before = recovery.duplicates
    let kept = recovery.mode == .fast && before > covered ? before &- covered : 0
    let counted = isDuplicate && recovery.mode != .timeout ? before &+ size : before
    recovery.duplicates = advance > 0 ? kept : counted
  }
}
