import Randomness
import TCPCore

/// The core and a model client at the two ends of a network that loses nothing, but delivers out of order and more
/// than once. All of it follows from the seed.
struct Conversation {
  private var random: SplitMix
  private var server: ServerEnd
  private var client: ModelClient
  private var toServer = Pipe<Segment>()
  private var toClient = Pipe<ServerEnd.Output>()
  private var now = Instant(nanoseconds: 0)
  private let clientInitial: SequenceNumber
  private let reach: Int
  private let serverClosesAt: Int?
  /// The most that the server answers in all, bytes.
  private let answerLimit: Int

  private var consumed = 0
  private var queued = 0
  private var established = false
  private var lastAcknowledgment = 0
  private(set) var complaints: [String] = []

  init(seed: UInt64) {
    var random = SplitMix(seed: seed)
    let places: [UInt32] = [0, 0xffff_ffff, 0xffff_f000, 0x7fff_f000, UInt32(truncatingIfNeeded: random.next())]
    clientInitial = SequenceNumber(random.pick(places))
    server = ServerEnd(initial: SequenceNumber(random.pick(places)))
    server.serverWindow = random.pick([1, 7, 500, 4096, 65535])
    server.budget = random.pick([1, 2, 10, 64])
    server.clientMaximumSegmentSize = random.pick([48, 536, 1460])
    let small = server.serverWindow < 100
    let total = 1 + random.below(small ? 200 : 20_000)
    let clientFinishes = random.once(in: 2)
    client = ModelClient(
      initial: clientInitial,
      .init(
        total: total, capacity: random.pick([60, 1000, 65535]), segmentSize: random.pick([3, 100, 1460]),
        finishesWhenSent: clientFinishes))
    let followsClient = clientFinishes && random.once(in: 2)
    serverClosesAt = followsClient ? nil : 1 + random.below(total)
    answerLimit = client.settings.capacity < 100 ? 2000 : 60_000
    reach = random.pick([1, 2, 8, 30])
    self.random = random
  }

  /// Runs until both directions are closed and acknowledged.
  mutating func run() {
    fromClient(client.synchronize)
    for _ in 0..<200_000 {
      now.nanoseconds += UInt64(random.below(50)) * 1_000_000
      step()
      if client.isDone, server.session == nil || server.session?.state == .timeWait { break }
    }
    complaints += client.complaints
    if !client.isDone { complaints.append("unfinished: \(client), server \(String(describing: server.session))") }
    if consumed != client.settings.total { complaints.append("consumed \(consumed) of \(client.settings.total)") }
    if client.received != queued { complaints.append("received \(client.received ?? -1) of \(queued)") }
  }

  private mutating func step() {
    if random.once(in: 4) { client.readSome(&random) }
    if random.once(in: 3), let segment = client.sendNew(&random) { fromClient(segment) }
    if toServer.isEmpty, toClient.isEmpty {
      if random.once(in: 2) { fromClient(client.sendAgain(&random)) }
      if let deadline = server.session?.timerDeadline, deadline > 0 {
        now.nanoseconds = max(now.nanoseconds, deadline)
      }
    }
    for output in server.expire(now: now) { fromServer(output) }
    // A timeout that comes too early.
    if random.once(in: 50) { fromClient(client.sendAgain(&random)) }
    if random.once(in: 2) { deliverToServer() } else { deliverToClient() }
  }

  private mutating func fromClient(_ segment: Segment) {
    client.offers(segment)
    toServer.put(segment)
  }

  private mutating func deliverToServer() {
    guard let segment = toServer.take(&random, reach: reach, duplicates: true) else { return }
    // A copy of the SYN that outlives its connection opens another; that is another conversation.
    if established, server.session == nil, segment.flags.contains(.synchronize) { return }
    server.application.appetite = random.once(in: 10) ? UInt32(random.below(20)) : .max
    server.application.answer = 0
    let before = server.session
    let outputs = server.receive(segment, now: now)
    if server.session?.state == .established { established = true }
    account(for: segment)
    answer(before)
    for output in outputs { fromServer(output) }
  }

  /// What was delivered is what comes next in the client's stream.
  private mutating func account(for segment: Segment) {
    let part = server.payloadDelivered
    guard !part.isEmpty else { return }
    let start = clientInitial.offset(of: segment.sequence) + part.lowerBound
    if start != consumed { complaints.append("delivered from \(start), expected \(consumed)") }
    consumed += part.count
  }

  /// The application queues a little or much for what it has read, and closes at its time. That goes out with what
  /// the next segment brings about, as if it had taken the application a while.
  private mutating func answer(_ before: ControlBlock?) {
    guard var tcb = server.session, tcb.state != .synReceived, !tcb.flags.contains(.finishQueued) else { return }
    if !server.payloadDelivered.isEmpty {
      let length = min(random.pick([0, 1, 41, 500, 4000]), answerLimit - queued)
      tcb.queue(UInt32(length))
      queued += length
    }
    let closes = serverClosesAt.map { consumed >= $0 } ?? (tcb.state == .closeWait)
    if closes { tcb.close() }
    server.session = tcb
  }

  private mutating func fromServer(_ output: ServerEnd.Output) {
    if output.flags.contains(.acknowledge) {
      let acknowledgment = clientInitial.offset(of: output.acknowledgment)
      if acknowledgment < lastAcknowledgment { complaints.append("acknowledgment went back") }
      lastAcknowledgment = acknowledgment
    }
    if output.length > UInt32(max(server.clientMaximumSegmentSize, 48)) {
      complaints.append("a segment of \(output.length) bytes")
    }
    toClient.put(output)
  }

  private mutating func deliverToClient() {
    guard let output = toClient.take(&random, reach: reach, duplicates: true) else { return }
    if client.receive(output, window: server.serverWindow) { fromClient(client.acknowledgment) }
  }
}
