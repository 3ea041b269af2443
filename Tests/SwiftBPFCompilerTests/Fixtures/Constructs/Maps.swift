/// Word 0 says what to do with the entry of key word 1: 0 add word 2 to it, 1 read it, 2 delete it.
@_cdecl("swift_use_maps")
func useMaps(_ context: UnsafeMutablePointer<xdp_md>) -> Int32 {
  guard let frame = Frame(context) else { return XDP_ABORTED }
  var zero: UInt32 = 0
  guard let count = tally_lookup(&zero) else { return XDP_ABORTED }
  count.pointee &+= 1

  var key = frame[1]
  switch frame[0] {
  case 0:
    if let entry = words_lookup(&key) {
      entry.pointee &+= UInt64(frame[2])
      return frame.answer(entry.pointee)
    }
    var value = UInt64(frame[2])
    return words_update(&key, &value, BPF_NOEXIST) == 0 ? frame.answer(value) : XDP_DROP
  case 1:
    guard let entry = words_lookup(&key) else { return XDP_PASS }
    return frame.answer(entry.pointee)
  case 2:
    return words_delete(&key) == 0 ? frame.answer(0) : XDP_PASS
  default:
    return XDP_ABORTED
  }
}

/// Queues words 0 and 1, takes one out, and looks at the next.
@_cdecl("swift_use_queue")
func useQueue(_ context: UnsafeMutablePointer<xdp_md>) -> Int32 {
  guard let frame = Frame(context) else { return XDP_ABORTED }
  var first = UInt64(frame[0])
  var second = UInt64(frame[1])
  guard backlog_push(&first, BPF_ANY) == 0, backlog_push(&second, BPF_ANY) == 0 else { return XDP_DROP }
  var popped: UInt64 = 0
  var next: UInt64 = 0
  guard backlog_pop(&popped) == 0, backlog_peek(&next) == 0 else { return XDP_DROP }
  return frame.answer(popped << 32 | next)
}

/// Sends word 0 and its square to user space, unless the word is 0.
@_cdecl("swift_use_ring")
func useRing(_ context: UnsafeMutablePointer<xdp_md>) -> Int32 {
  guard let frame = Frame(context) else { return XDP_ABORTED }
  guard let record = records_reserve() else { return XDP_DROP }
  let number = frame[0]
  if number == 0 {
    records_discard(record, 0)
    return XDP_PASS
  }
  record.pointee.number = number
  record.pointee.square = number &* number
  records_submit(record, BPF_RB_NO_WAKEUP)
  return frame.answer(records_query(BPF_RB_AVAIL_DATA))
}
