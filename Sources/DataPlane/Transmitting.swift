/// Has the core decide what is sent next: what the global function `transmit_segment` does. The caller holds the claim.
/// It is added to the plan.
///
/// - Parameter budget: segments that may still go out.
/// - Returns: how many segments it makes; 0 if there is nothing to send.
@_cdecl("session_transmit") @inline(__always)
public func transmit(
  _ session: UnsafeMutablePointer<session>, _ scratch: UnsafeMutablePointer<scratch>, _ budget: UInt32
) -> UInt32 {
  var zero: UInt32 = 0
  guard let configuration = configuration_lookup(&zero), let statistics = statistics_lookup(&zero) else { return 0 }
  let due = scratch.reaction.pointee.acknowledgment_due != 0
  scratch.reaction.pointee.acknowledgment_due = 0
  let transmission = session.tcp.pointee.transmit(
    budget: budget, acknowledgmentDue: due, parameters: Parameters(configuration),
    now: Instant(nanoseconds: scratch.pointee.now))
  guard transmission.isDue else { return 0 }
  scratch.plan.add(transmission)
  session.pointee.bytes_sent &+= UInt64(transmission.newLength)
  count(.bytesSent, UInt64(transmission.newLength), in: statistics)
  if transmission.isRepetition {
    session.pointee.segments_retransmitted &+= transmission.segments
    count(.segmentsRetransmitted, UInt64(transmission.segments), in: statistics)
  }
  return transmission.segments
}

/// Fills the plan with all that may be sent now. The caller holds the claim.
@inline(__always)
func transmitRuns(_ session: Session, _ scratch: Scratch, _ budget: UInt32) {
  // Each call costs as much as all else that is done for a request.
  let isWhole = session.tcp.pointee.hasOneRunAtMost
  var left = budget
  var runs: UInt32 = 0
  while runs < UInt32(PLAN_RUNS) {
    let segments = transmit_segment(session, scratch, left)
    if isWhole || segments == 0 || segments >= left { break }
    left &-= segments
    runs &+= 1
  }
}

/// How many segments may leave for one that has arrived.
@inline(__always)
func burstBudget(_ configuration: Configuration) -> UInt32 {
  configuration.pointee.exit == UInt8(BURST_EXIT_NONE.rawValue) ? 1 : UInt32(BURST_LIMIT)
}
