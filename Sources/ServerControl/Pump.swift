import BPF
import DataPlaneABI

/// The pump: a frame that circles through a pair of interfaces of its own, so that a program on its way can send what
/// is due with no packet from outside and no process. It rests while nothing is in flight; a received segment that
/// leaves something in flight sets it going.
enum Pump {
  /// Bytes of its frame while something is due soon. No less: in SKB mode it may have been a local sender's packet,
  /// which the kernel does not make shorter than to where its TCP checksum is still to be filled in, 80 bytes behind
  /// two tags and IPv6.
  static let awakeLength: UInt32 = 96
  /// Bytes of its frame while nothing is: a round takes as many times longer as the frame is. 25 ms, or where no frame
  /// is as long as that, less: the programs take a frame for lost that is away for eight times 25 ms.
  /// - Parameter rate: rounds a second while awake.
  static func asleepLength(rate: UInt32) -> UInt32 { min(max(awakeLength * rate / 40, awakeLength), longestFrame) }

  private static let longestFrame: UInt32 = 1500

  /// The program that sees the frame in each round.
  static func filter(on pair: PumpPair) -> TrafficFilter { TrafficFilter(interface: pair.receiving.index, handle: 1) }

  /// Makes the pair and puts the program on it; or, where `reusing`, changes those that are there, and the frame goes
  /// on circling.
  static func setUp(
    served interface: NetworkInterface, program: borrowing Program, rate: UInt32, reusing present: PumpPair?
  ) throws(ControlError) -> PumpPair {
    let pair = if let present { present } else { try PumpPair.make(served: interface) }
    try pair.enablePolling()
    // The longest frame has to fit the bucket. Made before the MTU rises, since tbf warns of a longer one.
    let bucket = TokenBucket(rate: rate * awakeLength, burst: longestFrame + 14)
    try PumpPair.step("brake the pump's frame", needs: "sch_tbf") { () throws(Netlink.Refusal) in
      try bucket.set(on: pair.sending.index)
    }
    let filter = filter(on: pair)
    do {
      _ = try filter.makeHook()
      try filter.attach(program)
    } catch {
      throw ControlError(.system, error)
    }
    try pair.start(served: interface)
    return pair
  }
}

/// How the pump fares.
public struct PumpHealth: Sendable, Equatable {
  public enum State: String, Sendable {
    /// Its frame circles.
    case running
    /// Nothing is in flight.
    case resting
    /// It cannot send: see `fault`.
    case broken
  }

  /// What is wrong, and what mends it.
  public struct Fault: Sendable, Equatable {
    public let sentence: String
    public let mend: String
  }

  public let state: State
  /// The pair's names: what the frame is sent into, and where it arrives.
  public let sendingInterface: String
  public let receivingInterface: String
  /// Rounds a second while something is due soon; nil if nothing brakes the frame.
  public let rate: UInt32?
  public let rounds: UInt64
  /// Nanoseconds since the last round; nil if there was none.
  public let lastRoundAge: UInt64?
  /// How often it was set going.
  public let wakes: UInt64
  /// Segments that it has sent.
  public let segments: UInt64
  public let fault: Fault?

  /// - Parameter now: of CLOCK_MONOTONIC, nanoseconds.
  init(_ counts: pump, served interface: NetworkInterface, mode: XDPMode, configured index: UInt32, now: UInt64) {
    let names = PumpPair.names(served: interface.index)
    (sendingInterface, receivingInterface) = names
    rounds = counts.rounds
    wakes = counts.wakes
    segments = counts.segments
    lastRoundAge = counts.rounds == 0 ? nil : now > counts.last_round ? now - counts.last_round : 0
    let pair = PumpPair.find(served: interface.index)
    rate = pair.flatMap { TokenBucket.rate(on: $0.sending.index) }.map { $0 / Pump.awakeLength }
    // It may have been set going just now.
    let since = max(counts.last_round, counts.started)
    let isLost = counts.is_running != 0 && now > since + Self.longestRound
    fault = Self.fault(pair, served: interface, mode: mode, configured: index, hasRate: rate != nil, isLost: isLost)
    state = fault != nil ? .broken : counts.is_running != 0 ? .running : .resting
  }

  /// Nanoseconds: far more than any round takes, on a busy machine too.
  private static let longestRound: UInt64 = 1_000_000_000

  private static func fault(
    _ pair: PumpPair?, served interface: NetworkInterface, mode: XDPMode, configured index: UInt32, hasRate: Bool,
    isLost: Bool
  ) -> Fault? {
    let names = PumpPair.names(served: interface.index)
    let again = "attach again, which mends it and keeps the sessions: xdp_loader attach \(interface.name)"
    guard let pair, pair.sending.index == index else {
      return Fault(sentence: "its interfaces \(names.sending) and \(names.receiving) are gone", mend: again)
    }
    for end in [pair.sending, pair.receiving] where !end.isUp {
      return Fault(sentence: "its interface \(end.name) is down", mend: "ip link set \(end.name) up")
    }
    if (try? Pump.filter(on: pair).programID()) == nil {
      return Fault(sentence: "its program is no longer on the ingress of \(names.receiving)", mend: again)
    }
    if !hasRate {
      return Fault(sentence: "nothing brakes its frame: tbf is no longer on \(names.sending)", mend: again)
    }
    if mode == .skb, BurstFilter.present(on: interface.index) == nil {
      return Fault(
        sentence: "the program that sends more than one segment at once is no longer on the ingress of "
          + interface.name, mend: again)
    }
    if isLost {
      return Fault(
        sentence: "its frame is lost", mend: "the next segment of any client sets it going again; if it stays so, "
          + again)
    }
    return nil
  }
}
