import BPF
import DataPlaneABI
import Glibc
import SiteSettings

/// What an operator can choose when attaching.
public struct Settings: Sendable, Equatable {
  /// TCP ports that the server answers on; all others stay the kernel's.
  public var ports: Set<UInt16> = [8080]
  /// How many connections there can be at once. nil: 10,000, or what the running server has.
  public var maxSessions: UInt32?
  /// How many of these can be in TIME-WAIT; a further one ends the oldest at once. nil: a quarter of them, or what the
  /// running server has.
  public var maxTimeWait: UInt32?
  /// The receive window that the server advertises, bytes, 1 to 1,073,725,440 (65535 << 14, RFC 7323 2.3).
  public var window: UInt32 = 65535
  /// How long a handshake may take.
  public var halfOpenTimeout: Duration = .seconds(20)
  /// How long an established connection may be silent.
  public var idleTimeout: Duration = .seconds(75)
  /// How long the peer may take to close its side.
  public var closingTimeout: Duration = .seconds(60)
  /// How long a closed connection is remembered (2 MSL, RFC 9293 3.4.2).
  public var timeWaitTimeout: Duration = .seconds(60)
  /// How it sends.
  public var transport = TransportSettings()
  /// How often the pump's frame goes round in a second while something is due soon, 100 to 10,000.
  public var pumpRate: UInt32 = 1000
  /// What is served.
  public var site = SiteFlags()
  /// Addresses to answer for beside this host's own.
  public var extraAddresses: Set<IPAddress> = []

  public static let defaultMaxSessions: UInt32 = 10_000
  /// The largest that is accepted for `maxSessions`: about 13 GB of maps.
  public static let largestMaxSessions: UInt32 = 16_777_216

  /// `maxTimeWait` where none is chosen. Closed connections take part in nothing but the protection of later ones
  /// against their late segments; what they take of memory and caches, live ones do without.
  public static func defaultMaxTimeWait(of maxSessions: UInt32) -> UInt32 { max(maxSessions / 4, 1) }

  public init() {}

  /// - Throws: `ControlError` for a value out of its range.
  public func validate() throws(ControlError) {
    try site.validate()
    guard !ports.isEmpty, !ports.contains(0) else {
      throw ControlError(.invalidSetting, "a port is a number from 1 to 65535")
    }
    guard (1...TransportSettings.largestWindow).contains(window) else {
      throw ControlError(
        .invalidSetting, "the window is \(window) bytes, and can be 1 to \(TransportSettings.largestWindow)")
    }
    guard (100...10_000).contains(pumpRate) else {
      throw ControlError(.invalidSetting, "the pump's rate is \(pumpRate) rounds a second, and can be 100 to 10000")
    }
    if let maxSessions, !(1...Self.largestMaxSessions).contains(maxSessions) {
      throw ControlError(
        .invalidSetting, "\(maxSessions) sessions are asked for, and there can be 1 to \(Self.largestMaxSessions)")
    }
    if let maxTimeWait, !(1...Self.largestMaxSessions).contains(maxTimeWait) {
      throw ControlError(
        .invalidSetting,
        "\(maxTimeWait) sessions in TIME-WAIT are asked for, and there can be 1 to \(Self.largestMaxSessions)")
    }
    let timeouts: [(String, Duration)] = [
      ("half-open", halfOpenTimeout), ("idle", idleTimeout), ("closing", closingTimeout),
      ("time-wait", timeWaitTimeout),
    ]
    for (name, value) in timeouts where value < .milliseconds(1) || value > .seconds(86_400 * 7) {
      throw ControlError(.invalidSetting, "the \(name) timeout is \(value), and can be 1 ms to 7 days")
    }
    try transport.validate(window: window, idleTimeout: idleTimeout)
  }

  /// The entry of the map `configuration`.
  func entry(interface: NetworkInterface, secret: (UInt64, UInt64)) -> configuration {
    var entry = configuration()
    entry.secret = secret
    entry.half_open_timeout = halfOpenTimeout.nanoseconds
    entry.idle_timeout = idleTimeout.nanoseconds
    entry.closing_timeout = closingTimeout.nanoseconds
    entry.time_wait_timeout = timeWaitTimeout.nanoseconds
    entry.expiry_interval = expiryInterval.nanoseconds
    entry.receive_window = window
    // RFC 9293 3.7.1: the MTU without the fixed headers; options are the sender's to subtract.
    entry.maximum_segment_size_ipv4 = UInt16(clamping: max(interface.mtu - 40, 536))
    entry.maximum_segment_size_ipv6 = UInt16(clamping: max(interface.mtu - 60, 1220))
    entry.accept_partial_checksums = interface.hasPartialChecksums ? 1 : 0
    entry.interface = interface.index
    entry.pump_awake_length = Pump.awakeLength
    entry.pump_asleep_length = Pump.asleepLength(rate: pumpRate)
    entry.atomic_time_offset = Self.atomicTimeOffset()
    transport.fill(&entry)
    return entry
  }

  /// Seconds that International Atomic Time is ahead of UTC by this host's clock; 0 where nobody has set it.
  static func atomicTimeOffset() -> UInt32 {
    var atomic = timespec(), civil = timespec()
    clock_gettime(CLOCK_TAI, &atomic)
    clock_gettime(CLOCK_REALTIME, &civil)
    // A second may begin between the two.
    let nanoseconds = (civil.tv_sec - atomic.tv_sec) * 1_000_000_000 + civil.tv_nsec - atomic.tv_nsec
    return UInt32(clamping: (-nanoseconds + 500_000_000) / 1_000_000_000)
  }

  /// How often a session's deadline is looked at, which is how late it can expire: a quarter of the shortest time-out,
  /// from 10 ms to 1 s.
  var expiryInterval: Duration {
    let shortest = min(halfOpenTimeout, idleTimeout, closingTimeout, timeWaitTimeout)
    return min(max(shortest / 4, .milliseconds(10)), .seconds(1))
  }

  /// The values of `served_ports`.
  func portWords() -> [UInt64] {
    var words = [UInt64](repeating: 0, count: Int(SERVED_PORT_WORDS))
    for port in ports { words[Int(port) / 64] |= 1 << UInt64(port % 64) }
    return words
  }
}

extension Duration {
  /// Whole nanoseconds; a negative duration counts as 0.
  public var nanoseconds: UInt64 {
    let (seconds, attoseconds) = components
    return seconds < 0 ? 0 : UInt64(seconds) * 1_000_000_000 + UInt64(max(attoseconds, 0) / 1_000_000_000)
  }
}
