extension ControlBlock {
  /// A SYN arrives for LISTEN (RFC 9293 3.10.7.2, third step): the block becomes that of a half-open connection, and
  /// the caller sends <SEQ=ISS><ACK=RCV.NXT><CTL=SYN,ACK>. Payload of the SYN is not taken and will be sent again.
  ///
  /// - Parameters:
  ///   - options: those of the SYN.
  ///   - initial: ISS, see `initialSequenceNumber`.
  ///   - window: RCV.WND to offer, bytes, 1 to 65535 << 14; what exceeds 65535 only to a peer that scales windows.
  ///   - peerMaximumSegmentSize: the MSS option of the SYN, or the default of RFC 9293 3.7.1.
  ///   - ownMaximumSegmentSize: what our interface can carry.
  ///   - timestampOffset: of this connection's timestamps, see `Timestamps.offset`.
  @inline(__always)
  public mutating func open(
    _ segment: Segment, _ options: UnsafePointer<SegmentOptions>, initial: SequenceNumber, window: UInt32,
    peerMaximumSegmentSize: UInt16, ownMaximumSegmentSize: UInt16, parameters: Parameters, timestampOffset: UInt32,
    now: Instant
  ) {
    agree(segment, options, parameters)
    let scales = features.contains(.windowScale)
    sendScale = scales ? min(options.pointee.windowScale, WindowScale.largest) : 0
    receiveScale = scales ? WindowScale.shift(for: window) : 0
    receive.initial = segment.sequence
    receive.next = segment.sequence.advanced(by: 1)
    receive.window = usual(window)
    send.initial = initial
    send.unacknowledged = initial
    send.next = initial.advanced(by: 1)
    send.queued = initial.advanced(by: 1)
    // The window of a SYN is never scaled (RFC 7323 2.2).
    send.window = segment.window
    send.maximumWindow = segment.window
    send.updateSequence = segment.sequence
    send.updateAcknowledgment = initial
    maximumSegmentSize = min(max(peerMaximumSegmentSize, MaximumSegmentSize.smallest), ownMaximumSegmentSize)
    timestamps.recent = options.pointee.timestamp
    timestamps.offset = timestampOffset
    roundTrip = RoundTrip()
    roundTrip.timeout = RoundTrip.initialTimeout
    roundTrip.timedSequence = initial
    roundTrip.timedStart = now.clock
    recovery = LossRecovery()
    recovery.point = initial
    congestion = Congestion()
    scoreboard = Scoreboard()
    challengeStart = 0
    challengeCount = 0
    flags = Flags(rawValue: 0)
    backoff = 0
    probes = 0
    progress = now.ticks
    state = .synReceived
    arm(parameters, now)
  }

  /// What both ends can do: what the SYN offers and the configuration allows.
  @inline(__always)
  private mutating func agree(
    _ segment: Segment, _ options: UnsafePointer<SegmentOptions>, _ parameters: Parameters
  ) {
    // ECN-setup SYN: both bits (RFC 3168 6.1.1).
    let offersNotification = segment.flags.contains(.congestionEcho.union(.congestionWindowReduced))
    var offered: UInt8 = options.pointee.has(SegmentOptions.windowScale) ? Features.windowScale.rawValue : 0
    offered |= options.pointee.has(SegmentOptions.timestamps) ? Features.timestamps.rawValue : 0
    offered |= options.pointee.has(SegmentOptions.sackPermitted) ? Features.selectiveAcknowledgment.rawValue : 0
    offered |= offersNotification ? Features.congestionNotification.rawValue : 0
    features = Features(rawValue: offered & UInt8(truncatingIfNeeded: parameters.features))
  }

  /// The handshake's last step: our SYN is acknowledged, and data may go out. The caller starts the timer anew.
  @inline(never)
  mutating func establish(
    _ options: UnsafePointer<SegmentOptions>, _ minimumTimeout: UInt32, _ initialWindow: UInt32, _ now: Instant
  ) {
    let wasRepeated = probes > 0
    state = .established
    send.unacknowledged = send.next
    // With timestamps the repeated SYN-ACK's round trip is measured like any other.
    let sample = measurement(send.next, options, isRepairing: true, now)
    roundTrip.timeout = wasRepeated ? RoundTrip.initialTimeoutAfterLoss : RoundTrip.initialTimeout
    if sample > 0 { roundTrip.measured(sample, minimumTimeout) }
    roundTrip.timedStart = 0
    // After a loss a connection starts with a single segment (RFC 5681 3.1).
    congestion.begin(segmentSize: segmentSize, initialWindow: wasRepeated ? 1 : initialWindow)
    backoff = 0
    probes = 0
    progress = now.ticks
  }
}
