typealias Outgoing = UnsafeMutablePointer<outgoing>

extension UnsafeMutablePointer<outgoing> {
  /// Finds the segment `index` of a plan, below `plan.segments`: which bytes of the stream it has, and which flags.
  @inline(__always)
  func locate(_ plan: Plan, _ index: UInt32) {
    var number = index
    var place: UInt32 = 0
    // The plan's runs are PLAN_RUNS at the most.
    while place < 3 {
      let segments = plan.run(place).pointee.segments
      if number < segments { break }
      number &-= segments
      place &+= 1
    }
    let run = plan.run(place)
    let size = plan.pointee.segment_size
    let before = number &* size
    let isLast = number &+ 1 == run.pointee.segments
    var flags = UInt32(run.pointee.flags)
    if number == 0 { flags |= UInt32(run.pointee.first_flags) }
    if isLast { flags |= UInt32(run.pointee.last_flags) }
    pointee.sequence = run.pointee.sequence &+ before
    pointee.length = isLast ? run.pointee.length &- before : size
    pointee.flags = flags
    pointee.is_capable = UInt32(run.pointee.is_capable)
    pointee.stream_offset = pointee.sequence &- plan.queue.pointee.first_sequence
    pointee.header_length = plan.path.headerLength(options: plan.pointee.options_length)
    pointee.payload_sum = 0
    pointee.copied = 0
  }
}
