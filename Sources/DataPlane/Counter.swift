/// The counters of `struct statistics`, in its order: a raw value is the counter's place among the 64-bit words.
enum Counter: UInt32 {
  case framesReceived
  case framesPassed
  case segmentsReceived
  case segmentsSent
  case bytesReceived
  case bytesSent
  case sessionsOpened
  case sessionsEstablished
  case sessionsClosed
  case sessionsReset
  case sessionsRefused
  case sessionsReopened
  case expiredHalfOpen
  case expiredIdle
  case expiredClosing
  case expiredTimeWait
  case timeWaitRecycled
  case requests
  case requestsRefused
  case segmentsKept
  case synAcknowledgmentsSent
  case resetsSent
  case challengeAcknowledgmentsSent
  case challengeAcknowledgmentsLimited
  case duplicateAcknowledgmentsSent
  case segmentsRetransmitted
  case bursts
  case fastRecoveries
  case retransmissionTimeouts
  case tailLossProbes
  case windowProbes
  case keepAliveProbes
  case recoveriesUndone
  case congestionMarks
  case sessionsGivenUp
  case pathMtuUpdates
  case pumpWakes
  case droppedTruncated
  case droppedIpHeader
  case droppedFragment
  case droppedTcpHeader
  case droppedTcpChecksum
  case droppedSource
  case droppedFlags
  case droppedNoAcknowledgment
  case droppedAcknowledgment
  case droppedOutOfWindow
  case droppedOutOfOrder
  case droppedTimestamp
  case droppedIcmp
  case droppedPlan
  case droppedReset
  case droppedQueueFull
  case droppedRace
  case droppedNoRoom
  case droppedInternal
  case logEntriesLost
}

typealias Statistics = UnsafeMutablePointer<statistics>

/// Adds to a counter of this CPU's copy.
@inline(__always)
func count(_ counter: Counter, _ amount: UInt64 = 1, in statistics: Statistics) {
  UnsafeMutableRawPointer(statistics).assumingMemoryBound(to: UInt64.self)[Int(counter.rawValue)] &+= amount
}
