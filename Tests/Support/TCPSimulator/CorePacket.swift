import TCPCore

extension Nanoseconds {
  var instant: Instant { Instant(nanoseconds: UInt64(self)) }
}

extension Packet {
  /// As the core gets it.
  var segment: Segment {
    Segment(
      sequence: SequenceNumber(sequence), acknowledgment: SequenceNumber(acknowledgment), window: UInt32(window),
      flags: ControlBits(rawValue: flags), payloadLength: UInt32(length),
      isCongestionMarked: codepoint == .congestion)
  }
}

extension Packet {
  var segmentOptions: SegmentOptions {
    var result = SegmentOptions()
    if options.maximumSegmentSize > 0 {
      result.present |= SegmentOptions.maximumSegmentSize
      result.maximumSegmentSize = UInt16(options.maximumSegmentSize)
    }
    if options.windowScale != 255 {
      result.present |= SegmentOptions.windowScale
      result.windowScale = options.windowScale
    }
    if options.permitsSelectiveAcknowledgment { result.present |= SegmentOptions.sackPermitted }
    if options.hasTimestamps {
      result.present |= SegmentOptions.timestamps
      result.timestamp = options.timestamp
      result.timestampEcho = options.timestampEcho
    }
    result.blockCount = UInt8(options.blocks.count)
    for (index, block) in options.blocks.enumerated() {
      var copy = SelectiveBlock()
      copy.start = SequenceNumber(block.start)
      copy.end = SequenceNumber(block.end)
      switch index {
      case 0: result.firstBlock = copy
      case 1: result.secondBlock = copy
      case 2: result.thirdBlock = copy
      default: result.fourthBlock = copy
      }
    }
    return result
  }
}
