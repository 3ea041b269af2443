import DataPlaneABI

/// What an operator can choose of the way in which the server sends: congestion control, timers, options.
public struct TransportSettings: Sendable, Equatable {
  /// How much may be in flight, by what was lost. The raw value is TCPCore's.
  public enum CongestionControl: UInt8, Sendable, CaseIterable {
    /// RFC 9438, as Linux does.
    case cubic = 0
    /// RFC 5681 and RFC 6582.
    case newReno = 1
  }

  /// What a connection may use if the client offers it.
  public struct Features: OptionSet, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    /// RFC 7323 2: windows of more than 65535 bytes.
    public static let windowScaling = Features(rawValue: TCP_FEATURE_WINDOW_SCALE.rawValue)
    /// RFC 7323 3.
    public static let timestamps = Features(rawValue: TCP_FEATURE_TIMESTAMPS.rawValue)
    /// RFC 2018: the client tells what has arrived behind a gap.
    public static let selectiveAcknowledgments = Features(rawValue: TCP_FEATURE_SACK.rawValue)
    /// RFC 3168: routers mark packets instead of dropping them. Accepted from clients that ask, as Linux does.
    public static let congestionNotification = Features(rawValue: TCP_FEATURE_ECN.rawValue)
    public static let all: Features = [
      .windowScaling, .timestamps, .selectiveAcknowledgments, .congestionNotification,
    ]
  }

  /// Probes of silent connections (RFC 9293 3.8.4).
  public struct KeepAlive: Sendable, Equatable {
    /// How long a connection has to be silent before the first one.
    public var idle: Duration
    /// Between two of them.
    public var interval: Duration = .seconds(75)
    /// Unanswered ones after which the connection ends.
    public var probes: UInt32 = 9

    public init(idle: Duration) { self.idle = idle }
  }

  public var congestionControl = CongestionControl.cubic
  /// Segments that a new connection may send at once, 1 to 64 (RFC 6928).
  public var initialWindow: UInt8 = 10
  public var features = Features.all
  /// The least time before a repetition, 5 ms to 60 s. 200 ms, as Linux does: below the delay of a delayed
  /// acknowledgment (40 to 200 ms) repetitions are needless.
  public var minimumTimeout: Duration = .milliseconds(200)
  /// The most, 1 s to 1 h. RFC 6298 2.5 wants 60 s or more.
  public var maximumTimeout: Duration = .seconds(120)
  /// How long what is outstanding may stay unacknowledged before the connection ends, 1 s to 7 days.
  ///
  /// RFC 9293 3.8.3 wants 100 s or more. Linux waits for some 924 s; here a lost client would hold a place in a table
  /// of fixed size for that long.
  public var giveUpTime: Duration = .seconds(120)
  /// nil: none, as it is by default (RFC 9293 3.8.4).
  public var keepAlive: KeepAlive?

  /// Bytes: 65535 << 14 (RFC 7323 2.3).
  public static let largestWindow: UInt32 = 65535 << 14

  public init() {}

  /// - Throws: `ControlError` for a value out of its range, or one that another one leaves without effect.
  func validate(window: UInt32, idleTimeout: Duration) throws(ControlError) {
    func refuse(_ sentence: String, mend: String? = nil) -> ControlError {
      ControlError(.invalidSetting, sentence, mend: mend)
    }
    if window > 65535, !features.contains(.windowScaling) {
      throw refuse("a window of \(window) bytes needs window scaling, and without that it can be 1 to 65535")
    }
    guard (1...64).contains(initialWindow) else {
      throw refuse("the initial window is \(initialWindow) segments, and can be 1 to 64")
    }
    let times: [(String, Duration, ClosedRange<Duration>, String)] = [
      ("smallest retransmission timeout", minimumTimeout, .milliseconds(5) ... .seconds(60), "5 ms to 60 s"),
      ("largest retransmission timeout", maximumTimeout, .seconds(1) ... .seconds(3600), "1 s to 1 h"),
      ("time to give up after", giveUpTime, .seconds(1) ... .seconds(86_400 * 7), "1 s to 7 days"),
    ]
    for (name, value, range, words) in times where !range.contains(value) {
      throw refuse("the \(name) is \(value), and can be \(words)")
    }
    guard minimumTimeout <= maximumTimeout else {
      throw refuse(
        "the smallest retransmission timeout, \(minimumTimeout), is more than the largest one, \(maximumTimeout)")
    }
    if let keepAlive { try validate(keepAlive, idleTimeout: idleTimeout) }
  }

  private func validate(_ keepAlive: KeepAlive, idleTimeout: Duration) throws(ControlError) {
    let range: ClosedRange<Duration> = .seconds(1) ... .seconds(86_400 * 7)
    for (name, value) in [("time", keepAlive.idle), ("interval", keepAlive.interval)] where !range.contains(value) {
      throw ControlError(.invalidSetting, "the keep-alive \(name) is \(value), and can be 1 s to 7 days")
    }
    guard (1...255).contains(keepAlive.probes) else {
      throw ControlError(
        .invalidSetting, "\(keepAlive.probes) keep-alive probes are asked for, and there can be 1 to 255")
    }
    guard keepAlive.idle < idleTimeout else {
      throw ControlError(
        .invalidSetting, "a keep-alive probe after \(keepAlive.idle) never comes to a connection that ends after "
          + "\(idleTimeout) of silence", mend: "raise --idle-timeout")
    }
  }

  func fill(_ entry: inout configuration) {
    entry.congestion_control = congestionControl.rawValue
    entry.initial_window = initialWindow
    entry.features = features.rawValue
    entry.minimum_timeout = UInt32(clamping: minimumTimeout.nanoseconds / 1000)
    entry.maximum_timeout = UInt32(clamping: maximumTimeout.nanoseconds / 1000)
    entry.give_up_time = UInt32(clamping: giveUpTime.nanoseconds / 1_000_000)
    guard let keepAlive else { return }
    entry.keep_alive_idle = UInt32(clamping: keepAlive.idle.nanoseconds / 1_000_000)
    entry.keep_alive_interval = UInt32(clamping: keepAlive.interval.nanoseconds / 1_000_000)
    entry.keep_alive_probes = keepAlive.probes
  }
}

extension TransportSettings {
  /// As a running server has them.
  init(_ entry: configuration) {
    congestionControl = CongestionControl(rawValue: entry.congestion_control) ?? .cubic
    initialWindow = entry.initial_window
    features = Features(rawValue: entry.features)
    minimumTimeout = .microseconds(entry.minimum_timeout)
    maximumTimeout = .microseconds(entry.maximum_timeout)
    giveUpTime = .milliseconds(entry.give_up_time)
    guard entry.keep_alive_idle != 0 else { return }
    var keepAlive = KeepAlive(idle: .milliseconds(entry.keep_alive_idle))
    keepAlive.interval = .milliseconds(entry.keep_alive_interval)
    keepAlive.probes = entry.keep_alive_probes
    self.keepAlive = keepAlive
  }
}
