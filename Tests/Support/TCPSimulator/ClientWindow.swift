/// The client's buffer: what its application reads, and the window that is offered.
extension Client {
  private var scaleUnit: Int { 1 << ownScale }

  /// The window for a segment about to leave, as it goes into the header.
  mutating func offer() -> Int {
    let edge = edgeToOffer
    let wire = min(max(edge - receivedNext, 0) >> ownScale, 65535)
    lastEdge = receivedNext + wire << ownScale
    highestEdge = max(highestEdge, lastEdge)
    if wire == 0 { counters.closedWindows += 1 }
    return wire
  }

  private var edgeToOffer: Int {
    let free = max(capacity - (receivedNext - read), 0)
    let edge = receivedNext + free
    guard settings.resizes.isEmpty else { return edge }
    // Never back from what was offered, and no crumbs.
    if edge <= lastEdge { return lastEdge }
    if settings.avoidsSillyWindows, edge - lastEdge < min(capacity / 2, settings.maximumSegmentSize) {
      return lastEdge
    }
    return edge
  }

  /// What it has room for: all that it ever offered, unless it takes offers back.
  var acceptableEdge: Int { settings.resizes.isEmpty ? highestEdge : lastEdge }

  mutating func resize(to size: Int, _ now: Nanoseconds) {
    guard phase == .established else {
      capacity = size
      return
    }
    let before = lastEdge
    capacity = size
    if !settings.keepsUpdatesToItself || edgeToOffer > before { acknowledge(now) }
  }

  /// New payload is in order: the application may read it.
  mutating func arrived(_ now: Nanoseconds) {
    switch settings.reader {
    case .immediate: read = receivedNext
    case .never: break
    case .slow: if readAt == nil { readAt = now + chunkTime }
    case .pausing(let offset, let duration):
      if pauseEndsAt != nil { return }
      if receivedNext >= offset, read < offset, duration > 0 {
        read = offset
        pauseEndsAt = now + duration
      } else {
        read = receivedNext
      }
    }
  }

  private var chunkTime: Nanoseconds {
    guard case .slow(let rate, let chunk) = settings.reader else { return 0 }
    return chunk * 1_000_000_000 / rate
  }

  mutating func readSome(_ now: Nanoseconds) {
    readAt = nil
    guard case .slow(_, let chunk) = settings.reader else { return }
    read = min(read + chunk, receivedNext)
    if read < receivedNext { readAt = now + chunkTime }
    updateWindow(now)
  }

  mutating func readAll(_ now: Nanoseconds) {
    read = receivedNext
    updateWindow(now)
  }

  /// Tells the server once there is enough room again.
  private mutating func updateWindow(_ now: Nanoseconds) {
    guard phase == .established, !settings.keepsUpdatesToItself, !tookFinish else { return }
    let gain = edgeToOffer - lastEdge
    let open = lastEdge - receivedNext
    let enough = settings.avoidsSillyWindows ? min(capacity / 2, settings.maximumSegmentSize) : 1
    if gain >= max(enough, scaleUnit), open < capacity / 2 { acknowledge(now) }
  }
}
