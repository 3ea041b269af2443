import Randomness
import TCPCore

/// A deterministic discrete-event simulation: all of it follows from the scenario and its seed.
public final class Simulation {
  let scenario: Scenario
  private var random: SplitMix
  private(set) var now: Nanoseconds
  private var queue = EventQueue()
  private var toServer: Link
  private var toClient: Link
  private(set) var client: Client
  private(set) var server: Server
  private var pumpAt: Nanoseconds?
  private var clientAt: Nanoseconds?
  private var lastByteAt: Nanoseconds?
  private var events = 0
  private let complaints = Complaints()
  /// Called with a line for each thing that happens.
  public var trace: ((String) -> Void)?

  private static let eventLimit = 3_000_000

  public init(_ given: Scenario) {
    var scenario = given
    scenario.begin()
    self.scenario = scenario
    random = SplitMix(seed: scenario.seed ^ 0x6e65_7477_6f72_6b00)
    now = scenario.start
    toServer = Link(scenario.toServer)
    toClient = Link(scenario.toClient)
    client = Client(
      scenario.client, answers: scenario.answers, complaints: complaints, seed: scenario.seed ^ 0x636c_6965_6e74)
    server = Server(
      scenario.server, for: scenario.client, answers: scenario.answers, complaints: complaints,
      seed: scenario.seed ^ 0x7365_7276_6572)
  }

  public func run() -> Outcome {
    client.open(now)
    flush()
    var ending = Outcome.Ending.timeLimit
    while let (time, event) = queue.take() {
      if time > scenario.start + scenario.limit { break }
      now = max(now, time)
      events += 1
      handle(event)
      if scenario.idleRounds > 0, server.phase == .open, random.once(in: scenario.idleRounds) { server.expire(now) }
      flush()
      if complaints.first != nil {
        ending = .broken
        break
      }
      if let end = endingNow {
        ending = end
        break
      }
      if events >= Self.eventLimit {
        ending = .eventLimit
        break
      }
    }
    return outcome(ending)
  }

  private func handle(_ event: Event) {
    switch event {
    case .arrivalAtServer(let packet):
      trace?(line("<", packet))
      server.receive(packet, now)
    case .arrivalAtClient(let packet):
      let before = client.receivedNext
      client.receive(packet, now)
      if client.receivedNext > before { lastByteAt = now }
    case .pump:
      guard pumpAt == now else { return }  // it was put off, or brought forward
      pumpAt = nil
      if let deadline = server.deadline, deadline <= now {
        trace?("\(clock) pump")
        server.expire(now)
      }
    case .client:
      guard clientAt == now else { return }
      clientAt = nil
      trace?("\(clock) client wakes")
      client.wake(now)
    case .tooBig(let mtu, let sequence):
      trace?("\(clock) too big for \(mtu)")
      server.lower(mtu: mtu, quoted: sequence, now)
    }
  }

  /// What both ends have sent goes onto the links, and their timers into the queue.
  private func flush() {
    for packet in server.outbox {
      trace?(line(">", packet))
      switch toClient.send(packet, now: now, &random) {
      case .dropped: trace?("                 lost")
      case .tooBig:
        if toClient.settings.reportsTooBig {
          queue.put(
            .tooBig(mtu: toClient.settings.mtu, sequence: packet.sequence), at: now + 2 * toClient.settings.delay)
        }
      case .arrives(let packet, let time, let copyAt):
        queue.put(.arrivalAtClient(packet), at: time)
        if let copyAt { queue.put(.arrivalAtClient(packet), at: copyAt) }
      }
    }
    server.outbox.removeAll(keepingCapacity: true)
    for packet in client.outbox {
      switch toServer.send(packet, now: now, &random) {
      case .dropped, .tooBig: trace?(line("x", packet))
      case .arrives(let packet, let time, let copyAt):
        queue.put(.arrivalAtServer(packet), at: time)
        if let copyAt { queue.put(.arrivalAtServer(packet), at: copyAt) }
      }
    }
    client.outbox.removeAll(keepingCapacity: true)
    if let deadline = server.deadline {
      let late = scenario.server.lateness
      let time = max(deadline, now) + (late > 0 ? random.below(late) : 0)
      // A round that was planned for a deadline which has moved comes for nothing, and the next is planned then.
      if pumpAt.map({ $0 > max(deadline, now) + late }) ?? true {
        pumpAt = time
        queue.put(.pump, at: time)
      }
    }
    if let deadline = client.deadline, clientAt.map({ $0 > deadline }) ?? true {
      clientAt = max(deadline, now)
      queue.put(.client, at: max(deadline, now))
    }
  }

  private var endingNow: Outcome.Ending? {
    switch server.phase {
    case .listening: return nil
    case .abandoned: return .abandoned
    case .reset: return .reset
    case .closed: return client.isDone ? .completed : nil
    case .open: return server.block.state == .timeWait && client.isDone ? .completed : nil
    }
  }

  private func outcome(_ ending: Outcome.Ending) -> Outcome {
    Outcome(
      seed: scenario.seed, failure: failure(ending), ending: ending,
      duration: (lastByteAt ?? now) - scenario.start, whole: now - scenario.start, received: client.receivedNext,
      newSegments: server.watch.newSegments, repeatedSegments: server.watch.repeatedSegments,
      timeouts: server.watch.timeouts, probes: server.watch.probes, client: client.counters, server: server.counters,
      toServer: toServer.counters, toClient: toClient.counters, events: events)
  }

  private func failure(_ ending: Outcome.Ending) -> String? {
    if let complaint = complaints.first { return "\(clock) \(complaint)" }
    if ending == .eventLimit { return "\(clock) no end after \(events) events: \(situation)" }
    if ending == .completed {
      if client.receivedNext != scenario.total { return "received \(client.receivedNext) of \(scenario.total) bytes" }
      let counted = server.watch.newBytes
      if counted != scenario.total { return "counted \(counted) of \(scenario.total) bytes" }
      if server.consumed != client.written { return "consumed \(server.consumed) of \(client.written) bytes" }
    }
    let isExpected: Bool
    switch scenario.expectation {
    case .completion: isExpected = ending == .completed
    case .completionOrAbandonment:
      let isAlive = now - server.watch.lastProgress < scenario.server.giveUpTime
      isExpected = ending == .completed || ending == .abandoned || (ending == .timeLimit && isAlive)
    case .abandonment: isExpected = ending == .abandoned
    case .reset: isExpected = ending == .reset
    case .probing: isExpected = ending == .abandoned || server.watch.probes > 0
    }
    return isExpected ? nil : "\(clock) \(ending.rawValue), expected \(scenario.expectation): \(situation)"
  }
}
