/// What a connection's one timer is for.
public enum TimerKind: UInt8 {
  case none
  /// RTO (RFC 6298 5)
  case retransmission
  /// PTO, tail loss probe (RFC 8985 7.2)
  case tailProbe
  /// Zero-window probe, and the override of silly window avoidance (RFC 9293 3.8.6.1, 3.8.6.2.1)
  case windowProbe
  /// RFC 9293 3.8.4
  case keepAlive
  /// The SYN-ACK has to be repeated.
  case synchronize
}

/// What an expired timer asks for.
public enum Expiry: UInt8 {
  /// Nothing: it was early, see `timerDeadline`, or there is no more to do.
  case none
  /// `transmit`, without an acknowledgment being due.
  case transmit
  /// The SYN-ACK is sent again.
  case synchronize
  /// <SEQ=SND.NXT-1><ACK=RCV.NXT><CTL=ACK> is sent, without payload.
  case keepAlive
  /// The connection is given up: <SEQ=SND.NXT><ACK=RCV.NXT><CTL=RST,ACK> is sent, and the session removed.
  case abort
}
