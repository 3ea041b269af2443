/// Where the parts of an answer's header lie in `scratch.header`, and how long they are, bytes. The link header ends
/// where the IP header begins, so that IP and TCP always lie at the same place.
enum HeaderLayout {
  /// Of the IP header: behind Ethernet with two tags and two bytes of alignment (C's HEADER_NETWORK).
  static var network: UInt64 { @inline(__always) get { 24 } }
  static var ipv4: UInt32 { @inline(__always) get { 20 } }
  static var ipv6: UInt32 { @inline(__always) get { 40 } }
  /// TCP without options.
  static var tcp: UInt32 { @inline(__always) get { 20 } }
}
