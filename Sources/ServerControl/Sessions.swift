import BPF
import DataPlaneABI

/// A connection as it stands: one entry of `sessions`.
public struct Session: Sendable, Equatable {
  public let localAddress: IPAddress
  public let localPort: UInt16
  public let remoteAddress: IPAddress
  public let remotePort: UInt16
  /// VLAN identifiers, outermost first; empty without tags.
  public let vlans: [UInt16]
  /// RFC 9293 3.3.2, in small letters with hyphens, such as `established` or `time-wait`.
  public let state: String
  /// Payload bytes consumed.
  public let bytesReceived: UInt64
  /// Payload bytes sent, without repetitions.
  public let bytesSent: UInt64
  /// Payload bytes sent and not yet acknowledged.
  public let bytesInFlight: UInt32
  /// Segments sent once more.
  public let segmentsRetransmitted: UInt32
  /// Nanoseconds, smoothed (SRTT of RFC 6298); nil: not measured yet.
  public let roundTrip: UInt64?
  /// Bytes that may be in flight by congestion control (cwnd of RFC 5681).
  public let congestionWindow: UInt32
  /// Bytes (ssthresh of RFC 5681); nil: not set yet, as before the first loss.
  public let slowStartThreshold: UInt32?
  /// What it does about a loss.
  public let recovery: Recovery
  public let requests: UInt32
  public let segmentsReceived: UInt32
  /// Nanoseconds since the SYN.
  public let age: UInt64
  /// Nanoseconds until it expires unless something arrives; 0: just now.
  public let expiresIn: UInt64

  /// What a sender does about losses, in the order of `enum recovery_mode`.
  public enum Recovery: String, Sendable, CaseIterable {
    /// Nothing is known to be lost.
    case none
    /// The window is made smaller, since a router has asked for that (RFC 3168).
    case reducing
    /// RFC 5681 3.2, RFC 6675.
    case fast
    /// What was outstanding is sent anew after a time-out.
    case timeout
  }

  /// The names of all states, in the order of `enum tcp_state`.
  public static let states = [
    "closed", "listen", "syn-received", "established", "fin-wait-1", "fin-wait-2", "close-wait", "closing", "last-ack",
    "time-wait",
  ]

  init(_ flow: flow, _ session: session, now: UInt64) {
    localAddress = IPAddress(raw: flow.local_address)
    localPort = flow.local_port
    remoteAddress = IPAddress(raw: flow.remote_address)
    remotePort = flow.remote_port
    vlans = [flow.outer_vlan, flow.inner_vlan].filter { $0 != 0 }
    let number = Int(session.tcp.state)
    state = Self.states.indices.contains(number) ? Self.states[number] : "\(number)"
    bytesReceived = session.bytes_received
    bytesSent = session.bytes_sent
    bytesInFlight = session.tcp.send.next &- session.tcp.send.unacknowledged
    segmentsRetransmitted = session.segments_retransmitted
    let smoothed = session.tcp.round_trip.smoothed
    roundTrip = smoothed == 0 ? nil : UInt64(smoothed >> 3) * 1000
    congestionWindow = session.tcp.congestion.window
    let threshold = session.tcp.congestion.threshold
    slowStartThreshold = threshold == UInt32.max ? nil : threshold
    let mode = Int(session.tcp.recovery.mode)
    recovery = Recovery.allCases.indices.contains(mode) ? Recovery.allCases[mode] : .none
    requests = session.requests
    segmentsReceived = session.segments_received
    age = now > session.created ? now - session.created : 0
    expiresIn = session.deadline > now ? session.deadline - now : 0
  }
}

extension Session {
  /// Every entry of the map `sessions`, as it is at that moment.
  static func forEach(in map: borrowing Map, _ body: (Session) throws -> Void) throws {
    let now = Host.monotonicNanoseconds()
    try map.forEachEntry(key: flow.self, value: session.self) { flow, entry in
      try body(Session(flow, entry, now: now))
    }
  }

  static func counts(in map: borrowing Map) throws(ControlError) -> [String: Int] {
    var counts: [String: Int] = [:]
    do {
      try forEach(in: map) { counts[$0.state, default: 0] += 1 }
    } catch let error as BPFError {
      throw ControlError(.layout, error)
    } catch {
      throw ControlError(.system, "cannot read the sessions: \(error)")
    }
    return counts
  }
}

extension RunningServer {
  /// Every connection, in no particular order.
  /// - Parameter states: only these; nil: all.
  public func forEachSession(states: Set<String>? = nil, _ body: (Session) throws -> Void) throws {
    try Session.forEach(in: sessions) { if states?.contains($0.state) ?? true { try body($0) } }
  }

  /// How many connections there are, by state; states without any are left out.
  public func sessionCounts() throws(ControlError) -> [String: Int] { try Session.counts(in: sessions) }
}
