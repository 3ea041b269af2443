import Randomness

/// One direction of a network: a bottleneck with a queue, and what goes wrong behind it.
public struct LinkSettings {
  /// Bytes a second of the bottleneck; 0: it takes no time.
  public var rate = 0.0
  /// Bytes that wait before it at the most; what comes then is dropped (drop-tail).
  public var queueLimit = Int.max
  /// How long a packet is on its way behind the bottleneck.
  public var delay = Nanoseconds.milliseconds(1)
  /// Up to so much is added for each packet.
  public var jitter = Nanoseconds(0)
  /// Whether the order stays in spite of the jitter.
  public var keepsOrder = true
  /// How many of a packet are overtaken: they come later by up to `reorderDelay`. 0 to 1, as all that follows.
  public var reorder = 0.0
  public var reorderDelay = Nanoseconds(0)
  public var loss = 0.0
  /// Loss in bursts (Gilbert, Elliott): the chance to fall into the bad state, where half is lost, and to leave it.
  public var burstBegin = 0.0
  public var burstEnd = 1.0
  public var duplicate = 0.0
  /// A corrupted packet fails its checksum, and nobody sees it.
  public var corrupt = 0.0
  /// Marked as congested instead of dropped, if it is ECN-capable.
  public var mark = 0.0
  /// Nothing comes through in these times.
  public var partitions: [Range<Nanoseconds>] = []
  /// What comes through in these times is held up until they end.
  public var stalls: [Range<Nanoseconds>] = []
  /// The longest IP packet that goes through, bytes; 0: any.
  public var mtu = 0
  /// Whether the one that does not is reported to its sender.
  public var reportsTooBig = true
  /// Which segments are dropped, counted from 0 in the order in which they are first sent, and how many copies of each.
  public var dropped: [Int: Int] = [:]

  public init() {}
}

/// What a link did with its packets.
public struct LinkCounters {
  public var sent = 0
  public var lost = 0
  public var overflowed = 0
  public var corrupted = 0
  public var duplicated = 0
  public var reordered = 0
  public var marked = 0
  public var partitioned = 0
  public var tooBig = 0

  public init() {}
}

/// A link and what is in it.
struct Link {
  var settings: LinkSettings
  private(set) var counters = LinkCounters()
  private var busyUntil = Nanoseconds(0)
  private var lastArrival = Nanoseconds(0)
  private var isBad = false
  /// The number of each segment with payload by its place, and how many copies came; kept if some are to be dropped.
  private var seen: [UInt32: (number: Int, copies: Int)] = [:]

  init(_ settings: LinkSettings) { self.settings = settings }

  enum Fate {
    case dropped
    case tooBig
    case arrives(Packet, Nanoseconds, copyAt: Nanoseconds?)
  }

  mutating func send(_ packet: Packet, now: Nanoseconds, _ random: inout SplitMix) -> Fate {
    counters.sent += 1
    if settings.mtu > 0, packet.size > settings.mtu {
      counters.tooBig += 1
      return .tooBig
    }
    if !settings.dropped.isEmpty, packet.length > 0, isToBeDropped(packet) {
      counters.lost += 1
      return .dropped
    }
    guard let departure = pass(packet, now) else {
      counters.overflowed += 1
      return .dropped
    }
    if settings.partitions.contains(where: { $0.contains(departure) }) {
      counters.partitioned += 1
      return .dropped
    }
    if isLost(&random) {
      counters.lost += 1
      return .dropped
    }
    if random.happens(settings.corrupt) {
      counters.corrupted += 1
      return .dropped
    }
    var packet = packet
    if packet.codepoint != .notCapable, random.happens(settings.mark) {
      packet.codepoint = .congestion
      counters.marked += 1
    }
    let arrival = arrivalTime(departure, &random)
    var copy: Nanoseconds?
    if random.happens(settings.duplicate) {
      counters.duplicated += 1
      copy = arrival + random.below(1 + settings.delay / 4 + settings.reorderDelay)
    }
    return .arrives(packet, arrival, copyAt: copy)
  }

  /// The time at which it has left the bottleneck; nil if there was no room before it.
  private mutating func pass(_ packet: Packet, _ now: Nanoseconds) -> Nanoseconds? {
    guard settings.rate > 0 else { return now }
    let waiting = Double(max(busyUntil - now, 0)) * settings.rate / 1e9
    guard Int(waiting) + packet.size <= max(settings.queueLimit, packet.size) else { return nil }
    busyUntil = max(busyUntil, now) + Int(Double(packet.size) * 1e9 / settings.rate)
    return busyUntil
  }

  private mutating func isToBeDropped(_ packet: Packet) -> Bool {
    var entry = seen[packet.sequence] ?? (seen.count, 0)
    entry.copies += 1
    seen[packet.sequence] = entry
    return entry.copies <= settings.dropped[entry.number] ?? 0
  }

  private mutating func isLost(_ random: inout SplitMix) -> Bool {
    if settings.burstBegin > 0 {
      isBad = isBad ? !random.happens(settings.burstEnd) : random.happens(settings.burstBegin)
      if isBad, random.once(in: 2) { return true }
    }
    return random.happens(settings.loss)
  }

  private mutating func arrivalTime(_ departure: Nanoseconds, _ random: inout SplitMix) -> Nanoseconds {
    var arrival = departure + settings.delay
    if settings.jitter > 0 { arrival += random.below(settings.jitter) }
    if let stall = settings.stalls.first(where: { $0.contains(arrival) }) { arrival = stall.upperBound }
    if random.happens(settings.reorder) {
      counters.reordered += 1
      return arrival + 1 + random.below(max(settings.reorderDelay, 1))
    }
    if settings.keepsOrder { arrival = max(arrival, lastArrival) }
    lastArrival = arrival
    return arrival
  }
}

extension SplitMix {
  /// True with this probability, 0 to 1. Nothing is drawn for 0, so that what is switched off changes nothing.
  mutating func happens(_ probability: Double) -> Bool {
    guard probability > 0 else { return false }
    return Double(next() >> 11) * 0x1p-53 < probability
  }

  /// A number from `low` to `high`, each order of magnitude as likely as the other.
  mutating func logarithmic(_ low: Int, _ high: Int) -> Int {
    var span = high / max(low, 1)
    var octaves = 0
    while span > 0 {
      span >>= 1
      octaves += 1
    }
    let base = low << below(max(octaves, 1))
    return min(base + below(base + 1), high)
  }
}
