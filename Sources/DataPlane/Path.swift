typealias Path = UnsafeMutablePointer<path>

extension UnsafeMutablePointer<path> {
  var flow: UnsafeMutablePointer<flow> { @inline(__always) get { path_flow(self) } }
  /// HEADER_NETWORK bytes, at whose end the link header lies.
  var link: UnsafeMutableRawPointer { @inline(__always) get { path_link(self) } }

  /// Link, IP and TCP header of what we send, bytes.
  @inline(__always)
  func headerLength(options: UInt32) -> UInt32 {
    pointee.network_offset &+ (pointee.is_ipv6 != 0 ? HeaderLayout.ipv6 : HeaderLayout.ipv4) &+ HeaderLayout.tcp
      &+ options
  }

  /// The sum of the pseudo-header for a segment of `length` bytes (RFC 9293 3.1, RFC 8200 8.1).
  @inline(__always)
  func pseudoHeaderSum(_ length: UInt32) -> UInt64 {
    // The length and the protocol number are fields in network byte order; a ones' complement sum may add them first.
    let protocolTCP: UInt32 = 6
    return UInt64(pointee.address_sum) &+ UInt64((length &+ protocolTCP).bigEndian)
  }
}
