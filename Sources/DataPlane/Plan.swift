typealias Plan = UnsafeMutablePointer<plan>

extension UnsafeMutablePointer<plan> {
  var path: Path { @inline(__always) get { plan_path(self) } }
  var queue: AnswerQueue { @inline(__always) get { plan_queue(self) } }
  /// OPTION_WORDS words, as they lie in memory.
  var options: UnsafeMutablePointer<UInt32> {
    @inline(__always) get { plan_options(self).assumingMemoryBound(to: UInt32.self) }
  }

  /// The run at `index`, below PLAN_RUNS.
  @inline(__always)
  func run(_ index: UInt32) -> UnsafeMutablePointer<segment_run> {
    plan_runs(self).assumingMemoryBound(to: segment_run.self) + Int(bpf_opaque(UInt64(index)) & 3)
  }

  /// Empties the plan, but for its path.
  @inline(__always)
  func begin() {
    pointee.segments = 0
    pointee.surplus = 0
    pointee.wakes_pump = 0
    pointee.run_count = 0
    pointee.options_length = 0
  }

  /// Adds one segment without payload, which belongs to no session's queue.
  @inline(__always)
  func add(_ sequence: SequenceNumber, _ flags: ControlBits) {
    run(0).pointee = made(sequence.value, 0, 1, flags, ControlBits(rawValue: 0), ControlBits(rawValue: 0), false)
    pointee.run_count = 1
    pointee.segments = 1
  }

  /// Adds the answer that header prediction has found to fit one segment, with a FIN behind it if it `finishes`.
  @inline(__always)
  func addExpected(_ sequence: SequenceNumber, _ length: UInt32, finishes: Bool, isCapable: Bool) {
    let last = finishes ? ControlBits.push.union(.finish) : .push
    run(0).pointee = made(sequence.value, length, 1, .acknowledge, ControlBits(rawValue: 0), last, isCapable)
    pointee.run_count = 1
    pointee.segments = 1
  }

  /// Adds what the core wants sent. There is room for it: the core is asked at most PLAN_RUNS times.
  @inline(__always)
  func add(_ transmission: Transmission) {
    run(pointee.run_count).pointee = made(
      transmission.sequence.value, transmission.length, transmission.segments, transmission.flags,
      transmission.firstFlags, transmission.lastFlags, transmission.isCapable)
    pointee.run_count &+= 1
    pointee.segments &+= transmission.segments
  }

  @inline(__always)
  private func made(
    _ sequence: UInt32, _ length: UInt32, _ segments: UInt32, _ flags: ControlBits, _ first: ControlBits,
    _ last: ControlBits, _ isCapable: Bool
  ) -> segment_run {
    segment_run(
      sequence: sequence, length: length, segments: segments, flags: flags.rawValue, first_flags: first.rawValue,
      last_flags: last.rawValue, is_capable: isCapable ? 1 : 0)
  }

  /// What all segments of a session have in common. The caller holds the claim.
  @inline(__always)
  func describe(_ session: Session, _ now: Instant) {
    let tcp = session.tcp
    pointee.acknowledgment = tcp.pointee.receive.next.value
    pointee.window = tcp.pointee.windowToAdvertise
    pointee.segment_size = tcp.pointee.segmentSize
    pointee.options_length = 0
    guard tcp.pointee.usesTimestamps else { return }
    pointee.options_length = 12
    // RFC 7323 appendix A: two NOPs, so that both numbers are aligned.
    options[0] = 0x0a08_0101
    options[1] = tcp.pointee.timestampToSend(now).bigEndian
    options[2] = tcp.pointee.timestampToEcho.bigEndian
  }
}
