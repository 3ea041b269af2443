// What keeps windows small on a path within one machine or one rack, where HyStart++ says nothing: it waits for a round
// trip to grow by 4 ms, and a device's ring overflows long before. Nothing tells a sender at XDP that a ring is full;
// each frame that does not fit is lost, and has to be found missing. So there the window stops growing, in slow start
// and after, while a round trip takes three times as long as the shortest one: then three times what the path holds is
// under way, and more can only wait. (BBR's bound is twice that product, and its allowance for ACKs that come in lumps
// once more.) What has been gained is kept: without a loss no window shrinks. In slow start the time that a flight
// takes by itself, up to that of one burst, does not count as a queue: a single connection would be left with a window
// of half a burst, and cost its peer as much more.

extension RoundTrip {
  /// What counts as a short path: the shortest round trip, microseconds. Radio and long wires take longer, and their
  /// round trips vary for other reasons than queues.
  private static var shortPath: UInt32 { @inline(__always) get { 200 } }
  /// From here on HyStart++ (RFC 9406 4.3, MIN_RTT_THRESH) can tell, and a delayed ACK is no queue.
  private static var longestQueue: UInt32 { @inline(__always) get { 4000 } }

  /// Whether the shortest round trip was that of a path within one machine or one rack.
  @inline(__always)
  var isShort: Bool { minimum < Self.shortPath }

  /// Whether a measured round trip, in microseconds, shows that the path is short and full.
  /// - Parameter flightTime: how much of it is the flight's own, `Congestion.flightTime`.
  @inline(__always)
  public func showsQueue(_ sample: UInt32, flightTime: UInt32) -> Bool {
    isShort && sample > 3 &* minimum &+ flightTime && sample < Self.longestQueue
  }
}

extension Congestion {
  /// As many bytes as leave at once: 64 segments on Ethernet.
  private static var burst: UInt32 { @inline(__always) get { 96 << 10 } }

  /// What a window's flight takes to be received, microseconds, at 8 Gbit/s. 0 beyond a burst, and after slow start:
  /// there it would let windows grow whenever others pause.
  @inline(__always)
  public var flightTime: UInt32 { window < threshold && window <= Self.burst ? window >> 10 : 0 }

  /// Takes note of whether the round trip that was measured last showed a queue on a short path. Slow start ends with
  /// it; that is no congestion event: CUBIC's W_max stays unset (RFC 9438 4.8).
  @inline(__always)
  public mutating func measured(showsQueue: Bool) {
    flags.remove(.queued)
    guard showsQueue else { return }
    flags.insert(.queued)
    guard window < threshold, threshold == Congestion.unlimited else { return }
    threshold = window
    priorWindow = window
    flags.remove(.conservative)
  }
}
