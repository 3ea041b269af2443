// Decoding and validating the Internet layer. Every length and the IPv4 header's checksum are checked: what the
// server sends has to be right to the last bit.

extension IPHeader {
  /// The header, the transport protocol's number and its bytes, without an Ethernet frame's padding.
  static func decode(
    _ reader: inout Reader, etherType: UInt16
  ) throws(DecodingError) -> (IPHeader, protocol: UInt8, payload: ArraySlice<UInt8>) {
    switch etherType {
    case 0x0800: try decodeIPv4(&reader)
    case 0x86dd: try decodeIPv6(&reader)
    default: throw DecodingError("EtherType 0x\(String(etherType, radix: 16)) is neither IPv4 nor IPv6")
    }
  }

  private static func decodeIPv4(
    _ reader: inout Reader
  ) throws(DecodingError) -> (IPHeader, protocol: UInt8, payload: ArraySlice<UInt8>) {
    let available = reader.remaining
    let fixed = Array(try reader.take(20, "the IPv4 header"))
    var fields = IPv4Fields()
    fields.version = fixed[0] >> 4
    guard fields.version == 4 else { throw DecodingError("the IPv4 header's version is \(fields.version), not 4") }
    let words = Int(fixed[0] & 0xf)
    guard words >= 5 else { throw DecodingError("the IPv4 header's length is \(words) words, fewer than 5") }
    fields.typeOfService = fixed[1]
    let total = Int(fixed[2]) << 8 | Int(fixed[3])
    guard total >= words * 4, total <= available else {
      throw DecodingError("IPv4's total length is \(total); the header has \(words * 4) bytes, the frame \(available)")
    }
    fields.identification = UInt16(fixed[4]) << 8 | UInt16(fixed[5])
    fields.fragment = UInt16(fixed[6]) << 8 | UInt16(fixed[7])
    guard fields.fragment & 0x3fff == 0 else { throw DecodingError("the IPv4 datagram is a fragment") }
    fields.timeToLive = fixed[8]
    fields.options = Array(try reader.take(words * 4 - 20, "IPv4's options"))
    let sum = InternetChecksum.sum(fixed, fields.options)
    guard sum == 0xffff else {
      throw DecodingError("the IPv4 header's checksum is wrong: the header sums to 0x\(String(sum, radix: 16))")
    }
    var header = IPHeader(from: IPAddress(Array(fixed[12..<16])), to: IPAddress(Array(fixed[16..<20])))
    header.ipv4 = fields
    return (header, fixed[9], try reader.take(total - words * 4, "IPv4's payload"))
  }

  private static func decodeIPv6(
    _ reader: inout Reader
  ) throws(DecodingError) -> (IPHeader, protocol: UInt8, payload: ArraySlice<UInt8>) {
    let fixed = Array(try reader.take(40, "the IPv6 header"))
    var fields = IPv6Fields()
    fields.version = fixed[0] >> 4
    guard fields.version == 6 else { throw DecodingError("the IPv6 header's version is \(fields.version), not 6") }
    fields.trafficClass = fixed[0] << 4 | fixed[1] >> 4
    fields.flowLabel = UInt32(fixed[1] & 0xf) << 16 | UInt32(fixed[2]) << 8 | UInt32(fixed[3])
    let length = Int(fixed[4]) << 8 | Int(fixed[5])
    guard length <= reader.remaining else {
      throw DecodingError("IPv6's payload length is \(length), the frame has \(reader.remaining) bytes left")
    }
    fields.hopLimit = fixed[7]
    var payload = Reader(try reader.take(length, "IPv6's payload"))
    var next = fixed[6]
    while [0, 43, 44, 60].contains(next) {
      let number = next
      next = try payload.byte("the extension header")
      let units = try payload.byte("the extension header's length")
      let length = number == 44 ? 6 : Int(units) * 8 + 6
      let body = [units] + Array(try payload.take(length, "the extension header"))
      fields.extensions.append(ExtensionHeader(number: number, body: body))
    }
    var header = IPHeader(from: IPAddress(Array(fixed[8..<24])), to: IPAddress(Array(fixed[24..<40])))
    header.ipv6 = fields
    return (header, next, try payload.take(payload.remaining, "the transport header"))
  }
}
