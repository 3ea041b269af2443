/// What happens at some time.
enum Event {
  case arrivalAtServer(Packet)
  case arrivalAtClient(Packet)
  /// The pump's round that comes after the server's deadline.
  case pump
  /// A timer of the client's.
  case client
  /// "Fragmentation needed" reaches the server (RFC 1191): the next hop's MTU, and the sequence number it quotes.
  case tooBig(mtu: Int, sequence: UInt32)
}

/// Events in order of time, and those of the same time in the order in which they were put in: a binary heap.
struct EventQueue {
  private struct Entry {
    var time: Nanoseconds
    var order: Int
    var slot: Int
  }
  private var heap: [Entry] = []
  private var events: [Event] = []
  private var free: [Int] = []
  private var order = 0

  mutating func put(_ event: Event, at time: Nanoseconds) {
    let slot: Int
    if let reused = free.popLast() {
      slot = reused
      events[slot] = event
    } else {
      slot = events.count
      events.append(event)
    }
    order += 1
    heap.append(Entry(time: time, order: order, slot: slot))
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard precedes(child, parent) else { break }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  mutating func take() -> (time: Nanoseconds, event: Event)? {
    guard let first = heap.first else { return nil }
    let last = heap.removeLast()
    if !heap.isEmpty {
      heap[0] = last
      sink()
    }
    free.append(first.slot)
    return (first.time, events[first.slot])
  }

  private mutating func sink() {
    var parent = 0
    while true {
      var child = 2 * parent + 1
      guard child < heap.count else { return }
      if child + 1 < heap.count, precedes(child + 1, child) { child += 1 }
      guard precedes(child, parent) else { return }
      heap.swapAt(child, parent)
      parent = child
    }
  }

  private func precedes(_ left: Int, _ right: Int) -> Bool {
    let one = heap[left]
    let other = heap[right]
    return one.time != other.time ? one.time < other.time : one.order < other.order
  }
}
