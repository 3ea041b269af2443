// One connection by two queues: a real network card keeps a connection's frames on one of them, as long as nothing is
// changed about its queues.

/// Gives each frame that leaves one of two queues, at random. What has been doubled goes by the other one, so that both
/// copies are received at once.
///
/// The kernel goes by what is written here for all that it does not owe the order in which a socket sends: segments
/// behind others that are still unacknowledged stay with their queue.
@_cdecl("spread") public func spread(_ packet: UnsafeMutablePointer<__sk_buff>) -> Int32 {
  // 0: none, 1: the first queue.
  let queue = packet.pointee.queue_mapping
  if packet.pointee.mark == MARK_DONE.rawValue, queue == 1 || queue == 2 {
    packet.pointee.queue_mapping = 3 &- queue
  } else {
    packet.pointee.queue_mapping = 1 &+ bpf_get_prandom_u32() & 1
  }
  return TC_ACT_UNSPEC
}
