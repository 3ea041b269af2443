import Randomness

/// A scenario that follows from a seed: any client, any network, any answers.
extension Scenario {
  public init(seed: UInt64) {
    self.init()
    self.seed = seed
    var random = SplitMix(seed: seed)
    chooseClient(&random)
    chooseServer(&random)
    chooseNetwork(&random)
    chooseConversation(&random)
    chooseTrouble(&random)
    // Near the places where 32 bits of milliseconds and of nanoseconds' upper half end, too.
    start = random.pick([
      .seconds(1), .seconds(3600), (1 << 32) * .milliseconds(1) - .milliseconds(1 + random.below(2000)),
      (1 << 31) * .milliseconds(1) - .milliseconds(1 + random.below(2000)), random.below(.seconds(10_000_000)),
    ])
    if random.once(in: 3) { idleRounds = 1 + random.below(20) }
  }

  private mutating func chooseClient(_ random: inout SplitMix) {
    client.maximumSegmentSize = random.pick([0, 48, 100, 536, 1220, 1460, 1460, 1460, 8960])
    client.windowScale = random.pick([nil, 0, 2, 7, 7, 14])
    client.offersTimestamps = random.below(3) > 0
    client.offersSelectiveAcknowledgment = random.below(3) > 0
    client.offersCongestionNotification = random.once(in: 3)
    client.reportsDuplicates = random.once(in: 2)
    if random.once(in: 20) { client.reneges = 0.05 }
    client.acknowledgesEvery = random.pick([1, 2, 2, 2, 8])
    client.acknowledgmentDelay = random.pick([.milliseconds(1), .milliseconds(40), .milliseconds(200)])
    client.capacity = random.pick([
      random.logarithmic(1, 2000), random.logarithmic(1460, 65535), 65535, 262_144, 1_000_000, 4_000_000,
    ])
    client.avoidsSillyWindows = random.below(4) > 0
    client.keepsUpdatesToItself = random.once(in: 8)
    client.timestampTick = random.pick([1, 1, 10])
    client.timeout = .milliseconds(random.pick([50, 300, 1000]))
  }

  private mutating func chooseServer(_ random: inout SplitMix) {
    server.maximumSegmentSize = random.pick([536, 1220, 1460, 1460, 1460, 8960])
    server.window = random.pick([500, 4096, 65535, 65535, 1_000_000])
    server.minimumTimeout = random.pick([5_000, 200_000, 200_000, 1_000_000])
    server.maximumTimeout = random.pick([2_000_000, 60_000_000])
    server.giveUpTime = .seconds(random.pick([100, 300]))
    server.usesNewReno = random.once(in: 2)
    server.initialWindow = random.pick([1, 2, 4, 10, 10, 10, 32])
    if random.once(in: 4) { server.features = random.below(16) }
    server.budget = random.pick([1, 2, 16, 64, 64, 64])
    server.lateness = random.pick([0, .microseconds(100), .milliseconds(2), .milliseconds(2), .milliseconds(20)])
    server.answersQueued = random.pick([1, 4, 4])
    server.predicts = random.below(3) > 0
    if random.once(in: 8) { server.keepAliveIdle = .seconds(1 + random.below(5)) }
  }

  private mutating func chooseNetwork(_ random: inout SplitMix) {
    let delay = random.logarithmic(.microseconds(20), .milliseconds(200))
    toServer.delay = delay
    toClient.delay = delay
    if random.once(in: 2) {
      toClient.rate = Double(random.logarithmic(20_000, 200_000_000))
      // From a tenth of the path's own content to four times as much.
      let content = toClient.rate * Double(2 * delay) / 1e9
      toClient.queueLimit = max(Int(content * Double(1 + random.below(40)) / 10), 3000)
    }
    if random.once(in: 4) { toServer.rate = max(toClient.rate / 20, 20_000) }
    if random.once(in: 3) {
      toClient.jitter = random.logarithmic(1000, max(delay, 2000))
      toClient.keepsOrder = random.below(4) > 0
    }
    if random.once(in: 4) { toServer.jitter = random.logarithmic(1000, max(delay, 2000)) }
    if random.once(in: 3) {
      toClient.reorder = random.pick([0.001, 0.01, 0.1, 0.5])
      toClient.reorderDelay = random.logarithmic(1000, max(2 * delay, 2000))
    }
    if random.once(in: 4) {
      toServer.reorder = random.pick([0.01, 0.2])
      toServer.reorderDelay = random.logarithmic(1000, max(2 * delay, 2000))
    }
    if random.once(in: 3) { toClient.duplicate = random.pick([0.001, 0.05, 0.5]) }
    if random.once(in: 4) { toServer.duplicate = random.pick([0.001, 0.05, 0.5]) }
    if random.once(in: 3) { toClient.mark = random.pick([0.001, 0.02, 0.3]) }
    if random.once(in: 3) { toServer.mark = random.pick([0.02, 0.3]) }
  }

  private mutating func chooseConversation(_ random: inout SplitMix) {
    let count = random.pick([1, 1, 1, 2, 5, 30])
    // Some hundred segments, and not too many round trips for a small window.
    let segment = max(min(client.maximumSegmentSize, server.maximumSegmentSize), 48)
    let segments = min(random.pick([100, 400, 400, 2000]), 200 * server.budget)
    let most = min(segments * segment, 60 * max(client.capacity, 1))
    answers = (0..<count).map { _ in random.logarithmic(1, max(most / count, 2)) }
    client.requests = answers.map { _ in random.logarithmic(1, random.once(in: 5) ? 3000 : 200) }
    client.depth = random.pick([1, 1, 2, 8])
    if random.once(in: 4) { client.pause = random.logarithmic(.milliseconds(1), .seconds(5)) }
    client.closing = random.pick([.serverFirst, .serverFirst, .withRequests, .afterAnswers, .afterAnswers])
    switch random.below(8) {
    case 0:
      let chunk = 1 + random.below(max(client.capacity, 1))
      // All of it within some 20 seconds.
      client.reader = .slow(rate: max(total / (1 + random.below(20)), 100), chunk: max(chunk, total / 200))
    case 1:
      let duration = random.logarithmic(.milliseconds(1), .seconds(8))
      client.reader = .pausing(at: random.below(total), duration: duration)
    default: client.reader = .immediate
    }
  }

  private mutating func chooseTrouble(_ random: inout SplitMix) {
    if random.once(in: 5) { chooseStall(&random) }
    switch random.below(10) {
    case 0...1: break
    case 2...4:
      toClient.loss = random.pick([0.001, 0.01, 0.03])
      toServer.loss = random.pick([0, 0.001, 0.01])
    case 5:
      toClient.loss = 0.05 + 0.25 * Double(random.below(100)) / 100
      toServer.loss = 0.3 * Double(random.below(100)) / 100
      expectation = .completionOrAbandonment
    case 6:
      toClient.burstBegin = random.pick([0.002, 0.01])
      toClient.burstEnd = random.pick([0.3, 0.6])
      // A burst is counted in packets, so it outlasts many repetitions of a single one.
      if toClient.burstEnd < 0.5 { expectation = .completionOrAbandonment }
    case 7:
      toClient.corrupt = random.pick([0.001, 0.02])
      toServer.corrupt = random.pick([0.001, 0.02])
    case 8: choosePartition(&random)
    default: chooseEnding(&random)
    }
  }

  private mutating func chooseStall(_ random: inout SplitMix) {
    let begin = random.below(.seconds(1))
    let times = [begin..<(begin + random.logarithmic(.milliseconds(1), .seconds(3)))]
    if random.once(in: 2) { toServer.stalls = times } else { toClient.stalls = times }
  }

  private mutating func choosePartition(_ random: inout SplitMix) {
    // What takes a partition for the end of the connection is not looked for here.
    server.keepAliveIdle = 0
    let begin = random.below(.seconds(2))
    // Well below what makes the server give up.
    let times = [begin..<(begin + random.logarithmic(.milliseconds(1), .seconds(12)))]
    if random.below(3) > 0 { toClient.partitions = times }
    if random.below(3) > 0 || toClient.partitions.isEmpty { toServer.partitions = times }
    if random.once(in: 2) { toClient.loss = 0.01 }
  }

  private mutating func chooseEnding(_ random: inout SplitMix) {
    switch random.below(5) {
    case 0:
      client.closing = .reset(at: random.below(total))
      expectation = .reset
    case 1:
      client.closing = .vanish(at: 1 + random.below(total))
      expectation = .abandonment
    case 2:
      client.reader = .never
      client.capacity = min(client.capacity, total / 2)
      limit = .seconds(900)
      expectation = .probing
    case 3: chooseResizes(&random)
    default:
      toClient.mtu = random.pick([576, 600, 1000, 1280, 1400])
      toClient.reportsTooBig = true
    }
  }

  private mutating func chooseResizes(_ random: inout SplitMix) {
    let size = client.capacity
    var time = Nanoseconds(0)
    for _ in 0..<(1 + random.below(6)) {
      time += random.logarithmic(.milliseconds(1), .seconds(3))
      client.resizes.append((time, random.pick([0, 1, size / 3, size / 2, size])))
    }
    client.resizes.append((time + random.logarithmic(.milliseconds(1), .seconds(3)), size))
  }

  /// Times of a scenario are counted from its start until it runs.
  mutating func begin() {
    let start = start
    func shifted(_ range: Range<Nanoseconds>) -> Range<Nanoseconds> {
      (range.lowerBound + start)..<(range.upperBound + start)
    }
    toServer.partitions = toServer.partitions.map(shifted)
    toClient.partitions = toClient.partitions.map(shifted)
    toServer.stalls = toServer.stalls.map(shifted)
    toClient.stalls = toClient.stalls.map(shifted)
    client.resizes = client.resizes.map { ($0.time + start, $0.capacity) }
  }
}
