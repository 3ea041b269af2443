import Randomness

/// One direction of a network that loses nothing, but delivers out of order and more than once.
struct Pipe<Packet> {
  private var packets: [Packet] = []

  var isEmpty: Bool { packets.isEmpty }

  mutating func put(_ packet: Packet) { packets.append(packet) }

  /// One of the oldest `reach` packets; it may stay in the pipe and come again.
  mutating func take(_ random: inout SplitMix, reach: Int, duplicates: Bool) -> Packet? {
    guard !packets.isEmpty else { return nil }
    let index = random.below(min(reach, packets.count))
    return duplicates && random.once(in: 6) ? packets[index] : packets.remove(at: index)
  }
}
