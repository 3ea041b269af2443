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
}

extension UnsafeMutablePointer<session> {
  var queue: UnsafeMutablePointer<answer_queue> {
    @inline(__always) get { session_queue(self) }
  }

  /// How many runs will fit once everything before `acknowledgment` is forgotten.
  @inline(__always)
  func freeRuns(after acknowledgment: SequenceNumber) -> UInt32 {
    let count = UInt32(queue.pointee.count)
    var first = SequenceNumber(queue.pointee.first_sequence)
    var free = 4 &- min(count, 4)
    guard acknowledgment.precedesOrEquals(tcp.pointee.send.next) else { return free }
    var index: UInt32 = 0
    while index < 4 {
      if index >= count { break }
      first = first.advanced(by: queue.run(index).pointee.span)
      guard first.precedesOrEquals(acknowledgment) else { break }
      free &+= 1
      index &+= 1
    }
    return free
  }

  /// Forgets the runs that the peer has acknowledged whole. The caller holds the lock.
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

  /// Appends the runs that were read, the first to the last one queued if it is the same answer. The caller holds the
  /// lock and has forgotten what is acknowledged, so that there is room.
  @inline(__always)
  func enqueue(_ reading: Reading) {
    let runs = reading.runs.assumingMemoryBound(to: answer.self)
    let count = reading.pointee.run_count
    var index: UInt32 = 0
    while index < 4 {
      if index >= count { break }
      let run = runs + Int(index)
      let queued = UInt32(queue.pointee.count)
      let last = queue.run(queued &- 1)
      if queued > 0, last.pointee.offset == run.pointee.offset, last.pointee.length == run.pointee.length,
        UInt32(last.pointee.count) &+ UInt32(run.pointee.count) <= 0xffff
      {
        last.pointee.count &+= run.pointee.count
      } else {
        queue.run(queued).pointee = run.pointee
        queue.pointee.count &+= 1
      }
      index &+= 1
    }
  }
}
