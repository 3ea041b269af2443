/// RFC 1122 3.2.1.3 and RFC 4291 2.7: what can't be a source, and what an answer must not be sent to
/// (RFC 9293 3.9.2.3). Port 0 is reserved (RFC 6335 6).
@inline(__always)
func isPossibleSource(_ path: Path) -> Bool {
  guard path.flow.pointee.remote_port != 0 else { return false }
  let address = path.flow.remoteAddress
  if path.pointee.is_ipv6 != 0 {
    if address.load(as: UInt8.self) == 0xff { return false }
    // Unspecified (::) and loopback (::1), and what is left of IPv4-compatible addresses.
    return address.load(as: UInt64.self) != 0 || address.load(fromByteOffset: 8, as: UInt32.self) != 0
  }
  let first = address.load(fromByteOffset: 12, as: UInt8.self)
  return first != 0 && first != 127 && first < 224
}
