/// What a received segment asks for, apart from the changes it made to the control block.
public struct Reaction {
  public var verdict: Verdict
  /// Why the segment, or what it claimed, was not taken; `.none` if it was.
  public var refusal: Refusal
  /// Where the payload that is next in order starts within the segment's payload, bytes.
  public var deliverableOffset: UInt32
  /// How much of it there is, bytes, inside the receive window.
  public var deliverableLength: UInt32
  /// The peer's FIN follows that payload.
  public var finishes: Bool
  /// The segment takes sequence numbers, so an acknowledgment is due (RFC 9293 3.8.6.3).
  public var acknowledgmentDue: Bool

  @inline(__always)
  public init(_ verdict: Verdict, _ refusal: Refusal = .none) {
    self.verdict = verdict
    self.refusal = refusal
    deliverableOffset = 0
    deliverableLength = 0
    finishes = false
    acknowledgmentDue = false
  }
}

/// What is to be done with the connection.
public enum Verdict: UInt8 {
  /// Nothing is sent and nothing changes.
  case discard
  /// The segment was taken: deliver its payload, then transmit.
  case proceed
  /// The same, and this segment established the connection.
  case establish
  /// <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK> is sent.
  case acknowledge
  /// The same ACK, sent as a challenge (RFC 5961) within the session's rate.
  case challenge
  /// The SYN-ACK is sent again.
  case synchronize
  /// <SEQ=SEG.ACK><CTL=RST> is sent.
  case reset
  /// The connection was reset by the peer and is gone.
  case abort
  /// Both directions are closed and acknowledged: the connection is gone.
  case close
  /// A new SYN may take over this connection, which is in TIME-WAIT.
  case reopen
}

/// Why a segment was not taken.
public enum Refusal: UInt8 {
  case none
  /// No part of it is inside the receive window.
  case outOfWindow
  /// Its timestamp is missing, or older than the last (RFC 7323 5.3).
  case timestamp
  /// Its payload starts beyond RCV.NXT; out-of-order payload is not kept.
  case outOfOrder
  /// It acknowledges what was never sent, or what was acknowledged long ago.
  case acknowledgment
  /// The ACK bit is off.
  case noAcknowledgment
  /// An RST that is not exactly at RCV.NXT.
  case reset
  /// A SYN inside the window of a synchronised connection.
  case synchronize
  /// A challenge ACK would have been due, but the session has used up its rate.
  case challengeLimited
}
