/// The limits of the maximum segment size, bytes of payload.
public enum MaximumSegmentSize {
  /// What a peer accepts that sends no MSS option over IPv4 (RFC 9293 3.7.1, MUST-15).
  public static var defaultIPv4: UInt16 { @inline(__always) get { 536 } }
  /// The same over IPv6.
  public static var defaultIPv6: UInt16 { @inline(__always) get { 1220 } }
  /// A peer may not force us into smaller segments than this: each costs a whole frame (CVE-2019-11479). Linux's
  /// tcp_min_snd_mss is the same.
  public static var smallest: UInt16 { @inline(__always) get { 48 } }
}
