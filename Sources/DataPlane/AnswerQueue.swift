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
  var length: UInt32 { @inline(__always) get { tailPlace &+ UInt32(tail_length) &+ body_length } }
  /// Where the tail begins in one of them.
  var tailPlace: UInt32 { @inline(__always) get { UInt32(start_length) &+ UInt32(head_length) } }
  var isInOnePiece: Bool { @inline(__always) get { flags & UInt8(ANSWER_IN_ONE_PIECE.rawValue) != 0 } }
}

extension UnsafeMutablePointer<answer> {
  /// Whether both are the same bytes. What a request made of itself is its own.
  @inline(__always)
  fileprivate func equals(_ other: UnsafeMutablePointer<answer>) -> Bool {
    pointee.head == other.pointee.head && pointee.start == other.pointee.start && pointee.tail == other.pointee.tail
      && pointee.body == other.pointee.body && pointee.body_length == other.pointee.body_length
      && pointee.date == other.pointee.date
      && pointee.head_length == other.pointee.head_length && pointee.tail_length == other.pointee.tail_length
      && pointee.generation == other.pointee.generation && pointee.tail_kind == other.pointee.tail_kind
      && pointee.tail_kind != UInt8(TAIL_KEPT.rawValue)
  }
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
  func forgetAcknowledged(_ flow: UnsafePointer<flow>) {
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
    if queue.pointee.count == 0, queue.pointee.has_kept != 0 { forgetKept(self, flow) }
  }

  /// Forgets all runs, since the peer has acknowledged all that was queued. The caller holds the claim.
  @inline(__always)
  func forgetAll(_ flow: UnsafePointer<flow>) {
    queue.pointee.first_sequence = tcp.pointee.send.queued.value
    queue.pointee.count = 0
    if queue.pointee.has_kept != 0 { forgetKept(self, flow) }
  }

  /// Queues an answer: one more of the last run, or the first of a new one. The caller holds the claim and has seen to
  /// it that there is room.
  @inline(__always)
  func enqueue(_ next: UnsafeMutablePointer<answer>) {
    let count = UInt32(queue.pointee.count)
    let last = queue.run(count &- 1)
    if count > 0, last.equals(next), last.pointee.count < 0xffff {
      last.pointee.count &+= 1
    } else {
      answer_copy(queue.run(count), next)
      queue.pointee.count = UInt8(truncatingIfNeeded: count &+ 1)
    }
    tcp.pointee.queue(next.pointee.length)
  }
}

/// Bytes that may wait when another answer, of up to 2^30, is queued.
private let longestQueue: UInt32 = 0x3fff_0000
