/// The states of a connection (RFC 9293 3.3.2) that a server meets: it never opens actively, so SYN-SENT is not
/// among them, and LISTEN is a served port without a session.
public enum State: UInt8 {
  case closed, listen, synReceived, established, finWait1, finWait2, closeWait, closing, lastAck, timeWait

  /// ESTABLISHED, FIN-WAIT-1 and FIN-WAIT-2: the peer may still send data.
  @inline(__always)
  public var receivesData: Bool { self == .established || self == .finWait1 || self == .finWait2 }
}
