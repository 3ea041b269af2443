import Randomness

/// A TCP of our own that asks a server for answers: all that the core's own tests and the core itself do not share. It
/// keeps to the RFCs, has the habits that its settings give it, and says which rules the server breaks.
struct Client {
  let settings: ClientSettings
  var random: SplitMix
  /// What it sends; the simulation takes it from here.
  var outbox: [Packet] = []
  var counters = ClientCounters()
  private let complaints: Complaints

  var openedAt = Nanoseconds(0)
  var phase = Phase.closed
  enum Phase {
    case closed, synchronizing, established
    /// Without a word, or with a reset: nothing is left of the connection.
    case gone
  }

  // MARK: what it sends (its stream: all requests, one after the other)
  let output: Stream
  /// Where each request ends.
  let requestEnds: [Int]
  var unacknowledged = -1
  var next = -1
  /// What the application has given so far.
  var written = 0
  var requestsIssued = 0
  var wantsFinish = false
  var sentFinish = false
  var serverWindow = 0
  var serverScale = 0
  var segmentSize = 536
  var timeout: Nanoseconds
  var mustReportReduction = false

  // MARK: what it receives
  var input: Stream?
  /// Offsets beyond `receivedNext` that have arrived.
  var beyond = RangeSet()
  /// RCV.NXT without the FIN.
  var receivedNext = 0
  var finishOffset: Int?
  var tookFinish = false
  /// What the application has read.
  var read = 0
  var capacity: Int
  /// The highest edge ever offered, and the one offered last.
  var highestEdge = 0
  var lastEdge = 0
  /// Starts of SACK blocks, the most recently changed first.
  var recency: [Int] = []
  var duplicate: Range<Int>?
  var echoesCongestion = false
  /// Full segments that are not acknowledged yet.
  var unansweredSegments = 0
  var lastAcknowledged = 0

  // MARK: what was agreed on
  var usesTimestamps = false
  var usesSelectiveAcknowledgment = false
  var usesCongestionNotification = false
  var ownScale = 0
  var recentTimestamp: UInt32 = 0
  let timestampOffset: UInt32
  /// For each TSval that was sent, the lowest start of the segments that had it.
  var firstStarts: [UInt32: Int] = [:]
  let offeredScale: UInt8?

  /// Where each answer ends, which the scenario knows.
  let answerEnds: [Int]

  // MARK: timers
  var acknowledgeAt: Nanoseconds?
  var repeatAt: Nanoseconds?
  var readAt: Nanoseconds?
  var requestAt: Nanoseconds?
  var resizesLeft: ArraySlice<(time: Nanoseconds, capacity: Int)>
  var pauseEndsAt: Nanoseconds?

  /// - Parameter complaints: gets the rules that the server breaks.
  init(_ settings: ClientSettings, answers: [Int], complaints: Complaints, seed: UInt64) {
    self.complaints = complaints
    self.settings = settings
    random = SplitMix(seed: seed)
    let places: [UInt32] = [0, 0xffff_ffff, 0xffff_ff00, 0x7fff_fff0, UInt32(truncatingIfNeeded: random.next())]
    output = Stream(initial: random.pick(places))
    timestampOffset = random.pick([0, 0xffff_fff0, 0x7fff_fff0, UInt32(truncatingIfNeeded: random.next())])
    capacity = settings.capacity
    timeout = settings.timeout
    resizesLeft = settings.resizes[...]
    // A unit that a good part of the buffer is made of, as systems choose it.
    offeredScale = settings.windowScale.map { wanted in
      var scale = wanted
      while scale > 0, 4 << Int(scale) > settings.capacity { scale -= 1 }
      return scale
    }
    var end = 0
    requestEnds = settings.requests.map { length in
      end += length
      return end
    }
    var answerEnd = 0
    answerEnds = answers.map { length in
      answerEnd += length
      return answerEnd
    }
  }

  func complain(_ words: String) { complaints.add("client: " + words) }

  /// How many answers have arrived whole.
  var answersComplete: Int {
    var low = 0
    var high = answerEnds.count
    while low < high {
      let middle = (low + high) / 2
      if answerEnds[middle] <= receivedNext { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Both directions are closed and acknowledged.
  var isDone: Bool { tookFinish && sentFinish && unacknowledged == next }

  // MARK: timers

  var deadline: Nanoseconds? {
    var least: Nanoseconds?
    for time in [acknowledgeAt, repeatAt, readAt, requestAt, pauseEndsAt, resizesLeft.first?.time] {
      if let time { least = min(least ?? time, time) }
    }
    return phase == .gone ? nil : least
  }

  mutating func wake(_ now: Nanoseconds) {
    guard phase != .gone else { return }
    if let time = pauseEndsAt, time <= now {
      pauseEndsAt = nil
      readAll(now)
    }
    if let time = readAt, time <= now { readSome(now) }
    if let first = resizesLeft.first, first.time <= now {
      resizesLeft.removeFirst()
      resize(to: first.capacity, now)
    }
    if let time = requestAt, time <= now {
      requestAt = nil
      issueRequests(now)
      sendNew(now)
    }
    if let time = repeatAt, time <= now { sendAgain(now) }
    if let time = acknowledgeAt, time <= now { acknowledge(now) }
  }
}

/// What the client saw.
public struct ClientCounters {
  /// Bytes that had arrived before.
  public var duplicateBytes = 0
  /// Segments marked as congested, and CWR in answer to what it said of them.
  public var marks = 0
  public var reductions = 0
  /// Windows of 0 that it offered.
  public var closedWindows = 0
}
