import TCPCore

/// The options of a dialogue's client.
extension Dialogue {
  /// What the client's SYN offers, and what its segments then carry.
  struct Offer {
    var sack = false
    var timestamps = false
    var scale: UInt8?
    var notification = false
  }

  /// A connection whose client has offered more than a bare SYN.
  static func established(
    offering offer: Offer, window: UInt32 = 65535, file: StaticString = #filePath, line: UInt = #line, _ part: Part
  ) {
    listening(file: file, line: line) { server in
      server.serverWindow = window
      server.offer(offer)
      let bits = offer.notification ? ControlBits.congestionEcho.union(.congestionWindowReduced) : .none
      server.receives(.synchronize().with(bits))
      let echo = offer.notification ? ControlBits.congestionEcho : .none
      server.sends(
        ServerSegment(position: -1, acknowledgment: 0, flags: .synchronize.union(.acknowledge).union(echo)),
        file: file, line: line)
      server.options.present = offer.timestamps ? SegmentOptions.timestamps : 0
      server.stamps()
      server.receives(.acknowledgment)
      server.isIn(.established, file: file, line: line)
      part(&server)
    }
  }

  private mutating func offer(_ offer: Offer) {
    self.options = SegmentOptions()
    if offer.sack { self.options.present |= SegmentOptions.sackPermitted }
    if offer.timestamps { self.options.present |= SegmentOptions.timestamps }
    if let scale = offer.scale {
      self.options.present |= SegmentOptions.windowScale
      self.options.windowScale = scale
    }
    self.options.timestamp = 1000
  }

  /// The client's clock shows what the server's does, and it echoes what the server sends `milliseconds` ago.
  mutating func stamps(sent milliseconds: UInt64 = 0) {
    self.options.timestamp = 1000 &+ now.ticks
    let then = Instant(nanoseconds: now.nanoseconds - milliseconds * 1_000_000)
    self.options.timestampEcho = self.session?.timestampToSend(then) ?? 0
  }

  /// The client's next segments report these ranges of the server's stream.
  mutating func selects(_ ranges: Range<Int>...) {
    let blocks = ranges.map { SelectiveBlock(origin.server.at($0.lowerBound), origin.server.at($0.upperBound)) }
    self.options.blockCount = UInt8(blocks.count)
    if blocks.count > 0 { self.options.firstBlock = blocks[0] }
    if blocks.count > 1 { self.options.secondBlock = blocks[1] }
    if blocks.count > 2 { self.options.thirdBlock = blocks[2] }
    if blocks.count > 3 { self.options.fourthBlock = blocks[3] }
  }

  /// `count` segments are queued and go out, without a PSH but on the last.
  mutating func sendsFlight(
    _ count: Int, of length: UInt32 = 1460, file: StaticString = #filePath, line: UInt = #line
  ) {
    queues(UInt32(count) * length)
    let acknowledged = self.session!.receive.next
    receives(.data(1))
    for index in 0..<count {
      sends(
        .data(
          length, acknowledging: origin.client.offset(of: acknowledged) + 1, push: index == count - 1),
        file: file, line: line)
    }
  }
}
