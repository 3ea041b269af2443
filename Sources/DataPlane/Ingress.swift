/// The XDP program: every frame of the interface comes here first.
@_cdecl("ingress") @inline(__always)
public func ingress(_ context: UnsafeMutablePointer<xdp_md>) -> Int32 {
  var zero: UInt32 = 0
  guard let scratch = scratch_lookup(&zero), let statistics = statistics_lookup(&zero),
    let configuration = configuration_lookup(&zero)
  else { return XDPAction.pass }
  count(.framesReceived, in: statistics)

  let parsed = parse(context, scratch)
  if parsed == Parsed.pass {
    count(.framesPassed, in: statistics)
    return XDPAction.pass
  }
  if parsed == Parsed.tooBig {
    _ = stages_tail_call(context, UInt32(STAGE_PATH_MTU))
    return XDPAction.pass
  }
  guard parsed == Parsed.segment else {
    // What is wrong with a frame that this host only forwards is not ours to judge.
    let local = scratch.flow.localAddress.assumingMemoryBound(to: local_address.self)
    guard local_addresses_lookup(local) != nil else {
      count(.framesPassed, in: statistics)
      return XDPAction.pass
    }
    countDrop(parsed, in: statistics)
    return XDPAction.drop
  }
  scratch.packet.pointee.identity = identity(of: scratch.flow)
  scratch.pointee.last_sent = 0
  if let session = sessions_lookup(scratch.flow) {
    let verdict = converseAsExpected(context, scratch, session, statistics, configuration)
    if verdict == Conversation.transmits || verdict == Conversation.reads {
      let stage = verdict == Conversation.reads ? STAGE_READ : STAGE_TRANSMIT
      _ = stages_tail_call(context, UInt32(stage))
      session_release(session)
    } else {
      guard verdict == Conversation.goesOn else { return verdict }
      _ = stages_tail_call(context, UInt32(STAGE_CONVERSATION))
    }
  } else {
    _ = stages_tail_call(context, UInt32(STAGE_NEWCOMER))
  }
  // The next stage is missing.
  count(.droppedInternal, in: statistics)
  return XDPAction.drop
}

/// Counts a segment that is dropped for the cause that the parser returned.
@inline(__always)
private func countDrop(_ parsed: UInt32, in statistics: Statistics) {
  count(.segmentsReceived, in: statistics)
  switch parsed {
  case Parsed.drop(.droppedTruncated): count(.droppedTruncated, in: statistics)
  case Parsed.drop(.droppedIpHeader): count(.droppedIpHeader, in: statistics)
  case Parsed.drop(.droppedFragment): count(.droppedFragment, in: statistics)
  case Parsed.drop(.droppedSource): count(.droppedSource, in: statistics)
  case Parsed.drop(.droppedTcpHeader): count(.droppedTcpHeader, in: statistics)
  default: count(.droppedInternal, in: statistics)
  }
}
