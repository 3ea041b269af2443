/// A segment to be sent: its place in the stream and its control bits. Acknowledgment and window are those of the
/// control block.
public struct Transmission {
  public var sequence: SequenceNumber
  /// Payload, bytes.
  public var length: UInt32
  public var flags: ControlBits
  /// False if there is nothing to say.
  public var isDue: Bool
  /// Some of it was sent before.
  public var isRepetition: Bool
  /// Bytes of payload that were not, behind those.
  public var newLength: UInt32
}

extension ControlBlock {
  /// What can be sent now, in one segment: as much of the queue as the peer's window, its segment size and `room`
  /// (bytes that the frame can hold) allow, with the FIN if it is its turn; else an ACK if one is due
  /// (RFC 9293 3.8.6, 3.10.4).
  ///
  /// - Parameter repeating: start again at SND.UNA, because the peer repeated itself.
  @inline(__always)
  public mutating func transmit(room: UInt32, acknowledgmentDue: Bool, repeating: Bool) -> Transmission {
    let start = repeating ? send.unacknowledged : send.next
    let windowEnd = send.unacknowledged.advanced(by: send.window)
    // Both may be negative: the first once the FIN is out, the second if the peer has shrunk its window (3.8.6).
    let pending = max(send.queued.distance(from: start), 0)
    let usable = max(windowEnd.distance(from: start), 0)
    let limit = min(UInt32(maximumSegmentSize), room)
    let length = min(min(UInt32(bitPattern: pending), UInt32(bitPattern: usable)), limit)
    let end = start.advanced(by: length)

    var bits = ControlBits.acknowledge
    if length > 0, end == send.queued { bits = bits.union(.push) }
    var newNext = end
    // A FIN occupies the window like a byte of data.
    if flags.contains(.finishQueued), end == send.queued, UInt32(bitPattern: usable) > length {
      bits = bits.union(.finish)
      newNext = end.advanced(by: 1)
      finishSent()
    }
    let isEmpty = newNext == start
    let repetition = !isEmpty && start.precedes(send.next)
    let new = UInt32(bitPattern: min(max(end.distance(from: send.next), 0), Int32(bitPattern: length)))
    if send.next.precedes(newNext) { send.next = newNext }
    // <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>, also if there was to be a repetition and the window forbids it: at SND.UNA
    // a peer that has all of it would not find the ACK acceptable.
    return Transmission(
      sequence: isEmpty ? send.next : start, length: length, flags: bits, isDue: !isEmpty || acknowledgmentDue,
      isRepetition: repetition, newLength: new)
  }

  @inline(__always)
  private mutating func finishSent() {
    guard !flags.contains(.finishSent) else { return }
    flags.insert(.finishSent)
    // RFC 9293 3.10.4, CLOSE call: the state changes when the FIN is sent.
    state = state == .closeWait ? .lastAck : .finWait1
  }

  /// How many bytes wait to be sent for the first time.
  @inline(__always)
  public var unsent: UInt32 { UInt32(bitPattern: max(send.queued.distance(from: send.next), 0)) }
}
