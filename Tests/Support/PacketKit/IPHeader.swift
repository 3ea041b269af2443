/// The IPv4 header's own fields, apart from the addresses. A nil field is computed.
public struct IPv4Fields: Hashable, Sendable {
  public var typeOfService: UInt8 = 0
  public var identification: UInt16 = 0
  /// Flags and fragment offset as they stand in the header; 0x4000: don't fragment.
  public var fragment: UInt16 = 0x4000
  public var timeToLive: UInt8 = 64
  /// Padded with zeroes to a multiple of four bytes when it is built. At most 40 bytes.
  public var options: [UInt8] = []
  public var version: UInt8 = 4
  /// In 32-bit words.
  public var headerLength: UInt8?
  public var totalLength: UInt16?
  public var checksum: ChecksumMode = .right

  public init() {}

  /// No fields but these set: for `IPv4Fields { $0.timeToLive = 1 }`.
  public init(_ change: (inout IPv4Fields) -> Void) { change(&self) }
}

/// An IPv6 extension header: its own number and what follows its "next header" field.
public struct ExtensionHeader: Hashable, Sendable {
  public var number: UInt8
  /// Everything behind the next-header byte, the length byte included. Together with that byte it must be a
  /// multiple of eight bytes.
  public var body: [UInt8]

  public init(number: UInt8, body: [UInt8]) {
    self.number = number
    self.body = body
  }

  /// Eight bytes times `units`, filled with a PadN option (RFC 8200 4.2).
  private static func padded(_ number: UInt8, units: Int) -> ExtensionHeader {
    let space = units * 8 - 2
    let padding = [1, UInt8(space - 2)] + [UInt8](repeating: 0, count: space - 2)
    return ExtensionHeader(number: number, body: [UInt8(units - 1)] + padding)
  }

  public static func hopByHop(units: Int = 1) -> ExtensionHeader { padded(0, units: units) }
  public static func destinationOptions(units: Int = 1) -> ExtensionHeader { padded(60, units: units) }
  /// A routing header with no segments left, of the experimental type 253.
  public static let routing = ExtensionHeader(number: 43, body: [0, 253, 0, 0, 0, 0, 0])
  /// A fragment header (RFC 8200 4.5). `offset` in units of eight bytes.
  public static func fragment(offset: UInt16, more: Bool, identification: UInt32 = 1) -> ExtensionHeader {
    var body: [UInt8] = [0]
    body.append(big: offset << 3 | (more ? 1 : 0))
    body.append(big: identification)
    return ExtensionHeader(number: 44, body: body)
  }
}

/// The IPv6 header's own fields, apart from the addresses. A nil field is computed.
public struct IPv6Fields: Hashable, Sendable {
  public var trafficClass: UInt8 = 0
  /// 20 bits.
  public var flowLabel: UInt32 = 0
  public var hopLimit: UInt8 = 64
  public var extensions: [ExtensionHeader] = []
  public var version: UInt8 = 6
  public var payloadLength: UInt16?

  public init() {}

  /// No fields but these set.
  public init(_ change: (inout IPv6Fields) -> Void) { change(&self) }
}

/// The Internet layer: which addresses, which version.
public struct IPHeader: Hashable, Sendable {
  public var source: IPAddress
  public var destination: IPAddress
  /// Read when the addresses are IPv4.
  public var ipv4 = IPv4Fields()
  /// Read when the addresses are IPv6.
  public var ipv6 = IPv6Fields()

  /// - Precondition: both addresses are of one family.
  public init(from source: IPAddress, to destination: IPAddress) {
    precondition(source.isIPv4 == destination.isIPv4, "\(source) and \(destination) are of two families")
    self.source = source
    self.destination = destination
  }

  public var etherType: UInt16 { source.isIPv4 ? 0x0800 : 0x86dd }

  /// A whole datagram: the header, then `payload` of the transport protocol `number` (6: TCP).
  public func datagram(protocol number: UInt8, payload: [UInt8]) -> [UInt8] {
    source.isIPv4 ? ipv4Header(number, length: payload.count) + payload : ipv6Header(number, length: payload.count) + payload
  }

  private func ipv4Header(_ number: UInt8, length: Int) -> [UInt8] {
    let options = ipv4.options + [UInt8](repeating: 0, count: (4 - ipv4.options.count % 4) % 4)
    let words = UInt8(5 + options.count / 4)
    var header: [UInt8] = [ipv4.version << 4 | (ipv4.headerLength ?? words) & 0xf, ipv4.typeOfService]
    header.append(big: ipv4.totalLength ?? UInt16(20 + options.count + length))
    header.append(big: ipv4.identification)
    header.append(big: ipv4.fragment)
    header += [ipv4.timeToLive, number, 0, 0] + source.bytes + destination.bytes + options
    let right = ~InternetChecksum.sum(header)
    let field = InternetChecksum.field(ipv4.checksum, right: right, partial: right)
    header.replaceSubrange(10..<12, with: [UInt8(field >> 8), UInt8(field & 0xff)])
    return header
  }

  private func ipv6Header(_ number: UInt8, length: Int) -> [UInt8] {
    var chain: [UInt8] = []
    for (index, header) in ipv6.extensions.enumerated() {
      let next = index + 1 < ipv6.extensions.count ? ipv6.extensions[index + 1].number : number
      chain += [next] + header.body
    }
    var header: [UInt8] = []
    header.append(big: UInt32(ipv6.version) << 28 | UInt32(ipv6.trafficClass) << 20 | ipv6.flowLabel & 0xfffff)
    header.append(big: ipv6.payloadLength ?? UInt16(chain.count + length))
    header += [ipv6.extensions.first?.number ?? number, ipv6.hopLimit] + source.bytes + destination.bytes
    return header + chain
  }
}
