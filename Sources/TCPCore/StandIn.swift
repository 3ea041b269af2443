// Until congestion control and the scoreboard are here.
public struct Congestion {
  public var window: UInt32 = 0
  public var threshold: UInt32 = 0
  @inline(__always) public init() {}
  @inline(__always) public mutating func begin(segmentSize: UInt32, initialWindow: UInt32) {
    window = segmentSize &* initialWindow
    threshold = 0xffff_ffff
  }
  @inline(__always) public mutating func acknowledged(
    _ bytes: UInt32, algorithm: UInt8, segmentSize: UInt32, isLimited: Bool, roundTrip: UInt32, sample: UInt32,
    roundEnded: Bool, now: UInt32
  ) { if isLimited { window &+= bytes } }
  @inline(__always) public mutating func reduce(inFlight: UInt32, algorithm: UInt8, segmentSize: UInt32, now: UInt32) {
    threshold = max(inFlight / 2, 2 &* segmentSize)
  }
  @inline(__always) public mutating func timeout(inFlight: UInt32, algorithm: UInt8, segmentSize: UInt32, now: UInt32) {
    threshold = max(inFlight / 2, 2 &* segmentSize)
    window = segmentSize
  }
  @inline(__always) public mutating func recovering(
    delivered: UInt32, inFlight: UInt32, isProgress: Bool, segmentSize: UInt32
  ) { window = inFlight &+ delivered }
  @inline(__always) public mutating func recovered() { window = threshold }
  @inline(__always) public mutating func undo() {}
  @inline(__always) public mutating func restart(segmentSize: UInt32, initialWindow: UInt32) {
    window = min(window, segmentSize &* initialWindow)
  }
  @inline(__always) public mutating func sentNew(_ bytes: UInt32) {}
}

public struct Scoreboard {
  public var sacked: UInt32 = 0
  public var count: UInt8 = 0
  public var highest = SequenceNumber(0)
  @inline(__always) public init() {}
  @inline(__always) public mutating func clear() { sacked = 0 }
  @inline(__always) public mutating func advance(to unacknowledged: SequenceNumber) {}
  @inline(__always) public mutating func insert(
    start: SequenceNumber, end: SequenceNumber, unacknowledged: SequenceNumber, next: SequenceNumber
  ) -> UInt32 { 0 }
  @inline(__always) public func isLost(at: SequenceNumber, segmentSize: UInt32) -> Bool { false }
  @inline(__always) public func lostBytes(from unacknowledged: SequenceNumber, segmentSize: UInt32) -> UInt32 { 0 }
  @inline(__always) public func nextHole(
    from start: SequenceNumber, below limit: SequenceNumber
  ) -> (start: SequenceNumber, end: SequenceNumber) { (start, limit) }
}
extension Scoreboard {
  @inline(__always) func missing(from start: SequenceNumber, to end: SequenceNumber) -> UInt32 { end.beyond(start) }
}
