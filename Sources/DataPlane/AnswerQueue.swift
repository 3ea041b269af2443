extension UnsafeMutablePointer<answer_queue> {
  /// The run at a place of the ring, counted from the oldest.
  @inline(__always)
  func run(_ index: UInt32) -> UnsafeMutablePointer<answer> {
    let place = bpf_opaque(UInt64(pointee.head) &+ UInt64(index)) & 3
    return answer_queue_answers(self).assumingMemoryBound(to: answer.self) + Int(place)
  }
}

extension answer {
  /// Sequence numbers that the run takes.
  var span: UInt32 { @inline(__always) get { length &* UInt32(count) } }
  /// Bytes of one of them.
  var length: UInt32 { @inline(__always) get { UInt32(head_length) &+ body_length } }
}

extension UnsafeMutablePointer<session> {
  var queue: UnsafeMutablePointer<answer_queue> {
    @inline(__always) get { session_queue(self) }
  }

  /// Whether there is a place for an answer that is not like the last one queued, and whether what waits leaves room
  /// enough for the longest one: sequence numbers are compared over half their range (RFC 9293 3.4).
  @inline(__always)
  var hasRoomForAnswer: Bool {
    queue.pointee.count < 4
      && tcp.pointee.send.queued.value &- tcp.pointee.send.unacknowledged.value < longestQueue
  }

  /// Forgets the runs that the peer has acknowledged whole. The caller holds the claim.
  @inline(__always)
  func forgetAcknowledged() {
    let acknowledged = tcp.pointee.send.unacknowledged
    var index: UInt32 = 0
    while index < 4 {
      index &+= 1
      if queue.pointee.count == 0 { break }
      let end = SequenceNumber(queue.pointee.first_sequence).advanced(by: queue.run(0).pointee.span)
      guard end.precedesOrEquals(acknowledged) else { break }
      queue.pointee.first_sequence = end.value
      queue.pointee.head = (queue.pointee.head &+ 1) & 3
      queue.pointee.count &-= 1
    }
  }

  /// Forgets all runs, since the peer has acknowledged all that was queued. The caller holds the claim.
  @inline(__always)
  func forgetAll() {
    queue.pointee.first_sequence = tcp.pointee.send.queued.value
    queue.pointee.count = 0
  }

  /// Queues an answer: one more of the last run, or the first of a new one. The caller holds the claim and has seen to
  /// it that there is room.
  @inline(__always)
  func enqueue(_ next: answer) {
    let count = UInt32(queue.pointee.count)
    let last = queue.run(count &- 1)
    if count > 0, last.pointee.head_offset == next.head_offset, last.pointee.body_offset == next.body_offset,
      last.pointee.body_length == next.body_length, last.pointee.generation == next.generation,
      last.pointee.count < 0xffff
    {
      last.pointee.count &+= 1
    } else {
      queue.run(count).pointee = next
      queue.pointee.count = UInt8(truncatingIfNeeded: count &+ 1)
    }
    tcp.pointee.queue(next.length)
  }
}

/// Bytes that may wait when another answer, of up to 2^30, is queued.
private let longestQueue: UInt32 = 0x3fff_0000
