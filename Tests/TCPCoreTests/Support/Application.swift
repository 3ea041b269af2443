/// What the server's application does in a dialogue with payload that is delivered to it.
struct Application {
  /// The most it consumes of one segment, bytes.
  var appetite = UInt32.max
  /// How many bytes it queues in answer to each delivery.
  var answer: UInt32 = 0
  /// It closes after that answer.
  var closesAfterAnswer = false
  /// It closes when the client has.
  var closesAfterPeer = false
  /// Bytes delivered so far.
  private(set) var received = 0

  mutating func take(_ offered: UInt32) -> UInt32 {
    let taken = min(offered, appetite)
    received += Int(taken)
    return taken
  }
}
